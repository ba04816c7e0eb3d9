"""What became of a mail? One line for each thing that happened to it, written in that thing's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from coalition.extensions import db
from coalition.mail.message import Event
from coalition.mail.models import MailEvent
from coalition.transactions import writer

LINE = insert(MailEvent.__table__)
LONGEST_DETAIL = 300


def note(mail_id: int, event: Event, *, now: datetime, detail: str = "") -> None:
    """Add a line to a mail's history. `detail` is a server's code or the number of another mail, never an address."""
    line = {"mail_id": mail_id, "at": now, "kind": event.value, "detail": detail[:LONGEST_DETAIL]}
    writer().execute(LINE, line)


def events_of(mail_id: int) -> Sequence[MailEvent]:
    """Return what happened to a mail, oldest first."""
    return db.session.scalars(select(MailEvent).where(MailEvent.mail_id == mail_id).order_by(MailEvent.id)).all()
