"""How is text of any script drawn into a picture? With the documents' fonts, each run of a script with its own.

For pictures alone: pages are set by browsers, documents by their own engine. A machine without those fonts draws with
the one the site brings along.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont
Place = tuple[float, float]

NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
OWN = Path(__file__).resolve().parents[2] / "static" / "fonts" / "alegreya-latin-700-normal.woff2"
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH", "BOPOMOFO"})
FACES: Mapping[str, int] = {"JP": 0, "KR": 1, "KP": 1, "TW": 3, "HK": 4, "MO": 4}
SIMPLIFIED = 2
# The first word of a letter's Unicode name → the file of its script; what is not here is in the first.
FILES: Mapping[str, str] = {
    "ARABIC": "NotoNaskhArabic",
    "ARMENIAN": "NotoSerifArmenian",
    "BENGALI": "NotoSerifBengali",
    "DEVANAGARI": "NotoSerifDevanagari",
    "ETHIOPIC": "NotoSerifEthiopic",
    "GEORGIAN": "NotoSerifGeorgian",
    "GUJARATI": "NotoSerifGujarati",
    "GURMUKHI": "NotoSerifGurmukhi",
    "HEBREW": "NotoSerifHebrew",
    "KANNADA": "NotoSerifKannada",
    "KHMER": "NotoSerifKhmer",
    "LAO": "NotoSerifLao",
    "MALAYALAM": "NotoSerifMalayalam",
    "MYANMAR": "NotoSerifMyanmar",
    "ORIYA": "NotoSansOriya",
    "SINHALA": "NotoSerifSinhala",
    "TAMIL": "NotoSerifTamil",
    "TELUGU": "NotoSerifTelugu",
    "THAI": "NotoSerifThai",
    "TIBETAN": "NotoSerifTibetan",
}
SERIF, SANS = "NotoSerif", "NotoSans"


class Lettering:
    """A size and face in which text of any script is measured and drawn; `country` tells Han letters' shapes apart."""

    def __init__(self, size: int, *, country: str = "", face: str = SERIF) -> None:
        self.size, self.country, self.face = size, country, face

    def width(self, text: str) -> float:
        """Return how wide `text` is, in pixels."""
        return sum(self._font(script).getlength(run) for script, run in _runs(text))

    def draw(self, onto: ImageDraw.ImageDraw, at: Place, text: str, *, fill: str) -> None:
        """Draw one line from `at`, the left end of its base line. What runs from right to left is drawn so."""
        runs, is_back = list(_runs(text)), is_rightward(text)
        x, y = at
        for script, run in reversed(runs) if is_back else runs:
            font = self._font(script)
            way = "rtl" if is_back and not script else None  # a bracket turns with the text around it
            onto.text((x, y), run, font=font, fill=fill, anchor="ls", direction=way)
            x += font.getlength(run)

    def lines(self, text: str, *, room: float) -> list[str]:
        """Return `text` in lines that fit into `room`, broken between words; a word that is too long stands alone."""
        lines = [""]
        for part in _parts(text):
            if self.width(f"{lines[-1]}{part}".strip()) <= room:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
        return [line.strip() for line in lines if line.strip()]

    def _font(self, script: str) -> Font:
        if script in EAST_ASIAN:
            return _loaded(CJK, self.size, FACES.get(self.country, _usual_face(script)))
        return _loaded(NOTO / f"{FILES.get(script, self.face)}-Bold.ttf", self.size, 0)


def is_rightward(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((way for way in strong if way in {"L", "R", "AL"}), "L") != "L"


def _usual_face(script: str) -> int:
    if script == "HANGUL":
        return FACES["KR"]
    return FACES["JP"] if script in {"HIRAGANA", "KATAKANA"} else SIMPLIFIED


@lru_cache(maxsize=64)
def _loaded(path: Path, size: int, face: int) -> Font:
    if not path.exists():
        return ImageFont.truetype(OWN, size)
    return ImageFont.truetype(path, size, index=face)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into runs of one script; "" is what no script owns: signs, and spaces between two scripts."""
    scripts = list(_scripts(text))
    for script, letters in groupby(zip(scripts, text, strict=True), key=lambda one: one[0]):
        yield script, "".join(letter for _, letter in letters)


def _scripts(text: str) -> Iterator[str]:
    """Return each letter's script. Digits and accents share that of what stands before, so do spaces within one."""
    present = ""
    for at, letter in enumerate(text):
        if letter.isspace():
            following = next((_own_script(one) for one in text[at:] if not one.isspace()), "")
            yield present if following == present else ""
            continue
        own = _own_script(letter)
        if own or not (letter.isdigit() or unicodedata.combining(letter) or present in EAST_ASIAN):
            present = own
        yield present


def _own_script(letter: str) -> str:
    """Return what the script of a letter is called; "" of what every script shares."""
    first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    return first if letter.isalpha() or first in FILES or first in EAST_ASIAN else ""


def _parts(text: str) -> Iterator[str]:
    """Return what a line may be broken between: words with the space before them, East Asian letters each by itself."""
    word = ""
    for letter in text:
        if letter == " " or unicodedata.east_asian_width(letter) in "WF":
            yield word
            word = ""
        word += letter
    yield word
