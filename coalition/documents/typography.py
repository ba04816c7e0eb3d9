"""How is a typed name set on a page? Its direction, its language tag and the largest size at which it surely fits.

Pure. The estimate is generous: a page has one name box, and nothing may grow out of it. What a name may hold is
`certificates.content`'s business.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

NARROW = frozenset("iljtfI.,:;'’|!()[] ")
WIDE = frozenset("MWmw@%&—")
# The first word of a letter's Unicode name → its script in a language tag (ISO 15924).
SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "HEBREW": "Hebr",
    "KANNADA": "Knda",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "MALAYALAM": "Mlym",
    "MYANMAR": "Mymr",
    "ORIYA": "Orya",
    "SINHALA": "Sinh",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
}
# Han letters look different from place to place.
HAN = {"JP": "ja", "KR": "ko", "KP": "ko", "TW": "zh-Hant-TW", "HK": "zh-Hant-HK", "MO": "zh-Hant-HK"}
LONELY = 0.25
LOW = frozenset({"", "Armn", "Cyrl", "Geor", "Grek", "Hebr"})


@dataclass(frozen=True)
class Box:
    """The room for a text: its width and height in points and the sizes it may take, largest first."""

    width: float
    height: float
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Setting:
    """A text as it is set: size in points, "ltr" or "rtl", a language tag ("" as the page), whether lines are tall."""

    text: str
    size: int
    direction: str
    language: str
    is_tall: bool


NAME = Box(width=640, height=100, sizes=(40, 36, 32, 29, 26, 24, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10))
NAME_WITH_LATIN = Box(width=640, height=76, sizes=(*NAME.sizes[2:], 9, 8))
LATIN = Box(width=640, height=28, sizes=(15, 14, 13, 12, 11, 10, 9, 8, 7, 6))
TITLE = Box(width=640, height=44, sizes=(32, 29, 26, 24, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10))
# On a sheet in two languages there is less room for each.
TITLE_OF_TWO, SECOND_TITLE = replace(TITLE, height=30, sizes=TITLE.sizes[5:]), Box(640, 17, LATIN.sizes[1:])
NAME_OF_TWO, NAME_OF_TWO_WITH_LATIN = replace(NAME, height=88), replace(NAME_WITH_LATIN, height=64)


def setting(text: str, *, box: Box, country: str = "") -> Setting:
    """Return how `text` is set in `box`; `country` (ISO code) tells Chinese, Japanese and Korean shapes apart."""
    language = language_tag(text, country)
    is_tall = not _is_low(language)
    size = _size(text, box, leading=1.5 if is_tall else 1.2)
    return Setting(text=text, size=size, direction=direction(text), language=language, is_tall=is_tall)


def direction(text: str) -> str:
    """Return "rtl" when the first letter with a direction runs from right to left, else "ltr"."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((way for way in strong if way in {"L", "R", "AL"}), "L") != "L" else "ltr"


def language_tag(text: str, country: str = "") -> str:
    """Return the tag of the text's script, "" for Latin: nobody was asked in which language a name is."""
    found = list(_scripts(text))
    if "HANGUL" in found:
        return "ko"
    if "HIRAGANA" in found or "KATAKANA" in found:
        return "ja"
    if "CJK" in found:
        return HAN.get(country, "zh-Hans")
    script = next((SCRIPTS[name] for name in found if name in SCRIPTS), "")
    return f"und-{script}" if script else ""


def estimated_width(text: str) -> float:
    """Return the width of `text` in ems, rather too much than too little."""
    return sum(_advance(letter) for letter in text)


def _advance(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Cf"}:
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    if letter in NARROW:
        return 0.33
    if letter in WIDE or "\u1200" <= letter <= "\u139f" or "\u0d00" <= letter <= "\u0dff":
        return 0.9
    return 0.72 if letter.isupper() else 0.6


def _size(text: str, box: Box, *, leading: float) -> int:
    """Return the largest size that fits and leaves no lonely rest on the last line; else the largest that fits."""
    fitting = []
    for size in box.sizes:
        lines, rest = _lines(text, size, box.width)
        if lines * size * leading <= box.height:
            fitting.append(size)
            if lines == 1 or rest >= LONELY:
                return size
    return fitting[0] if fitting else box.sizes[-1]


def _lines(text: str, size: int, width: float) -> tuple[int, float]:
    """How many lines the text takes and how full the last one is; a word that does not fit begins a line."""
    space = 0.3 * size
    lines, used = 1, 0.0
    for word in text.split():
        advance = estimated_width(word) * size
        if used and used + space + advance > width:
            lines, used = lines + 1, 0.0
        used += (space if used else 0) + advance
        whole = max(math.ceil(used / width) - 1, 0)
        lines, used = lines + whole, used - whole * width
    return lines, used / width


def _scripts(text: str) -> Iterable[str]:
    for letter in text:
        if letter.isalpha():
            yield unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


def _is_low(language: str) -> bool:
    """Whether the script's letters keep within an ordinary line: Han is square, Indic and Arabic marks are not."""
    return language[:2] in {"zh", "ja", "ko"} or language.removeprefix("und-") in LOW
