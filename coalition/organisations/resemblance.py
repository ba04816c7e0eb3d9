"""Which organisations resemble this one? Looked up by the words table, judged by their names; two statements.

What an officer makes of it, and whom it concerns, does not belong here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, or_, select, text
from sqlalchemy.engine import Connection

from coalition.extensions import db
from coalition.organisations.domains import own_domain
from coalition.organisations.keys import asked_of, names_of, number_key
from coalition.organisations.likeness import ALIKE, likeness, profile_of
from coalition.organisations.models import Organisation, OrganisationDistinction

COMMON = 250
MOST_JUDGED = 120
MOST_SHOWN = 10
CERTAIN = 10.0
FIELDS = ("official_name", "latin_name", "acronym", "aliases", "country", "website", "registration_number")
_COLUMNS = [Organisation.id, *(getattr(Organisation, name) for name in FIELDS)]
_NAMED = select(*_COLUMNS).where(Organisation.id.in_(bindparam("ids", expanding=True)))
_TOLD_APART = select(OrganisationDistinction.organisation_id, OrganisationDistinction.other_id).where(
    or_(
        OrganisationDistinction.organisation_id == bindparam("own"),
        OrganisationDistinction.other_id == bindparam("own"),
    )
)


@dataclass(frozen=True)
class Resemblance:
    """An organisation that may be the same one, and why: from 0 to 1 by its names, by its number, by its website."""

    organisation_id: int
    by_name: float
    same_number: bool
    same_website: bool

    @property
    def rank(self) -> tuple[float, int]:
        """In which order an officer reads them: the likest first."""
        return -(self.by_name + self.same_number + 0.5 * self.same_website), self.organisation_id


def resembling(
    details: Mapping[str, Any], *, own_id: int | None = None, connection: Connection | None = None
) -> tuple[Resemblance, ...]:
    """Return the organisations that `details` resemble, the likest first, but for `own_id` itself."""
    connection = connection or db.session.connection()
    candidates = _candidates(sorted(asked_of(details)), own_id=own_id, connection=connection)
    rows = [row._asdict() for row in connection.execute(_NAMED, {"ids": candidates})]
    profile, number = profile_of(names_of(details)), number_key(details.get("registration_number") or "")
    domain = own_domain(details.get("website") or "")
    found = (
        Resemblance(
            organisation_id=row["id"],
            by_name=likeness(profile, profile_of(names_of(row))),
            same_number=bool(number) and number == number_key(row["registration_number"]),
            same_website=bool(domain) and domain == own_domain(row["website"]),
        )
        for row in rows
    )
    kept = [one for one in found if one.by_name >= ALIKE or one.same_number or one.same_website]
    return tuple(sorted(kept, key=lambda one: one.rank)[:MOST_SHOWN])


def told_apart(organisation_id: int) -> frozenset[int]:
    """Return the organisations that an officer knows to be different ones."""
    rows = db.session.execute(_TOLD_APART, {"own": organisation_id}).all()
    return frozenset(other for row in rows for other in row) - {organisation_id}


def _candidates(keys: Sequence[str], *, own_id: int | None, connection: Connection) -> list[int]:
    """Return the organisations that share the rarest keys; what hundreds have in common tells nothing alone."""
    if not keys:
        return []
    holders: dict[int, list[int]] = defaultdict(list)
    asked = {f"w{place}": key for place, key in enumerate(keys)}
    for place, organisation_id in connection.execute(_holders(len(keys)), asked):
        holders[place].append(organisation_id)
    scores: dict[int, float] = defaultdict(float)
    for place, found in holders.items():
        weight = _weight(keys[place], len(found))
        for organisation_id in found:
            scores[organisation_id] += weight
    scores.pop(own_id or 0, None)
    return _best(scores.items())


@lru_cache(maxsize=128)
def _holders(keys: int) -> TextClause:
    """Return the statement of who holds each of so many keys, a few hundred of each: built once for each number."""
    few = "SELECT {0} AS place, organisation_id FROM (SELECT organisation_id FROM organisation_words"
    few += " WHERE word = :w{0} LIMIT {1}) AS few{0}"
    return text(" UNION ALL ".join(few.format(place, COMMON) for place in range(keys)))


def _weight(key: str, holders: int) -> float:
    if key[:2] in ("n:", "d:", "m:", "a:") and holders < COMMON:
        return CERTAIN / holders
    return 0.01 if holders >= COMMON else 1.0 / (1.0 + holders / 10)


def _best(scores: Iterable[tuple[int, float]]) -> list[int]:
    return [organisation_id for organisation_id, _ in sorted(scores, key=lambda one: (-one[1], one[0]))[:MOST_JUDGED]]
