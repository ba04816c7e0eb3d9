"""How does an entry come into the register, change and end? Called by the acts above, in their transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from coalition.errors import Conflict, mark
from coalition.extensions import db
from coalition.organisations.names import search_words
from coalition.register import recording
from coalition.register.entry import (
    COUNTED,
    SHOWN,
    SUCCESSOR,
    Entry,
    Status,
    mark_values,
    name_to_sort_by,
    public_state,
)
from coalition.register.models import (
    RegisterCount,
    RegisterEntry,
    RegisterFormerName,
    RegisterHead,
    RegisterLink,
    RegisterMark,
    RegisterNote,
)
from coalition.register.search import SIGNATORY
from coalition.transactions import writer

_ENTRY = insert(RegisterEntry.__table__)
_WORDS = text("INSERT INTO register_words (rowid, words) VALUES (:id, :words)")
_NO_WORDS = text("INSERT INTO register_words (register_words, rowid, words) VALUES ('delete', :id, :words)")
FIXED = frozenset(
    {"number", "charter", "charter_version", "capacity", "status", "signed_on", "published_on", "ended_on"}
)
LONGEST_SEARCH = 2500
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


def publish(*, entry: Entry, prefix: str, name_key: str, words: str, now: datetime) -> str:
    """Enter `entry` (its number is ignored) and return the number it is given, "<prefix>-00042".

    `words` are the folded words it is found by, separated by spaces. Raises NameTaken.
    """
    number = _next_number(prefix)
    if taken := _live_number(entry, name_key):
        raise NameTaken(taken)
    numbered = replace(entry, number=number)
    row = {
        **asdict(numbered),
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
    _mark(row_id, entry)
    _count(entry, 1 if entry.status in COUNTED else 0)
    recording.entered([public_state(numbered)], now=now)
    return number


def change_status(*, number: str, status: Status, ended_on: date | None, now: datetime) -> None:
    """Let the entry `number` be active, suspended, withdrawn, delisted or superseded from now on.

    Raises NameTaken when it comes back and another of its name has been entered meanwhile.
    """
    _touch(number.rpartition("-")[0])
    row = _row(number)
    before = Status(row.status)
    if status in SHOWN and before not in SHOWN and (taken := _live_number(row, row.name_key)):
        raise NameTaken(taken)
    row.status, row.ended_on = status.value, ended_on
    db.session.flush()
    _count(row, (status in COUNTED) - (before in COUNTED))
    recording.changed(row, now=now)


def amend(*, number: str, entry: Entry, name_key: str, words: str, now: datetime) -> None:
    """Let the entry `number` say what `entry` says of the organisation; what was signed, when and how it stands stays.

    `words` are the folded words it is found by from now on, beside those of its former names. Raises NameTaken when a
    live entry has that name already.
    """
    _touch(number.rpartition("-")[0])
    row = _row(number)
    taken = _live_number(entry, name_key) if Status(row.status) in SHOWN else None
    if taken not in (None, number):
        raise NameTaken(str(taken))
    counted, before = Status(row.status) in COUNTED, recording.state_of(row)
    _count(row, -1 if counted else 0)
    _index(row.id, row.search, statement=_NO_WORDS)
    for name, value in asdict(entry).items():
        if name not in FIXED:
            setattr(row, name, value)
    row.sort_name = name_to_sort_by(entry.official_name, entry.latin_name)
    former = select(RegisterFormerName.official_name).where(RegisterFormerName.number == number)
    known = [words, *(word for name in db.session.scalars(former) for word in search_words(name))]
    row.name_key, row.search = name_key, " ".join(known)[:LONGEST_SEARCH]
    db.session.execute(delete(RegisterMark).where(RegisterMark.entry_id == row.id))
    db.session.flush()
    _mark(row.id, entry)
    _index(row.id, row.search)
    _count(row, 1 if counted else 0)
    recording.changed(row, before=before, now=now)


def remember_name(*, number: str, official_name: str, latin_name: str = "", until_on: date) -> None:
    """Keep what the organisation of the entry `number` was called until a day."""
    names = {"official_name": official_name, "latin_name": latin_name}
    db.session.add(RegisterFormerName(number=number, **names, until_on=until_on))


def link_successor(*, number: str, successor: str, now: datetime) -> None:
    """Let the entry `number` name the one that goes on in its place, from today."""
    _touch(number.rpartition("-")[0])
    db.session.add(RegisterLink(number=number, other_number=successor, kind=SUCCESSOR, since_on=now.date()))
    db.session.flush()
    recording.changed(_row(number), now=now)


def show_representative(*, number: str, name: str) -> None:
    """Let the page of the entry `number` say who signed; "" says nobody's name."""
    row = _row(number)
    if row.representative != name:
        _touch(number.rpartition("-")[0])
        row.representative = name


def put_note(*, number: str, kind: str, since_on: date) -> None:
    """Let the page of the entry `number` bear the neutral note of a question that is open; the newest one counts."""
    _touch(number.rpartition("-")[0])
    values = {"number": number, "kind": kind, "since_on": since_on}
    db.session.execute(
        _insert(RegisterNote)
        .values(**values)
        .on_conflict_do_update(index_elements=["number"], set_={"kind": kind, "since_on": since_on})
    )


def take_note(*, number: str) -> None:
    """Take the note off again."""
    _touch(number.rpartition("-")[0])
    db.session.execute(delete(RegisterNote).where(RegisterNote.number == number))


def number_above(*, last: int, prefix: str) -> None:
    """Let no entry get a number up to `last` any more: such numbers were public before a backup was restored."""
    head = _insert(RegisterHead).values(prefix=prefix, last_number=last, version=1)
    higher = {"last_number": last, "version": RegisterHead.version + 1}
    below = RegisterHead.last_number < last
    db.session.execute(head.on_conflict_do_update(index_elements=["prefix"], set_=higher, where=below))


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


def _row(number: str) -> RegisterEntry:
    return db.session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one()


def _mark(row_id: int, entry: Entry) -> None:
    db.session.add_all(RegisterMark(key=k, value=v, entry_id=row_id) for k, v in mark_values(entry.extra).items())


def _live_number(entry: Entry | RegisterEntry, name_key: str) -> str | None:
    asked = {"charter": entry.charter, "capacity": entry.capacity, "name_key": name_key, "country": entry.country}
    found: str | None = writer().execute(_LIVE, asked).scalar()
    return found


def _index(row_id: int, words: str, *, statement: TextClause = _WORDS) -> None:
    """Add the words to SQLite's word index, or take them out as they went in; PostgreSQL indexes the column itself."""
    if db.engine.dialect.name == "sqlite":
        writer().execute(statement, {"id": row_id, "words": words})


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
