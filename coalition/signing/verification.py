"""Is this mailed link good? One row per link; the token only says that we made it.

What a good link lets a person do belongs to `operations`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from coalition import tokens
from coalition.extensions import db
from coalition.signing.errors import LinkEnded, LinkExpired
from coalition.signing.models import MailedLink, Signature
from coalition.tokens import Purpose


def issue_link(signature: Signature, *, purpose: Purpose, lifetime: timedelta, now: datetime) -> MailedLink:
    """Make a link for `purpose`; the older ones stay as they are."""
    link = MailedLink(
        public_id=tokens.new_public_id(),
        signature=signature,
        purpose=purpose.value,
        created_at=now,
        expires_at=now + lifetime,
    )
    db.session.add(link)
    return link


def end_links(signature: Signature, *, purpose: Purpose, now: datetime) -> None:
    """Let no link of `purpose` be good any more."""
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.signature_id == signature.id, MailedLink.purpose == purpose, MailedLink.ended_at.is_(None))
        .values(ended_at=now)
    )


def count_links(signature: Signature, *, purpose: Purpose) -> int:
    """Return how many links of `purpose` were ever made."""
    statement = select(func.count()).where(MailedLink.signature_id == signature.id, MailedLink.purpose == purpose)
    return db.session.execute(statement).scalar_one()


def open_link(token: str, *, purpose: Purpose, now: datetime) -> MailedLink:
    """Return the link that a token names; disowning opens with the confirmation's link.

    Raises TokenBroken, LinkEnded or LinkExpired, each with its own way on.
    """
    claim = tokens.read(purpose, token)
    kept = Purpose.CONFIRM if purpose is Purpose.DISOWN else purpose
    statement = select(MailedLink).where(MailedLink.public_id == claim, MailedLink.purpose == kept)
    link = db.session.scalars(statement).one_or_none()
    if link is None or link.ended_at is not None:
        raise LinkEnded
    if link.expires_at <= now:
        raise LinkExpired
    return link
