"""How is a name read by somebody who does not see which alphabet it is written in? Look-alike letters, spelling; pure.

Cyrillic and Greek letters that pass for Latin ones become them, names in other alphabets are spelt in Latin letters,
and spellings of one sound meet. What makes two names alike belongs to `likeness`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_CYRILLIC = (
    "а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ sch ъ a"
    " ы y ь _ э e ю yu я ya і i ї i є e ґ g ђ d ј j љ l њ n ћ c џ d ў u"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ i φ f χ ch ψ ps ω o"
_GEORGIAN = (
    "ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch ც ts"
    " ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h"
)
_ARMENIAN = (
    "ա a բ b գ g դ d ե e զ z է e ը y թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o չ ch պ p"
    " ջ j ռ r ս s վ v տ t ր r ց ts ւ u փ p ք k օ o ֆ f"
)
_HEBREW = (
    "א a ב b ג g ד d ה h ו u ז z ח h ט t י i כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף p צ ts ץ ts ק k ר r ש sh ת t"
)
_ARABIC = (
    "ا a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ل l م m ن n ه h و u"
    " ي i پ p چ ch ژ zh گ g ء _ ー _"
)
_THAI_VOWELS = "ะ a ั a า a ํ m ิ i ี i ึ ue ื ue ุ u ู u เ e แ ae โ o ใ ai ไ ai ฤ rue"


def _pairs(text: str) -> dict[str, str]:
    letters = text.split()
    return {letter: spelt.strip("_") for letter, spelt in zip(letters[::2], letters[1::2], strict=True)}


SPELT = str.maketrans(_pairs(_CYRILLIC) | _pairs(_GREEK))
ALPHABETS = _pairs(f"{_GEORGIAN} {_ARMENIAN} {_HEBREW} {_ARABIC} {_THAI_VOWELS}")
SEEN_AS = dict(zip("асеорхукмтнвіјѕԁԛԝһαβεηικμνορτυχζ", "aceopxykmthbijsdqwhabenikmvoptuxz", strict=True))
SEEN = str.maketrans(SEEN_AS)
MEANT_AS = {
    "Cyrillic": str.maketrans(dict(zip("aceopxykmthbij", "асеорхукмтнвіј", strict=True))),
    "Greek": str.maketrans(dict(zip("abehikmnoptuxyz", "αβεηικμνορτυχυζ", strict=True))),
}
FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
LATIN = re.compile("[a-z]")
DIGIT_IN_WORD = re.compile(r"^0(?=[a-z]{3})|(?<=[a-z])[01345]+(?=[a-z])")
DIGITS_SEEN_AS = str.maketrans("01345", "oleas")
GREEK_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
MIXED_WORD = re.compile(r"\w*(?:[A-Za-z]\w*[\u0391-\u03a9]|[\u0391-\u03a9]\w*[A-Za-z])\w*")
WORD_OF_LOOKALIKES = re.compile(f"[{''.join(SEEN_AS)}]+")
FOREIGN_ALONE = re.compile(f"(?![{''.join(SEEN_AS)}])[\u03b1-\u03c9\u0430-\u052f]")
# Hebrew, Armenian, Georgian, Indic and Ethiopic names are spelt before they are read; the lexicon knows them so.
SPELT_FIRST = re.compile("[\u0530-\u05ff\u0900-\u0dff\u10a0-\u10ff\u1200-\u139f]")
NAMED = re.compile(
    r"(?:HANGUL SYLLABLE|(?:HIRAGANA|KATAKANA) LETTER(?: SMALL)?|ETHIOPIC SYLLABLE|THAI CHARACTER|"
    r"[A-Z]+ (?P<kind>LETTER|VOWEL SIGN|SIGN))(?: CANDRA| CHILLU| VOCALIC| SHORT)? (?P<sound>[A-Z]+)"
)
_PLAINER = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^c(?!h)", "ch"), ("^ss(?=a)", "sh"), (r"^(.)\1(?=.)", r"\1"), ("lll", "l"), (r"([aiu])\1", r"\1"),
    )
)  # fmt: skip
NASALS = ("ANUSVARA", "CANDRABINDU", "TIPPI", "BINDI")

SHORTEST_CLIPPED, LETTERS_A_PIECE = 5, 1.5

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("j|y", "i"), ("ph", "f"), ("sch|sh|ch|tch", "s"), ("ck|q|kh", "k"), ("c(?=[ei])", "s"), ("c", "k"),
        ("gh|gu(?=[ei])", "g"), ("x", "ks"), ("w|ou(?=[aeiouh])", "v"), ("oo|ou|oe|ue|ae", "u"), ("z|ts", "s"),
        ("th|dh", "t"), ("h", ""), ("ee|ei|ie", "i"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=20_000)
def read_as(word: str, *, among_foreign: bool = False) -> str:
    """Return a folded word in the letters it is read in: a mixture of alphabets is Latin, the rest is spelt out.

    A mixture that has a letter which Latin lacks is of the other alphabet, and `among_foreign` words one that passes
    for Latin is too.
    """
    if word.isascii():
        return DIGIT_IN_WORD.sub(_letters, word) if not word.isalpha() and not word.isdigit() else word
    if SPELT_FIRST.search(word):
        return spelt(word)
    if not FOREIGN.search(word):
        return word
    told = FOREIGN_ALONE.search(word)
    if told:
        return word.translate(MEANT_AS["Greek" if told[0] < "\u0400" else "Cyrillic"]).translate(SPELT)
    if LATIN.search(word) or (WORD_OF_LOOKALIKES.fullmatch(word) and not among_foreign):
        return word.translate(SEEN)
    return word.translate(SPELT)


def _letters(found: re.Match[str]) -> str:
    return found[0].translate(DIGITS_SEEN_AS)


def latin_capitals(name: str) -> str:
    """Return a name as typed with the Greek capitals that stand in a Latin word made Latin."""
    return name if name.isascii() else MIXED_WORD.sub(lambda found: found[0].translate(GREEK_CAPITALS), name)


def is_clipped(short: str, words: Sequence[str]) -> bool:
    """Tell whether a word is made of the beginnings of others in their order, as Legacoop is of Lega delle Cooperative.

    Every letter must come from a beginning, and there must be more letters than initials alone would give.
    """
    if len(short) < SHORTEST_CLIPPED or not short.isascii() or short[0] not in {word[0] for word in words}:
        return False
    fewest = {0: 0}
    for word in words:
        for at, pieces in list(fewest.items()):
            for size in range(1, len(word) + 1):
                if short[at : at + size] != word[:size]:
                    break
                fewest[at + size] = min(pieces + 1, fewest.get(at + size, pieces + 1))
    return 1 < fewest.get(len(short), 0) <= len(short) / LETTERS_A_PIECE


@lru_cache(maxsize=20_000)
def spelt(word: str) -> str:
    """Return a word of another alphabet or syllabary in Latin letters, about as it sounds; Han and unknown signs stay.

    Syllables and Indic letters sound as Unicode names them; the last short a of an Indic word is not spoken.
    """
    found = ""
    for sign in word:
        found = found + ALPHABETS[sign] if sign in ALPHABETS else _sounded(found, sign)
    return found.removesuffix("A").lower()


def _sounded(before: str, sign: str) -> str:
    """Return what was spelt with one more sign; a capital A is the short a that the next sign may take away."""
    told = None if sign.isascii() else NAMED.match(unicodedata.name(sign, ""))
    if not told:
        return before + (sign if sign.isalnum() else "")
    kind, sound = told["kind"], told["sound"].lower()
    if kind == "SIGN":
        nasal = "n" if told["sound"] in NASALS else ""
        return before.removesuffix("A") if told["sound"] in ("VIRAMA", "COENG") else before + nasal
    if unicodedata.name(sign).startswith("THAI"):
        return before + _thai(sound)
    for pattern, plain in _PLAINER if kind else ():
        sound = pattern.sub(plain, sound)
    if kind == "VOWEL SIGN":
        return before.removesuffix("A") + sound
    is_consonant = kind == "LETTER" and len(sound) > 1 and sound.endswith("a") and sound[0] not in "aeiou"
    return before + (f"{sound[:-1]}A" if is_consonant else sound)


def _thai(sound: str) -> str:
    """Return the consonant with which the name of a Thai letter begins; signs of tone and silence are none."""
    return "" if sound in ("mai", "sara", "o", "thanthakhat") else sound.rstrip("o")


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """Return the key under which spellings of a word that sound alike meet; a last vowel or s counts for nothing."""
    spoken = word
    for pattern, sound in _SOUNDS:
        spoken = pattern.sub(sound, spoken)
    ended = spoken.rstrip("saeiou")
    return ended if len(ended) > 1 else spoken
