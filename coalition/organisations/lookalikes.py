"""How is a name read by somebody who does not see which alphabet it is written in? Look-alike letters, spelling; pure.

Cyrillic and Greek letters that pass for Latin ones become them, names in those scripts are spelt in Latin letters, and
spellings of one sound meet. What makes two names alike belongs to `likeness`.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CYRILLIC = (
    "а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ sch ъ a"
    " ы y ь _ э e ю yu я ya і i ї i є e ґ g ђ d ј j љ l њ n ћ c џ d ў u"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ i φ f χ ch ψ ps ω o"


def _pairs(text: str) -> dict[str, str]:
    letters = text.split()
    return {letter: spelt.strip("_") for letter, spelt in zip(letters[::2], letters[1::2], strict=True)}


SPELT = str.maketrans(_pairs(_CYRILLIC) | _pairs(_GREEK))
SEEN_AS = dict(zip("асеорхукмтнвіјѕԁԛԝһαβεηικμνορτυχζ", "aceopxykmthbijsdqwhabenikmvoptuxz", strict=True))
SEEN = str.maketrans(SEEN_AS)
FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
LATIN = re.compile("[a-z]")
DIGIT_IN_WORD = re.compile(r"^0(?=[a-z]{3})|(?<=[a-z])[01]+(?=[a-z])")
WORD_OF_LOOKALIKES = re.compile(f"[{''.join(SEEN_AS)}]+")

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("j|y", "i"), ("ph", "f"), ("sch|sh|ch|tch", "s"), ("ck|q|kh", "k"), ("c(?=[ei])", "s"), ("c", "k"),
        ("gh|gu(?=[ei])", "g"), ("x", "ks"), ("w|ou(?=[aeiouh])", "v"), ("oo|ou|oe|ue|ae", "u"), ("z|ts", "s"),
        ("th|dh", "t"), ("h", ""), ("ee|ei|ie", "i"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=20_000)
def read_as(word: str) -> str:
    """Return a folded word in the letters it is read in: a mixture of alphabets is Latin, the rest is spelt out."""
    if word.isascii():
        return DIGIT_IN_WORD.sub(_letters, word) if not word.isalpha() and not word.isdigit() else word
    if not FOREIGN.search(word):
        return word
    if LATIN.search(word) or WORD_OF_LOOKALIKES.fullmatch(word):
        return word.translate(SEEN)
    return word.translate(SPELT)


def _letters(found: re.Match[str]) -> str:
    return found[0].replace("0", "o").replace("1", "l")


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """Return the key under which spellings of a word that sound alike meet; a last vowel or s counts for nothing."""
    spoken = word
    for pattern, sound in _SOUNDS:
        spoken = pattern.sub(sound, spoken)
    ended = spoken.rstrip("saeiou")
    return ended if len(ended) > 1 else spoken
