"""What does the register show? Columns by Core on a reading connection; statements are built once.

Only entries that are shown (active, and suspended shown as such) are listed; an ended one is found by its number alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, text
from sqlalchemy.engine import Connection

from coalition.organisations.names import search_words
from coalition.register.entry import EVERY_FIELD, Entry, Status
from coalition.register.models import SHOWN, RegisterCount, RegisterEntry, RegisterHead
from coalition.transactions import reading

PAGE = 25
COUNTED_UP_TO = 1000
LONGEST_QUERY = 200
MOST_WORDS = 12
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
FILTERS = ("country", "category", "charter", "capacity")
COLUMNS = [getattr(RegisterEntry, name) for name in EVERY_FIELD]
WORDS = {
    "sqlite": "register_entries.id IN (SELECT rowid FROM register_words WHERE words MATCH :words)",
    "postgresql": "array_to_tsvector(string_to_array(register_entries.search, ' ')) @@ CAST(:words AS tsquery)",
}
LISTED = [RegisterEntry.id, *COLUMNS]


@dataclass(frozen=True)
class Search:
    """What a reader looks for: words, filters by field, and the key after which the page begins."""

    words: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    after: int | None = None

    @classmethod
    def of(cls, q: str, filters: Mapping[str, str], after: int | None = None) -> Search:
        """Make a search of typed text; unknown filters, empty ones and those that no value can have are left out."""
        kept = tuple((name, filters[name]) for name in FILTERS if KEY.fullmatch(filters.get(name, "")))
        return cls(tuple(search_words(q[:LONGEST_QUERY])[:MOST_WORDS]), kept, after)


@dataclass(frozen=True)
class Shape:
    """What a statement depends on: one is built for each shape, once."""

    dialect: str
    has_words: bool
    filters: tuple[str, ...]
    goes_on: bool

    @classmethod
    def of(cls, search: Search, dialect: str) -> Shape:
        """Return the shape of the statement that answers `search`."""
        return cls(dialect, bool(search.words), tuple(name for name, _ in search.filters), bool(search.after))


@dataclass(frozen=True)
class Page:
    """One page of entries, newest first. `total` may stop at a thousand; `more_than_total` says that there are more."""

    rows: Sequence[Row[Any]]
    total: int
    more_than_total: bool
    next_after: int | None


def register_version() -> str:
    """Name the present state of the register: it changes with every entry that comes, changes or ends."""
    with reading() as connection:
        return str(connection.execute(_VERSION).scalar() or 0)


def page_of_entries(search: Search, *, size: int = PAGE) -> Page:
    """Return the entries that `search` finds, newest first."""
    values: dict[str, Any] = {**dict(search.filters), "after": search.after or 0, "size": size + 1}
    with reading() as connection:
        shape = Shape.of(search, connection.dialect.name)
        if shape.has_words:
            values["words"] = _match(search.words, shape.dialect)
        rows = connection.execute(_page_statement(shape), values).all()
        total = _total(connection, shape, values)
    return Page(
        rows[:size], min(total, COUNTED_UP_TO) if search.words else total, _is_more(search, total), _next(rows, size)
    )


def _next(rows: Sequence[Row[Any]], size: int) -> int | None:
    return rows[size - 1].id if len(rows) > size else None


def _is_more(search: Search, total: int) -> bool:
    return bool(search.words) and total > COUNTED_UP_TO


def _total(connection: Connection, shape: Shape, values: Mapping[str, Any]) -> int:
    """Count: from the counters where they can tell, else entry by entry up to a thousand and one."""
    if shape.has_words or "capacity" in shape.filters:
        return int(connection.execute(_count_statement(shape), {**values, "most": COUNTED_UP_TO + 1}).scalar_one())
    wanted = {name: values[name] for name in shape.filters}
    return int(connection.execute(_counter_statement(shape.filters), wanted).scalar() or 0)


def entry_of(number: str) -> Entry | None:
    """Return the entry `number`, whatever its status; None where there is none."""
    if not KEY.fullmatch(number):
        return None
    with reading() as connection:
        row = connection.execute(_ENTRY, {"number": number}).mappings().one_or_none()
    return None if row is None else Entry(**{**row, "status": Status(row["status"])})


def recent_entries(most: int) -> Sequence[Row[Any]]:
    """Return the `most` newest entries that are shown."""
    with reading() as connection:
        shape = Shape.of(Search(), connection.dialect.name)
        return connection.execute(_page_statement(shape), {"size": most}).all()


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


_VERSION = select(func.sum(RegisterHead.version))
_ENTRY = select(*COLUMNS).where(RegisterEntry.number == bindparam("number"))
_COUNTS = select(
    func.sum(RegisterCount.active).label("signatories"),
    func.count(RegisterCount.country.distinct()).filter(RegisterCount.active > 0).label("countries"),
).where(RegisterCount.charter == bindparam("charter"))
_COUNTRIES = select(RegisterCount.country).where(RegisterCount.active > 0).distinct()


@lru_cache(maxsize=128)
def _page_statement(shape: Shape) -> Select[Any]:
    statement = select(*LISTED).where(*_conditions(shape))
    if shape.goes_on:
        statement = statement.where(RegisterEntry.id < bindparam("after"))
    return statement.order_by(RegisterEntry.id.desc()).limit(bindparam("size"))


@lru_cache(maxsize=128)
def _count_statement(shape: Shape) -> Select[Any]:
    found = select(RegisterEntry.id).where(*_conditions(shape)).limit(bindparam("most"))
    return select(func.count()).select_from(found.subquery())


@lru_cache(maxsize=64)
def _counter_statement(filters: tuple[str, ...]) -> Select[Any]:
    conditions = [getattr(RegisterCount, name) == bindparam(name) for name in filters]
    return select(func.sum(RegisterCount.active)).where(*conditions)


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [SHOWN, *(getattr(RegisterEntry, name) == bindparam(name) for name in shape.filters)]
    if shape.has_words:
        conditions.append(text(WORDS[shape.dialect]))
    return conditions


def _match(words: Sequence[str], dialect: str) -> str:
    """Write the words as a query of the word index: every one must begin a word. Quoted: none is an operator."""
    if dialect == "sqlite":
        return " AND ".join(f'"{word.replace(chr(34), "")}"*' for word in words)
    return " & ".join("'{}':*".format(word.replace("\\", "\\\\").replace("'", "''")) for word in words)
