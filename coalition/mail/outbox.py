"""How is a mail sent with an act? As a row of its transaction; the worker sends it after the commit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress as suppress_error
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import case, insert, update
from sqlalchemy.exc import IntegrityError

from coalition.extensions import db
from coalition.mail.message import Link, MailState, Message, recipient_key
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.transactions import writer

ROW = insert(OutboxMessage.__table__)


def put(message: Message, *, now: datetime) -> int:
    """Write `message` into the outbox and return its number; its Message-ID is the same however often it is tried."""
    row = {
        "template": message.template,
        "language": message.language,
        "recipient": message.to,
        "recipient_key": recipient_key(message.to),
        "values": dict(message.values),
        "about": message.about,
        "limited": message.limited,
    }
    return _put(row, message.links, useful_until=message.useful_until, now=now)


def put_copy(
    mail: OutboxMessage,
    *,
    values: Mapping[str, object],
    links: Mapping[str, Link],
    useful_until: datetime | None,
    now: datetime,
) -> int:
    """Write a mail that was sent once more, and return the number of the new one. It is an officer's: never limited."""
    kept = ("template", "language", "recipient", "recipient_key", "about")
    row = {**{name: getattr(mail, name) for name in kept}, "values": dict(values), "limited": False}
    return _put(row, links, useful_until=useful_until, now=now)


def _put(row: dict[str, Any], links: Mapping[str, Link], *, useful_until: datetime | None, now: datetime) -> int:
    domain = current_app.config["MAIL_FROM"].rpartition("@")[2].strip("> ") or "localhost"
    whole = {
        **row,
        "message_id": f"<{secrets.token_hex(16)}@{domain}>",
        "links": {name: vars(link) for name, link in links.items()},
        "useful_until": useful_until,
        "created_at": now,
        "send_at": now,
        "state": MailState.WAITING,
    }
    return int(writer().execute(ROW, whole).inserted_primary_key[0])  # type: ignore[index]


def drop_waiting(*, about: str, template: str | None = None) -> None:
    """Take back what has not been sent yet about a thing: an address was corrected, a mailbox disowned.

    What is in a worker's hands goes out this once and counts as sent, or strangers could ask again at that very moment
    and never be limited; it is not tried again.
    """
    statement = update(OutboxMessage).where(OutboxMessage.about == about, OutboxMessage.state == MailState.WAITING)
    if template is not None:
        statement = statement.where(OutboxMessage.template == template)
    in_hand = OutboxMessage.leased_until.is_not(None)
    columns: dict[str, Any] = {
        "state": case((in_hand, OutboxMessage.state), else_=MailState.DROPPED.value),
        "useful_until": OutboxMessage.created_at,
        "recipient": None,
        "values": {},
        "links": {},
    }
    db.session.execute(statement.values(columns))


def forget(*, about: str) -> None:
    """Remove address and values of every mail about a thing; what waits is dropped, that mails were sent stays."""
    drop_waiting(about=about)
    db.session.execute(
        update(OutboxMessage).where(OutboxMessage.about == about).values(recipient=None, values={}, links={})
    )


def erase(*, about: str) -> None:
    """Forget every mail about a thing, and also to whom it went, be it as a digest or in a server's refusal."""
    forget(about=about)
    gone = {"recipient_key": "", "last_error": None}
    db.session.execute(update(OutboxMessage).where(OutboxMessage.about == about).values(gone))


def suppress(address: str, *, reason: str, now: datetime) -> None:
    """Never again let a stranger make us write to `address`."""
    key = recipient_key(address)
    if db.session.get(SuppressedAddress, key) is None:
        with suppress_error(IntegrityError), db.session.begin_nested():  # another transaction was first
            db.session.add(SuppressedAddress(recipient_key=key, created_at=now, reason=reason))
