"""By which words is an organisation found again, however it is spelt? Keys for the words table; pure.

Every key begins with its kind: `n` number, `d` domain, `a` acronym, `s` sound of a word of its own, `b` and `e` its
beginning and end, `m` all meanings of a name, `p` a pair of them. How alike two names are belongs to `likeness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from coalition.organisations.domains import own_domain
from coalition.organisations.lexicon import Kind
from coalition.organisations.likeness import NEUTRAL, Names, Profile, Word, profile_of
from coalition.organisations.names import fold, search_words

LONGEST = 60
SHORTEST_NUMBER = 4
HALF = 4
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
        found += _of_name(words)
    return frozenset(key[:LONGEST] for key in found[:MOST_KEYS])


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
    for words in profile.names:
        if len(words) <= 2:
            yield f"a:{''.join(word.text for word in words)[:12]}"


def _of_name(words: tuple[Word, ...]) -> Iterator[str]:
    own = [word for word in words if word.kind is Kind.OWN]
    yield f"m:{' '.join(sorted({word.key for word in words}))}"
    for word in own:
        yield f"s:{word.key}"
        if len(word.text) >= HALF + 1:
            yield f"b:{word.text[:HALF]}"
            yield f"e:{word.text[-HALF:]}"
    yield from _pairs(words)


def _pairs(words: Iterable[Word]) -> Iterator[str]:
    """Yield pairs of meanings: a name of common words alone is found by what it combines."""
    telling = sorted({w.key for w in words if w.kind is not Kind.OWN and w.key not in NEUTRAL})[:MOST_MEANINGS]
    yield from (f"p:{one} {other}" for one, other in combinations(telling, 2))
    bodies = sorted({w.key for w in words if w.key in NEUTRAL})[:2]
    yield from (f"p:{body} {key}" for body in bodies for key in telling[:MOST_MEANINGS])
