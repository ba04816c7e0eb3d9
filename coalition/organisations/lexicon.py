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
SMALL = "small"
UNSPACED = re.compile("[\u3005-\u9fff]{2,}")
ARABIC_ARTICLES = ("وال", "بال", "ال", "لل")


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


@cache
def _meanings() -> dict[str, tuple[str, Kind]]:
    told = ((Kind(section), words) for section, words in _sections() if section != SMALL)
    return {word.replace("_", ""): (key, kind) for kind, (key, *words) in told for word in words}


@cache
def _phrases() -> dict[str, dict[tuple[str, ...], str]]:
    """Return the meanings that are told by several words in a row, by the first of them."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for section, (_, *words) in _sections():
        for word in words if section != SMALL else ():
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
def meaning_of(word: str) -> tuple[str, Kind]:
    """Return the key under which a folded word meets its translations, and its kind; a name's own words are their own.

    The longest beginning decides. Arabic articles count for nothing where what follows is known.
    """
    bare = next((word.removeprefix(article) for article in ARABIC_ARTICLES if word.startswith(article)), word)
    return _found(word) or _found(bare) or (word, Kind.OWN)


def _found(word: str) -> tuple[str, Kind] | None:
    meanings = _meanings()
    if word in meanings:
        return meanings[word]
    stems = (f"{word[:end]}*" for end in range(len(word), SHORTEST_STEM - 1, -1))
    return next((meanings[stem] for stem in stems if stem in meanings), None)
