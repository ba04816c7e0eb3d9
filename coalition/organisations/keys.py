"""By which words is an organisation found again, however it is spelt? Keys for the words table; pure.

Every key begins with its kind: `n` number, `d` domain, `a` acronym, `s` sound of a word of its own or of a short name
run together, `b` and `e` its beginning and end, `k` its consonants, `m` all meanings of a name, `p` a pair of them. How
alike two names are belongs to `likeness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from coalition.organisations.domains import own_domain
from coalition.organisations.lexicon import Kind, near_to
from coalition.organisations.likeness import (
    LONGEST_ACRONYM,
    NEUTRAL,
    VOWELS,
    Names,
    Profile,
    Word,
    bare,
    profile_of,
    without_acronyms,
)
from coalition.organisations.lookalikes import sound_of
from coalition.organisations.names import fold, search_words

LONGEST = 60
SHORTEST_NUMBER = 4
HALF = 4
FEWEST_CONSONANTS = 3
MOST_ASKED = 8
MOST_RUN_TOGETHER = 3
MOST_MEANINGS = 7
MOST_KEYS = 80


def names_of(details: Mapping[str, Any]) -> Names:
    """Return the names among an organisation's fields."""
    fields = ("official_name", "latin_name", "acronym", "aliases", "country")
    return Names(*(details.get(name) or "" for name in fields))


def keys_of(details: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of an organisation; `details` are its fields as typed, "" where nothing was given."""
    profile = profile_of(names_of(details))
    number, domain = number_key(details.get("registration_number") or ""), own_domain(details.get("website") or "")
    found = [*_shared(number, domain), *_acronyms(profile)]
    for words in profile.names:
        found += _of_name(words, profile)
    return frozenset(key[:LONGEST] for key in found[:MOST_KEYS])


def asked_of(details: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys by which others are looked for: an organisation's own, and its acronym as a word and back."""
    profile = profile_of(names_of(details))
    own = {word.text for words in profile.names for word in words if word.kind is Kind.OWN}
    found = [f"a:{text}" for text in sorted(own) if HALF <= len(text) <= LONGEST_ACRONYM]
    found += [f"s:{sound_of(letters)}" for letters in sorted(profile.acronyms) if len(letters) >= HALF]
    return keys_of(details) | frozenset(found[:MOST_ASKED])


def number_key(number: str) -> str:
    """Return a registration number without its signs; "" of one too short to tell anybody apart."""
    plain = "".join(sign for sign in fold(number) if sign.isalnum())
    return plain if len(plain) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in plain) else ""


def person_words(full_name: str, email: str) -> frozenset[str]:
    """Return the words by which officers find the person who signs: the name's, and the domain of the address."""
    host = email.rpartition("@")[2].casefold()
    return frozenset(word[:LONGEST] for word in (*search_words(full_name), host) if word)


def _shared(number: str, domain: str) -> Iterator[str]:
    if number:
        yield f"n:{number}"
    if domain:
        yield f"d:{domain}"


def _acronyms(profile: Profile) -> Iterator[str]:
    for letters in sorted(profile.acronyms | {x for x in profile.initials if len(x) > 3}):
        yield f"a:{letters}"
    for words in map(bare, profile.names):
        if words:
            yield f"a:{''.join(word.text for word in words)[:LONGEST_ACRONYM]}"


def _of_name(words: Sequence[Word], profile: Profile) -> Iterator[str]:
    own = [word for word in words if word.kind is Kind.OWN]
    for meant in dict.fromkeys((tuple(words), tuple(without_acronyms(words, profile)))):
        yield f"m:{' '.join(sorted({_freely(word) for word in meant}))}"
    if len(words) <= MOST_RUN_TOGETHER:
        yield f"s:{sound_of(''.join(word.text for word in words))}"
    if len(words) > 2:
        yield f"b:{words[0].text[: HALF // 2]}{words[1].text[: HALF // 2]}"
    for word in own:
        yield f"s:{word.key}"
        if len(word.text) >= HALF + 1:
            yield f"b:{word.text[:HALF]}"
            yield f"e:{word.text[-HALF:]}"
        consonants = VOWELS.sub("", word.key)
        if len(consonants) >= FEWEST_CONSONANTS:
            yield f"k:{consonants}"
    yield from _pairs(words, country="" if own else profile.country)


def _pairs(words: Iterable[Word], *, country: str) -> Iterator[str]:
    """Yield pairs of meanings: a name of common words alone is found by what it combines, and by its `country`."""
    meant = {_freely(w) for w in words if w.kind is not Kind.OWN and w.key not in NEUTRAL}
    telling = sorted(meant | ({country} - {""}))[:MOST_MEANINGS]
    yield from (f"p:{one} {other}" for one, other in combinations(telling, 2))
    bodies = sorted({_freely(w) for w in words if w.key in NEUTRAL})[:2]
    yield from (f"p:{body} {key}" for body in bodies for key in telling[:MOST_MEANINGS])


def _freely(word: Word) -> str:
    """Return the meaning under which a word meets those that are freely put for it."""
    return min(near_to(word.key), default=word.key)
