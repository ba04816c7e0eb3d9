"""What does the register show? Columns by Core on a reading connection, by `statements` that are built once.

Only entries that are shown (active, and suspended shown as such) are listed, unless those of another status or of
another day are asked for. Pages go on by key, both ways; counts of what they add up to belong to `statistics`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, false, func, select, true
from sqlalchemy.engine import Connection

from coalition.register.entry import SUCCESSOR, Entry, Status
from coalition.register.models import (
    SHOWN,
    RegisterCount,
    RegisterEntry,
    RegisterFormerName,
    RegisterHead,
    RegisterLink,
    RegisterNote,
)
from coalition.register.search import ENDORSER, FILTERS, KEY, LONGEST_QUERY, SIGNATORY, Search
from coalition.register.statements import COLUMNS, OF_CAPACITY, Shape, count_statement, page_statement, values_of
from coalition.transactions import reading

__all__ = ["FILTERS", "LONGEST_QUERY", "Search"]

PAGE = 25
COUNTED_UP_TO = 1000
BY_COUNTERS = {"country", "category", "charter"}


@dataclass(frozen=True)
class Page:
    """One page of entries and the keys of its neighbours. `total` may stop at a thousand; `more_than_total` says so."""

    rows: Sequence[Row[Any]]
    total: int
    more_than_total: bool
    next_after: int | None
    previous_before: int | None


def register_version() -> str:
    """Name the present state of the register: it changes with every entry that comes, changes or ends."""
    with reading() as connection:
        return str(connection.execute(_VERSION).scalar() or 0)


def page_of_entries(search: Search, *, size: int = PAGE) -> Page:
    """Return the entries that `search` finds, in its order."""
    with reading() as connection:
        shape = Shape.of(search, connection.dialect.name)
        values = {**values_of(search, shape.dialect), "size": size + 1}
        total = _total(connection, shape, values)
        shape = replace(shape, is_rare=shape.has_words and total <= COUNTED_UP_TO)
        found = connection.execute(page_statement(shape), values).all()
    goes_back, is_more = shape.beside == "before", len(found) > size
    rows = found[:size][::-1] if goes_back else found[:size]
    has_next, has_previous = (goes_back, is_more) if goes_back else (is_more, shape.beside == "after")
    return Page(
        rows=rows,
        total=min(total, COUNTED_UP_TO) if _is_counted_by_row(shape, values) else total,
        more_than_total=_is_counted_by_row(shape, values) and total > COUNTED_UP_TO,
        next_after=rows[-1].id if rows and has_next else None,
        previous_before=rows[0].id if rows and has_previous else None,
    )


def _is_counted_by_row(shape: Shape, values: Mapping[str, Any]) -> bool:
    """Tell whether the counters cannot answer how many there are."""
    is_plain = not (shape.has_words or shape.marks or shape.is_past) and BY_COUNTERS.issuperset(shape.filters)
    return not is_plain or values["capacity"] != SIGNATORY


def _total(connection: Connection, shape: Shape, values: Mapping[str, Any]) -> int:
    """Count: from the counters where they can tell, else entry by entry up to a thousand and one."""
    if _is_counted_by_row(shape, values):
        return int(connection.execute(count_statement(shape), {**values, "most": COUNTED_UP_TO + 1}).scalar_one())
    wanted = {name: values[name] for name in shape.filters}
    return int(connection.execute(_counter_statement(shape.filters), wanted).scalar() or 0)


def entry_of(number: str) -> Entry | None:
    """Return the entry `number`, whatever its status; None where there is none."""
    if not KEY.fullmatch(number):
        return None
    with reading() as connection:
        row = connection.execute(_ENTRY, {"number": number}).mappings().one_or_none()
    return None if row is None else Entry(**{**row, "status": Status(row["status"])})


@dataclass(frozen=True)
class Kin:
    """An entry that goes on in another's place, or is gone on from; `is_successor` says which."""

    number: str
    official_name: str
    since_on: date
    is_successor: bool


def kin_of(number: str) -> list[Kin]:
    """Return the entry that goes on in place of this one, and those in whose place it goes on itself."""
    with reading() as connection:
        return [Kin(*row) for row in connection.execute(_KIN, {"number": number})]


def former_names(number: str) -> Sequence[Row[str, date]]:
    """Return what the organisation of an entry was called and until when, the newest first."""
    with reading() as connection:
        return connection.execute(_FORMER_NAMES, {"number": number}).all()


@dataclass(frozen=True)
class Note:
    """A neutral note on an entry while a question about it is open: identity, namesake or facts."""

    kind: str
    since_on: date


def note_of(number: str) -> Note | None:
    """Return the note that an entry bears; None where it bears none."""
    with reading() as connection:
        row = connection.execute(_NOTE, {"number": number}).first()
    return None if row is None else Note(*row)


def recent_entries(most: int) -> Sequence[Row[Any]]:
    """Return the `most` newest entries that are shown."""
    with reading() as connection:
        dialect = connection.dialect.name
        statement = page_statement(Shape.of(Search(), dialect))
        return connection.execute(statement, {**values_of(Search(), dialect), "size": most}).all()


@dataclass(frozen=True)
class Counts:
    """How many active signatories there are, and in how many countries."""

    signatories: int
    countries: int


def counts(charter: str) -> Counts:
    """Return the counts of one charter, from the counters."""
    with reading() as connection:
        row = connection.execute(_COUNTS, {"charter": charter}).one()
    return Counts(int(row.signatories or 0), int(row.countries or 0))


def countries_present() -> list[str]:
    """Return the codes of the countries that have an entry, unordered."""
    with reading() as connection:
        return list(connection.execute(_COUNTRIES).scalars())


def years_present() -> list[int]:
    """Return every year from that of the newest signature shown back to that of the oldest."""
    with reading() as connection:
        first, last = connection.execute(_YEARS, {"capacity": SIGNATORY}).one()
    return [] if first is None else list(range(int(last), int(first) - 1, -1))


def has_endorsers() -> bool:
    """Tell whether anybody backs a text without having joined."""
    with reading() as connection:
        return bool(connection.execute(_ENDORSERS, {"capacity": ENDORSER}).first())


_FORMER_NAMES = (
    select(RegisterFormerName.official_name, RegisterFormerName.until_on)
    .where(RegisterFormerName.number == bindparam("number"))
    .order_by(RegisterFormerName.id.desc())
)
_SUCCESSION = RegisterLink.kind == SUCCESSOR
_KIN = (
    select(RegisterEntry.number, RegisterEntry.official_name, RegisterLink.since_on, true())
    .join(RegisterLink, RegisterLink.other_number == RegisterEntry.number)
    .where(RegisterLink.number == bindparam("number"), _SUCCESSION)
    .union_all(
        select(RegisterEntry.number, RegisterEntry.official_name, RegisterLink.since_on, false())
        .join(RegisterLink, RegisterLink.number == RegisterEntry.number)
        .where(RegisterLink.other_number == bindparam("number"), _SUCCESSION)
    )
)
_VERSION = select(func.sum(RegisterHead.version))
_ENTRY = select(*COLUMNS).where(RegisterEntry.number == bindparam("number"))
_NOTE = select(RegisterNote.kind, RegisterNote.since_on).where(RegisterNote.number == bindparam("number"))
_COUNTS = select(
    func.sum(RegisterCount.active).label("signatories"),
    func.count(RegisterCount.country.distinct()).filter(RegisterCount.active > 0).label("countries"),
).where(RegisterCount.charter == bindparam("charter"))
_COUNTRIES = select(RegisterCount.country).where(RegisterCount.active > 0).distinct()
_YEAR = select(RegisterEntry.signed_year).where(SHOWN, OF_CAPACITY).limit(1)
_YEARS = select(
    _YEAR.order_by(RegisterEntry.signed_year).scalar_subquery(),
    _YEAR.order_by(RegisterEntry.signed_year.desc()).scalar_subquery(),
)
_ENDORSERS = select(RegisterEntry.id).where(SHOWN, OF_CAPACITY).limit(1)


@lru_cache(maxsize=64)
def _counter_statement(filters: tuple[str, ...]) -> Select[Any]:
    conditions = [getattr(RegisterCount, name) == bindparam(name) for name in filters]
    return select(func.sum(RegisterCount.active)).where(*conditions)
