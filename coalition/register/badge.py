"""What does a signatory's badge show? Its words and look by how the entry stands, and its drawing as SVG; pure.

The badge is fetched anew wherever it is shown, so it says how the entry stands on the day it is looked at. As PNG it is
drawn by `cards`; which words it is given belongs to `badge_views`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from coalition.register.entry import Status
from coalition.web.seal import seal_image

WIDTH, HEIGHT, MARGIN = 360, 112, 104
ROOM = WIDTH - MARGIN - 14
SERIF, SANS = "Alegreya, Georgia, 'Times New Roman', serif", "system-ui, 'Segoe UI', Roboto, Arial, sans-serif"
FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
WIDE_LETTER, LETTER, NARROW_LETTER = 1.0, 0.56, 0.34
NARROW = frozenset("iljtfrI.,:;'’|!()[] -")


Stroke = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Look:
    """The colours of a badge, and the strokes in its circle between -100 and 100; without any it bears the seal."""

    ground: str
    edge: str
    ink: str
    quiet: str
    accent: str
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class BadgeWords:
    """What a badge says, in its language; `name` in any script."""

    coalition: str
    standing: str
    name: str
    number: str
    as_of: str

    def told(self) -> str:
        """Return all of it as one line for those who do not see it."""
        return f"{self.name}: {self.standing} – {self.coalition}, {self.number}, {self.as_of}"


STANDS = Look("#2f0f37", "#2f0f37", "#ffffff", "#dcc3e3", "#f5b324")
PAUSED = Look("#fdf1de", "#824300", "#1e1524", "#564b60", "#824300", (((-16, -28), (-16, 28)), ((16, -28), (16, 28))))
CROSS = (((-26, -26), (26, 26)), ((26, -26), (-26, 26)))
ARROW = (((-34, 0), (34, 0)), ((8, -26), (34, 0), (8, 26)))
ENDED = Look("#f4f0f7", "#7d7088", "#1e1524", "#564b60", "#564b60", CROSS)
GONE_ON = Look("#f4f0f7", "#7d7088", "#1e1524", "#564b60", "#564b60", ARROW)
LOOKS: Mapping[Status | None, Look] = {
    Status.ACTIVE: STANDS,
    Status.SUSPENDED: PAUSED,
    Status.WITHDRAWN: ENDED,
    Status.DELISTED: ENDED,
    Status.SUPERSEDED: GONE_ON,
    None: ENDED,
}
SIZES = (19, 17, 15, 13)
TAG = Markup('<text x="{x}" y="{y}" font-family="{font}" font-size="{size}" fill="{fill}"{weight}>{text}</text>')
BOLD = Markup(' font-weight="700"')


def badge_svg(words: BadgeWords, *, status: Status | None, strands: int) -> bytes:
    """Return the badge as an SVG file: no script, no style sheet, no address; None is an entry that is not there."""
    look = LOOKS[status]
    name, size = fitted(words.name, sizes=SIZES, room=ROOM)
    lines = (
        _text(26, words.coalition, size=12, fill=look.quiet),
        _text(53, f"{FIRST_STRONG}{name}{POP}", size=size, fill=look.ink, is_title=True),
        _text(76, words.standing, size=14, fill=look.accent, is_bold=True),
        _text(97, f"{words.number}  ·  {words.as_of}", size=11, fill=look.quiet),
    )
    return (
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'role="img"><title>{told}</title><rect x=".75" y=".75" width="{inner}" height="{lower}" rx="6" '
            'fill="{look.ground}" stroke="{look.edge}" stroke-width="1.5"/>{sign}{lines}</svg>'
        )
        .format(
            width=WIDTH,
            height=HEIGHT,
            inner=WIDTH - 1.5,
            lower=HEIGHT - 1.5,
            told=words.told(),
            look=look,
            sign=_sign(words.number, look, strands),
            lines=Markup("").join(lines),
        )
        .encode()
    )


def fitted(text: str, *, sizes: tuple[int, ...], room: float) -> tuple[str, int]:
    """Return `text` and the largest of `sizes` at which it fits into `room`, cut with an ellipsis where none does."""
    size = next((one for one in sizes if estimated_width(text) * one <= room), sizes[-1])
    if estimated_width(text) * size <= room:
        return text, size
    return shortened(text, room / size), size


def shortened(text: str, ems: float) -> str:
    """Return as much of `text` as fits into so many ems, at the end of a word where one is near."""
    kept = text
    while kept and estimated_width(f"{kept}{ELLIPSIS}") > ems:
        kept = kept[:-1]
    while kept and unicodedata.category(text[len(kept)]).startswith("M"):
        kept = kept[:-1]  # a vowel sign belongs to the letter before it
    whole = kept.rsplit(" ", 1)[0]
    return f"{whole if len(whole) > len(kept) * 0.75 else kept.rstrip()}{ELLIPSIS}"


def estimated_width(text: str) -> float:
    """Return the width of `text` in ems, about."""
    return sum(_advance(letter) for letter in text)


def _advance(letter: str) -> float:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE_LETTER
    if letter in NARROW:
        return NARROW_LETTER
    return LETTER * (1.25 if letter.isupper() else 1)


def _text(y: int, text: str, *, size: int, fill: str, is_title: bool = False, is_bold: bool = False) -> Markup:
    """Write one line; what would not fit is set smaller, then cut."""
    told, fitting = (text, size) if is_title else fitted(text, sizes=(size, size - 1, size - 2), room=ROOM)
    weight = BOLD if is_title or is_bold else ""
    return TAG.format(
        x=MARGIN, y=y, font=SERIF if is_title else SANS, size=fitting, fill=fill, weight=weight, text=told
    )


def _sign(number: str, look: Look, strands: int) -> Markup:
    """Draw the seal of the number; of an entry that does not stand, a ring with the picture of how it ended."""
    if look.strokes:
        lines = (" ".join(f"{x},{y}" for x, y in stroke) for stroke in look.strokes)
        return Markup(
            '<g transform="translate(54 56) scale(.4)" fill="none" stroke="{colour}" stroke-width="9" '
            'stroke-linecap="round" stroke-linejoin="round"><circle r="82"/>{lines}</g>'
        ).format(
            colour=look.accent, lines=Markup("").join(Markup('<polyline points="{}"/>').format(one) for one in lines)
        )
    seal = seal_image(number, outer=look.accent, inner=look.quiet, width=1.6, strands=strands).decode()
    drawn = Markup(seal)  # noqa: S704  # our own drawing: colours and numbers
    return Markup('<svg x="10" y="12" width="88" height="88" viewBox="0 0 1 1">{}</svg>').format(drawn)
