"""How do the lines of a list become organisations? In batches, each in the caller's transaction; and taken back.

Lines that name a party which lists have named before add what this list says of it, and nothing twice. Which lines may
come in at all is judged before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, insert, or_, select

from coalition.organisations import indexing, queries
from coalition.organisations.keys import keys_of as word_keys_of
from coalition.organisations.models import Organisation, OrganisationJoin, OrganisationName, OrganisationSource
from coalition.organisations.operations import prepare
from coalition.organisations.parties import (
    ACRONYM,
    NAME,
    Known,
    Listed,
    Party,
    acronym_key,
    are_one,
    keys_of,
    party_key,
)
from coalition.organisations.queries import APPLIED, IMPORTS
from coalition.transactions import writer

BATCH = 500
STANDING = (APPLIED, "applying")  # what is being taken back is known to nobody any more
FIELDS = (
    "official_name", "latin_name", "acronym", "aliases", "country", "organisation_form", "website",
    "registration_number", "description",
)  # fmt: skip
_ORGANISATIONS = insert(Organisation.__table__).returning(Organisation.id, sort_by_parameter_order=True)
_SOURCES, _NAMES, _JOINS = (
    insert(table.__table__) for table in (OrganisationSource, OrganisationName, OrganisationJoin)
)
_NAMED = (
    select(OrganisationName.organisation_id)
    .where(
        exists().where(IMPORTS.c.id == OrganisationName.import_id, IMPORTS.c.state.in_(STANDING)),
        or_(
            and_(OrganisationName.kind == NAME, OrganisationName.name_key.in_(bindparam("names", expanding=True))),
            and_(OrganisationName.kind == ACRONYM, OrganisationName.name_key.in_(bindparam("short", expanding=True))),
        ),
    )
    .distinct()
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_COUNTRIES = select(Organisation.id, Organisation.country, Organisation.official_name).where(Organisation.id.in_(_IDS))
_THEIR_NAMES = select(OrganisationName.organisation_id, OrganisationName.kind, OrganisationName.name_key).where(
    OrganisationName.organisation_id.in_(_IDS)
)


@dataclass(frozen=True)
class Arrival:
    """A line with what its organisation's row and words would be; made before the transaction."""

    line: Listed
    row: Mapping[str, Any]
    words: frozenset[str]


@dataclass(frozen=True)
class Taken:
    """What a batch has brought: parties nobody had named, parties that were known, and those found to be one."""

    new: int
    known: int
    joined: int


def known_to(lines: Sequence[Listed]) -> Known:
    """Return the parties that these lines may name; a fixed number of statements, however many lines."""
    keys, connection = keys_of(lines), writer()
    ids = connection.execute(_NAMED, {"names": sorted(keys[NAME]), "short": sorted(keys[ACRONYM])}).scalars().all()
    roots = sorted(set(queries.roots_of(connection, ids).values()))
    parties = {
        row.id: Party(row.id, row.country, row.official_name) for row in connection.execute(_COUNTRIES, {"ids": roots})
    }
    root_of = {id: id for id in parties} | queries.members_of(connection, roots)
    for row in connection.execute(_THEIR_NAMES, {"ids": sorted(root_of)}):
        party = parties[root_of[row.organisation_id]]
        (party.keys if row.kind == NAME else party.acronyms).add(row.name_key)
    return Known(list(parties.values()))


def arrival(line: Listed) -> Arrival:
    """Prepare a line: nothing of it is computed while the write lock is held."""
    row = prepare({name: getattr(line, name) for name in FIELDS})
    return Arrival(line, row, word_keys_of(row))


def take_in(arrivals: Sequence[Arrival], *, import_id: int, now: datetime) -> Taken:
    """Bring in a batch of judged lines; an umbrella stands in an earlier batch, or above in this one."""
    lines = [arrival.line for arrival in arrivals]
    known = known_to(lines)
    found = [_party_of(line, known) for line in lines]
    first: dict[int, tuple[Arrival, Party]] = {}
    for arrival, (party, _) in zip(arrivals, found, strict=True):
        if party.id == 0:
            first.setdefault(id(party), (arrival, party))
    _insert_organisations(list(first.values()), now=now)
    joins = {younger: older for _, joined in found for younger, older in joined}
    _join(joins, import_id=import_id)
    is_first = {id(arrival.line) for arrival, _ in first.values()}
    rows = [(line, party, id(line) in is_first) for line, (party, _) in zip(lines, found, strict=True)]
    _insert_all(_SOURCES, [_source(line, party, known, import_id=import_id, first=new) for line, party, new in rows])
    _insert_all(_NAMES, [name for line, party, _ in rows for name in _names(line, party, import_id=import_id)])
    return Taken(new=len(first), known=len(lines) - len(first), joined=len(joins))


def _party_of(line: Listed, known: Known) -> tuple[Party, list[tuple[int, int]]]:
    """Return the party that a line names, and the joins (younger, older) that it brings about."""
    met = known.met_by(line)
    if not met or not are_one(met):
        party = Party(0, line.country, line.official_name)
        known.learn(party, line)
        return party, []
    kept, *others = met
    rows = [(other.id, kept.id) for other in others if other.id and kept.id]
    for other in others:
        known.unite(kept, other)
    known.learn(kept, line)
    return kept, rows


def _insert_organisations(made: Sequence[tuple[Arrival, Party]], *, now: datetime) -> None:
    """Insert the rows of new parties with their words, and tell each party its id."""
    if not made:
        return
    rows = [{**arrival.row, "created_at": now} for arrival, _ in made]
    for number, (_, party) in zip(writer().execute(_ORGANISATIONS, rows).scalars(), made, strict=True):
        party.id = int(number)
    indexing.enter({party.id: arrival.words for arrival, party in made})


def _join(joins: Mapping[int, int], *, import_id: int) -> None:
    """Let each younger party be part of the older, with all that was part of it, and where that one is joined too."""
    ends = {}
    for younger in joins:
        end = joins[younger]
        while end in joins:
            end = joins[end]
        ends[younger] = end
    members = queries.members_of(writer(), sorted(joins))
    ends |= {member: ends[root] for member, root in members.items()}
    rows = [{"organisation_id": a, "into_organisation_id": b, "import_id": import_id} for a, b in ends.items()]
    _insert_all(_JOINS, rows)


def _source(line: Listed, party: Party, known: Known, *, import_id: int, first: bool) -> dict[str, Any]:
    umbrella = known.named(line.umbrella) if line.umbrella else None
    if line.umbrella and umbrella is None:
        raise LookupError("an affiliate without its umbrella would be counted as a party")
    return {
        "organisation_id": party.id,
        "import_id": import_id,
        "row_number": line.row_number,
        "listed_name": line.official_name,
        "listed_class": line.listed_class,
        "umbrella_id": umbrella.id if umbrella else None,
        "is_first": first,
        "is_party": umbrella is None,
    }


def _names(line: Listed, party: Party, *, import_id: int) -> list[dict[str, Any]]:
    owner = {"organisation_id": party.id, "import_id": import_id}
    named = [{"kind": NAME, "name": name, "name_key": party_key(name), **owner} for name in line.names()]
    if line.acronym:
        key = acronym_key(line.acronym) or line.acronym.casefold()
        named.append({"kind": ACRONYM, "name": line.acronym, "name_key": key, **owner})
    return named


def _insert_all(statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        writer().execute(statement, rows)


def lasts_beyond(import_id: int) -> int:
    """Return how many organisations that an import named or joined stand in what came later, alone or as umbrella."""
    own = select(OrganisationSource).where(OrganisationSource.import_id == import_id)
    brought = own.with_only_columns(OrganisationSource.organisation_id).where(OrganisationSource.is_first)
    began = own.with_only_columns(func.min(OrganisationSource.id)).scalar_subquery()
    joins = select(OrganisationJoin).where(OrganisationJoin.import_id == import_id)
    joined = joins.with_only_columns(OrganisationJoin.organisation_id)
    into = joins.with_only_columns(OrganisationJoin.into_organisation_id)
    elsewhere, other = OrganisationSource.__table__.alias("elsewhere"), OrganisationJoin.__table__.alias("other")
    later = exists().where(
        elsewhere.c.import_id != import_id,
        elsewhere.c.id > began,
        or_(elsewhere.c.organisation_id == Organisation.id, elsewhere.c.umbrella_id == Organisation.id),
    )
    joined_later = exists().where(
        other.c.import_id > import_id,
        or_(other.c.organisation_id == Organisation.id, other.c.into_organisation_id == Organisation.id),
    )
    mine = or_(Organisation.id.in_(brought), Organisation.id.in_(joined), Organisation.id.in_(into))
    return len(writer().execute(select(Organisation.id).where(mine, or_(later, joined_later))).all())


def take_back(*, import_id: int) -> int:
    """Remove a batch of what an import said, the last first, and whom it alone had named; return how many lines.

    An umbrella goes after those under it, an organisation with the line that brought it in. Nothing may depend on them.
    """
    connection = writer()
    connection.execute(delete(OrganisationJoin).where(OrganisationJoin.import_id == import_id))
    last = select(OrganisationSource.id, OrganisationSource.organisation_id, OrganisationSource.is_first)
    rows = connection.execute(
        last.where(OrganisationSource.import_id == import_id).order_by(OrganisationSource.id.desc()).limit(BATCH)
    ).all()
    owners = sorted({row.organisation_id for row in rows})
    said = (OrganisationName.import_id == import_id, OrganisationName.organisation_id.in_(owners))
    connection.execute(delete(OrganisationName).where(*said))
    connection.execute(delete(OrganisationSource).where(OrganisationSource.id.in_([row.id for row in rows])))
    alone = [row.organisation_id for row in rows if row.is_first]
    connection.execute(delete(Organisation).where(Organisation.id.in_(alone)))
    return len(rows)
