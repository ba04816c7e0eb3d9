"""Which approvals of an application count, and how is one more kept? Bound to the content's digest, one an officer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.review import errors, queries
from coalition.review.decisions import Approval, Verdict
from coalition.review.models import Decision
from coalition.signing.mails import about
from coalition.signing.models import Signature


def beside(signature: Signature, *, officer_id: int, category: str, now: datetime) -> Sequence[Decision]:
    """Return the approvals of other officers that still count.

    Raises ApprovedAlready for the officer's own; another category replaces it. Raises CategoriesDiffer for another's.
    """
    found = db.session.scalars(queries.live_approvals(signature.id)).all()
    for stale in (one for one in found if one.content_sha256 != signature.content_sha256):
        void(stale, signature, now=now)
    counting = [one for one in found if one.voided_at is None]
    for own in (one for one in counting if one.officer_id == officer_id):
        if own.category == category:
            raise errors.ApprovedAlready
        void(own, signature, now=now)
    others = [one for one in counting if one.officer_id != officer_id]
    if differing := next((one for one in others if one.category != category), None):
        raise errors.CategoriesDiffer(queries.officer_name(differing.officer_id))
    return others


def void_of(signature: Signature, *, officer_id: int, now: datetime) -> None:
    """Let no approval of this officer count any more."""
    for own in db.session.scalars(queries.live_approvals(signature.id)).all():
        if own.officer_id == officer_id:
            void(own, signature, now=now)


def void(approval: Decision, signature: Signature, *, now: datetime) -> None:
    """Let an approval count no more; its row stays."""
    approval.voided_at = now
    record.append(actor=Actor.system("review"), act="void_approval", subject=about(signature), now=now)
    db.session.flush()


def keep(signature: Signature, *, officer_id: int, approval: Approval, now: datetime) -> None:
    """Record an approval of the present content. Raises ApprovedAlready."""
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
