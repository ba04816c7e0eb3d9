"""Which number does a line get? One sequencer gives it after the commit, so that no act waits for the chain's head."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, func, insert, select

from coalition.audit.chain import GENESIS, SALT_BYTES, Fields, links_after
from coalition.audit.models import AuditLink, AuditRecord
from coalition.extensions import db
from coalition.transactions import transaction, writer

MOST = 500
WINDOW = 10_000
"""So many lines later nothing can still be on its way: transactions take seconds. What appears behind is no act."""
SEQUENCING = 7_243_017  # the name of the lock under which PostgreSQL lets one sequencer work at a time

COLUMNS = tuple(getattr(AuditRecord, name) for name in Fields._fields)
_INSERT = insert(AuditLink.__table__)
_LAST = select(AuditLink.number, AuditLink.head).order_by(AuditLink.number.desc()).limit(1)
_NEWEST = select(func.max(AuditRecord.id), select(func.max(AuditLink.record_id)).scalar_subquery())


def number_waiting(*, most: int = MOST) -> int:
    """Give numbers to lines that have none yet, in a transaction of its own; return how many got one."""
    newest, numbered = db.session.execute(_NEWEST).one()
    if newest is None or (numbered is not None and newest <= numbered):  # a read alone: idle, no writer waits for us
        return 0
    with transaction():
        connection = writer()
        if connection.dialect.name == "postgresql":  # on SQLite nobody else is writing
            connection.execute(select(func.pg_advisory_xact_lock(SEQUENCING)))
        return _number(connection, most=most)


def number_all() -> None:
    """Give every line its number."""
    while number_waiting():
        pass


def _number(connection: Connection, *, most: int) -> int:
    last = connection.execute(_LAST).one_or_none()
    number, head = (last.number, last.head) if last else (0, GENESIS)
    waiting = (
        select(*COLUMNS)
        .outerjoin(AuditLink, AuditLink.record_id == AuditRecord.id)
        .where(AuditRecord.id > floor(connection, last=number), AuditLink.number.is_(None))
        .order_by(AuditRecord.id)
        .limit(most)
    )
    lines = [(Fields._make(row), secrets.token_hex(SALT_BYTES)) for row in connection.execute(waiting)]
    if lines:
        connection.execute(_INSERT, [link._asdict() for link in links_after(lines, number=number, head=head)])
    return len(lines)


def floor(connection: Connection, *, last: int) -> int:
    """Return the record below which no line without a number can be an act that is still on its way."""
    statement = select(AuditLink.record_id).where(AuditLink.number == last - WINDOW)
    return connection.execute(statement).scalar() or 0
