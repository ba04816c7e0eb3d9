"""What follows from a report on a mail? A line of its history, and the word that it came back to whom it was about.

Written in the caller's transaction and safe to repeat: the same report changes nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from coalition.extensions import db
from coalition.jobs import queue
from coalition.mail import history
from coalition.mail.delivery import FAILED_JOB
from coalition.mail.message import Event, MailState, recipient_key
from coalition.mail.models import MailEvent, OutboxMessage
from coalition.mail.reports import Done, Report

EVENTS = {Done.FAILED: Event.BOUNCED, Done.DELAYED: Event.DELAYED, Done.DELIVERED: Event.DELIVERED}
LONGEST_AGO = timedelta(days=14)


@dataclass(frozen=True)
class Taken:
    """A mail that a report was about; `is_new` is False of one that had been taken in before."""

    mail_id: int
    about: str
    event: Event
    is_new: bool


def take(report: Report, *, trusts_address: bool, now: datetime) -> Taken | None:
    """Write a report into the history of its mail; None where no mail of ours is meant.

    A Message-ID of ours is known to those alone through whose hands the mail went. Anybody can write an address into a
    report: it is believed only where an officer has read the letter, and then means the last mail sent to it.
    """
    mail = _mail_of(report) or (_last_to(report.recipient, now) if trusts_address else None)
    if mail is None:
        return None
    event = EVENTS[report.done]
    known = exists().where(
        MailEvent.mail_id == mail.id, MailEvent.kind == event.value, MailEvent.detail == report.status
    )
    if mail.bounced_at is not None or db.session.scalar(select(known)):
        return Taken(mail.id, mail.about, event, is_new=False)
    history.note(mail.id, event, now=now, detail=report.status)
    if event is Event.BOUNCED:
        mail.bounced_at = now
        queue.put(FAILED_JOB, args={"about": mail.about, "recipient_key": mail.recipient_key}, now=now)
    return Taken(mail.id, mail.about, event, is_new=True)


def _mail_of(report: Report) -> OutboxMessage | None:
    statement = select(OutboxMessage).where(OutboxMessage.message_id.in_(report.message_ids))
    return db.session.scalars(statement.limit(1).with_for_update()).first() if report.message_ids else None


def _last_to(address: str, now: datetime) -> OutboxMessage | None:
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.recipient_key == recipient_key(address), OutboxMessage.created_at > now - LONGEST_AGO)
        .where(OutboxMessage.state == MailState.SENT)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    )
    return db.session.scalars(statement.limit(1).with_for_update()).first()
