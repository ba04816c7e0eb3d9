"""Who holds an application, and may this officer act on it now? The row is held first, then asked about.

So acts on one application come one after another, and whoever comes second is told who was first. What is done then
belongs to the acts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from coalition.accounts.permissions import Scope
from coalition.errors import Conflict, DomainError
from coalition.extensions import db
from coalition.review import errors, people, queries
from coalition.review.decisions import ReferralKind, Verdict
from coalition.review.models import Assignment, Question, ReviewClaim
from coalition.review.people import OWN_ACT, Colleague
from coalition.signing.models import Signature
from coalition.signing.states import State


def held(signature_id: int) -> Signature:
    """Read the signature and hold its row until the end of the transaction."""
    return db.session.get_one(Signature, signature_id, with_for_update={"of": Signature}, populate_existing=True)


def claim_of(signature_id: int) -> ReviewClaim | None:
    """Return who works on the application, also when the time for it ran out."""
    return db.session.scalar(select(ReviewClaim).where(ReviewClaim.signature_id == signature_id))


def give(signature_id: int, *, officer_id: int, lifetime: timedelta, now: datetime) -> None:
    """Let an officer hold the application for `lifetime`; whoever held it before holds it no more."""
    forget_claim(signature_id)
    db.session.add(
        ReviewClaim(signature_id=signature_id, officer_id=officer_id, claimed_at=now, expires_at=now + lifetime)
    )


def forget_claim(signature_id: int) -> None:
    """Let nobody hold the application."""
    db.session.execute(delete(ReviewClaim).where(ReviewClaim.signature_id == signature_id))


def put_on_list(signature_id: int, *, officer_id: int | None, now: datetime) -> None:
    """Let the application stand on one officer's list; None takes it off everybody's."""
    db.session.execute(delete(Assignment).where(Assignment.signature_id == signature_id))
    if officer_id is not None:
        db.session.add(Assignment(signature_id=signature_id, officer_id=officer_id, assigned_at=now))


def take_off_list(signature_id: int, *, officer_id: int) -> None:
    """Take the application off this officer's list, if it stands there."""
    db.session.execute(
        delete(Assignment).where(Assignment.signature_id == signature_id, Assignment.officer_id == officer_id)
    )


def require_able(signature: Signature, officer_id: int) -> Colleague:
    """Let only an officer act whose account is in use and reaches the application, and who is not recused.

    Raises AccountEnded, Recused, OfTheirNetwork or ApplicationUnknown; the account may have ended since the page.
    """
    person = people.colleague(signature, officer_id)
    if wrong := _bar(signature, person.scope, is_disabled=person.is_disabled, recused_by=person.recused_by):
        raise wrong
    return person


def _bar(signature: Signature, scope: Scope, *, is_disabled: bool, recused_by: str) -> DomainError | None:
    if is_disabled:
        return errors.AccountEnded()
    if not scope.covers(charter=signature.charter, reference=signature.reference):
        return errors.ApplicationUnknown()
    if recused_by:
        return errors.Recused() if recused_by == OWN_ACT else errors.OfTheirNetwork()
    return None


def require_holder(signature: Signature, officer_id: int) -> None:
    """Let only the officer who holds the application act on it. Raises the Conflict that says who was first."""
    if signature.state != State.IN_REVIEW:
        raise ended(signature, officer_id)
    kept = claim_of(signature.id)
    if kept is None or kept.officer_id != officer_id:
        raise errors.ClaimedByAnother(queries.officer_name(kept.officer_id)) if kept else errors.NotClaimed()


def require_claim(signature: Signature, officer_id: int, *, seen_sha256: str = "") -> None:
    """Let only the holder act, on what was read (`seen_sha256`; "" is the present content), and only if they may."""
    require_holder(signature, officer_id)
    require_able(signature, officer_id)
    if seen_sha256 not in ("", signature.content_sha256):
        raise errors.ContentChanged


def ended(signature: Signature, officer_id: int | None = None) -> Conflict:
    """Say who has done what, to the one who came second."""
    state = State(signature.state)
    if state is State.NEEDS_INFORMATION:
        return _asked(signature.id)
    if state is State.REFERRED:
        return _referred(signature)
    if state is State.WITHDRAWN:
        return errors.WithdrawnMeanwhile()
    return _decided(signature, state, officer_id)


def _decided(signature: Signature, state: State, officer_id: int | None) -> Conflict:
    last = queries.last_decision(signature.id)
    if state is State.SUBMITTED and last is not None and last.verdict == Verdict.APPROVE:
        return errors.ApprovedAlready() if last.officer_id == officer_id else errors.ApprovedMeanwhile(last.name)
    if state is State.SUBMITTED:
        return errors.NotClaimed()
    told = {
        State.ACTIVE: errors.CompletedMeanwhile,
        State.DECLINED: errors.DeclinedMeanwhile,
        State.MERGED: errors.MergedMeanwhile,
    }
    return told[state](last.name) if state in told and last is not None else errors.EndedMeanwhile()


def _asked(signature_id: int) -> Conflict:
    question = open_question(signature_id)
    return errors.AskedMeanwhile(queries.officer_name(question.officer_id)) if question else errors.EndedMeanwhile()


def _referred(signature: Signature) -> Conflict:
    referral = people.open_referral(signature.id)
    if referral is None or referral.officer_id is None or referral.kind == ReferralKind.APPEAL:
        return errors.UnderAppeal()
    return errors.ReferredMeanwhile(queries.officer_name(referral.officer_id))


def open_question(signature_id: int) -> Question | None:
    """Return the question that waits for its answer."""
    return db.session.scalar(
        select(Question).where(Question.signature_id == signature_id, Question.closed_at.is_(None))
    )


def resume_clock(signature: Signature, *, since: datetime, now: datetime) -> None:
    """Count the time to decide on, without the time since which the application waited for somebody else."""
    signature.clock_at = (signature.clock_at or now) + (now - since)
