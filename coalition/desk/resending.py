"""How is a mail sent once more? As a new one with the same words, its links made anew; in the caller's transaction.

A link that opens something is made again only where it may be, and only for the mailbox whose it is now: an old mail
may have gone to somebody who has nothing to do with the application any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.errors import Conflict, Invalid, mark
from coalition.extensions import db
from coalition.mail import history, outbox
from coalition.mail.message import Event, Link, MailState
from coalition.mail.models import MailEvent, OutboxMessage
from coalition.signing import operations as signing
from coalition.signing import queries, verification
from coalition.signing.application import SigningRules
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.tokens import Purpose

JUST_NOW = timedelta(minutes=1)


class StillWaiting(Conflict):
    """The mail has not gone yet."""

    def __init__(self) -> None:
        super().__init__(mark("This message has not gone yet. It is sent by itself."))


class SentJustNow(Conflict):
    """A colleague, or a second press of the button, was first."""

    def __init__(self) -> None:
        super().__init__(mark("This message was sent again just now. Nothing more was sent."))


class Forgotten(Invalid):
    """Address and words were removed."""

    def __init__(self) -> None:
        super().__init__(mark("Address and words of this message were removed. It cannot be sent again."))


class LinkNotOurs(Invalid):
    """Its link cannot be made again from here, or may no longer go to that mailbox."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "This message cannot be sent again: its link has had its time, or the address is no longer the one of "
                "the application."
            )
        )


def send_again(*, mail_id: int, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Send a mail once more. What asked for a confirmation does so by the act that counts such mails.

    Raises StillWaiting, SentJustNow, Forgotten, LinkNotOurs.
    """
    mail = db.session.get_one(OutboxMessage, mail_id, with_for_update=True, populate_existing=True)
    _require_sendable(mail, now=now)
    purposes = {link["purpose"] for link in mail.links.values()}
    if Purpose.CONFIRM.value in purposes:
        signing.resend(signature=_pending(mail), rules=rules, actor=actor, now=now)
        copy = ""
    else:
        copy = _copied(mail, rules=rules, now=now)
    history.note(mail.id, Event.SENT_AGAIN, now=now, detail=copy)
    record.append(actor=actor, act="send_mail_again", subject=mail.about, now=now, reason=mail.template)


def _require_sendable(mail: OutboxMessage, *, now: datetime) -> None:
    if mail.state == MailState.WAITING:
        raise StillWaiting
    again = (MailEvent.mail_id == mail.id, MailEvent.kind == Event.SENT_AGAIN.value, MailEvent.at > now - JUST_NOW)
    if db.session.scalar(select(exists().where(*again))):
        raise SentJustNow
    if not mail.recipient or not mail.values:
        raise Forgotten


def _copied(mail: OutboxMessage, *, rules: SigningRules, now: datetime) -> str:
    """Put a copy into the outbox and return its number."""
    links, values, useful_until = {}, dict(mail.values), None
    for name, link in mail.links.items():
        claim = ""
        if link["purpose"]:
            claim, useful_until = _new_way_in(mail, link, lifetime=rules.link_lifetime, now=now)
            values["expires_at"] = useful_until.isoformat()
        links[name] = Link(link["path"], link["purpose"], claim)
    number = outbox.put_copy(mail, values=values, links=links, useful_until=useful_until, now=now)
    history.note(number, Event.COPY, now=now, detail=str(mail.id))
    return str(number)


def _new_way_in(
    mail: OutboxMessage, link: Mapping[str, str], *, lifetime: timedelta, now: datetime
) -> tuple[str, datetime]:
    """Make the link anew that leads to "my signature", for whoever signs now; return its claim and its end."""
    signature = _signature_of(mail)
    if link["purpose"] != Purpose.MANAGE.value or signature is None:
        raise LinkNotOurs
    way_in = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=lifetime, now=now)
    return way_in.public_id, way_in.expires_at


def _pending(mail: OutboxMessage) -> Signature:
    signature = _signature_of(mail)
    if signature is None or signature.state != State.PENDING_VERIFICATION:
        raise LinkNotOurs
    return signature


def _signature_of(mail: OutboxMessage) -> Signature | None:
    """Return the signature that a mail is about, if its mailbox is still that of whoever signs."""
    kind, _, public_id = mail.about.partition(":")
    signature = queries.signature_of(public_id) if kind == "signature" else None
    person = signature.representative if signature else None
    return signature if person is not None and person.email_key == mail.recipient_key else None
