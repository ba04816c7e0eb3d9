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
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from flask import current_app

from coalition.certificates import queries
from coalition.certificates.content import normalise_serial
from coalition.certificates.queries import KnownSeal, Standing
from coalition.certificates.states import Status
from coalition.errors import Unavailable, mark

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

AT_ONCE = 4
MEBIBYTE = 1024 * 1024


class Fault(StrEnum):
    """Why a file is not taken for an unchanged one of ours."""

    TOO_LARGE = "too large"
    NOT_A_PDF = "not a PDF"
    UNREADABLE = "unreadable"
    UNSEALED = "unsealed"
    SEVERAL_SEALS = "several seals"
    CHANGED = "changed"
    SEALED_BY_OTHERS = "sealed by others"


@dataclass(frozen=True)
class Inspection:
    """The three answers for one file.

    `intact`: the whole file is what was sealed, whoever sealed it. `sealed_by_us`: and the seal is one of ours, named
    by `seal`. `registered`: its bytes are the ones we issued; then `standing` tells what it is and how it stands.
    """

    pdf_sha256: str
    intact: bool
    sealed_by_us: bool
    fault: Fault | None
    seal: KnownSeal | None
    standing: Standing | None

    @property
    def registered(self) -> bool:
        """Whether these very bytes were issued by this site."""
        return self.standing is not None

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
    fault = _plain_fault(data)
    seal: KnownSeal | None = None
    if fault is None:
        with _one_of_few():
            fault, seal = _seal_of(data, {known.fingerprint: known for known in queries.known_seals()})
    return Inspection(
        pdf_sha256=digest,
        intact=fault in {None, Fault.SEALED_BY_OTHERS},
        sealed_by_us=fault is None,
        fault=fault,
        seal=seal,
        standing=queries.standing_by_digest(digest),
    )


def _plain_fault(data: bytes) -> Fault | None:
    if len(data) > current_app.config["INSPECTION_BYTES"]:
        return Fault.TOO_LARGE
    return None if data.startswith(b"%PDF-") else Fault.NOT_A_PDF


def _seal_of(data: bytes, known: dict[str, KnownSeal]) -> tuple[Fault | None, KnownSeal | None]:
    """Look for the one seal that covers the whole file. What a stranger sent may break the reader in any way."""
    try:
        signatures = _signatures(data)
        if len(signatures) != 1:
            return (Fault.SEVERAL_SEALS if signatures else Fault.UNSEALED), None
        if not _covers_everything(signatures[0], data):
            return Fault.CHANGED, None
        seal = known.get(hashlib.sha256(signatures[0].signer_cert.dump()).hexdigest())
    except Exception:  # noqa: BLE001  # a broken file is an answer, not an error
        return Fault.UNREADABLE, None
    return (None, seal) if seal else (Fault.SEALED_BY_OTHERS, None)


def _signatures(data: bytes) -> list[EmbeddedPdfSignature]:
    """Return the seals in a file, read within limits: a small file may not unpack into a large one."""
    from pyhanko.pdf_utils.decode_limits import (
        DecodeLimits,
        DocumentDecodeBudget,
        StreamDecodeLimits,
    )
    from pyhanko.pdf_utils.reader import PdfFileReader

    limits = DecodeLimits(
        per_stream=StreamDecodeLimits(max_ratio=200, max_output_size=8 * MEBIBYTE),
        document_budget=DocumentDecodeBudget(base_allowance=32 * MEBIBYTE, max_ratio=4),
    )
    return list(PdfFileReader(BytesIO(data), decode_limits=limits).embedded_signatures)


def _covers_everything(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether every byte of the file is sealed, but for the seal itself, and the seal fits them.

    The bytes between the sealed ranges must be the seal in hexadecimal and its padding: nothing can hide in there.
    """
    from asn1crypto import parser
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    start, length, rest, end = (int(number) for number in signature.byte_range)
    seal = signature.pkcs7_content
    if start != 0 or rest + end != len(data) or data[length:rest] != b"<%s>" % seal.hex().upper().encode():
        return False
    if seal[parser.peek(seal) :].strip(b"\0"):
        return False
    intact, genuine = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )
    return bool(intact and genuine)


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
