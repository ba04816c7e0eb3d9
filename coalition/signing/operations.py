"""What can be done with a signature? Every act, inside the caller's transaction; `change_state` alone writes a state.

What is being filled in before anything is signed belongs to `drafts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select, update

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.eligibility.assessment import assess
from coalition.extensions import db
from coalition.i18n import localised
from coalition.jobs import queue
from coalition.mail import outbox
from coalition.mail.message import recipient_key
from coalition.organisations import operations as organisations
from coalition.organisations.names import search_words
from coalition.signing import mails, publication, queries, verification
from coalition.signing.application import RepresentativeDetails, SignatureApplication, SigningRules, digest
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.errors import LinkEnded, NotEligible, ResendsUsedUp, StateChanged
from coalition.signing.models import Attestation, Draft, MailedLink, Representative, Signature
from coalition.signing.states import Act, Contact, State, after
from coalition.tokens import Purpose

DECIDING = frozenset({Act.ACTIVATE, Act.DECLINE})
CAPACITY = "signatory"
RECEIPT_JOB = "certificates.issue_receipt"


def submit(
    *, application: SignatureApplication, draft_id: int, rules: SigningRules, actor: Actor, now: datetime
) -> Signature:
    """Record a signature that waits for its mailbox, with one mail; sending the same draft again returns the same one.

    Whether the organisation or the mailbox has signed before changes nothing but the words of that mail: the number of
    statements is the same, so that nobody learns it here. Raises NotEligible.
    """
    draft = db.session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise StateChanged
    if draft.signature_id is not None:  # the button was pressed twice
        return db.session.get_one(Signature, draft.signature_id)
    definition = charter_queries.definition_of(application.charter, application.charter_version)
    assessment = assess(definition.rules, application.answers)
    if not assessment.may_apply:
        raise NotEligible
    signature = _record(
        application,
        assessment={**assessment.as_data(), "criteria_sha256": application.criteria_sha256},
        expires_at=now + rules.unverified_lifetime,
        now=now,
    )
    for document in draft.documents:
        signature.documents.append(document)
    db.session.flush()
    draft.signature_id = signature.id
    record.append(
        actor=actor, act="submit", subject=mails.about(signature), to_state=State.PENDING_VERIFICATION, now=now
    )
    _ask_mailbox(signature, rules=rules, now=now)
    return signature


def _record(
    application: SignatureApplication, *, assessment: Mapping[str, object], expires_at: datetime, now: datetime
) -> Signature:
    reference = f"A-{tokens.new_code(8)}"
    signature = Signature(
        public_id=tokens.new_public_id(),
        reference=reference,
        charter=application.charter,
        charter_version=application.charter_version,
        text_language=application.text_language,
        text_sha256=application.text_sha256,
        capacity=CAPACITY,
        language=application.language,
        state=State.PENDING_VERIFICATION,
        contact=Contact.UNVERIFIED,
        organisation=organisations.record(now=now, **asdict(application.organisation)),
        answers=dict(application.answers),
        assessment=assessment,
        mandate=application.representative.mandate,
        content_sha256=application.content_sha256(),
        search=_words(application, reference),
        submitted_at=now,
        expires_at=expires_at,
    )
    signature.representative = _representative(application.representative, typed_name=application.typed_name)
    signature.attestations = [
        Attestation(key=a.key, words=a.words, language=application.language, affirmed_at=now)
        for a in application.attestations
    ]
    db.session.add(signature)
    return signature


def _representative(details: RepresentativeDetails, *, typed_name: str) -> Representative:
    return Representative(
        full_name=details.full_name,
        role=details.role,
        email=details.email,
        email_key=recipient_key(details.email),
        publish_name=details.publish_name,
        typed_name=typed_name,
        second_contact_name=details.second_contact_name,
        second_contact_email=details.second_contact_email,
    )


def _words(application: SignatureApplication, reference: str) -> str:
    """Return the folded words by which officers find an application; no address: it outlives a disowned mailbox."""
    organisation = application.organisation
    names = (organisation.official_name, organisation.latin_name, organisation.acronym, organisation.aliases, reference)
    return f" {' '.join(word for name in names for word in search_words(name))}"[:2000]


def _ask_mailbox(signature: Signature, *, rules: SigningRules, now: datetime) -> None:
    """Queue the one mail with the link to confirm; the newest link is the only good one."""
    representative = signature.representative
    if representative is None:
        raise StateChanged
    known_as = queries.reference_known_to(
        email_key=representative.email_key, name_key=signature.organisation.name_key, charter=signature.charter
    )
    link = verification.issue_link(signature, purpose=Purpose.CONFIRM, lifetime=rules.link_lifetime, now=now)
    outbox.put(
        mails.confirm_signature(link, representative=representative, known_as=known_as, title=_title(signature)),
        now=now,
    )


def _title(signature: Signature) -> str:
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    return str(localised(definition.title, signature.language))


def resend(*, signature: Signature, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Send the link to confirm again; the older link ends. Does nothing once the mailbox was confirmed or disowned.

    Raises ResendsUsedUp.
    """
    signature = _locked(signature)
    if signature.state != State.PENDING_VERIFICATION:
        return
    if verification.count_links(signature, purpose=Purpose.CONFIRM) > rules.resends:
        raise ResendsUsedUp(rules.contact)
    outbox.drop_waiting(about=mails.about(signature), template="signing/confirm_signature")
    _ask_mailbox(signature, rules=rules, now=now)
    record.append(actor=actor, act="resend", subject=mails.about(signature), now=now)


def correct_address(*, signature: Signature, email: str, rules: SigningRules, actor: Actor, now: datetime) -> None:
    """Send the link to another address; the old address gets nothing more. Counts as a resend.

    Does nothing once the mailbox was confirmed or disowned. Raises ResendsUsedUp.
    """
    signature = _locked(signature)
    if signature.state != State.PENDING_VERIFICATION or signature.representative is None:
        return
    if verification.count_links(signature, purpose=Purpose.CONFIRM) > rules.resends:
        raise ResendsUsedUp(rules.contact)
    outbox.drop_waiting(about=mails.about(signature))
    signature.representative.email = email
    signature.representative.email_key = recipient_key(email)
    signature.contact = Contact.UNVERIFIED
    signature.content_sha256 = digest({"before": signature.content_sha256, "email": email})
    record.append(actor=actor, act="correct_address", subject=mails.about(signature), now=now)
    _ask_mailbox(signature, rules=rules, now=now)


def verify(*, link: MailedLink, rules: SigningRules, actor: Actor, now: datetime) -> MailedLink:
    """Confirm the mailbox: this moment the organisation has signed. Returns the new link to "my signature".

    Raises LinkEnded when the signature no longer waits for its mailbox.
    """
    signature = _locked(link.signature)
    representative = signature.representative
    db.session.refresh(link)
    if link.ended_at is not None or signature.state != State.PENDING_VERIFICATION or representative is None:
        raise LinkEnded
    change_state(signature=signature, act=Act.VERIFY, actor=actor, now=now)
    signature.confirmed_at, signature.signed_on, signature.contact = now, now.date(), Contact.VERIFIED
    verification.end_links(signature, purpose=Purpose.CONFIRM, now=now)
    manage = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=rules.link_lifetime, now=now)
    outbox.put(mails.signature_confirmed(manage, representative=representative, title=_title(signature)), now=now)
    queue.put(RECEIPT_JOB, args={"signature": signature.public_id}, now=now, key=f"receipt:{signature.public_id}")
    return manage


def disown(*, link: MailedLink, actor: Actor, now: datetime) -> None:
    """Undo what was never theirs: personal data goes, and no stranger makes us write to this address again.

    Raises LinkEnded when the signature no longer waits for its mailbox.
    """
    signature = _locked(link.signature)
    representative = signature.representative
    if signature.state != State.PENDING_VERIFICATION or representative is None:
        raise LinkEnded
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
    draft = db.session.scalars(select(Draft).where(Draft.signature_id == signature.id)).one_or_none()
    if draft is not None:
        draft.representative, draft.organisation = {}, {}
    signature.documents.clear()
    if keys:
        queue.put(DELETE_FILES_JOB, args={"keys": keys}, now=now)


def withdraw(*, signature: Signature, actor: Actor, now: datetime) -> None:
    """Take the signature back, before or after approval; the register keeps that it was there and when it ended."""
    signature = _locked(signature)
    signature.ended_on = now.date()
    change_state(signature=signature, act=Act.WITHDRAW, actor=actor, now=now)


def note_undelivered(*, signature: Signature, recipient: str, actor: Actor, now: datetime) -> None:
    """Remember that the representative's mailbox refuses mail for good, if it is still the one that was written to."""
    representative = signature.representative
    if representative is None or representative.email_key != recipient:
        return
    signature.contact = Contact.BOUNCED
    record.append(actor=actor, act="bounce", subject=mails.about(signature), now=now)


def send_manage_links(*, email_key: str, lifetime: timedelta, now: datetime) -> None:
    """Mail a new link for each signature of a mailbox; nothing where there is none."""
    for signature in queries.signatures_of_mailbox(email_key):
        if signature.representative is not None:
            link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=lifetime, now=now)
            message = mails.manage_link(link, representative=signature.representative, title=_title(signature))
            outbox.put(message, now=now)


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
) -> State:
    """Move a signature by `act`, with its audit line and its place on the register; returns the new state.

    The old state is compared and swapped in one statement: of two who act at once, the second changes nothing.
    Raises StateChanged, or register.NameTaken when an organisation of that name is on the register already.
    """
    before = State(signature.state)
    to = after(before, act)
    if to is None:
        raise StateChanged
    more: dict[str, object] = {} if category is None else {"category": category}
    if act in DECIDING:
        more["decided_at"] = now
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
    publication.follow(signature, before=before, now=now)
    return to
