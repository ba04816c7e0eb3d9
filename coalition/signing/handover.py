"""How does a draft get into another browser? By a mailed link: to the signer whom a preparer names, or to oneself.

A preparer affirms nothing. From the hand-over on a draft is the signer's alone; whoever prepared it can only send the
link again or correct the address it went to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from coalition import tokens
from coalition.charters import queries as charter_queries
from coalition.extensions import db
from coalition.i18n import localised
from coalition.mail import outbox
from coalition.signing import drafts, mails, queries
from coalition.signing.application import SigningRules
from coalition.signing.errors import ResendsUsedUp
from coalition.signing.models import Draft, DraftLink

TEMPLATE = "signing/draft_to_sign"


def hand_over(draft: Draft, *, language: str, rules: SigningRules, now: datetime) -> None:
    """Give a draft that its caller holds to the person who is to sign it, with one mail.

    Raises ResendsUsedUp.
    """
    draft.handed_over_at = now
    _send_to_signer(draft, language=language, rules=rules, now=now)


def send_again(draft: Draft, *, language: str, rules: SigningRules, now: datetime) -> None:
    """Send the signer a new link; older ones stay good, because the signer may be at work. Raises ResendsUsedUp."""
    outbox.drop_waiting(about=drafts.subject_of(draft), template=TEMPLATE)
    _send_to_signer(draft, language=language, rules=rules, now=now)


def correct_signer(draft: Draft, *, email: str, language: str, rules: SigningRules, now: datetime) -> None:
    """Send the draft to another address. The old links end, and with them what they have opened. Counts as a resend.

    The moment of the hand-over moves on, so that what the old address was about to send finds the draft changed.
    Raises ResendsUsedUp.
    """
    db.session.execute(
        update(DraftLink)
        .where(DraftLink.draft_id == draft.id, DraftLink.for_signer.is_(True), DraftLink.ended_at.is_(None))
        .values(ended_at=now)
    )
    drafts.change_email(draft, email=email)
    draft.handed_over_at = now
    send_again(draft, language=language, rules=rules, now=now)


def save(draft: Draft, *, email: str, language: str, rules: SigningRules, now: datetime) -> None:
    """Mail the way back to a draft, with the rights of the browser that asks. Raises ResendsUsedUp."""
    for_signer = draft.handed_over_at is not None
    outbox.drop_waiting(about=drafts.subject_of(draft), template="signing/draft_saved")
    way_in = _way_in(draft, for_signer=for_signer, rules=rules, now=now)
    outbox.put(
        mails.draft_saved(_letter(draft, to=email, language=language, useful_until=now + rules.link_lifetime), way_in),
        now=now,
    )


def _send_to_signer(draft: Draft, *, language: str, rules: SigningRules, now: datetime) -> None:
    to, name = str(draft.representative["email"]), str(draft.representative["full_name"])
    way_in = _way_in(draft, for_signer=True, rules=rules, now=now)
    draft.preparer = {**draft.preparer, "sent_to": to, "signer": name}
    letter = _letter(draft, to=to, language=language, useful_until=now + rules.link_lifetime)
    organisation = str(draft.organisation["official_name"])
    sent = mails.draft_to_sign(letter, way_in, preparer=draft.preparer["name"], organisation=organisation)
    outbox.put(sent, now=now)


def _way_in(draft: Draft, *, for_signer: bool, rules: SigningRules, now: datetime) -> mails.WayIn:
    if queries.count_draft_links(draft.id, for_signer=for_signer) > rules.resends:
        raise ResendsUsedUp(charter_queries.definition_of(draft.charter).contact_email)
    link = DraftLink(
        public_id=tokens.new_public_id(),
        draft_id=draft.id,
        for_signer=for_signer,
        created_at=now,
        expires_at=draft.expires_at,
    )
    db.session.add(link)
    return mails.WayIn(link.public_id, link.expires_at)


def _letter(draft: Draft, *, to: str, language: str, useful_until: datetime) -> mails.DraftLetter:
    definition = charter_queries.definition_of(draft.charter, draft.charter_version)
    return mails.DraftLetter(
        to=to,
        language=language,
        about=drafts.subject_of(draft),
        charter=draft.charter,
        title=localised(definition.title, language),
        head=mails.letterhead(definition, language),
        useful_until=useful_until,
    )
