"""What do officers do to an application? Claim, release, approve, decline, note; inside the caller's transaction.

The row of the signature is held first, so that acts on one application come one after another; whoever comes second is
told who was first. Where a state leads belongs to `signing`, what a decision holds to `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.states import Kind
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.errors import Conflict
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import errors, mails, queries
from coalition.review.decisions import Approval, MandateBasis, Refusal, Verdict, lacks_proof
from coalition.review.models import Decision, ReviewClaim, ReviewNote
from coalition.signing import verification
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import Act, State
from coalition.tokens import Purpose

TIMED_OUT = "timed_out"


def claim(*, signature_id: int, officer_id: int, lifetime: timedelta, actor: Actor, now: datetime) -> None:
    """Take an application into hand for `lifetime`; a claim that ran out is taken over.

    Raises ClaimedByAnother, or the Conflict that says how the review has ended.
    """
    signature = _held(signature_id)
    kept = _claim_of(signature_id)
    if signature.state == State.IN_REVIEW and kept is not None:
        if kept.officer_id == officer_id:
            kept.expires_at = now + lifetime
            return
        if kept.expires_at > now:
            raise errors.ClaimedByAnother(queries.officer_name(kept.officer_id))
        _release(signature, actor=actor, now=now, reason=TIMED_OUT)
    if signature.state != State.SUBMITTED:
        raise _ended(signature)
    change_state(signature=signature, act=Act.CLAIM, actor=actor, now=now)
    db.session.add(
        ReviewClaim(signature_id=signature_id, officer_id=officer_id, claimed_at=now, expires_at=now + lifetime)
    )


def release(*, signature_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """Give an application back to the queue. Raises the Conflict that says who holds it, if anybody."""
    signature = _held(signature_id)
    _require_claim(signature, officer_id)
    _release(signature, actor=actor, now=now)


def release_expired(*, actor: Actor, now: datetime) -> None:
    """Give back every application whose claim ran out."""
    for signature_id in queries.expired_claims(now):
        signature = _held(signature_id)
        kept = _claim_of(signature_id)
        if kept is None or kept.expires_at > now:
            continue
        if signature.state == State.IN_REVIEW:
            _release(signature, actor=actor, now=now, reason=TIMED_OUT)
        else:
            _forget_claim(signature)


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
    signature = _held(signature_id)
    _require_claim(signature, officer_id, seen_sha256=approval.seen_sha256)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    if definition.category(approval.category) is None:
        raise errors.CategoryUnknown
    if approval.mandate_basis is MandateBasis.WAIVED and not approval.note.strip():
        raise errors.NoteMissing
    documents = len(signature.documents) if definition.proof_required else 0
    if lacks_proof(approval.mandate_basis, is_required=definition.proof_required, documents=documents):
        raise errors.ProofMissing
    others = _approvals_beside(signature, officer_id=officer_id, category=approval.category, now=now)
    _record_approval(signature, officer_id=officer_id, approval=approval, now=now)
    _forget_claim(signature)
    if len(others) + 1 < definition.approvers:
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
    _hand_over(signature, definition=definition, link_lifetime=link_lifetime, actor=actor, now=now)
    return state


def decline(*, signature_id: int, officer_id: int, refusal: Refusal, actor: Actor, now: datetime) -> State:
    """Record a refusal and write to the representative, in the application's language.

    Raises a Conflict that says who was first, or ReasonUnknown.
    """
    signature = _held(signature_id)
    _require_claim(signature, officer_id, seen_sha256=refusal.seen_sha256)
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
    _forget_claim(signature)
    state = change_state(signature=signature, act=Act.DECLINE, actor=actor, now=now, reason=refusal.reason_code)
    if signature.representative is not None:
        outbox.put(mails.declined(signature, definition=definition, refusal=refusal), now=now)
    return state


def note(*, signature_id: int, officer_id: int, text: str, actor: Actor, now: datetime) -> None:
    """Add a note for colleagues; the audit log says that there is one, never what it says."""
    signature = db.session.get_one(Signature, signature_id)
    db.session.add(ReviewNote(signature_id=signature_id, officer_id=officer_id, text=text, noted_at=now))
    record.append(actor=actor, act="note", subject=about(signature), now=now)


def _held(signature_id: int) -> Signature:
    """Read the signature and hold its row until the end of the transaction."""
    return db.session.get_one(Signature, signature_id, with_for_update={"of": Signature}, populate_existing=True)


def _claim_of(signature_id: int) -> ReviewClaim | None:
    return db.session.scalar(select(ReviewClaim).where(ReviewClaim.signature_id == signature_id))


def _forget_claim(signature: Signature) -> None:
    db.session.execute(delete(ReviewClaim).where(ReviewClaim.signature_id == signature.id))


def _release(signature: Signature, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    _forget_claim(signature)
    change_state(signature=signature, act=Act.RELEASE, actor=actor, now=now, reason=reason)


def _require_claim(signature: Signature, officer_id: int, *, seen_sha256: str = "") -> None:
    """Let only the officer who holds the application act on it, and only on what that officer has read."""
    if signature.state != State.IN_REVIEW:
        raise _ended(signature, officer_id)
    kept = _claim_of(signature.id)
    if kept is None or kept.officer_id != officer_id:
        raise errors.ClaimedByAnother(queries.officer_name(kept.officer_id)) if kept else errors.NotClaimed()
    if seen_sha256 not in ("", signature.content_sha256):
        raise errors.ContentChanged


def _ended(signature: Signature, officer_id: int | None = None) -> Conflict:
    """Say who has done what, to the one who came second."""
    last = queries.last_decision(signature.id)
    if signature.state == State.SUBMITTED and last is not None and last.verdict == Verdict.APPROVE:
        return errors.ApprovedAlready() if last.officer_id == officer_id else errors.ApprovedMeanwhile(last.name)
    if signature.state == State.SUBMITTED:
        return errors.NotClaimed()
    if signature.state == State.ACTIVE and last is not None:
        return errors.CompletedMeanwhile(last.name)
    if signature.state == State.DECLINED and last is not None:
        return errors.DeclinedMeanwhile(last.name)
    return errors.EndedMeanwhile()


def _approvals_beside(signature: Signature, *, officer_id: int, category: str, now: datetime) -> Sequence[Decision]:
    """Return the approvals of other officers that still count.

    Raises ApprovedAlready for the officer's own; another category replaces it. Raises CategoriesDiffer for another's.
    """
    found = db.session.scalars(queries.live_approvals(signature.id)).all()
    for stale in (one for one in found if one.content_sha256 != signature.content_sha256):
        _void(stale, signature, now=now)
    counting = [one for one in found if one.voided_at is None]
    for own in (one for one in counting if one.officer_id == officer_id):
        if own.category == category:
            raise errors.ApprovedAlready
        _void(own, signature, now=now)
    others = [one for one in counting if one.officer_id != officer_id]
    if differing := next((one for one in others if one.category != category), None):
        raise errors.CategoriesDiffer(queries.officer_name(differing.officer_id))
    return others


def _void(approval: Decision, signature: Signature, *, now: datetime) -> None:
    approval.voided_at = now
    record.append(actor=Actor.system("review"), act="void_approval", subject=about(signature), now=now)
    db.session.flush()


def _record_approval(signature: Signature, *, officer_id: int, approval: Approval, now: datetime) -> None:
    db.session.add(
        Decision(
            signature_id=signature.id,
            officer_id=officer_id,
            verdict=Verdict.APPROVE.value,
            message="",
            note=approval.note,
            category=approval.category,
            mandate_basis=approval.mandate_basis.value,
            content_sha256=signature.content_sha256,
            decided_at=now,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as twice:  # the index is the backstop, should two requests of one officer pass each other
        raise errors.ApprovedAlready from twice


def _hand_over(
    signature: Signature, *, definition: CharterDefinition, link_lifetime: timedelta, actor: Actor, now: datetime
) -> None:
    """Issue the certificate and tell the representative; both last with the decision or not at all."""
    certificates.issue(
        signature_id=signature.id,
        kind=Kind.CERTIFICATE,
        language=signature.language,
        actor=actor,
        now=now,
        definition=definition,
    )
    if signature.representative is not None:
        link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=link_lifetime, now=now)
        outbox.put(mails.approved(link, definition=definition), now=now)


def forget_words(*, signature_id: int) -> None:
    """Remove officers' free words on an application, which may name people; verdicts, codes and dates stay."""
    db.session.execute(update(Decision).where(Decision.signature_id == signature_id).values(message="", note=""))
    db.session.execute(delete(ReviewNote).where(ReviewNote.signature_id == signature_id))
