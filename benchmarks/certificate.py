"""What do rendering and sealing a certificate cost? Beside a minimal WeasyPrint page, and typst with the same seal.

CPU time in this process; the worker renders in one of its own, kept warm. typst is the limit: a small compiled program
that sets the same facts on one landscape page.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typst
from weasyprint import HTML

from benchmarks import workers
from benchmarks.measuring import Figure, in_turns, limit_figure, times_figure
from benchmarks.sample import site
from coalition import clock
from coalition.documents import keys, rendering, sealing
from coalition.documents.fonts import font_configuration
from coalition.documents.order import Order
from tests.documents.names import SCRIPTS
from tests.factories import documents

CALLS = 6
MINIMAL = "<html lang=en><style>@page{size:A4 landscape}</style><title>Certificate</title><h1>Certificate</h1><p>Réseau"
TYPST = """#set page(paper: "a4", flipped: true)
#set text(lang: "en")
#set document(title: "Certificate")
#align(center)[
  = Certificate
  #v(2em)
  #text(size: 28pt)[Réseau des mutuelles du Fleuve]
  #v(1em)
  Charter of the International Coalition of Social and Solidarity Economy, version 1
  #table(columns: 4, [Number], [ICSSE-00042], [Signed], [14 March 2026], [Serial], [7KQF-93MD-XW2P], [Issued],
    [2 April 2026])
]
"""
LONGEST = 300
COMPARED = ("latin", "vietnamese", "arabic", "devanagari", "thai", "chinese", "korean")
LATIN_KB, CJK_KB = 60, 200


def measure() -> list[Figure]:
    """Render and seal in turns with the anchors."""
    with site() as app, app.app_context(), app.test_request_context(), tempfile.TemporaryDirectory() as folder:
        key = keys.development_key(Path(folder), now=clock.now())
        order = documents.order(documents.certificate())
        unsigned, typeset = rendering.render(order), _typeset(Path(folder))
        pdf = typeset()

        def seal(what: bytes) -> bytes:
            return sealing.seal(what, key=key, name="Coalition", reason="Entry in the register")

        ours, minimal = in_turns(_cost(lambda: rendering.render(order)), _cost(_minimal))
        whole, limit = in_turns(_cost(lambda: seal(rendering.render(order))), _cost(lambda: (typeset(), seal(pdf))))
        sealed, _ = in_turns(_cost(lambda: seal(unsigned)), lambda: 0.0)
        return [
            times_figure("certificate, rendered, beside a minimal page", ours=ours, anchor=minimal, goal=6),
            times_figure("rendered and sealed, beside typst and the seal", ours=whole, anchor=limit, goal=3.3),
            limit_figure("sealed", ours=[s * 1000 for s in sealed], anchor="", goal=35, unit="ms"),
            *(_of_script(script, *SCRIPTS[script]) for script in COMPARED),
            _size("Latin", seal(unsigned), LATIN_KB),
            _size("Chinese", seal(rendering.render(_order(_long(SCRIPTS["chinese"][0]), "CN"))), CJK_KB),
            *workers.figures([order, *(_order(name, country) for name, _, country in SCRIPTS.values())]),
        ]


def _of_script(script: str, name: str, _latin: str, country: str) -> Figure:
    """Compare a name of the greatest length with the short one of the same script."""
    short, long = _order(name, country), _order(_long(name), country)
    ours, anchor = in_turns(_cost(lambda: rendering.render(long), 2), _cost(lambda: rendering.render(short), 2))
    return times_figure(f"{LONGEST} characters, {script}, beside a short name", ours=ours, anchor=anchor, goal=1.3)


def _long(name: str) -> str:
    return (f"{name} " * LONGEST)[:LONGEST].strip()


def _order(name: str, country: str) -> Order:
    return documents.order(documents.certificate(organisation=name, country=country))


def _size(script: str, sealed: bytes, goal: int) -> Figure:
    size = f"{len(sealed) / 1000:.1f} kB"
    return Figure(f"its size, sealed, {script}", size, "", size, f"≤ {goal} kB", len(sealed) <= goal * 1000)


def _minimal() -> bytes:
    pdf: bytes = HTML(string=MINIMAL).write_pdf(font_config=font_configuration())
    return pdf


def _typeset(folder: Path) -> Callable[[], bytes]:
    source = folder / "certificate.typ"
    source.write_text(TYPST, "utf-8")
    compiler = typst.Compiler(str(source))
    return lambda: bytes(compiler.compile(format="pdf"))


def _cost(act: Callable[[], object], calls: int = CALLS) -> Callable[[], float]:
    """Return what measures the CPU seconds of one `act`."""

    def cost() -> float:
        begun = time.process_time()
        for _ in range(calls):
            act()
        return (time.process_time() - begun) / calls

    return cost
