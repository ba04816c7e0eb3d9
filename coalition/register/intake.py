"""How do many entries come into the register at once, and how are they taken back? In one transaction of the caller's.

The same rules as for one: nobody twice, numbers in the order of the commits, counters right. An entry whose name is
taken is left out, and the caller is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition.register import recording
from coalition.register.entry import (
    COUNTED,
    EVERY_FIELD,
    SHOWN,
    Entry,
    Status,
    mark_values,
    name_to_sort_by,
    public_state,
)
from coalition.register.models import RegisterCount, RegisterEntry, RegisterHead, RegisterMark
from coalition.register.search import SIGNATORY
from coalition.transactions import writer

BATCH = 500
_ENTRIES = insert(RegisterEntry.__table__).returning(RegisterEntry.id, sort_by_parameter_order=True)
_WORDS = text("INSERT INTO register_words (rowid, words) VALUES (:id, :words)")
_NO_WORDS = text("INSERT INTO register_words (register_words, rowid, words) VALUES ('delete', :id, :words)")
_LIVE = select(RegisterEntry.name_key, RegisterEntry.country, RegisterEntry.capacity, RegisterEntry.number).where(
    RegisterEntry.charter == bindparam("charter"),
    RegisterEntry.status.in_(sorted(SHOWN)),
    RegisterEntry.name_key.in_(bindparam("keys", expanding=True)),
)
_HEAD = (
    update(RegisterHead)
    .where(RegisterHead.prefix == bindparam("of"))
    .values(last_number=RegisterHead.last_number + bindparam("more"), version=RegisterHead.version + 1)
    .returning(RegisterHead.last_number)
)
_TAKEN_BACK = select(
    RegisterEntry.id, RegisterEntry.number, RegisterEntry.search, RegisterEntry.charter, RegisterEntry.country,
    RegisterEntry.category, RegisterEntry.capacity, RegisterEntry.status,
).where(RegisterEntry.number.in_(bindparam("numbers", expanding=True)))  # fmt: skip

Name = tuple[str, str, str]
"""Key of the name, country, capacity: of these, one live entry a charter."""


@dataclass(frozen=True)
class Newcomer:
    """An entry that is to come in, as the row it will be but for its number; made before the transaction."""

    row: Mapping[str, Any]
    marks: Mapping[str, str]

    @property
    def name(self) -> Name:
        """What no other live entry of the charter may have."""
        return self.row["name_key"], self.row["country"], self.row["capacity"]

    def state(self, number: str) -> dict[str, Any]:
        """Return what the public log says of it under the number it is given."""
        return public_state(Entry(**{**{name: self.row[name] for name in EVERY_FIELD}, "number": number}))

    @property
    def counted_in(self) -> tuple[str, str, str] | None:
        """Which counter it adds to; none of an endorser and of what is not active."""
        is_counted = self.row["status"] in COUNTED and self.row["capacity"] == SIGNATORY
        return (self.row["charter"], self.row["country"], self.row["category"]) if is_counted else None


def newcomer(entry: Entry, *, name_key: str, words: str) -> Newcomer:
    """Prepare an entry, whose number is ignored; `words` are the folded words it is found by."""
    derived = {
        "signed_year": entry.signed_on.year,
        "sort_name": name_to_sort_by(entry.official_name, entry.latin_name),
        "name_key": name_key,
        "search": words,
    }
    return Newcomer({**vars(entry), **derived}, mark_values(entry.extra))


def live_names(charter: str, keys: Sequence[str]) -> dict[Name, str]:
    """Return the numbers of the live entries of a charter whose names have these keys."""
    found: dict[Name, str] = {}
    for some in in_batches(keys):
        for row in writer().execute(_LIVE, {"charter": charter, "keys": list(some)}):
            found[row.name_key, row.country, row.capacity] = row.number
    return found


def publish_all(newcomers: Sequence[Newcomer], *, charter: str, prefix: str, now: datetime) -> list[str | None]:
    """Enter newcomers of one charter and return the number of each, none where its name is taken.

    The head's row is taken before names are compared: nobody publishes in between.
    """
    head = _take_head(prefix)
    taken = dict.fromkeys(live_names(charter, [one.row["name_key"] for one in newcomers]))
    numbers: list[str | None] = []
    for one in newcomers:
        is_free = one.name not in taken
        head += is_free
        taken[one.name] = None
        numbers.append(f"{prefix}-{head:05d}" if is_free else None)
    _advance(prefix, sum(number is not None for number in numbers))
    entered = [(one, number) for one, number in zip(newcomers, numbers, strict=True) if number is not None]
    for some in in_batches(entered):
        _enter(some)
        recording.entered([one.state(number) for one, number in some], now=now)
    _count(Counter(found for one, _ in entered if (found := one.counted_in) is not None))
    return numbers


def take_back(numbers: Sequence[str], *, now: datetime) -> None:
    """Remove entries as if they had never been; their numbers are not given again. Nothing may depend on them."""
    for prefix in sorted({number.rpartition("-")[0] for number in numbers}):
        _advance(prefix, 0)
    for some in in_batches(numbers):
        rows = writer().execute(_TAKEN_BACK, {"numbers": list(some)}).all()
        ids = [row.id for row in rows]
        _unindex(rows)
        recording.removed(sorted(row.number for row in rows), now=now)
        writer().execute(delete(RegisterMark).where(RegisterMark.entry_id.in_(ids)))
        writer().execute(delete(RegisterEntry).where(RegisterEntry.id.in_(ids)))
        gone = [row for row in rows if Status(row.status) in COUNTED and row.capacity == SIGNATORY]
        _count(Counter((row.charter, row.country, row.category) for row in gone), sign=-1)


def in_batches(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Return the items, so many at a time: a database takes only so many values in one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _take_head(prefix: str) -> int:
    """Hold the head's row and return the last number given."""
    head = _advance(prefix, 0)
    if head is not None:
        return head
    writer().execute(_insert(RegisterHead).values(prefix=prefix, last_number=0, version=0).on_conflict_do_nothing())
    return _take_head(prefix)


def _advance(prefix: str, more: int) -> int | None:
    found: int | None = writer().execute(_HEAD, {"of": prefix, "more": more}).scalar()
    return found


def _enter(some: Sequence[tuple[Newcomer, str]]) -> None:
    rows = [{**one.row, "number": number} for one, number in some]
    ids = writer().execute(_ENTRIES, rows).scalars().all()
    words = [{"id": id, "words": one.row["search"]} for id, (one, _) in zip(ids, some, strict=True)]
    if writer().dialect.name == "sqlite":  # PostgreSQL indexes the column itself
        writer().execute(_WORDS, words)
    marks = [
        {"key": key, "value": value, "entry_id": id}
        for id, (one, _) in zip(ids, some, strict=True)
        for key, value in one.marks.items()
    ]
    if marks:
        writer().execute(insert(RegisterMark.__table__), marks)


def _unindex(rows: Sequence[Any]) -> None:
    if rows and writer().dialect.name == "sqlite":
        writer().execute(_NO_WORDS, [{"id": row.id, "words": row.search} for row in rows])


def _count(changes: Counter[tuple[str, str, str]], *, sign: int = 1) -> None:
    for (charter, country, category), number in sorted(changes.items()):
        writer().execute(
            _insert(RegisterCount)
            .values(charter=charter, country=country, category=category, active=sign * number)
            .on_conflict_do_update(
                index_elements=["charter", "country", "category"],
                set_={"active": RegisterCount.active + sign * number},
            )
        )


def _insert(table: type) -> Any:
    return postgresql_insert(table) if writer().dialect.name == "postgresql" else sqlite_insert(table)
