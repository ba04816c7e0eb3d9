"""What is drawn beneath a document? Its paper, its woven frame, and the seal that its digest shapes, pale and strong.

Pure. PDF operators rather than images: each line is told once and printed where it recurs, and nothing has to be read.
They are an ornament, never a proof. Lengths are in millimetres from the lower left corner of an A4 sheet across.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from coalition.documents.order import Stamp
from coalition.web.seal import Ring, curves, rings

WIDTH, HEIGHT = 297.0, 210.0
POINTS = 72 / 25.4
PAPER, PLUM, MAUVE, THREAD = "1 .992 .976", ".329 .125 .361", ".541 .302 .588", ".69 .463 .071"
PALE, LILAC, MARIGOLD = ".957 .925 .965", ".659 .451 .702", ".851 .588 .102"
# The frame: where its rails run (from the edge), where its sides begin, and the height of the weave's handles.
OUTER, MIDDLE, INNER, START, SWING = 7.6, 11.2, 14.8, 18.4, 2.31
ROSETTE, ROSETTE_STRANDS, DOT = Ring(radius=4.225, height=1.725, waves=8), 4, 1.5
ROUND = 0.5523  # how far the handles of a quarter of a circle reach, in radii
# The seal's centre and radius, strong and pale.
SEAL, WATERMARK = (148.5, 166.5, 16.5), (148.5, 101.0, 70.0)


def underlay(digest: str, *, strands: int) -> tuple[Stamp, ...]:
    """Return what lies beneath the page of the document with this digest; its seal has so many strands in a ring."""
    outer, inner = rings(digest)
    return (
        *_frame(),
        Stamp(_strand(outer), (*_turns(outer, strands, WATERMARK), *_turns(outer, strands, SEAL, ink=THREAD))),
        Stamp(_strand(inner), (*_turns(inner, strands, WATERMARK), *_turns(inner, strands, SEAL, ink=MAUVE))),
    )


def _turns(
    ring: Ring, strands: int, circle: tuple[float, float, float], *, ink: str = PALE, line: float = 0
) -> Iterable[str]:
    """Print a strand so often around the centre that the strands weave."""
    x, y, radius = circle
    pen = f"{line or (0.5 if ink == PALE else 0.75)} w {ink} RG {_placed(x, y, size=radius / 100)}"
    for strand in range(strands):
        yield f"{pen} {_turned(strand / (strands * ring.waves))}"


@cache
def _frame() -> tuple[Stamp, ...]:
    """Return the paper, the four sides and the rosettes of the corners: the same beneath every document."""
    across, upright = _side(WIDTH - 2 * START, waves=60), _side(HEIGHT - 2 * START, waves=40)
    whole = _placed(0, 0)
    corners = [(x, y) for x in (MIDDLE, WIDTH - MIDDLE) for y in (MIDDLE, HEIGHT - MIDDLE)]
    return (
        Stamp(f"{PAPER} rg 0 0 {WIDTH} {HEIGHT} re f", (whole,)),
        Stamp(across, (whole, f"{whole} 1 0 0 -1 0 {HEIGHT} cm")),
        Stamp(upright, (f"{whole} 0 1 1 0 0 0 cm", f"{whole} 0 1 -1 0 {WIDTH} 0 cm")),
        Stamp(_strand(ROSETTE), tuple(_petals(corners))),
        Stamp(f"{MARIGOLD} rg {_dot()} f", tuple(_placed(x, y) for x, y in corners)),
    )


def _petals(corners: Iterable[tuple[float, float]]) -> Iterable[str]:
    for x, y in corners:
        yield from _turns(ROSETTE, ROSETTE_STRANDS, (x, y, 100), ink=PLUM, line=0.2)


def _side(length: float, *, waves: int) -> str:
    """Draw the lower side of the frame: a strong and a fine rail, and between them two pairs of strands that cross."""
    half = length / waves
    rails = "".join(
        f"{width} w {PLUM} RG {START} {y} m {START + length:.1f} {y} l S "
        for width, y in ((0.75, OUTER), (0.22, INNER))
    )
    pairs = ((0.28, LILAC, START, waves), (0.32, MARIGOLD, START + half / 2, waves - 1))
    return rails + "".join(
        f"{width} w {ink} RG {_wave(start, half, count=count, way=1)} {_wave(start, half, count=count, way=-1)} S "
        for width, ink, start, count in pairs
    )


def _wave(start: float, half: float, *, count: int, way: int) -> str:
    """One strand that swings so many times about the middle of a side, first up (1) or down (-1)."""
    told = [f"{start:.2f} {MIDDLE} m"]
    for number in range(count):
        x, y = start + number * half, MIDDLE + (way if number % 2 == 0 else -way) * SWING
        told.append(f"{x + 0.364 * half:.2f} {y:.2f} {x + 0.636 * half:.2f} {y:.2f} {x + half:.2f} {MIDDLE} c")
    return " ".join(told)


def _strand(ring: Ring) -> str:
    """One closed strand around the origin, in the units of its ring."""
    (x, y), drawn = curves(ring)
    return f"{x:.2f} {y:.2f} m " + " ".join(" ".join(f"{value:.2f}" for value in one) + " c" for one in drawn) + " s"


def _dot() -> str:
    r, h = DOT, DOT * ROUND
    quarters = (
        f"{r} {h} {h} {r} 0 {r} c {-h} {r} {-r} {h} {-r} 0 c {-r} {-h} {-h} {-r} 0 {-r} c {h} {-r} {r} {-h} {r} 0 c"
    )
    return f"{r} 0 m {quarters}"


def _placed(x: float, y: float, *, size: float = 1) -> str:
    return f"{size * POINTS:.5f} 0 0 {size * POINTS:.5f} {x * POINTS:.3f} {y * POINTS:.3f} cm"


def _turned(turns: float) -> str:
    c, s = math.cos(2 * math.pi * turns), math.sin(2 * math.pi * turns)
    return f"{c:.5f} {s:.5f} {-s:.5f} {c:.5f} 0 0 cm"
