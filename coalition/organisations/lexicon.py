"""Which words of organisations' names mean the same in several languages, and which tell little or much? Pure.

The words stand in `lexicon.txt`; how names are compared belongs to `likeness`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

SHORTEST_STEM = 3
SMALL, ENDS, NEAR = "small", "ends", "near"
NO_MEANING = (SMALL, ENDS, NEAR)
UNSPACED = re.compile("[\u3005-\u9fff]{2,}")
RUN_TOGETHER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7a3]+")
SHORTEST_HEAD, SHORTEST_PART = 3, 2
LINKS = ("s", "es", "n", "en", "e", "a")
ARABIC_ARTICLES = ("وال", "بال", "ال", "لل", "و", "ل")


class Kind(StrEnum):
    """What a word does in a name: kinds of bodies and fields of work are shared by many, places tell bodies apart."""

    BODY = "body"
    FIELD = "field"
    PLACE = "place"
    OWN = "own"


@cache
def _sections() -> tuple[tuple[str, list[str]], ...]:
    return tuple(_lines())


def _lines() -> Iterator[tuple[str, list[str]]]:
    """Yield every line with its section."""
    section = ""
    for line in Path(__file__).with_name("lexicon.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            yield section, line.split()


@cache
def small_words() -> frozenset[str]:
    """Return the words that tell nothing: articles, prepositions, legal forms, what every body calls itself."""
    return frozenset(word for section, words in _sections() if section == SMALL for word in words)


def near_to(key: str) -> frozenset[str]:
    """Return the meanings that are freely put for another one in a translation."""
    return _near().get(key, frozenset())


@cache
def _near() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for keys in (keys for section, keys in _sections() if section == NEAR):
        found |= {key: found.get(key, frozenset()).union(keys) for key in keys}
    return found


@cache
def _meanings() -> dict[str, tuple[str, Kind]]:
    told = ((Kind(section), words) for section, words in _sections() if section not in NO_MEANING)
    return {word.replace("_", ""): (key, kind) for kind, (key, *words) in told for word in words}


@cache
def _phrases() -> dict[str, dict[tuple[str, ...], str]]:
    """Return the meanings that are told by several words in a row, by the first of them."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for section, (_, *words) in _sections():
        for word in words if section not in NO_MEANING else ():
            if "_" in word or UNSPACED.fullmatch(word):
                parts = tuple(word.split("_") if "_" in word else word)
                found.setdefault(parts[0], {})[parts] = "".join(parts)
    return found


def joined(words: Sequence[str]) -> list[str]:
    """Return words with those that mean something together made one; the longest row of them decides."""
    found: list[str] = []
    at = 0
    while at < len(words):
        rows = _phrases().get(words[at], {})
        length = next((n for n in range(len(words) - at, 1, -1) if tuple(words[at : at + n]) in rows), 1)
        found.append("".join(words[at : at + length]))
        at += length
    return found


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the known words that one is made of: German and Finnish compounds, scripts without spaces; or itself."""
    if word in _meanings():
        return (word,)
    if RUN_TOGETHER.fullmatch(word):
        return _cut(word)
    found = _ends().fullmatch(word) if word.isascii() else None
    if not found or len(_stem(word)) > len(found[1]) + 1:
        return (word,)
    head = found[1]
    bare = (head.removesuffix(link) for link in ("", *LINKS) if head.endswith(link))
    known = next((one for one in bare if len(one) >= SHORTEST_HEAD and _found(one)), head.removesuffix("s"))
    return (*parts_of(known), found[2])


@cache
def _ends() -> re.Pattern[str]:
    """Return the pattern of a word that ends in another: what comes before it, then itself, as long as may be."""
    ends = (word for section, words in _sections() if section == ENDS for word in words)
    told = "|".join(word.replace("*", "[a-z]{0,4}") for word in ends)
    return re.compile(f"([a-z]{{{SHORTEST_HEAD},}}?)({told})")


def _cut(word: str) -> tuple[str, ...]:
    """Cut a word written without spaces where known ones begin; the longest is taken, the rest stays together."""
    found, rest, at = [], "", 0
    while at < len(word):
        length = next((n for n in range(len(word) - at, 1, -1) if word[at : at + n] in _meanings()), 0)
        if length and rest:
            found.append(rest)
            rest = ""
        if length:
            found.append(word[at : at + length])
        else:
            rest += word[at]
        at += length or 1
    return tuple(found + [rest] * bool(rest))


@lru_cache(maxsize=20_000)
def meaning_of(word: str) -> tuple[str, Kind]:
    """Return the key under which a folded word meets its translations, and its kind; a name's own words are their own.

    The longest beginning decides. Arabic articles count for nothing where what follows is known.
    """
    bare = (word.removeprefix(article) for article in ARABIC_ARTICLES if word.startswith(article))
    return next((told for one in (word, *bare) if (told := _found(one))), (word, Kind.OWN))


def _found(word: str) -> tuple[str, Kind] | None:
    return _meanings().get(word) or _meanings().get(word.removesuffix("s")) or _meanings().get(f"{_stem(word)}*")


def _stem(word: str) -> str:
    """Return the longest known beginning of a word; "" of none."""
    stems = (word[:end] for end in range(len(word), SHORTEST_STEM - 1, -1))
    return next((stem for stem in stems if f"{stem}*" in _meanings()), "")
