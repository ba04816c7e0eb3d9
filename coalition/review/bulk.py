"""What may be done to many applications at once? To put them on a list, and to remind; never to decide.

All or nothing: a reference that nobody gave out, or one out of reach, refuses the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from coalition.accounts.permissions import Scope
from coalition.audit.record import Actor
from coalition.errors import Conflict, Invalid, mark
from coalition.extensions import db
from coalition.review import operations, questions
from coalition.review.errors import ApplicationUnknown
from coalition.signing import operations as signing
from coalition.signing.application import SigningRules
from coalition.signing.models import MailedLink, Signature
from coalition.signing.states import State

MOST = 100


class NobodyChosen(Invalid):
    """No application was ticked."""

    def __init__(self) -> None:
        super().__init__(mark("Tick the applications first. Nothing was done."))


class NotForAll(Conflict):
    """One of the applications does not allow it."""

    def __init__(self, reference: str) -> None:
        sentence = mark(
            "This cannot be done to %(reference)s any more, or not by this officer. Nothing was done to any."
        )
        super().__init__(sentence, reference=reference)


class RemindedJustNow(Conflict):
    """One of them was written to within the last day."""

    def __init__(self, reference: str) -> None:
        sentence = mark("%(reference)s was written to within the last day. Nobody was reminded.")
        super().__init__(sentence, reference=reference)


def assign(*, references: Collection[str], to_officer_id: int | None, scope: Scope, actor: Actor, now: datetime) -> int:
    """Put applications on an officer's list, or on nobody's; return how many. Raises NotForAll."""
    chosen = _chosen(references, scope)
    for signature in chosen:
        try:
            operations.assign(signature_id=signature.id, to_officer_id=to_officer_id, actor=actor, now=now)
        except Conflict as refused:
            raise NotForAll(signature.reference) from refused
    return len(chosen)


def remind(
    *, references: Collection[str], scope: Scope, rules: SigningRules, gap: timedelta, actor: Actor, now: datetime
) -> int:
    """Remind of a link to confirm or of an open question; return how many. Raises NotForAll or RemindedJustNow."""
    chosen = _chosen(references, scope)
    for signature in chosen:
        if signature.state == State.PENDING_VERIFICATION and _written_to(signature, since=now - gap):
            raise RemindedJustNow(signature.reference)
        try:
            _remind(signature, rules=rules, actor=actor, now=now)
        except Conflict as refused:
            raise NotForAll(signature.reference) from refused
    return len(chosen)


def _remind(signature: Signature, *, rules: SigningRules, actor: Actor, now: datetime) -> None:
    if signature.state == State.PENDING_VERIFICATION:
        signing.remind(signature=signature, number=signature.reminders, rules=rules, actor=actor, now=now)
    else:
        questions.remind(signature_id=signature.id, actor=actor, now=now)


def _written_to(signature: Signature, *, since: datetime) -> bool:
    link = exists().where(MailedLink.signature_id == signature.id, MailedLink.created_at > since)
    return bool(db.session.scalar(select(link)))


def _chosen(references: Collection[str], scope: Scope) -> Sequence[Signature]:
    """Return the applications of these references, held in one order: of two who act at once, none waits for ever.

    Raises NobodyChosen, or ApplicationUnknown when one of them is not there, or not for this officer.
    """
    wanted = set(references)
    if not wanted:
        raise NobodyChosen
    if len(wanted) > MOST:
        raise ApplicationUnknown
    statement = select(Signature).where(Signature.reference.in_(sorted(wanted))).order_by(Signature.id)
    found = db.session.scalars(statement.with_for_update(of=Signature)).all()
    if len(found) < len(wanted) or not all(scope.covers(charter=one.charter, reference=one.reference) for one in found):
        raise ApplicationUnknown
    return found
