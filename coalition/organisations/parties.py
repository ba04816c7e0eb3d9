"""Which lines of lists name one and the same party? Keys under which names meet, and what follows when they do; pure.

Likeness that only an officer can judge, and what a reviewer is shown, do not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.organisations.names import name_key, search_words

_LITTLE = "a al and au aux de del der des di die do dos du e el et for fur la las le les los of para por pour the und y"
LITTLE_WORDS = frozenset(_LITTLE.split())
SPELT_OUT = {"un": "nations united", "sse": "economy social solidarity", "intl": "international"}
SHORTEST_ACRONYM = 3
LONGEST_KEY = 300
NAME, ACRONYM = "name", "acronym"


@dataclass(frozen=True)
class Listed:
    """One line of a list; "" where nothing was given. `umbrella` is the name of the party it is listed under."""

    row_number: int
    official_name: str
    latin_name: str = ""
    acronym: str = ""
    aliases: str = ""
    country: str = ""
    organisation_form: str = ""
    website: str = ""
    registration_number: str = ""
    description: str = ""
    listed_class: str = ""
    umbrella: str = ""

    def names(self) -> tuple[str, ...]:
        """Return every name of the line, each once, the official one first; no acronym."""
        aliases = (alias.strip() for alias in self.aliases.split(";"))
        found = (self.official_name, self.latin_name, *aliases)
        return tuple(dict.fromkeys(name for name in found if name))

    def party_keys(self) -> tuple[str, ...]:
        """Return the keys of its names, each once."""
        return tuple(dict.fromkeys(party_key(name) for name in self.names()))


@dataclass
class Party:
    """An organisation that lists have named; `id` is 0 until it has a row."""

    id: int
    country: str
    name: str
    keys: set[str] = field(default_factory=set)
    acronyms: set[str] = field(default_factory=set)

    def may_be_in(self, country: str) -> bool:
        """Tell whether nothing speaks against that country: a list that names none says nothing."""
        return not country or not self.country or country == self.country


def party_key(name: str) -> str:
    """Return the key under which two ways to write a party's name meet: without little words, "UN" and "SSE" spelt out.

    A name of nothing but little words keeps them.
    """
    words = name_key(name).split()
    spelt = [part for word in words for part in SPELT_OUT.get(word, word).split()]
    kept = {word for word in spelt if word not in LITTLE_WORDS} or set(words)
    return " ".join(sorted(kept))[:LONGEST_KEY]


def acronym_key(acronym: str) -> str:
    """Return an acronym for comparison, "SSE/IF" as "sseif"; "" of one too short to tell anything."""
    letters = "".join(search_words(acronym))
    return letters if len(letters) >= SHORTEST_ACRONYM else ""


def shares_most_words(one: str, other: str) -> bool:
    """Tell whether two keys have at least as many words in common as not."""
    left, right = set(one.split()), set(other.split())
    return 2 * len(left & right) >= len(left | right)


class Known:
    """The parties that the lines of one batch may name, found by key; what the batch itself adds is found at once."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self._by_key: dict[str, list[Party]] = {}
        self._by_acronym: dict[str, list[Party]] = {}
        for party in parties:
            self._file(party, keys=party.keys, acronyms=party.acronyms)

    def met_by(self, line: Listed) -> list[Party]:
        """Return the parties that a line names, the oldest first; by an acronym only with most of the name's words."""
        found = [party for key in line.party_keys() for party in self._by_key.get(key, ())]
        found += self._by_same_acronym(line)
        once = {id(party): party for party in found if party.may_be_in(line.country)}
        return sorted(once.values(), key=lambda party: party.id or 2**62)

    def named(self, name: str) -> Party | None:
        """Return the party of that name or acronym; the oldest of several."""
        found = self._by_key.get(party_key(name)) or self._by_acronym.get(acronym_key(name))
        return min(found, key=lambda party: party.id or 2**62) if found else None

    def learn(self, party: Party, line: Listed) -> None:
        """Let `party` be found by the names of `line` from now on."""
        acronym = acronym_key(line.acronym)
        keys = set(line.party_keys()) - party.keys
        self._file(party, keys=keys, acronyms={acronym} - party.acronyms - {""})
        party.keys |= keys
        party.acronyms |= {acronym} - {""}
        party.country = party.country or line.country

    def unite(self, kept: Party, other: Party) -> None:
        """Let whatever names `other` name `kept`."""
        for shelf in (self._by_key, self._by_acronym):
            for key, parties in shelf.items():
                shelf[key] = [kept if party is other else party for party in parties]
        kept.keys |= other.keys
        kept.acronyms |= other.acronyms

    def _by_same_acronym(self, line: Listed) -> Iterator[Party]:
        for party in self._by_acronym.get(acronym_key(line.acronym), ()):
            if any(shares_most_words(own, key) for own in line.party_keys() for key in party.keys):
                yield party

    def _file(self, party: Party, *, keys: set[str], acronyms: set[str]) -> None:
        for shelf, names in ((self._by_key, keys), (self._by_acronym, acronyms)):
            for name in names:
                shelf.setdefault(name, []).append(party)


def are_one(parties: Sequence[Party]) -> bool:
    """Tell whether parties that one line names can be the same: no two of them in different countries."""
    return len({party.country for party in parties if party.country}) <= 1


def keys_of(lines: Sequence[Listed]) -> Mapping[str, frozenset[str]]:
    """Return, by kind, all keys by which the lines could meet a party that is known."""
    named = {key for line in lines for key in line.party_keys()} | {
        party_key(line.umbrella) for line in lines if line.umbrella
    }
    acronyms = {acronym_key(line.acronym) for line in lines} | {acronym_key(line.umbrella) for line in lines}
    return {NAME: frozenset(named), ACRONYM: frozenset(acronyms - {""})}
