"""Is this mailed link good? One row per link; the token only says that we made it.

What a good link lets a person do belongs to `operations`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from coalition import tokens
from coalition.extensions import db
from coalition.signing import queries
from coalition.signing.application import SigningRules
from coalition.signing.errors import LinkEnded, LinkExpired
from coalition.signing.models import DraftLink, MailedLink, Signature
from coalition.signing.states import State
from coalition.tokens import Purpose, TokenBroken


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


def count_links(signature: Signature, *, purpose: Purpose, since: datetime | None = None) -> int:
    """Return how many links of `purpose` were made, ever or after a moment."""
    statement = select(func.count()).where(MailedLink.signature_id == signature.id, MailedLink.purpose == purpose)
    if since is not None:
        statement = statement.where(MailedLink.created_at > since)
    return db.session.execute(statement).scalar_one()


def resends_left(signature: Signature, *, rules: SigningRules) -> int:
    """Return how often the link may still be sent again; the first one and the reminders' do not count."""
    sent_again = count_links(signature, purpose=Purpose.CONFIRM) - 1 - signature.reminders
    return max(rules.resends - sent_again, 0)


def may_resend_now(signature: Signature, *, rules: SigningRules, now: datetime) -> bool:
    """Tell whether one more mail would go out at once. One that has to wait would end a link that is still good.

    Counted are the mails of this signature alone, so that nobody learns here who else has written to this mailbox.
    """
    limits = ((timedelta(hours=1), rules.mails_per_hour), (timedelta(days=1), rules.mails_per_day))
    return all(count_links(signature, purpose=Purpose.CONFIRM, since=now - length) < most for length, most in limits)


def open_link(token: str, *, purpose: Purpose, now: datetime) -> MailedLink:
    """Return the link that a token names; disowning opens with the confirmation's link.

    Raises TokenBroken, LinkEnded or LinkExpired, each with its own way on.
    """
    link = _link_of(token, purpose)
    if link is None or link.ended_at is not None:
        raise LinkEnded
    if link.expires_at <= now:
        raise LinkExpired
    return link


def fate_of(token: str, *, purpose: Purpose) -> State | None:
    """Return what has become of the signature that a link was to confirm; None where its holder may not know.

    Only the newest link tells: an older one may have gone to an address that was corrected since, to somebody else.
    """
    try:
        link = _link_of(token, purpose)
    except TokenBroken:
        return None
    if link is None:
        return None
    newest = select(func.max(MailedLink.id)).where(
        MailedLink.signature_id == link.signature_id, MailedLink.purpose == link.purpose
    )
    return State(link.signature.state) if db.session.execute(newest).scalar_one() == link.id else None


def _link_of(token: str, purpose: Purpose) -> MailedLink | None:
    """Return the link that a token names, whatever has become of it."""
    kept = Purpose.CONFIRM if purpose is Purpose.DISOWN else purpose
    claim = tokens.read(purpose, token)
    statement = select(MailedLink).where(MailedLink.public_id == claim, MailedLink.purpose == kept)
    return db.session.scalars(statement).one_or_none()


def open_draft_link(token: str, *, now: datetime) -> DraftLink:
    """Return the link to a draft that a token names, whatever has become of the draft.

    Raises TokenBroken, LinkEnded or LinkExpired, each with its own way on.
    """
    link = queries.draft_link_of(tokens.read(Purpose.DRAFT, token))
    if link is None or link.ended_at is not None:
        raise LinkEnded
    if link.expires_at <= now:
        raise LinkExpired
    return link
