"""Is this file ours and unchanged, is it the one in the register, how does it stand now? Three answers, never one.

Whoever holds a file may ask; nothing is kept. pyHanko is loaded at the first file, never WeasyPrint. What a reader is
told in words belongs to the pages.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app

from coalition.certificates import queries, seals, text_queries
from coalition.certificates.content import normalise_serial
from coalition.certificates.queries import KnownSeal, Standing, StoredRevision
from coalition.certificates.seals import Fault, Reading
from coalition.certificates.states import Status
from coalition.certificates.text_queries import TextName
from coalition.errors import Unavailable, mark

AT_ONCE = 4
OF_OTHERS = frozenset({Fault.SEALED_BY_OTHERS, Fault.SAME_NAME})


@dataclass(frozen=True)
class Inspection:
    """The three answers for one file.

    `intact`: the whole file is what was sealed, whoever sealed it; dates and their proofs may follow. `sealed_by_us`:
    and the seal is one of ours, named by `seal`. `registered`: its bytes are the ones we issued; then `standing` tells
    what it is and how it stands, and `revision` which stored state of it; or it is a charter's `text`, which has no
    status. `within` is the document that we issued where somebody else has added dates to its file.
    """

    pdf_sha256: str
    intact: bool
    sealed_by_us: bool
    fault: Fault | None
    seal: KnownSeal | None
    standing: Standing | None
    revision: StoredRevision | None = None
    text: TextName | None = None
    within: Standing | None = None

    @property
    def registered(self) -> bool:
        """Whether these very bytes were issued by this site."""
        return self.standing is not None or self.text is not None

    @property
    def serial(self) -> str | None:
        """The serial of the registered file."""
        return self.standing.serial if self.standing else None

    @property
    def status(self) -> Status:
        """How the document stands now: unknown unless the file is intact, ours and registered."""
        return self.standing.status if self.standing and self.sealed_by_us else Status.UNKNOWN


def standing(serial: str) -> Standing | None:
    """Return how the document with that serial, typed in any way, stands now; None when there is none."""
    found = normalise_serial(serial)
    return queries.standing_by_serial(found) if found else None


def inspect(data: bytes) -> Inspection:
    """Return the three answers for the bytes of a file, whatever they are.

    Raises Unavailable when as many files are being inspected on this machine as may be at once.
    """
    digest = hashlib.sha256(data).hexdigest()
    reading, seal = _read(data)
    found = queries.standing_by_digest(digest)
    extended = found is None and reading.fault is None and reading.length < len(data)
    return Inspection(
        pdf_sha256=digest,
        intact=reading.fault is None or reading.fault in OF_OTHERS,
        sealed_by_us=reading.fault is None,
        fault=reading.fault,
        seal=seal,
        standing=found,
        revision=queries.revision_by_digest(digest) if found else None,
        text=None if found else text_queries.text_by_digest(digest),
        within=_standing_of(data[: reading.length]) if extended else None,
    )


def too_large() -> Inspection:
    """Return the answers for a file that is too large to be read at all."""
    return Inspection("", intact=False, sealed_by_us=False, fault=Fault.TOO_LARGE, seal=None, standing=None)


def _standing_of(data: bytes) -> Standing | None:
    return queries.standing_by_digest(hashlib.sha256(data).hexdigest())


def _read(data: bytes) -> tuple[Reading, KnownSeal | None]:
    """Read the seal, and find whose it is: ours by its certificate, never by its name."""
    if len(data) > current_app.config["INSPECTION_BYTES"]:
        return Reading(Fault.TOO_LARGE), None
    if not data.startswith(b"%PDF-"):
        return Reading(Fault.NOT_A_PDF), None
    with _one_of_few():
        reading = seals.read(data)
    if reading.fault is not None:
        return reading, None
    known = queries.known_seals()
    seal = next((one for one in known if one.fingerprint == reading.fingerprint), None)
    if seal is None:
        is_namesake = any(one.subject == reading.subject for one in known)
        return Reading(Fault.SAME_NAME if is_namesake else Fault.SEALED_BY_OTHERS), None
    return reading, seal


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Hold one of the few places for inspections: locked files, so that all processes of a machine count together."""
    folder = current_app.config["DATA_DIR"] / "inspections"
    folder.mkdir(parents=True, exist_ok=True)
    for place in range(AT_ONCE):
        with (folder / str(place)).open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Unavailable(mark("Many files are being checked just now. Try again in a minute."))
