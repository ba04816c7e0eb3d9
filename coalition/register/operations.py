"""How does an entry come into the register, change and end? Called by the acts above, in their transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from coalition.errors import Conflict, mark
from coalition.extensions import db
from coalition.register.entry import COUNTED, Entry, Status, mark_values, name_to_sort_by
from coalition.register.models import RegisterCount, RegisterEntry, RegisterHead, RegisterMark
from coalition.register.search import SIGNATORY
from coalition.transactions import writer

_ENTRY = insert(RegisterEntry.__table__)
_WORDS = text("INSERT INTO register_words (rowid, words) VALUES (:id, :words)")
_NEXT = (
    update(RegisterHead)
    .where(RegisterHead.prefix == bindparam("of"))
    .values(last_number=RegisterHead.last_number + 1, version=RegisterHead.version + 1)
    .returning(RegisterHead.last_number)
)
_LIVE = select(RegisterEntry.number).where(
    RegisterEntry.charter == bindparam("charter"),
    RegisterEntry.capacity == bindparam("capacity"),
    RegisterEntry.name_key == bindparam("name_key"),
    RegisterEntry.country == bindparam("country"),
    RegisterEntry.status.in_([Status.ACTIVE, Status.SUSPENDED]),
)


class NameTaken(Conflict):
    """A live entry has the same name, country, charter and capacity."""

    def __init__(self, number: str) -> None:
        sentence = mark("This organisation is on the register already, as %(number)s. It cannot be entered twice.")
        super().__init__(sentence, number=number)


def publish(*, entry: Entry, prefix: str, name_key: str, words: str) -> str:
    """Enter `entry` (its number is ignored) and return the number it is given, "<prefix>-00042".

    `words` are the folded words it is found by, separated by spaces. Raises NameTaken.
    """
    number = _next_number(prefix)
    if taken := _live_number(entry, name_key):
        raise NameTaken(taken)
    row = {
        **asdict(replace(entry, number=number)),
        "signed_year": entry.signed_on.year,
        "sort_name": name_to_sort_by(entry.official_name, entry.latin_name),
        "name_key": name_key,
        "search": words,
    }
    try:
        row_id = int(writer().execute(_ENTRY, row).inserted_primary_key[0])  # type: ignore[index]
    except IntegrityError as twice:  # the index is the backstop should two publish at once without the head's lock
        raise NameTaken(number) from twice
    _index(row_id, words)
    db.session.add_all(RegisterMark(key=k, value=v, entry_id=row_id) for k, v in mark_values(entry.extra).items())
    _count(entry, 1 if entry.status in COUNTED else 0)
    return number


def change_status(*, number: str, status: Status, ended_on: date | None) -> None:
    """Let the entry `number` be active, suspended, withdrawn or delisted from now on."""
    row = db.session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one()
    _touch(number.rpartition("-")[0])
    before, row.status, row.ended_on = Status(row.status), status.value, ended_on
    db.session.flush()
    _count(row, (status in COUNTED) - (before in COUNTED))


def show_representative(*, number: str, name: str) -> None:
    """Let the page of the entry `number` say who signed; "" says nobody's name."""
    row = db.session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one()
    if row.representative != name:
        _touch(number.rpartition("-")[0])
        row.representative = name


def _next_number(prefix: str) -> str:
    """Take the head's row: numbers and versions come in the order of the commits."""
    head = writer().execute(_NEXT, {"of": prefix}).scalar()
    if head is None:
        db.session.execute(
            _insert(RegisterHead).values(prefix=prefix, last_number=0, version=0).on_conflict_do_nothing()
        )
        return _next_number(prefix)
    return f"{prefix}-{head:05d}"


def _touch(prefix: str) -> None:
    db.session.execute(
        update(RegisterHead).where(RegisterHead.prefix == prefix).values(version=RegisterHead.version + 1)
    )


def _live_number(entry: Entry, name_key: str) -> str | None:
    asked = {"charter": entry.charter, "capacity": entry.capacity, "name_key": name_key, "country": entry.country}
    found: str | None = writer().execute(_LIVE, asked).scalar()
    return found


def _index(row_id: int, words: str) -> None:
    """Add the words to SQLite's word index; PostgreSQL indexes the column itself."""
    if db.engine.dialect.name == "sqlite":
        writer().execute(_WORDS, {"id": row_id, "words": words})


def _count(entry: Entry | RegisterEntry, change: int) -> None:
    if not change or entry.capacity != SIGNATORY:  # whoever endorses a text has not joined
        return
    db.session.execute(
        _insert(RegisterCount)
        .values(charter=entry.charter, country=entry.country, category=entry.category, active=change)
        .on_conflict_do_update(
            index_elements=["charter", "country", "category"], set_={"active": RegisterCount.active + change}
        )
    )


def _insert(table: type) -> Any:
    return postgresql_insert(table) if db.engine.dialect.name == "postgresql" else sqlite_insert(table)
