"""What can be done with a signature? Every act, inside the caller's transaction; `change_state` alone writes a state.

What is being filled in before anything is signed belongs to `drafts`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.i18n import localised
from coalition.jobs import queue
from coalition.mail import outbox
from coalition.mail.message import recipient_key
from coalition.signing import drafts, mails, publication, queries, recording, verification
from coalition.signing.application import SigningRules, digest
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.errors import LinkEnded, ResendsUsedUp, SentOftenJustNow, StateChanged
from coalition.signing.models import Draft, MailedLink, Representative, Signature
from coalition.signing.recording import Prepared
from coalition.signing.states import Act, Contact, State, after
from coalition.tokens import Purpose

DECIDING = frozenset({Act.ACTIVATE, Act.DECLINE})
ENDING = frozenset({Act.WITHDRAW, Act.DELIST, Act.SUCCEED})
RECEIPT_JOB = "certificates.issue_receipt"


def submit(*, prepared: Prepared, draft_id: int, rules: SigningRules, actor: Actor, now: datetime) -> str:
    """Record a signature that waits for its mailbox, with one mail; returns its public id.

    Sending the same draft again returns the same one. Whether the organisation or the mailbox has signed before changes
    nothing but the words of that mail: the number of statements is the same, so that nobody learns it here.
    """
    held = recording.hold_draft(prepared, draft_id=draft_id)
    if held.submitted_as is not None:  # the button was pressed twice
        return held.submitted_as
    application, public_id = prepared.application, prepared.public_id
    way_in = mails.WayIn(prepared.link_id, now + rules.link_lifetime)
    recording.insert_signature(
        prepared,
        held=held,
        state=State.PENDING_VERIFICATION,
        expires_at=now + rules.unverified_lifetime,
        link_expires_at=way_in.expires_at,
        now=now,
    )
    record.append(
        actor=actor, act="submit", subject=mails.subject_of(public_id), to_state=State.PENDING_VERIFICATION, now=now
    )
    letter = mails.Letter(
        to=application.representative.email,
        language=application.language,
        public_id=public_id,
        reference=prepared.reference,
        organisation=application.organisation.official_name,
        charter=localised(prepared.definition.title, application.language),
        head=mails.letterhead(prepared.definition, application.language),
    )
    outbox.put(mails.confirm_signature(letter, way_in, known_as=held.known_as), now=now)
    return public_id


def _ask_again(signature: Signature, *, rules: SigningRules, now: datetime) -> None:
    """Queue the mail with a new link to confirm; the older links end."""
    representative = _person(signature)
    known_as = queries.reference_known_to(
        email_key=representative.email_key, name_key=signature.organisation.name_key, charter=signature.charter
    )
    verification.end_links(signature, purpose=Purpose.CONFIRM, now=now)
    way_in = _way_in(signature, Purpose.CONFIRM, lifetime=rules.link_lifetime, now=now)
    outbox.put(mails.confirm_signature(letter_of(signature), way_in, known_as=known_as), now=now)


def letter_of(signature: Signature) -> mails.Letter:
    """Return whom a mail about a signature goes to. Raises StateChanged once the person has gone."""
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    return mails.Letter(
        to=_person(signature).email,
        language=signature.language,
        public_id=signature.public_id,
        reference=signature.reference,
        organisation=signature.organisation.official_name,
        charter=localised(definition.title, signature.language),
        head=mails.letterhead(definition, signature.language),
    )


def _way_in(signature: Signature, purpose: Purpose, *, lifetime: timedelta, now: datetime) -> mails.WayIn:
    link = verification.issue_link(signature, purpose=purpose, lifetime=lifetime, now=now)
    return mails.WayIn(link.public_id, link.expires_at)


def resend(*, signature: Signature, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Send the link to confirm again; the older link ends. Does nothing once the mailbox was confirmed or disowned.

    Raises ResendsUsedUp or SentOftenJustNow.
    """
    signature = _locked(signature)
    if signature.state != State.PENDING_VERIFICATION:
        return
    if not verification.resends_left(signature, rules=rules):
        raise ResendsUsedUp(charter_queries.definition_of(signature.charter).contact_email)
    if not verification.may_resend_now(signature, rules=rules, now=now):
        raise SentOftenJustNow
    outbox.drop_waiting(about=mails.about(signature), template="signing/confirm_signature")
    _ask_again(signature, rules=rules, now=now)
    record.append(actor=actor, act="resend", subject=mails.about(signature), now=now)


def remind(*, signature: Signature, number: int, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Remind the mailbox's owner for the `number`th time, counted from 0, with a link of its own; older ones stay good.

    Counted in one statement, so that of two workers one reminds. Raises StateChanged once it is no longer due.
    """
    due = (Signature.state == State.PENDING_VERIFICATION, Signature.contact == Contact.UNVERIFIED)
    counted = db.session.execute(
        update(Signature)
        .where(Signature.id == signature.id, Signature.reminders == number, *due)
        .values(reminders=number + 1)
        .returning(Signature.id)
    ).scalar()
    if counted is None:
        raise StateChanged
    outbox.drop_waiting(about=mails.about(signature))
    way_in = _way_in(signature, Purpose.CONFIRM, lifetime=rules.link_lifetime, now=now)
    outbox.put(mails.remind(letter_of(signature), way_in), now=now)
    record.append(actor=actor, act="remind", subject=mails.about(signature), now=now)


def correct_address(*, signature: Signature, email: str, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Send the link to another address; the old address gets nothing more. Counts as a resend.

    Does nothing once the mailbox was confirmed or disowned. Raises ResendsUsedUp.
    """
    signature = _locked(signature)
    if signature.state != State.PENDING_VERIFICATION or signature.representative is None:
        return
    if not verification.resends_left(signature, rules=rules):
        raise ResendsUsedUp(charter_queries.definition_of(signature.charter).contact_email)
    outbox.drop_waiting(about=mails.about(signature))
    signature.representative.email = email
    signature.representative.email_key = recipient_key(email)
    recording.renew_person(signature.representative)
    signature.contact = Contact.UNVERIFIED
    signature.content_sha256 = digest({"before": signature.content_sha256, "email": email})
    record.append(actor=actor, act="correct_address", subject=mails.about(signature), now=now)
    _ask_again(signature, rules=rules, now=now)


def verify(*, link: MailedLink, rules: SigningRules, actor: Actor, now: datetime) -> mails.WayIn:
    """Confirm the mailbox: this moment the organisation has signed. Returns the new way in to "my signature".

    Raises LinkEnded when the signature no longer waits for its mailbox.
    """
    signature = _locked(link.signature)
    db.session.refresh(link)
    if link.ended_at is not None or signature.state != State.PENDING_VERIFICATION:
        raise LinkEnded
    change_state(signature=signature, act=Act.VERIFY, actor=actor, now=now)
    signature.confirmed_at = signature.clock_at = now
    signature.signed_on, signature.contact = now.date(), Contact.VERIFIED
    verification.end_links(signature, purpose=Purpose.CONFIRM, now=now)
    way_in = _way_in(signature, Purpose.MANAGE, lifetime=rules.link_lifetime, now=now)
    outbox.put(mails.signature_confirmed(letter_of(signature), way_in), now=now)
    if preparer := _person(signature).preparer_email:
        outbox.put(mails.prepared_signed(letter_of(signature), to=preparer, useful_until=way_in.expires_at), now=now)
    queue.put(RECEIPT_JOB, args={"signature": signature.public_id}, now=now, key=f"receipt:{signature.public_id}")
    return way_in


def disown(*, link: MailedLink, actor: Actor, now: datetime) -> None:
    """Undo what was never theirs: personal data goes, and no stranger makes us write to this address again.

    Raises LinkEnded when the link was replaced, or the signature no longer waits for its mailbox.
    """
    signature = _locked(link.signature)
    db.session.refresh(link)
    representative = signature.representative
    if link.ended_at is not None or signature.state != State.PENDING_VERIFICATION or representative is None:
        raise LinkEnded  # the address was corrected meanwhile: who had the old link says nothing about the new mailbox
    change_state(signature=signature, act=Act.DISOWN, actor=actor, now=now)
    outbox.suppress(representative.email, reason="disowned", now=now)
    verification.end_links(signature, purpose=Purpose.CONFIRM, now=now)
    forget_person(signature, now=now)


def forget_person(signature: Signature, *, now: datetime) -> None:
    """Remove the person from every row; the files go by a job after the commit, so that a rollback loses none."""
    keys = [document.storage_key for document in signature.documents]
    outbox.drop_waiting(about=mails.about(signature))
    outbox.forget(about=mails.about(signature))
    signature.representative = None
    draft = db.session.get(Draft, signature.draft_id) if signature.draft_id is not None else None
    if draft is not None:
        drafts.forget_person(draft)
    signature.documents.clear()
    if keys:
        queue.put(DELETE_FILES_JOB, args={"keys": keys}, now=now)


def withdraw(*, signature: Signature, actor: Actor, now: datetime) -> bool:
    """Take the signature back, before or after approval; False when that was done before.

    The register keeps that it was there and when it ended; what two officers have removed stays removed there, because
    only an appeal that is granted undoes that. Who is told belongs to `changes`. Raises StateChanged when the signature
    ended in another way.
    """
    signature = _locked(signature)
    if signature.state == State.WITHDRAWN:
        return False
    change_state(signature=signature, act=Act.WITHDRAW, actor=actor, now=now)
    return True


def note_undelivered(*, signature: Signature, recipient: str, actor: Actor, now: datetime) -> None:
    """Remember that the representative's mailbox refuses mail for good, if it is still the one that was written to."""
    signature = _locked(signature)  # the address may be being corrected
    representative = signature.representative
    if representative is None or representative.email_key != recipient:
        return
    signature.contact = Contact.BOUNCED
    record.append(actor=actor, act="bounce", subject=mails.about(signature), now=now)


def send_manage_links(*, email_key: str, lifetime: timedelta, now: datetime) -> None:
    """Mail a new link for each signature of a mailbox; nothing where there is none."""
    for signature in queries.signatures_of_mailbox(email_key):
        way_in = _way_in(signature, Purpose.MANAGE, lifetime=lifetime, now=now)
        outbox.put(mails.manage_link(letter_of(signature), way_in), now=now)


def _person(signature: Signature) -> Representative:
    """Return who signs. Raises StateChanged once the person has gone."""
    if signature.representative is None:
        raise StateChanged
    return signature.representative


def _locked(signature: Signature) -> Signature:
    """Read the signature again and hold its row until the end of the transaction: acts on it come one after another."""
    return db.session.get_one(Signature, signature.id, with_for_update={"of": Signature}, populate_existing=True)


def change_state(
    *,
    signature: Signature,
    act: Act,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    category: str | None = None,
    definition: CharterDefinition | None = None,
) -> State:
    """Move a signature by `act`, with its audit line and its place on the register; returns the new state.

    The old state is compared and swapped in one statement: of two who act at once, the second changes nothing.
    `definition` is that of the version signed, where the caller has read it.
    Raises StateChanged, or register.NameTaken when an organisation of that name is on the register already.
    """
    before = State(signature.state)
    to = after(before, act)
    if to is None:
        raise StateChanged
    more: dict[str, object] = {} if category is None else {"category": category}
    if act in DECIDING:
        more["decided_at"] = now
    if act in ENDING or act is Act.REINSTATE:
        more["ended_on"] = signature.ended_on or now.date() if act in ENDING else None  # what was removed ended then
    moved = db.session.execute(
        update(Signature)
        .where(Signature.id == signature.id, Signature.state == before)
        .values(state=to, **more)
        .returning(Signature.id)
    ).scalar()
    if moved is None:
        raise StateChanged
    db.session.refresh(signature)
    subject = mails.about(signature)
    record.append(actor=actor, act=act, subject=subject, from_state=before, to_state=to, reason=reason, now=now)
    publication.follow(signature, before=before, now=now, definition=definition)
    return to
