"""How is a line emptied that should not have said what it says? Salt and words go, its place in the chain stays.

The log holds no personal data of applicants; where one slipped in all the same, this takes it out. The act is a line of
the chain itself: an emptied line without it is found as altered.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from coalition.audit import record
from coalition.audit.chain import FORGET, Fields, forgotten, subject_of
from coalition.audit.models import AuditLink, AuditRecord
from coalition.audit.record import Actor
from coalition.audit.sequencing import COLUMNS
from coalition.errors import Conflict, NotFound, mark
from coalition.transactions import writer


class LineUnknown(NotFound):
    """The chain has no line of this number."""

    def __init__(self) -> None:
        super().__init__(mark("The audit log has no line of this number."))


class LineKept(Conflict):
    """The line tells which other line was emptied; without it the chain would no longer verify."""

    def __init__(self) -> None:
        super().__init__(mark("This line says which other line was emptied. It has to stay."))


def forget_line(*, number: int, actor: Actor, now: datetime) -> None:
    """Empty one line, and say so in another; emptied before, nothing changes. Raises LineUnknown or LineKept."""
    connection = writer()
    joined = select(*COLUMNS, AuditLink.salt).join(AuditLink, AuditLink.record_id == AuditRecord.id)
    row = connection.execute(joined.where(AuditLink.number == number)).one_or_none()
    if row is None:
        raise LineUnknown
    if row.act == FORGET:
        raise LineKept
    if row.salt is None:
        return
    left = forgotten(Fields._make(row[:-1]), at=now)._asdict()
    connection.execute(update(AuditRecord).where(AuditRecord.id == left.pop("id")).values(left))
    connection.execute(update(AuditLink).where(AuditLink.number == number).values(salt=None, line=None))
    record.append(actor=actor, act=FORGET, subject=subject_of(number), now=now)
