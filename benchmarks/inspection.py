"""What does it cost to inspect a file that was sent? Beside pyHanko's bare validation of the same file.

Ours asks the database twice besides, takes one of the few places, and reads what pyHanko's verdict leaves out.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from benchmarks.measuring import Figure, in_turns, times_figure
from benchmarks.sample import site
from coalition import clock
from coalition.certificates import inspection
from coalition.documents import archiving, keys, rendering, sealing
from coalition.documents.timestamps import Authority
from tests.factories import documents
from tests.factories.authority import answering

CALLS = 10


def measure() -> list[Figure]:
    """Inspect a sealed certificate, one with a later date, and a changed one, in turns with the bare validation."""
    logging.disable(logging.WARNING)
    with site() as app, app.app_context(), app.test_request_context(), tempfile.TemporaryDirectory() as folder:
        key = keys.development_key(Path(folder), now=clock.now())
        sealed = sealing.seal(rendering.render(documents.order(documents.certificate())), key=key, name="C", reason="R")
        with answering() as running:
            authority = Authority(running.url)
            authority.introduce()
            dated = archiving.dated(sealed, authority=authority)
        context = ValidationContext(trust_roots=[sealing._asn1(sealing.root_of(key))])
        files = {"sealed": sealed, "with a date added later": dated, "with junk behind": sealed + b"junk"}
        return [_figure(name, pdf, context) for name, pdf in files.items()]


def _figure(name: str, pdf: bytes, context: ValidationContext) -> Figure:
    ours, bare = in_turns(_cost(lambda: inspection.inspect(pdf)), _cost(lambda: _bare(pdf, context)))
    return times_figure(f"inspection of a file, {name}, beside bare pyHanko", ours=ours, anchor=bare, goal=2)


def _bare(pdf: bytes, context: ValidationContext) -> object:
    return validate_pdf_signature(PdfFileReader(BytesIO(pdf)).embedded_signatures[0], context)


def _cost(act: Callable[[], object]) -> Callable[[], float]:
    """Return what measures the CPU seconds of one `act`."""

    def cost() -> float:
        begun = time.process_time()
        for _ in range(CALLS):
            act()
        return (time.process_time() - begun) / CALLS

    return cost
