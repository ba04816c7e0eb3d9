"""What does the seal look like? Two rings of woven strands around an open centre, shaped by a digest.

The strands stand for what the signatories hold in common; the centre is open because none stands above another. It is
an ornament for pages and documents: never a proof, never called unique. What seals a file is `documents.sealing`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

STEPS_PER_WAVE = 2
HIDDEN = 'aria-hidden="true" focusable="false"'


@dataclass(frozen=True)
class Ring:
    """One closed wave around the centre: its radius, its height and how often it swings."""

    radius: float
    height: float
    waves: int


def seal_svg(text: str, *, uid: str, size: int, label: str = "", centre: str | Markup = "", strands: int = 8) -> Markup:
    """Draw the seal of `text` as inline SVG for a page, coloured by the page's sheet.

    `uid` is unique on the page. An empty label makes it a decoration that a screen reader passes over. `centre` is SVG
    text for the open middle and is escaped unless it is Markup.
    """
    role = (
        Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true" focusable="false"')
    )
    outer, inner = (_woven(ring, strands, f"{uid}{place}") for ring, place in zip(rings(text), "ab", strict=True))
    return Markup(
        '<svg class="seal" viewBox="-100 -100 200 200" width="{size}" height="{size}" {role}>'
        '<g class="seal-o">{outer}</g><g class="seal-i">{inner}</g>{centre}</svg>'
    ).format(size=size, role=role, outer=outer, inner=inner, centre=centre)


def seal_image(text: str, *, outer: str, inner: str, width: float, strands: int = 8) -> bytes:
    """Draw the same seal as an SVG file with its own two colours and line width, for documents."""
    drawn = Markup("").join(
        Markup('<g stroke="{}">{}</g>').format(colour, _woven(ring, strands, place))
        for ring, place, colour in zip(rings(text), "ab", (outer, inner), strict=True)
    )
    return (
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200">'
            '<g fill="none" stroke-width="{}">{}</g></svg>'
        )
        .format(width, drawn)
        .encode()
    )


def rings(text: str) -> tuple[Ring, Ring]:
    """Return the outer and the inner ring that the SHA-256 of `text` shapes."""
    b = hashlib.sha256(text.encode()).digest()
    outer = Ring(radius=76 + b[3] % 5, height=9 + b[2] % 7, waves=7 + b[0] % 11)
    return outer, Ring(radius=48 + b[5] % 5, height=7 + b[4] % 7, waves=5 + b[1] % 6)


def _woven(ring: Ring, strands: int, uid: str) -> Markup:
    turned = (f"{360 * strand / (strands * ring.waves):.2f}" for strand in range(1, strands))
    uses = Markup("").join(Markup('<use href="#{}" transform="rotate({})"/>').format(uid, angle) for angle in turned)
    return Markup('<path id="{}" d="{}"/>{}').format(uid, _strand(ring), uses)


def curves(ring: Ring) -> tuple[tuple[float, float], list[tuple[float, ...]]]:
    """Return one closed strand as its start and its smooth cubic curves: two controls and an end each, x before y."""
    points = list(_points(ring))
    third = 2 * math.pi / (len(points) - 1) / 3
    return points[0][:2], [
        (x + dx * third, y + dy * third, to_x - to_dx * third, to_y - to_dy * third, to_x, to_y)
        for (x, y, dx, dy), (to_x, to_y, to_dx, to_dy) in pairwise(points)
    ]


def _strand(ring: Ring) -> str:
    """One strand for SVG: exact tangents, few points, relative to the last rounded one."""
    start, drawn = curves(ring)
    at = (round(start[0], 1), round(start[1], 1))
    told = []
    for curve in drawn:
        end = (round(curve[4], 1), round(curve[5], 1))
        told.append(" ".join(_short(value - at[i % 2]) for i, value in enumerate((*curve[:4], *end))))
        at = end
    path = f"M{_short(start[0])} {_short(start[1])}c{' '.join(told)}z"
    return path.replace(" -", "-").replace(" 0.", " .").replace("-0.", "-.")


def _points(ring: Ring) -> Iterator[tuple[float, float, float, float]]:
    """Places along the strand with their tangents."""
    steps = ring.waves * STEPS_PER_WAVE
    for step in range(steps + 1):
        turn = step * 2 * math.pi / steps
        r = ring.radius + ring.height * math.cos(ring.waves * turn)
        dr = -ring.height * ring.waves * math.sin(ring.waves * turn)
        c, s = math.cos(turn), math.sin(turn)
        yield r * c, r * s, dr * c - r * s, dr * s + r * c


def _short(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
