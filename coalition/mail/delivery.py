"""When and how does a waiting mail go out? The worker's part: limits, words, sending, back-off.

Two workers never send the same mail: a mail is leased by one UPDATE. A worker killed between the server's "250" and its
own commit sends it again under the same Message-ID, which mail programs fold into one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from traceback import format_tb
from typing import Any

import idna
from flask import current_app
from sqlalchemy import JSON, Select, case, func, literal, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from coalition import clock, tokens
from coalition.extensions import db
from coalition.jobs import queue
from coalition.mail import history
from coalition.mail.message import Event, MailState
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.mail.transport import PermanentFailure, TemporaryFailure, Transport
from coalition.mail.writing import written
from coalition.transactions import transaction

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
GIVES_UP_AFTER = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=4)
FAILED_JOB = "mail.failed"
CLAIMING = 7_243_001  # the name of the lock under which PostgreSQL lets one worker claim at a time


@dataclass(frozen=True)
class Claimed:
    """A mail in this worker's hands, as it stood when it was claimed."""

    id: int
    message_id: str
    template: str
    language: str
    recipient: str
    recipient_key: str
    values: dict[str, Any]
    links: dict[str, Any]
    about: str
    limited: bool
    useful_until: datetime | None
    created_at: datetime
    attempts: int


FIELDS = tuple(getattr(OutboxMessage, name) for name in Claimed.__dataclass_fields__)


def claim(now: datetime) -> Claimed | None:
    """Take the mail that has waited longest, for the length of a lease; None when nothing is due.

    Of the limited mails to one address a single one is in a worker's hands: two would both find room for one more.
    """
    due = _due(now)
    if db.session.scalar(due) is None:
        return None
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":  # on SQLite no other claim can be half done
            session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))
        row = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
            .returning(*FIELDS)
        ).first()
    return Claimed(*row) if row else None


def _due(now: datetime) -> Select[int]:
    other = aliased(OutboxMessage)
    in_hand = (  # asked once, not for each mail: ten thousand may wait for one address
        select(other.recipient_key)
        .where(other.limited.is_(True), other.state == MailState.WAITING, other.leased_until >= now)
        .correlate(None)
    )
    return (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == MailState.WAITING, OutboxMessage.send_at <= now)
        .where(or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < now))
        .where(or_(OutboxMessage.limited.is_(False), OutboxMessage.recipient_key.not_in(in_hand)))
        .order_by(OutboxMessage.send_at, OutboxMessage.id)
        .limit(1)
    )


def deliver(mail: Claimed, *, transport: Transport, now: datetime) -> None:
    """Send one claimed mail, or let it wait, or give it up; the row tells which."""
    if mail.useful_until is not None and mail.useful_until <= now:
        return _end(mail, MailState.DROPPED, error="no longer useful", now=now)
    if mail.limited and _is_suppressed(mail):
        return _end(mail, MailState.DROPPED, error="suppressed", now=now)
    if mail.limited and (free_at := _free_at(mail, now)) is not None:
        return _put_off(mail, until=free_at)
    try:
        transport.send(write(mail, now=now))
    except PermanentFailure as refused:
        log.warning("mail refused", extra={"mail": mail.id, "about": mail.about, "error": str(refused)})
        return _end(mail, MailState.REFUSED, error=str(refused), now=now)
    except TemporaryFailure as late:
        log.warning("mail waits", extra={"mail": mail.id, "about": mail.about, "error": str(late)})
        return _retry(mail, error=str(late), now=now)
    except DBAPIError:
        raise
    except Exception as broken:  # noqa: BLE001 - one mail that cannot be written does not keep the others waiting
        db.session.rollback()
        kind = type(broken).__name__
        stack = "".join(format_tb(broken.__traceback__))  # without the error's words, which may quote an address
        log.error("mail %s (%s) cannot be written: %s\n%s", mail.id, mail.about, kind, stack)
        return _retry(mail, error=kind, now=now)
    return _end(mail, MailState.SENT, now=now)


def write(mail: Claimed, *, now: datetime) -> EmailMessage:
    """Make the mail itself: subject, text and HTML in its language, its links with tokens and absolute addresses."""
    links = {name: _address(link, mail.language) for name, link in mail.links.items()}
    words = written(mail.template, language=mail.language, values=mail.values, links=links)
    message = EmailMessage()
    message["Subject"] = words.subject
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = _mailbox(mail.recipient)
    if contact := mail.values.get("contact"):
        message["Reply-To"] = _mailbox(contact)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.text + "\n", cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _mailbox(address: str) -> Address:
    """Return an address as mail servers know it: a domain beyond ASCII in its registered form."""
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain if domain.isascii() else idna.encode(domain, uts46=True).decode())


def _address(link: dict[str, str], language: str) -> str:
    token = tokens.sign(tokens.Purpose(link["purpose"]), link["claim"]) if link["purpose"] else ""
    return f"{current_app.config['PUBLIC_URL']}{link['path'].format(language=language, token=token)}"


def _is_suppressed(mail: Claimed) -> bool:
    return db.session.get(SuppressedAddress, mail.recipient_key) is not None


def _free_at(mail: Claimed, now: datetime) -> datetime | None:
    """Return when this address may be written to again; None when it may now. Counts only what strangers triggered."""
    for window, most in ((timedelta(hours=1), "MAILS_PER_HOUR"), (timedelta(days=1), "MAILS_PER_DAY")):
        statement = select(func.count(), func.min(OutboxMessage.sent_at)).where(
            OutboxMessage.recipient_key == mail.recipient_key,
            OutboxMessage.limited.is_(True),
            OutboxMessage.state == MailState.SENT,
            OutboxMessage.sent_at > now - window,
        )
        count, first = db.session.execute(statement).one()
        if first is not None and count >= current_app.config[most]:
            return first + window + timedelta(seconds=1)
    return None


def _retry(mail: Claimed, *, error: str, now: datetime) -> None:
    if now - mail.created_at > GIVES_UP_AFTER:
        _end(mail, MailState.REFUSED, error=error, now=now)
        return
    wait = min(timedelta(seconds=15 * 2 ** min(mail.attempts, 10)), LONGEST_WAIT)

    def tell() -> None:
        history.note(mail.id, Event.DEFERRED, now=now, detail=error)

    _change(mail, and_then=tell, send_at=now + wait, leased_until=None, last_error=error)


def _put_off(mail: Claimed, *, until: datetime) -> None:
    """Let all limited mails to this address wait: ten thousand, one after another, would keep others waiting."""
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.recipient_key == mail.recipient_key, OutboxMessage.limited.is_(True))
            .where(OutboxMessage.state == MailState.WAITING, OutboxMessage.send_at < until)
            .values(send_at=until, leased_until=None, last_error="too many mails to this address")
        )


def _end(mail: Claimed, state: MailState, *, now: datetime, error: str | None = None) -> None:
    """Close the row; a refusal for good queues the job that tells whoever the mail was about.

    Of the links their paths stay, so that the mail can be sent again; what would open one goes.
    """

    def tell() -> None:
        history.note(mail.id, Event(state.value), now=now, detail=error or "")
        if state is MailState.REFUSED:
            queue.put(FAILED_JOB, args={"about": mail.about, "recipient_key": mail.recipient_key}, now=now)

    without_claims = {name: {**link, "claim": ""} for name, link in mail.links.items()}
    is_forgotten = OutboxMessage.recipient.is_(None)  # while the mail was in this worker's hands
    links = case((is_forgotten, literal({}, JSON)), else_=literal(without_claims, JSON))
    sent_at = now if state is MailState.SENT else None
    _change(mail, and_then=tell, state=state, sent_at=sent_at, leased_until=None, last_error=error, links=links)


def _change(mail: Claimed, *, and_then: Callable[[], None], **columns: object) -> None:
    with transaction() as session:
        still = (OutboxMessage.id == mail.id, OutboxMessage.state == MailState.WAITING)
        changed = session.execute(
            update(OutboxMessage).where(*still).values(**columns).returning(OutboxMessage.id)
        ).first()
        if changed is not None:
            and_then()


def run_due(*, transport: Transport, most: int = 100) -> int:
    """Handle up to `most` mails that are due now; return how many were handled."""
    for handled in range(most):
        mail = claim(clock.now())
        if mail is None:
            db.session.remove()
            return handled
        deliver(mail, transport=transport, now=clock.now())
        db.session.remove()
    return most
