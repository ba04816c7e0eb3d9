"""When are two names the same to a reader, and what of a typed name is kept? Folding, words, keys, cleaning; pure.

Likeness of names that differ, and what an officer makes of it, do not belong here.
"""

from __future__ import annotations

import re
import unicodedata

DIGITS = {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}
LATIN = dict(zip("øłđðħŧıŋĸæœþ", ("o", "l", "d", "d", "h", "t", "i", "n", "k", "ae", "oe", "th"), strict=True))
ARABIC = dict(zip("ىیېکةۀہٱـ", ("ي", "ي", "ي", "ك", "ه", "ه", "ه", "ا", ""), strict=True))
SPELT = str.maketrans({**LATIN, **ARABIC, **DIGITS, "’": "'", "ʼ": "'"})

JOINERS = "\u200c\u200d"
MOST_MARKS = 4

_FORMS = """
    ab ag aisbl aps asbl bhd bv bvba cic cio corp crl cv cvba eg ev gesmbh ggmbh gie gmbh inc incorporated ivzw kg
    kgaa limited llc llp ltd ltda mbh nv odv onlus oy oyj plc pty ry sa sarl sas sasu scarl scic scl scop scrl scs
    sicav sl slu soccoop spa srl stg ug vof vzw zrt
"""
LEGAL_FORMS = frozenset(_FORMS.split())
EASTERN_FORMS = re.compile(
    "株式会社|有限会社|合同会社|(?:一般|公益)?(?:社団|財団)法人|特定非営利活動法人|社会福祉法人"
    "|股份有限公司|有限责任公司|有限責任公司|有限公司|주식회사|사단법인|재단법인|유한회사"
)
# Han, kana and their marks: written without spaces, so that every character is a word of its own.
_UNSPACED = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_TOKEN = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")
_INITIALS = re.compile(r"(?<!\w)(?:\w\.){2,}\w?(?!\w)")
_PLAIN = re.compile("[a-z0-9]+")
_SIGNS = re.compile("[^a-z0-9]+")


def _is_accent(sign: str) -> bool:
    """Tell whether a mark only colours its letter: accents, vowel points, harakat.

    Vowel signs of Indic and South-East Asian scripts and the voicing of kana are letters in their own right and stay.
    """
    place = unicodedata.combining(sign)
    return 10 <= place <= 36 or place >= 200 or place == 1


def _bare(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text)
    if signs.isascii():
        return signs
    return "".join([s for s in signs if s < "\x80" or not (_is_accent(s) or unicodedata.category(s) == "Cf")])


def fold(text: str) -> str:
    """Return `text` without case and accents, as it is compared and searched for.

    Normal form NFC of the folded letters, so that Hangul is whole; folding twice changes nothing. Letters that only
    look accented are spelt out (ø o, æ ae, ß ss). Arabic loses tatweel and harakat; alef and yeh have one form.
    """
    if text.isascii():
        return text.casefold()
    bare = _bare(text).translate(SPELT).casefold()
    return bare if bare.isascii() else unicodedata.normalize("NFC", _bare(bare).translate(SPELT))


def _words(folded: str) -> str:
    """Return folded text with one space wherever a word ends; initials with full stops are one word."""
    joined = _INITIALS.sub(lambda found: found[0].replace(".", ""), folded)
    if joined.isascii():
        return _SIGNS.sub(" ", joined)
    return "".join([s if s.isalnum() or unicodedata.category(s)[0] == "M" else " " for s in joined])


def search_words(text: str) -> list[str]:
    """Return the folded words of `text` in their order; each Han or kana character is a word. Empty of signs alone."""
    folded = fold(text)
    if folded.isascii() and "." not in folded:
        return _PLAIN.findall(folded)
    return _TOKEN.findall(_words(folded))


def name_key(text: str) -> str:
    """Return the key under which two spellings of one organisation's name meet.

    Folded words in alphabetical order without legal forms. A name made of legal forms alone keeps them; one without any
    letter is its own folded text. Empty of white space alone.
    """
    folded = fold(text)
    words = _words(EASTERN_FORMS.sub(" ", folded)).split() or _words(folded).split()
    kept = [word for word in words if word not in LEGAL_FORMS] or words
    return " ".join(sorted(kept)) or folded.strip()


def clean_name(text: str) -> str:
    """Return a typed name as it is kept: NFC, white space single, nothing invisible but joiners between letters.

    Control, format, private and unassigned characters and lone surrogates are taken out, and combining marks beyond
    four in a row.
    """
    spaced = " ".join(text.split())
    visible = "".join(
        sign for sign in spaced if sign in JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join(_few_marks(unicodedata.normalize("NFC", visible)).split()).strip(JOINERS + " ")


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def first_strong_direction(text: str) -> str:
    """Return "rtl" or "ltr" by the first letter that has a direction; "ltr" when none has. Source: UAX 9, P2."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
