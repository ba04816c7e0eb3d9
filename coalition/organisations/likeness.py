"""How alike are the names of two organisations? A number from values alone, for an officer who decides; pure.

Names are compared word by word: translations meet under one meaning, spellings under one sound. What both have of their
own, places and numbers, tell them apart. Where to look for candidates belongs to `indexing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel

from coalition.organisations.lexicon import Kind, joined, meaning_of, near_to, parts_of, small_words
from coalition.organisations.lookalikes import FOREIGN_ALONE, is_clipped, latin_capitals, read_as, sound_of, spelt
from coalition.organisations.names import EASTERN_FORMS, LEGAL_FORMS, fold, search_words

ALIKE = 0.5
WEIGHTS = {Kind.BODY: 0.35, Kind.FIELD: 0.45, Kind.PLACE: 0.6, Kind.OWN: 1.0}
LONGEST_ACRONYM = 12
COGNATE = 0.82
SHORTEST_ACRONYM = 3
_PARTS = re.compile(r"[a-z]+|[^a-z]+")
_ALIASES = re.compile(r"[;,\n]")
_CAPITALS = re.compile(r"\b[A-Z]{3,12}\b")
_PHRASES = (
    (re.compile(r"\bco-? ?op"), "coop"),
    (re.compile(r"\b(united nations|nations unies|naciones unidas|nacoes unidas)\b"), "un"),
    (re.compile(r"\b(credit unions?|caisses? populaires?|cooperativas? de ahorro y credito)\b"), "creditunion"),
    (re.compile(r"\b(int|nat|ass|dep)['’.]([ln]|t)\b"), r"\1\2"),
    (re.compile(r"\b(e?ess|sse)\b"), "social solidarity economy"),
)
EASTERN_BODY, VOWELS = re.compile("法人|법인"), re.compile("[aeiou]")
_APOSTROPHE = re.compile(r"[ʿʾʻ`]|(?<!\bqu)(?<!\bun)(?<!\bal)(?<!\bel)(?<!ll)(?<=\w\w)'(?=\w\w)")
NEUTRAL = frozenset({
    "association", "federation", "group", "movement", "society", "company", "organisation", "union", "network",
    "cooperative", "alliance", "platform", "collective", "national", "international",
})  # fmt: skip
LOOSE = 0.5
AGAINST_PLACES, AGAINST_PLACE = 0.3, 0.25
AGAINST_FIELDS, AGAINST_WORDS, AGAINST_WORD, AGAINST_ORGAN = 0.35, 0.25, 0.15, 0.25
ELSEWHERE, ELSEWHERE_COMMON, ELSEWHERE_WORLDWIDE = 0.2, 0.6, 0.15
WORLDWIDE = frozenset({"international", "world", "AFRICA", "AMERICA", "ARAB", "ASIA", "EUROPE", "LATAM", "OCEANIA"})
SAME_ACRONYM, MENTIONED = 0.15, 0.55
ORGANS = frozenset({"foundation", "fund", "institute", "university", "laboratory", "observatory", "department"})


@dataclass(frozen=True)
class Names:
    """What an organisation is called; "" where nothing was given. `aliases` are separated by commas or semicolons."""

    official_name: str
    latin_name: str = ""
    acronym: str = ""
    aliases: str = ""
    country: str = ""


@dataclass(frozen=True)
class Word:
    """One word of a name: as it is read, the meaning or sound by which it is compared, and how much it tells."""

    text: str
    key: str
    kind: Kind

    @property
    def weight(self) -> float:
        """How much it tells."""
        return WEIGHTS[self.kind]


@dataclass(frozen=True)
class Profile:
    """Names made ready to be compared."""

    names: tuple[tuple[Word, ...], ...]
    acronyms: frozenset[str]
    initials: frozenset[str]
    country: str


Called = tuple[Sequence[Word], Profile]
"""One of the names of an organisation, or what is left over of it."""


def profile_of(names: Names) -> Profile:
    """Make names ready to be compared."""
    written = [name for name in (names.official_name, names.latin_name, *_ALIASES.split(names.aliases)) if name.strip()]
    found = tuple(dict.fromkeys(words for name in written if (words := _words(name))))
    initials = {letters for name in written for letters in _initials(_plain(name))}
    acronyms = {_joined(names.acronym)} | {letters for name in written for letters in _with_expansion(name)}
    return Profile(found, frozenset(acronyms - {""}), frozenset(initials), names.country)


def likeness(one: Profile, other: Profile) -> float:
    """Return from 0 to 1 how alike two organisations are called; from ALIKE on an officer is told."""
    is_elsewhere = bool(one.country and other.country and one.country != other.country)
    best = max((_compared((a, one), (b, other)) for a in one.names for b in other.names), default=0.0)
    if _acronym_meets(one, other) or _acronym_meets(other, one):
        best = max(best, 0.85)
    elif _mentions(one, other) or _mentions(other, one):
        best = max(best, MENTIONED)
    if one.acronyms & other.acronyms:
        best += SAME_ACRONYM
    if is_elsewhere:
        best -= _elsewhere(one, other)
    return min(max(best, 0.0), 1.0)


def _elsewhere(one: Profile, other: Profile) -> float:
    """Return what it speaks against two names that the countries differ: little of bodies of the whole world."""
    if _keys(one) & WORLDWIDE and _keys(other) & WORLDWIDE:
        return ELSEWHERE_WORLDWIDE
    has_own = any(word.kind is Kind.OWN for words in one.names + other.names for word in words)
    return ELSEWHERE if has_own else ELSEWHERE_COMMON


@lru_cache(maxsize=20_000)
def _plain(name: str) -> tuple[str, ...]:
    folded = _APOSTROPHE.sub("", EASTERN_BODY.sub(" ", EASTERN_FORMS.sub(" ", fold(latin_capitals(name)))))
    for pattern, plain in _PHRASES:
        folded = pattern.sub(plain, folded)
    is_foreign = bool(FOREIGN_ALONE.search(folded))
    return tuple(read_as(word, among_foreign=is_foreign) for word in search_words(folded))


def _joined(text: str) -> str:
    return "".join(_plain(text))[:LONGEST_ACRONYM]


def _with_expansion(name: str) -> set[str]:
    """Return the words in capitals that stand beside what they are short for."""
    plain = _plain(name)
    found = {_joined(word) for word in _CAPITALS.findall(name.replace(".", ""))}
    rest = [word for word in plain if word not in found and word not in small_words()]
    return {word for word in found if len(rest) >= SHORTEST_ACRONYM and any(w[0] == word[0] for w in rest)}


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[Word, ...]:
    plain = [part for word in joined(_plain(name)) for part in _parts(word)]
    kept = [word for word in plain if word not in small_words() and word not in LEGAL_FORMS and len(word) > 0]
    return tuple(_word(word) for word in kept or plain)


def _parts(word: str) -> list[str]:
    """Split digits from letters, and compounds into their parts."""
    pieces = _PARTS.findall(word) if word.isascii() else [word]
    return [part for piece in pieces for part in parts_of(piece)]


def _word(text: str) -> Word:
    """Read a word; one of another alphabet that is not known is looked for again as it is spelt."""
    key, kind = meaning_of(text)
    if kind is Kind.OWN and key == text and not text.isascii() and (latin := spelt(text)) != text:
        return _word(latin) if latin.isascii() and latin else Word(text, sound_of(text), kind)
    return Word(text, key if kind is not Kind.OWN else sound_of(key), kind)


def _initials(words: Sequence[str]) -> set[str]:
    """Return the initials of a name of three words or more, with its small words and without."""
    found = set()
    for kept in (words, [word for word in words if word not in small_words()]):
        if len(kept) >= SHORTEST_ACRONYM:
            found.add("".join(word[0] for word in kept)[:LONGEST_ACRONYM])
    return found


def _acronym_meets(one: Profile, other: Profile) -> bool:
    """Tell whether one is called by nothing but the other's acronym or initials, or by what its words begin with."""
    short = {"".join(word.text for word in words)[:LONGEST_ACRONYM] for words in map(bare, one.names) if words}
    if short & (other.acronyms | {x for x in other.initials if len(x) > SHORTEST_ACRONYM}):
        return True
    clipped = [words[0].text for words in one.names if len(words) == 1 and words[0].kind is Kind.OWN]
    return any(is_clipped(word, [w.text for w in words]) for word in clipped for words in other.names)


def _mentions(one: Profile, other: Profile) -> bool:
    """Tell whether a name has the other's acronym, of four letters or more, and no other place."""
    return any(
        any(word.text in other.acronyms and len(word.text) > SHORTEST_ACRONYM for word in words)
        and not _places([w for w in words if w.key not in _keys(other)], other)
        for words in one.names
    )


def _keys(profile: Profile) -> frozenset[str]:
    return frozenset(word.key for words in profile.names for word in words)


def bare(words: Sequence[Word]) -> Sequence[Word]:
    """Return a name of two words at most, what kind of body it is left out; of a longer one nothing."""
    kept = words if len(words) <= 2 else [word for word in words if word.key not in NEUTRAL]
    return kept if len(kept) <= 2 else ()


def _compared(one: Called, other: Called) -> float:
    a, b = without_acronyms(*one), without_acronyms(*other)
    shared, left, right = _shared(a, b)
    all_a, all_b = _weight(a), _weight(b)
    if not shared:
        return 0.0
    score = 0.55 * 2 * shared / (all_a + all_b) + 0.45 * shared / min(all_a, all_b)
    return score - _apart((left, one[1]), (right, other[1]))


def without_acronyms(words: Sequence[Word], profile: Profile) -> Sequence[Word]:
    """Leave out an acronym that stands beside the name it is of."""
    kept = [word for word in words if word.text not in profile.acronyms and word.text not in profile.initials]
    return kept or words


def _shared(a: Sequence[Word], b: Sequence[Word]) -> tuple[float, list[Word], list[Word]]:
    """Pair the words off, the likest first; return what they share and what is left over of each."""
    pairs = sorted((-_likeness_of(x, y), i, j) for i, x in enumerate(a) for j, y in enumerate(b))
    seen_a: set[int] = set()
    seen_b: set[int] = set()
    shared = 0.0
    for unlike, i, j in pairs:
        if not unlike or i in seen_a or j in seen_b:
            continue
        seen_a.add(i)
        seen_b.add(j)
        shared -= unlike * min(a[i].weight, b[j].weight)
    left = [word for i, word in enumerate(a) if i not in seen_a]
    right = [word for j, word in enumerate(b) if j not in seen_b]
    has_own = all(any(word.kind is Kind.OWN for word in words) for words in (left, right))
    if (
        left
        and right
        and (has_own or len(left) != len(right))
        and _spelt_alike("".join(w.text for w in left), "".join(w.text for w in right))
    ):
        return shared + min(_weight(left), _weight(right)), [], []
    return shared, left, right


def _weight(words: Sequence[Word]) -> float:
    return sum(word.weight for word in words)


@lru_cache(maxsize=50_000)
def _likeness_of(x: Word, y: Word) -> float:
    if x.key == y.key:
        return 1.0 if x.text == y.text or x.kind is not Kind.OWN else 0.97
    if x.kind is not Kind.OWN and y.kind is not Kind.OWN:
        return LOOSE if y.key in near_to(x.key) else 0.0
    return _spelt_alike(x.text, y.text)


def _spelt_alike(x: str, y: str) -> float:
    """Compare two words by their letters: one slip in a long word, or the same consonants, is the same word."""
    if min(len(x), len(y)) < 4 or x.isdigit() or y.isdigit():
        return 0.0
    like = Indel.normalized_similarity(x, y)
    if min(len(x), len(y)) >= 6 and OSA.distance(x, y, score_cutoff=1) <= 1:
        return max(like, 0.9)
    heard = _by_consonants(x, y, like)
    return max(like, heard) if heard or like >= 0.86 else 0.0


def _by_consonants(x: str, y: str, like: float) -> float:
    """Compare the consonants that are heard; nearly the same ones in a long word make a cognate of another language."""
    bare_x, bare_y = (VOWELS.sub("", sound_of(word)) for word in (x, y))
    least = 0.72 if len(bare_x) == 2 else 0.6
    if bare_x == bare_y and len(bare_x) >= 2 and like >= least and max(len(x), len(y)) > 5:
        return 0.88
    if min(len(bare_x), len(bare_y)) >= 4 and Indel.normalized_similarity(bare_x, bare_y) >= 0.88:
        return COGNATE
    return 0.0


def _apart(one: Called, other: Called) -> float:
    """Return what speaks against two names, by the words that each has and the other lacks."""
    left, right = one[0], other[0]
    places = [_places(left, other[1]), _places(right, one[1])]
    against = AGAINST_PLACES if all(places) else AGAINST_PLACE if any(places) else 0.0
    told = [[w for w in words if w.kind is not Kind.PLACE and w.key not in NEUTRAL] for words in (left, right)]
    if any(w.text.isdigit() for w in told[0]) and any(w.text.isdigit() for w in told[1]):
        against += 0.4
    if all(told):
        is_known = all(any(w.kind is Kind.FIELD for w in words) for words in told)
        against += AGAINST_FIELDS if is_known else AGAINST_WORDS
    elif any(told) and _without_places(left) and _without_places(right):
        against += AGAINST_WORD
    elif any(w.key in ORGANS for words in told for w in words):
        against += AGAINST_ORGAN
    return against


def _without_places(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.kind is not Kind.PLACE]


def _places(words: Sequence[Word], beside: Profile) -> list[Word]:
    """Return the places among words; that it is in the other's country tells nothing."""
    return [word for word in words if word.kind is Kind.PLACE and word.key != beside.country]
