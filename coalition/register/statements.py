"""Which statement answers a search? Built once for each shape of it; nothing is run here.

Entries that are shown come by one index for each filter and order; what is combined beyond that is judged row by row
along the most telling filter's index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, literal_column, or_, select, table, text, tuple_

from coalition.organisations.statements import word_query
from coalition.register.entry import EVERY_FIELD, Status
from coalition.register.models import NOT_ACTIVE, SHOWN, RegisterEntry, RegisterFormerName, RegisterMark
from coalition.register.search import Search, Sort

COLUMNS = [getattr(RegisterEntry, name) for name in EVERY_FIELD]
COLUMN_OF = {"year": RegisterEntry.signed_year}
# The most telling first: SQLite, which does not know how common a value is, walks the index of the first one asked for.
TELLING = ("country", "year", "charter", "category", "status")
LISTED = [RegisterEntry.id, *COLUMNS]
NAMES = ("official_name", "latin_name")
WORD_INDEX = table("register_words", column("rowid"), column("words"))
MATCHES = {
    "sqlite": text("register_words MATCH :words"),
    "postgresql": text("array_to_tsvector(string_to_array(register_entries.search, ' ')) @@ CAST(:words AS tsquery)"),
}
OF_CAPACITY = RegisterEntry.capacity == bindparam("capacity")


@dataclass(frozen=True)
class Shape:
    """What a statement depends on: one is built for each shape, once. `beside` is "after", "before" or "".

    `is_rare` says that the words are known to find few entries."""

    dialect: str
    has_words: bool
    filters: tuple[str, ...]
    marks: int
    sort: Sort
    beside: str
    is_past: bool
    is_shown: bool
    is_rare: bool = False

    @classmethod
    def of(cls, search: Search, dialect: str) -> Shape:
        """Return the shape of the statement that answers `search`."""
        return cls(
            dialect,
            has_words=bool(search.words),
            filters=tuple(name for name, _ in search.filters if name != "capacity"),
            marks=len(search.marks),
            sort=search.sort,
            beside="after" if search.after else "before" if search.before else "",
            is_past=search.as_of is not None,
            is_shown=search.status in ("", Status.ACTIVE),
        )


def values_of(search: Search, dialect: str) -> dict[str, Any]:
    """Return the values of a statement that answers `search`."""
    filters: dict[str, Any] = dict(search.filters)
    if "year" in filters:
        filters["year"] = int(filters["year"])
    marks = {f"{part}_{i}": text for i, mark in enumerate(search.marks) for part, text in zip("kv", mark, strict=True)}
    found = {**filters, **marks, "capacity": search.capacity, "beside": search.after or search.before}
    found["as_of"] = search.as_of
    if search.words:
        found["words"] = word_query(search.words, dialect)
    return found


def found_by(search: Search, columns: Sequence[Any], *, dialect: str) -> Select[Any]:
    """Return the statement of everything that `search` finds, in its order; its values are `values_of`."""
    shape = Shape.of(search, dialect)
    return _found(shape, columns).order_by(*_order(shape, is_reversed=False))


@lru_cache(maxsize=256)
def page_statement(shape: Shape) -> Select[Any]:
    """Return the statement of one page of entries; `size` is how many."""
    goes_back = shape.beside == "before"
    statement = _found(shape, LISTED)
    if shape.beside:
        statement = statement.where(_beside(shape, is_reversed=goes_back))
    if shape.is_rare and shape.dialect == "postgresql":  # or it walks past every entry to save a small sort
        found = statement.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
        is_falling = (shape.sort is Sort.NEWEST) != goes_back
        return select(found).order_by(found.c.id.desc() if is_falling else found.c.id).limit(bindparam("size"))
    return statement.order_by(*_order(shape, is_reversed=goes_back)).limit(bindparam("size"))


def _found(shape: Shape, columns: Sequence[Any]) -> Select[Any]:
    """Select what the conditions leave; on SQLite words are looked up first, as they come in the order of the keys."""
    shown = [_of_that_day(one) for one in columns] if shape.is_past else columns
    statement = select(*shown).where(*_conditions(shape))
    if not shape.has_words:
        return statement
    match = MATCHES[shape.dialect]
    if shape.dialect == "sqlite":
        joined = WORD_INDEX.join(RegisterEntry.__table__, _key(shape) == RegisterEntry.id)
        return statement.where(match).select_from(joined)
    return statement.where(match)


def _of_that_day(column: Any) -> ColumnElement[Any]:
    """Return a name as it was at the end of the day that is asked for, any other column as it is."""
    if column.key not in NAMES:
        return column  # type: ignore[no-any-return]
    former = (
        select(getattr(RegisterFormerName, column.key))
        .where(RegisterFormerName.number == RegisterEntry.number, RegisterFormerName.until_on > bindparam("as_of"))
        .order_by(RegisterFormerName.until_on, RegisterFormerName.id)
        .limit(1)
        .correlate(RegisterEntry)
    )
    return func.coalesce(former.scalar_subquery(), column).label(column.key)


def _key(shape: Shape) -> ColumnElement[Any]:
    return WORD_INDEX.c.rowid if shape.has_words and shape.dialect == "sqlite" else RegisterEntry.__table__.c.id


def _order(shape: Shape, *, is_reversed: bool) -> list[ColumnElement[Any]]:
    columns: list[Any] = [RegisterEntry.sort_name, RegisterEntry.id] if shape.sort is Sort.NAME else [_key(shape)]
    return [one.desc() for one in columns] if (shape.sort is Sort.NEWEST) != is_reversed else columns


def _beside(shape: Shape, *, is_reversed: bool) -> ColumnElement[bool]:
    """Compare with the entry that the cursor names; its name is looked up, so that a cursor is a number alone."""
    key: Any = _key(shape)
    anchor: Any = bindparam("beside")
    if shape.sort is Sort.NAME:
        named = RegisterEntry.__table__.alias("named")
        name = select(named.c.sort_name).where(named.c.id == anchor).scalar_subquery()
        key, anchor = tuple_(RegisterEntry.sort_name, RegisterEntry.id), tuple_(name, anchor)
    return key < anchor if (shape.sort is Sort.NEWEST) != is_reversed else key > anchor  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def count_statement(shape: Shape) -> Select[Any]:
    """Return the statement that counts what is found, up to `most`."""
    found = _found(shape, [RegisterEntry.id])
    if "status" not in shape.filters and not shape.is_past:
        found = found.where(RegisterEntry.status == Status.ACTIVE.value)  # suspended ones are shown and not counted
    if shape.has_words and shape.dialect == "sqlite":  # in the word index's order, or it is asked about every entry
        found = found.order_by(_key(shape))
    return select(func.count()).select_from(found.limit(bindparam("most")).subquery())


def _conditions(shape: Shape) -> list[Any]:
    conditions: list[Any] = [OF_CAPACITY, *_filters(shape), *(_is_marked(number) for number in range(shape.marks))]
    if shape.is_past:
        conditions += [
            RegisterEntry.published_on <= bindparam("as_of"),
            or_(RegisterEntry.ended_on.is_(None), RegisterEntry.ended_on > bindparam("as_of")),
        ]
        return conditions
    return [*conditions, SHOWN if shape.is_shown else NOT_ACTIVE]


def _filters(shape: Shape) -> Iterator[ColumnElement[bool]]:
    names = sorted(shape.filters, key=TELLING.index)
    for place, name in enumerate(names):
        own: Any = COLUMN_OF.get(name, getattr(RegisterEntry, name, None))
        is_led = shape.dialect == "sqlite" and (place or shape.has_words)
        yield (literal_column(f"+register_entries.{own.key}") if is_led else own) == bindparam(name)


def _is_marked(number: int) -> ColumnElement[bool]:
    marked = select(RegisterMark.entry_id).where(
        RegisterMark.key == bindparam(f"k_{number}"), RegisterMark.value == bindparam(f"v_{number}")
    )
    return RegisterEntry.id.in_(marked)
