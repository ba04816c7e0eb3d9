"""What do pictures of an entry look like where only pictures are shown? The badge as PNG, and a card for shared links.

Drawn with the same words and look as `badge`. Which words belongs to `badge_views`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from coalition.register import badge
from coalition.register.badge import LOOKS, BadgeWords, Look
from coalition.register.entry import Status
from coalition.register.lettering import SANS, Lettering, is_rightward
from coalition.web.seal import Ring, rings

SCALE, FINER = 2, 3
CARD = (1200, 630)
EDGE, SEAL = 80, 330
NAME_ROOM = CARD[0] - 3 * EDGE - SEAL
NAME_SIZES, MOST_LINES = (76, 66, 58, 50, 43, 37), 4
STEPS = 40
Line = Sequence[tuple[float, float]]


def badge_png(words: BadgeWords, *, status: Status | None, strands: int, country: str) -> bytes:
    """Return the badge as PNG, at twice its size for fine screens."""
    look = LOOKS[status]
    picture = Image.new("RGBA", (badge.WIDTH * SCALE, badge.HEIGHT * SCALE), (0, 0, 0, 0))
    onto = ImageDraw.Draw(picture)
    onto.rounded_rectangle(
        (1, 1, picture.width - 2, picture.height - 2), radius=12, fill=look.ground, outline=look.edge, width=3
    )
    _sign(picture, words.number, look, box=(20, 24, 176), strands=strands)
    room, x = badge.ROOM * SCALE, badge.MARGIN * SCALE
    for y, text, sizes, fill, face in (
        (26, words.coalition, (12, 11, 10), look.quiet, SANS),
        (53, words.name, badge.SIZES, look.ink, ""),
        (76, words.standing, (14, 13, 12), look.accent, SANS),
        (97, f"{words.number}  ·  {words.as_of}", (11, 10), look.quiet, SANS),
    ):
        told, lettering = _fitted(text, [size * SCALE for size in sizes], room, country=country, face=face)
        lettering.draw(onto, (x, y * SCALE), told, fill=fill)
    return _png(picture)


def card_png(words: BadgeWords, *, status: Status, strands: int, country: str) -> bytes:
    """Return the card that sites show beside a shared link: 1200 × 630, the name large, how it stands beneath."""
    look = LOOKS[status]
    picture = Image.new("RGB", CARD, look.ground)
    onto = ImageDraw.Draw(picture)
    onto.rectangle((0, CARD[1] - 14, CARD[0], CARD[1]), fill=look.accent)
    _sign(picture, words.number, look, box=(CARD[0] - EDGE - SEAL, 130, SEAL), strands=strands)
    told, small = _fitted(words.coalition, [34, 30, 26], CARD[0] - 2 * EDGE, country=country, face=SANS)
    small.draw(onto, (EDGE, 98), told, fill=look.quiet)
    lines, lettering = _name(words.name, country)
    y = 306 - (len(lines) - 1) * lettering.size * 0.65
    for line in lines:
        start = EDGE + (NAME_ROOM - lettering.width(line) if is_rightward(words.name) else 0)
        lettering.draw(onto, (start, y), line, fill=look.ink)
        y += lettering.size * 1.3
    for at, text, size, fill in (
        (512, words.standing, 40, look.accent),
        (566, f"{words.number}  ·  {words.as_of}", 28, look.quiet),
    ):
        told, face = _fitted(text, [size, size - 6, size - 10], CARD[0] - 2 * EDGE, country=country, face=SANS)
        face.draw(onto, (EDGE, at), told, fill=fill)
    return _png(picture)


def _name(name: str, country: str) -> tuple[list[str], Lettering]:
    """Return the name in lines at the largest size at which it stands; the last line is cut where none is enough."""
    for size in NAME_SIZES:
        lettering = Lettering(size, country=country)
        lines = lettering.lines(name, room=NAME_ROOM)
        if len(lines) <= MOST_LINES and all(lettering.width(line) <= NAME_ROOM for line in lines):
            return lines, lettering
    kept = [_cut(line, lettering, NAME_ROOM) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        kept[-1] = _cut(f"{kept[-1]} {lines[MOST_LINES]}", lettering, NAME_ROOM)
    return kept, lettering


def _fitted(text: str, sizes: list[int], room: float, *, country: str, face: str) -> tuple[str, Lettering]:
    faces = {"face": face} if face else {}
    for size in sizes:
        lettering = Lettering(size, country=country, **faces)
        if lettering.width(text) <= room:
            return text, lettering
    return _cut(text, lettering, room), lettering


def _cut(text: str, lettering: Lettering, room: float) -> str:
    if lettering.width(text) <= room:
        return text
    kept = text[: int(room / lettering.size * 4)]
    while kept and lettering.width(f"{kept}{badge.ELLIPSIS}") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}{badge.ELLIPSIS}"


def _sign(picture: Image.Image, number: str, look: Look, *, box: tuple[int, int, int], strands: int) -> None:
    """Draw the seal, or the picture of how the entry ended, into the square `box`: left, top, side."""
    left, top, side = box
    for colour, drawn, width in _drawn(number, look, strands):
        mask = Image.new("L", (side * FINER, side * FINER))
        onto, scale = ImageDraw.Draw(mask), side * FINER / 200
        for line in drawn:
            points = [((x + 100) * scale, (y + 100) * scale) for x, y in line]
            onto.line(points, fill=255, width=max(1, round(width * scale)), joint="curve")
        shrunk = mask.resize((side, side), Image.Resampling.BOX)
        picture.paste(colour, (left, top, left + side, top + side), shrunk)


def _drawn(number: str, look: Look, strands: int) -> Iterator[tuple[str, list[Line], float]]:
    """Return lines in a square from -100 to 100, with their colour and width."""
    if look.strokes:
        yield look.accent, [_circle(82), *(list(stroke) for stroke in look.strokes)], 9
        return
    for colour, ring in zip((look.accent, look.quiet), rings(number), strict=True):
        turns = (2 * math.pi * strand / (strands * ring.waves) for strand in range(strands))
        yield colour, [_strand(ring, turn) for turn in turns], 1.6


def _strand(ring: Ring, turn: float) -> Line:
    steps = ring.waves * STEPS
    angles = (step * 2 * math.pi / steps for step in range(steps + 1))
    return [
        (r * math.cos(angle + turn), r * math.sin(angle + turn))
        for angle in angles
        for r in (ring.radius + ring.height * math.cos(ring.waves * angle),)
    ]


def _circle(radius: float) -> Line:
    return [(radius * math.cos(at * math.pi / 90), radius * math.sin(at * math.pi / 90)) for at in range(181)]


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=False, compress_level=6)
    return written.getvalue()
