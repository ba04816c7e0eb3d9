"""What do officers do to an application? Claim, release, take over, recuse, assign, approve, decline, note.

Inside the caller's transaction. The row of the signature is held first (`holding`). Where a state leads belongs to
`signing`, what a decision holds to `decisions`; asking, referring and merging have rooms of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import approvals, entering, errors, holding, mails, people, queries
from coalition.review.decisions import Approval, MandateBasis, Refusal, Verdict, lacks_proof
from coalition.review.models import Decision, Question, Recusal, Referral, ReviewNote
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import OPEN, Act, State
from coalition.transparency import history

TIMED_OUT = "timed_out"


def claim(*, signature_id: int, officer_id: int, lifetime: timedelta, actor: Actor, now: datetime) -> None:
    """Take an application into hand for `lifetime`; a claim that ran out is taken over.

    Raises ClaimedByAnother, the Conflict that says how the review has ended, or that the officer is recused.
    """
    signature = holding.held(signature_id)
    kept = holding.claim_of(signature_id)
    if signature.state == State.IN_REVIEW and kept is not None:
        if kept.officer_id == officer_id:
            kept.expires_at = now + lifetime
            return
        if kept.expires_at > now:
            raise errors.ClaimedByAnother(queries.officer_name(kept.officer_id))
        _release(signature, actor=actor, now=now, reason=TIMED_OUT)
    if signature.state != State.SUBMITTED:
        raise holding.ended(signature)
    holding.require_able(signature, officer_id)
    change_state(signature=signature, act=Act.CLAIM, actor=actor, now=now)
    holding.give(signature_id, officer_id=officer_id, lifetime=lifetime, now=now)


def take_over(
    *,
    signature_id: int,
    officer_id: int,
    lifetime: timedelta,
    actor: Actor,
    now: datetime,
    seen_holder: str = "",
) -> None:
    """Take an application out of a colleague's hands, logged.

    `seen_holder` is the public id of whoever held it on the page; "" is whoever holds it now.
    Raises HeldAlready, HolderChanged, or the Conflict that says how the review has ended.
    """
    signature = holding.held(signature_id)
    kept = holding.claim_of(signature_id)
    if signature.state != State.IN_REVIEW or kept is None:
        raise holding.ended(signature)
    if kept.officer_id == officer_id:
        raise errors.HeldAlready
    holder = people.colleague(signature, kept.officer_id)
    if seen_holder not in ("", holder.public_id):
        raise errors.HolderChanged(holder.name)
    holding.require_able(signature, officer_id)
    change_state(signature=signature, act=Act.TAKE_OVER, actor=actor, now=now)
    holding.give(signature_id, officer_id=officer_id, lifetime=lifetime, now=now)


def release(*, signature_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """Give an application back to the queue. Raises the Conflict that says who holds it, if anybody."""
    signature = holding.held(signature_id)
    holding.require_holder(signature, officer_id)
    _release(signature, actor=actor, now=now)


def release_expired(*, actor: Actor, now: datetime) -> None:
    """Give back every application whose claim ran out."""
    for signature_id in queries.expired_claims(now):
        signature = holding.held(signature_id)
        kept = holding.claim_of(signature_id)
        if kept is None or kept.expires_at > now:
            continue
        if signature.state == State.IN_REVIEW:
            _release(signature, actor=actor, now=now, reason=TIMED_OUT)
        else:
            holding.forget_claim(signature_id)


def recuse(*, signature_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """Let an officer step back from an application for good: what they hold is free, what they approved counts no more.

    Raises Recused the second time, or the Conflict that says that nothing is to be decided any more.
    """
    signature = holding.held(signature_id)
    if signature.state not in OPEN:
        raise holding.ended(signature)
    own = (Recusal.signature_id == signature_id, Recusal.officer_id == officer_id)
    if db.session.scalar(select(Recusal.id).where(*own)) is not None:
        raise errors.Recused
    db.session.add(Recusal(signature_id=signature_id, officer_id=officer_id, recused_at=now))
    record.append(actor=actor, act="recuse", subject=about(signature), now=now)
    approvals.void_of(signature, officer_id=officer_id, now=now)
    holding.take_off_list(signature_id, officer_id=officer_id)
    kept = holding.claim_of(signature_id)
    if kept is not None and kept.officer_id == officer_id and signature.state == State.IN_REVIEW:
        _release(signature, actor=actor, now=now)


def assign(*, signature_id: int, to_officer_id: int | None, actor: Actor, now: datetime) -> None:
    """Put an application on an officer's list; None takes it off. Done before, it changes nothing.

    Raises NotAssignable, for an appeal also of whoever took the decision it is against; or the Conflict that says that
    nothing is to be decided any more.
    """
    signature = holding.held(signature_id)
    if signature.state not in OPEN:
        raise holding.ended(signature)
    if to_officer_id == people.assigned_to(signature_id):
        return
    if to_officer_id is not None:
        person = people.colleague(signature, to_officer_id)
        if not people.candidates(signature, (person,)):
            raise errors.NotAssignable
    holding.put_on_list(signature_id, officer_id=to_officer_id, now=now)
    record.append(
        actor=actor, act="assign" if to_officer_id is not None else "unassign", subject=about(signature), now=now
    )


def approve(
    *,
    signature_id: int,
    officer_id: int,
    approval: Approval,
    link_lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> State:
    """Record an approval; the last one that the charter asks for enters the organisation into the register.

    Approvals of other content than the present are voided. Raises a Conflict that says who was first, or the Invalid
    that says what is missing.
    """
    signature = holding.held(signature_id)
    holding.require_claim(signature, officer_id, seen_sha256=approval.seen_sha256)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    _require_basis(signature, approval, definition)
    others = approvals.beside(signature, officer_id=officer_id, category=approval.category, now=now)
    approvals.keep(signature, officer_id=officer_id, approval=approval, now=now)
    holding.forget_claim(signature_id)
    if len(others) + 1 < definition.approvers:
        holding.take_off_list(signature_id, officer_id=officer_id)
        return change_state(signature=signature, act=Act.APPROVE, actor=actor, now=now, reason=approval.mandate_basis)
    state = change_state(
        signature=signature,
        act=Act.ACTIVATE,
        actor=actor,
        now=now,
        reason=approval.mandate_basis,
        category=approval.category,
        definition=definition,
    )
    holding.put_on_list(signature_id, officer_id=None, now=now)
    receipt = history.receipt_of(str(signature.register_number)) or ""
    entering.hand_over(
        signature,
        partial(mails.approved, definition=definition, receipt=receipt),
        definition=definition,
        link_lifetime=link_lifetime,
        actor=actor,
        now=now,
    )
    return state


def _require_basis(signature: Signature, approval: Approval, definition: CharterDefinition) -> None:
    if definition.category(approval.category) is None:
        raise errors.CategoryUnknown
    if approval.mandate_basis is MandateBasis.WAIVED and not approval.note.strip():
        raise errors.NoteMissing
    documents = len(signature.documents) if definition.proof_required else 0
    if lacks_proof(approval.mandate_basis, is_required=definition.proof_required, documents=documents):
        raise errors.ProofMissing


def decline(*, signature_id: int, officer_id: int, refusal: Refusal, actor: Actor, now: datetime) -> State:
    """Record a refusal and write to the representative, in the application's language.

    Raises a Conflict that says who was first, or ReasonUnknown.
    """
    signature = holding.held(signature_id)
    holding.require_claim(signature, officer_id, seen_sha256=refusal.seen_sha256)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    if definition.reason(refusal.reason_code) is None:
        raise errors.ReasonUnknown
    db.session.add(
        Decision(
            signature_id=signature.id,
            officer_id=officer_id,
            verdict=Verdict.DECLINE.value,
            reason_code=refusal.reason_code,
            message=refusal.message,
            note=refusal.note,
            content_sha256=signature.content_sha256,
            decided_at=now,
        )
    )
    holding.forget_claim(signature_id)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    state = change_state(signature=signature, act=Act.DECLINE, actor=actor, now=now, reason=refusal.reason_code)
    if signature.representative is not None:
        outbox.put(mails.declined(signature, definition=definition, refusal=refusal), now=now)
    return state


def note(*, signature_id: int, officer_id: int, text: str, actor: Actor, now: datetime) -> None:
    """Add a note for colleagues; the audit log says that there is one, never what it says."""
    signature = db.session.get_one(Signature, signature_id)
    db.session.add(ReviewNote(signature_id=signature_id, officer_id=officer_id, text=text, noted_at=now))
    record.append(actor=actor, act="note", subject=about(signature), now=now)


def end_review(*, signature_id: int, now: datetime) -> None:
    """Let nothing wait any more for an application that was taken back: no claim, no list, no question, no referral."""
    holding.forget_claim(signature_id)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    waiting = (Question.signature_id == signature_id, Question.closed_at.is_(None))
    db.session.execute(update(Question).where(*waiting).values(closed_at=now))
    referred = (Referral.signature_id == signature_id, Referral.answered_at.is_(None))
    db.session.execute(update(Referral).where(*referred).values(answered_at=now))


def forget_words(*, signature_id: int) -> None:
    """Remove free words on an application, which may name people; verdicts, codes and dates stay."""
    db.session.execute(update(Decision).where(Decision.signature_id == signature_id).values(message="", note=""))
    db.session.execute(update(Question).where(Question.signature_id == signature_id).values(message="", answer=""))
    db.session.execute(update(Referral).where(Referral.signature_id == signature_id).values(note="", answer=""))
    db.session.execute(delete(ReviewNote).where(ReviewNote.signature_id == signature_id))


def _release(signature: Signature, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    holding.forget_claim(signature.id)
    change_state(signature=signature, act=Act.RELEASE, actor=actor, now=now, reason=reason)
