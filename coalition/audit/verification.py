"""Is the audit log what it was? One walk along the chain beside the table; the first line that is not is named.

It finds what was altered, removed, swapped, inserted or cut, as far as the chain reaches; what was cut off behind the
newest checkpoint of this database is found by one that lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from coalition.audit.chain import (
    FORGET,
    GENESIS,
    Fields,
    Link,
    commitment_of,
    forgotten,
    head_after,
    line_of,
    subject_of,
)
from coalition.audit.models import AuditLink, AuditRecord
from coalition.audit.note import Checkpoint
from coalition.audit.sequencing import COLUMNS, floor
from coalition.transactions import snapshot

AT_ONCE = 2000
LINK = tuple(getattr(AuditLink, name) for name in Link._fields)
RECORD = len(LINK)
_CHAIN = (
    select(*LINK, *COLUMNS)
    .outerjoin(AuditRecord, AuditRecord.id == AuditLink.record_id)
    .order_by(AuditLink.number)
    .execution_options(yield_per=AT_ONCE)
)


class Fault(StrEnum):
    """What was done to the log."""

    ALTERED = "altered"
    REMOVED = "removed"
    SWAPPED = "swapped"
    INSERTED = "inserted"
    CUT = "cut"
    REWRITTEN = "rewritten"


@dataclass(frozen=True)
class Finding:
    """The first fault: at which number of the chain; of an inserted line, which has none, at which record."""

    fault: Fault
    number: int


@dataclass(frozen=True)
class Report:
    """What the walk found. `waiting` lines have no number yet, `forgotten` ones were emptied by an act on record."""

    lines: int
    waiting: int
    forgotten: int
    head: str
    finding: Finding | None


@dataclass
class _Walk:
    """Where the walk is, and what it still has to match: emptied lines with the acts that allowed it."""

    number: int = 0
    head: str = GENESIS
    emptied: dict[int, Fields] = field(default_factory=dict)
    allowed: dict[str, datetime] = field(default_factory=dict)


def verify(checkpoints: Iterable[Checkpoint] = ()) -> Report:
    """Walk along the whole chain, beside checkpoints whose signatures were checked."""
    marks: dict[int, set[str]] = {}
    for checkpoint in checkpoints:
        marks.setdefault(checkpoint.size, set()).add(checkpoint.head)
    walk = _Walk()
    with snapshot() as connection:
        finding = _first_fault(connection, walk, marks)
        waiting = _waiting(connection)
        finding = finding or _inserted(connection, last=walk.number)
    return Report(walk.number, waiting, len(walk.emptied), walk.head, finding)


def _first_fault(connection: Connection, walk: _Walk, marks: Mapping[int, set[str]]) -> Finding | None:
    with connection.execute(_CHAIN) as rows:
        for row in rows:
            if fault := _fault_of(Link._make(row[:RECORD]), row[RECORD:], walk):
                return Finding(fault, walk.number + 1)
            if walk.number in marks and marks[walk.number] != {walk.head}:
                return Finding(Fault.REWRITTEN, walk.number)
    if max(marks, default=0) > walk.number:
        return Finding(Fault.CUT, walk.number + 1)
    if marks.get(0, {GENESIS}) != {GENESIS}:
        return Finding(Fault.REWRITTEN, 0)
    unaccounted = (number for number, left in walk.emptied.items() if not _may_be_empty(number, left, walk))
    number = min(unaccounted, default=None)
    return None if number is None else Finding(Fault.ALTERED, number)


def _fault_of(link: Link, record: Sequence[Any], walk: _Walk) -> Fault | None:
    """Judge one line by what came before it; the walk goes on to it where it is whole."""
    if link.number != walk.number + 1 or record[0] is None:
        return Fault.REMOVED
    if head_after(walk.head, commitment=link.commitment) != link.head:
        return Fault.ALTERED
    fields = Fields._make(record)
    if link.line is None and link.salt is None:
        walk.emptied[link.number] = fields
    elif link.line is None or link.salt is None or commitment_of(link.line, salt=link.salt) != link.commitment:
        return Fault.ALTERED
    elif line_of(fields) != link.line:
        return Fault.ALTERED if f'"id":{link.record_id},' in link.line else Fault.SWAPPED
    elif fields.act == FORGET:
        walk.allowed[fields.subject] = fields.at
    walk.number, walk.head = link.number, link.head
    return None


def _may_be_empty(number: int, left: Fields, walk: _Walk) -> bool:
    at = walk.allowed.get(subject_of(number))
    return at is not None and left == forgotten(left, at=at)


def _waiting(connection: Connection) -> int:
    counted = select(func.count(AuditRecord.id), select(func.count()).select_from(AuditLink).scalar_subquery())
    records, links = connection.execute(counted).one()
    return max(0, int(records) - int(links))


def _inserted(connection: Connection, *, last: int) -> Finding | None:
    """Find a line that no act can have written: it has no number, and the chain has long gone on beyond it."""
    statement = (
        select(AuditRecord.id)
        .outerjoin(AuditLink, AuditLink.record_id == AuditRecord.id)
        .where(AuditRecord.id <= floor(connection, last=last), AuditLink.number.is_(None))
        .order_by(AuditRecord.id)
        .limit(1)
    )
    found = connection.execute(statement).scalar()
    return None if found is None else Finding(Fault.INSERTED, found)
