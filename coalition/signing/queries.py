"""What is known of signatures and drafts? Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, false, func, or_, select

from coalition.extensions import db
from coalition.mail.message import MailState, recipient_key
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.organisations.models import Organisation
from coalition.register import queries as register
from coalition.register.entry import Status
from coalition.signing.models import Draft, DraftLink, MailedLink, ProofDocument, Representative, Signature
from coalition.signing.states import ENDED, VERIFIED, Contact, State
from coalition.transactions import writer


def signature_of(public_id: str) -> Signature | None:
    """Return the signature of that public id."""
    return db.session.scalars(select(Signature).where(Signature.public_id == public_id)).one_or_none()


def signature_by_reference(reference: str) -> Signature | None:
    """Return the signature of that reference, "A-7K3F9Q2M"."""
    return db.session.scalars(select(Signature).where(Signature.reference == reference)).one_or_none()


def removal_stands(signature: Signature) -> bool:
    """Tell whether a signature was withdrawn while its removal from the register was appealed against: that stands."""
    if signature.state != State.WITHDRAWN or signature.register_number is None:
        return False
    entry = register.entry_of(signature.register_number)
    return entry is not None and entry.status is Status.DELISTED


def is_confirmed(signature_id: int | None) -> bool:
    """Tell whether the mailbox of a signature was confirmed."""
    statement = select(Signature.confirmed_at).where(Signature.id == signature_id)
    return db.session.scalar(statement) is not None


def draft_of(public_id: str, *, now: datetime) -> Draft | None:
    """Return the draft of that public id unless its time is over."""
    statement = select(Draft).where(Draft.public_id == public_id, Draft.expires_at > now)
    return db.session.scalars(statement).one_or_none()


def draft_link_of(public_id: str) -> DraftLink | None:
    """Return the link that opens a draft, good or not; None once the draft is gone."""
    return db.session.scalars(select(DraftLink).where(DraftLink.public_id == public_id)).one_or_none()


def is_mail_refused(about: str, *, to: str) -> bool:
    """Tell whether a mailbox has refused for good what we wrote to it about a thing."""
    mail = (OutboxMessage.about == about, OutboxMessage.recipient_key == recipient_key(to))
    return bool(db.session.scalar(select(exists().where(*mail, OutboxMessage.state == MailState.REFUSED))))


def count_draft_links(draft_id: int, *, for_signer: bool) -> int:
    """Return how many links to a draft were ever mailed, to its signer or to whoever fills it in."""
    statement = select(func.count()).where(DraftLink.draft_id == draft_id, DraftLink.for_signer.is_(for_signer))
    return db.session.execute(statement).scalar_one()


KNOWN = (
    select(Signature.reference)
    .join(Representative, Representative.signature_id == Signature.id)
    .join(Organisation, Organisation.id == Signature.organisation_id)
    .where(
        Representative.email_key == bindparam("email_key"),
        Organisation.name_key == bindparam("name_key"),
        Signature.charter == bindparam("charter"),
        Signature.state.in_(sorted(VERIFIED)),
    )
    .order_by(Signature.id)
    .limit(1)
)


def reference_known_to(*, email_key: str, name_key: str, charter: str) -> str | None:
    """Return the reference under which this very mailbox signed this charter for an organisation of this name."""
    asked = {"email_key": email_key, "name_key": name_key, "charter": charter}
    reference: str | None = writer().execute(KNOWN, asked).scalar()
    return reference


def signatures_of_mailbox(email_key: str, *, most: int = 20) -> Sequence[Signature]:
    """Return the confirmed signatures whose representative has this mailbox, newest first."""
    statement = (
        select(Signature)
        .join(Representative)
        .where(Representative.email_key == email_key, Signature.state.in_(VERIFIED))
        .order_by(Signature.id.desc())
        .limit(most)
    )
    return db.session.scalars(statement).all()


def unverified_past(now: datetime, *, most: int = 200) -> Sequence[Signature]:
    """Return signatures whose mailbox was not confirmed in time."""
    statement = (
        select(Signature)
        .where(Signature.state == State.PENDING_VERIFICATION, Signature.expires_at <= now)
        .order_by(Signature.id)
        .limit(most)
    )
    return db.session.scalars(statement).all()


def unreminded(
    now: datetime, *, after: Sequence[timedelta], gap: timedelta, most: int = 200
) -> Sequence[tuple[str, int]]:
    """Return (public id, reminders so far) of signatures whose mailbox is to be reminded.

    `after` says how long after the submission each reminder is due. Nobody whom a link was mailed to within `gap` is
    reminded, nor a mailbox that refuses mail, nor one whose owner never wants to hear from us.
    """
    just_written_to = exists().where(MailedLink.signature_id == Signature.id, MailedLink.created_at > now - gap)
    suppressed = exists().where(SuppressedAddress.recipient_key == Representative.email_key)
    due = [and_(Signature.reminders == n, Signature.submitted_at <= now - wait) for n, wait in enumerate(after)]
    statement = (
        select(Signature.public_id, Signature.reminders)
        .join(Representative, Representative.signature_id == Signature.id)
        .where(
            Signature.state == State.PENDING_VERIFICATION,
            Signature.contact == Contact.UNVERIFIED,
            Signature.expires_at > now,
            or_(false(), *due),
            ~just_written_to,
            ~suppressed,
        )
        .order_by(Signature.id)
        .limit(most)
    )
    return [(public_id, reminders) for public_id, reminders in db.session.execute(statement)]


def with_proof_past(decided_before: datetime, *, most: int = 200) -> Sequence[Signature]:
    """Return signatures that were decided before a moment and whose proof is still kept."""
    kept = exists().where(ProofDocument.signature_id == Signature.id, ProofDocument.forgotten_at.is_(None))
    statement = select(Signature).where(Signature.decided_at <= decided_before, kept).order_by(Signature.id).limit(most)
    return db.session.scalars(statement).all()


def ended_past(before: datetime, *, most: int = 200) -> Sequence[Signature]:
    """Return signatures that ended before a moment and still name people."""
    statement = (
        select(Signature)
        .where(
            Signature.state.in_(ENDED),
            Signature.anonymised_at.is_(None),
            func.coalesce(Signature.decided_at, Signature.expires_at) <= before,
            or_(Signature.ended_on.is_(None), Signature.ended_on <= before.date()),
        )
        .order_by(Signature.id)
        .limit(most)
    )
    return db.session.scalars(statement).all()


def drafts_past(now: datetime, *, most: int = 200) -> Sequence[Draft]:
    """Return drafts whose time is over."""
    return db.session.scalars(select(Draft).where(Draft.expires_at <= now).order_by(Draft.id).limit(most)).all()


def document_of(public_id: str) -> ProofDocument | None:
    """Return the proof document of that public id."""
    return db.session.scalars(select(ProofDocument).where(ProofDocument.public_id == public_id)).one_or_none()
