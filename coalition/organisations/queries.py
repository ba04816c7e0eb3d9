"""What do lists say of organisations? Parties, their affiliates, their names, where each of it stands; reads alone.

Only what lists say that were brought in whole. Columns by Core, a fixed number of statements a page, pages by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Date, Row, bindparam, column, exists, func, select, table, type_coerce
from sqlalchemy.engine import Connection

from coalition.organisations.models import PARTY, Organisation, OrganisationJoin, OrganisationName, OrganisationSource
from coalition.organisations.names import fold
from coalition.organisations.parties import ACRONYM, acronym_key, party_key
from coalition.transactions import reading

PAGE = 50
APPLIED, ORGANISATIONS = "applied", "organisations"
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# The table of imports belongs to a capability above: known here by its columns alone.
IMPORTS = table(
    "imports", column("id"), column("public_id"), column("kind"), column("state"), column("list_title"),
    column("listed_on"), column("created_at"),
)  # fmt: skip
_JOINS = select(OrganisationJoin.organisation_id, OrganisationJoin.into_organisation_id).order_by(
    OrganisationJoin.import_id
)
_OF_MEMBERS = _JOINS.where(OrganisationJoin.organisation_id.in_(_IDS))
_INTO = _JOINS.where(
    OrganisationJoin.organisation_id.in_(
        select(OrganisationJoin.organisation_id).where(OrganisationJoin.into_organisation_id.in_(_IDS))
    )
)
IS_WHOLE = (IMPORTS.c.state == APPLIED, IMPORTS.c.kind == ORGANISATIONS)


@dataclass(frozen=True)
class ListLine:
    """One list that was brought in."""

    id: int
    public_id: str
    title: str
    listed_on: date | None


@dataclass(frozen=True)
class SourceLine:
    """What one list says of an organisation; `umbrella` is the name of the party it is listed under, "" of none."""

    list_title: str
    listed_on: date | None
    row_number: int
    listed_name: str
    listed_class: str
    umbrella: str


@dataclass(frozen=True)
class PartyLine:
    """A party as the newest list names it, with its other names and how many affiliates lists name under it."""

    id: int
    public_id: str
    name: str
    listed_class: str
    country: str
    other_names: tuple[str, ...]
    acronyms: tuple[str, ...]
    affiliates: int
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True)
class PartyPage:
    """One page of parties; `next_after` is the key of its last one where more follow."""

    rows: tuple[PartyLine, ...]
    next_after: int | None


def roots_of(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return, for each organisation, the one that it is part of: itself unless a list has joined it to another."""
    joined = {row[0]: row[1] for row in connection.execute(_OF_MEMBERS, {"ids": list(ids)})}
    return {id: joined.get(id, id) for id in ids}


def members_of(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the organisations that are part of these, each with the one it is part of."""
    latest = {row[0]: row[1] for row in connection.execute(_INTO, {"ids": list(ids)})}
    wanted = set(ids)
    return {member: root for member, root in latest.items() if root in wanted}


def lists() -> list[ListLine]:
    """Return the lists of organisations that were brought in, the newest list first."""
    newest = (IMPORTS.c.listed_on.desc(), IMPORTS.c.id.desc())
    columns = (IMPORTS.c.id, IMPORTS.c.public_id, IMPORTS.c.list_title, _LISTED_ON)
    with reading() as connection:
        return [ListLine(*row) for row in connection.execute(select(*columns).where(*IS_WHOLE).order_by(*newest))]


def page_of_parties(*, list_id: int | None = None, q: str = "", after: int | None = None) -> PartyPage:
    """Return the parties that lists name: of all lists or one, or those that have a name or acronym; no affiliates."""
    with reading() as connection:
        if q:
            keys, ids = [], _named(connection, q)
        elif list_id is not None:
            found = connection.execute(_OF_LIST, {"list": list_id, "after": after or 0, "size": PAGE + 1}).all()
            keys, ids = [row[0] for row in found], [row[1] for row in found]
        else:
            ids = list(connection.execute(_PARTIES, {"after": after or 0, "size": PAGE + 1}).scalars())
            keys = ids
        roots = list(dict.fromkeys(roots_of(connection, ids[:PAGE]).values()))
        rows = _lines(connection, roots)
    return PartyPage(rows, keys[PAGE - 1] if len(keys) > PAGE else None)


def party_of(public_id: str) -> tuple[PartyLine, tuple[PartyLine, ...]] | None:
    """Return a party and its affiliates, also by the id of an organisation that is part of it; None of a stranger."""
    with reading() as connection:
        found = connection.execute(select(Organisation.id).where(Organisation.public_id == public_id)).scalar()
        roots = list(roots_of(connection, [found]).values()) if found is not None else []
        rows = _lines(connection, roots)
        if not rows or not rows[0].sources:
            return None
        whole = {*roots, *members_of(connection, roots)}
        affiliates = connection.execute(_AFFILIATES, {"ids": sorted(whole), "size": PAGE * 10}).scalars().all()
        return rows[0], _lines(connection, list(dict.fromkeys(roots_of(connection, affiliates).values())))


def provenance_of(organisation_id: int) -> tuple[SourceLine, ...]:
    """Return what lists say of one organisation, signatures' lists included, the newest list first."""
    with reading() as connection:
        rows = connection.execute(_SAID_OF.where(IMPORTS.c.state == APPLIED), {"ids": [organisation_id]}).all()
    return tuple(_source(row) for row in rows)


def _named(connection: Connection, q: str) -> list[int]:
    """Return who has this whole name or acronym, those in which a list brought it in alone."""
    keys = {"name": party_key(q), "short": acronym_key(q) or fold(q)}
    return list(connection.execute(_BY_NAME, {**keys, "size": PAGE}).scalars())


def _lines(connection: Connection, roots: Sequence[int]) -> tuple[PartyLine, ...]:
    if not roots:
        return ()
    root_of = {id: id for id in roots} | members_of(connection, roots)
    whole = {"ids": sorted(root_of)}
    sources: dict[int, list[Row[Any]]] = {id: [] for id in roots}
    for row in connection.execute(_SAID_OF.where(*IS_WHOLE), whole):
        sources[root_of[row.organisation_id]].append(row)
    names: dict[int, list[Any]] = {id: [] for id in roots}
    for row in connection.execute(_NAMES_OF, whole):
        names[root_of[row.organisation_id]].append(row)
    affiliates: dict[int, int] = dict.fromkeys(roots, 0)
    for row in connection.execute(_COUNTED, whole):
        affiliates[root_of[row[0] or 0]] += row[1]
    known = {row.id: row for row in connection.execute(_ORGANISATIONS, {"ids": list(roots)})}
    return tuple(_line(known[id], sources[id], names[id], affiliates=affiliates[id]) for id in roots if id in known)


def _line(row: Any, sources: Sequence[Row[Any]], names: Sequence[Any], *, affiliates: int) -> PartyLine:
    newest = sources[0] if sources else None
    name = newest.listed_name if newest else row.official_name
    others = dict.fromkeys(found.name for found in names if found.kind != ACRONYM and fold(found.name) != fold(name))
    return PartyLine(
        id=row.id,
        public_id=row.public_id,
        name=name,
        listed_class=newest.listed_class if newest else "",
        country=row.country,
        other_names=tuple(others),
        acronyms=tuple(dict.fromkeys(found.name for found in names if found.kind == ACRONYM)),
        affiliates=affiliates,
        sources=tuple(_source(source) for source in sources),
    )


def _source(row: Row[Any]) -> SourceLine:
    return SourceLine(
        row.list_title, row.listed_on, row.row_number, row.listed_name, row.listed_class, row.umbrella_name or ""
    )


_LISTED_ON = type_coerce(IMPORTS.c.listed_on, Date).label("listed_on")
_UMBRELLA = Organisation.__table__.alias("umbrella")
_SOURCE = OrganisationSource.__table__
_OF_WHOLE = exists().where(IMPORTS.c.id == OrganisationSource.import_id, *IS_WHOLE)
_PARTIES = (
    select(OrganisationSource.organisation_id)
    .distinct()
    .where(
        PARTY,
        _OF_WHOLE,
        ~exists().where(OrganisationJoin.organisation_id == OrganisationSource.organisation_id),
        OrganisationSource.organisation_id > bindparam("after"),
    )
    .order_by(OrganisationSource.organisation_id)
    .limit(bindparam("size"))
)
_OF_LIST = (
    select(OrganisationSource.row_number, OrganisationSource.organisation_id)
    .where(
        OrganisationSource.import_id == bindparam("list"),
        PARTY,
        _OF_WHOLE,
        OrganisationSource.row_number > bindparam("after"),
    )
    .order_by(OrganisationSource.row_number)
    .limit(bindparam("size"))
)
_BY_NAME = (
    select(OrganisationName.organisation_id)
    .distinct()
    .where(
        OrganisationName.name_key.in_([bindparam("name"), bindparam("short")]),
        exists().where(IMPORTS.c.id == OrganisationName.import_id, *IS_WHOLE),
    )
    .order_by(OrganisationName.organisation_id)
    .limit(bindparam("size"))
)
_SAID_OF = (
    select(
        OrganisationSource.organisation_id,
        OrganisationSource.row_number,
        OrganisationSource.listed_name,
        OrganisationSource.listed_class,
        IMPORTS.c.list_title,
        _LISTED_ON,
        _UMBRELLA.c.official_name.label("umbrella_name"),
    )
    .select_from(_SOURCE.join(IMPORTS, IMPORTS.c.id == _SOURCE.c.import_id))
    .outerjoin(_UMBRELLA, _UMBRELLA.c.id == _SOURCE.c.umbrella_id)
    .where(OrganisationSource.organisation_id.in_(_IDS))
    .order_by(IMPORTS.c.listed_on.desc(), IMPORTS.c.id.desc())
)
_NAMES_OF = (
    select(OrganisationName.organisation_id, OrganisationName.kind, OrganisationName.name)
    .where(
        OrganisationName.organisation_id.in_(_IDS),
        exists().where(IMPORTS.c.id == OrganisationName.import_id, *IS_WHOLE),
    )
    .order_by(OrganisationName.id)
)
_COUNTED = (
    select(OrganisationSource.umbrella_id, func.count(OrganisationSource.organisation_id.distinct()))
    .where(
        OrganisationSource.umbrella_id.in_(_IDS),
        _OF_WHOLE,
    )
    .group_by(OrganisationSource.umbrella_id)
)
_AFFILIATES = (
    select(OrganisationSource.organisation_id)
    .where(
        OrganisationSource.umbrella_id.in_(_IDS),
        _OF_WHOLE,
    )
    .order_by(OrganisationSource.id)
    .limit(bindparam("size"))
)
_ORGANISATIONS = select(
    Organisation.id, Organisation.public_id, Organisation.official_name, Organisation.country
).where(Organisation.id.in_(_IDS))
