"""What do officers do to a signature on the register? Suspend, with notice, and lift; remove, two of them together.

Inside the caller's transaction. The row of the signature is held first: acts on one signatory come one after another,
and whoever comes second is told who was first. Changes of what stands there belong to `changes`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review.decisions import Verdict
from coalition.review.models import Decision
from coalition.signing import verification
from coalition.signing.mails import WayIn, about
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import PUBLISHED, Act, State
from coalition.standing import errors, mails, queries, revocations
from coalition.standing.amendments import PERSONAL, Notice, Removal, is_long_enough
from coalition.standing.holding import held
from coalition.standing.models import ChangeRequest, Delisting, Suspension
from coalition.standing.states import ChangeKind, ChangeOutcome, DelistingOutcome, Ground, SuspensionOutcome
from coalition.standing.telling import tell
from coalition.tokens import Purpose

DELISTED = "delisted"


def announce_suspension(
    *, signature_id: int, officer_id: int, notice: Notice, period: timedelta, actor: Actor, now: datetime
) -> None:
    """Tell the representative that the signature will be suspended after `period`, and until when.

    Raises NotOnRegister, SuspensionOpen or EndsTooSoon.
    """
    signature = held(signature_id, officer_id=officer_id)
    if signature.state != State.ACTIVE:
        raise errors.NotOnRegister
    if found := queries.open_suspension(signature_id):
        raise errors.SuspensionOpen(queries.officer_name(found.officer_id))
    if not is_long_enough(notice, period=period, now=now):
        raise errors.EndsTooSoon
    suspension = Suspension(
        public_id=tokens.new_public_id(),
        signature_id=signature_id,
        officer_id=officer_id,
        ground=notice.ground.value,
        message=notice.message,
        announced_at=now,
        starts_at=now + period,
        ends_at=notice.ends_at,
    )
    db.session.add(suspension)
    record.append(actor=actor, act="announce_suspension", subject=about(signature), reason=notice.ground.value, now=now)
    tell(
        signature,
        lambda letter: mails.suspension_announced(
            letter,
            number=_number(signature),
            ground=notice.ground,
            message=notice.message,
            starts_at=suspension.starts_at,
            ends_at=suspension.ends_at,
        ),
        now=now,
    )


def begin_suspension(*, suspension_id: int, actor: Actor, now: datetime) -> None:
    """Let an announced suspension take effect; done before, or no longer due, it changes nothing."""
    suspension, signature = _suspension(suspension_id)
    if suspension.closed_at is not None or suspension.began_at is not None or suspension.starts_at > now:
        return
    change_state(signature=signature, act=Act.SUSPEND, actor=actor, reason=suspension.ground, now=now)
    suspension.began_at = now
    ends_at = suspension.ends_at
    tell(
        signature,
        lambda letter: mails.suspension_began(letter, number=_number(signature), ends_at=ends_at),
        now=now,
    )


def end_suspension(*, suspension_id: int, actor: Actor, now: datetime) -> None:
    """Let a suspension whose time is over end by itself; done before, or not due yet, it changes nothing."""
    suspension, signature = _suspension(suspension_id)
    if suspension.closed_at is not None or suspension.began_at is None or suspension.ends_at > now:
        return
    _lift(signature, suspension, outcome=SuspensionOutcome.OVER, officer_id=None, actor=actor, now=now)


def lift_suspension(*, signature_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """End a suspension because its ground is gone, or call it off before it begins. Raises NoSuspension."""
    signature, suspension = held(signature_id), queries.open_suspension(signature_id)
    if suspension is None or signature.state not in PUBLISHED:
        raise errors.NoSuspension
    outcome = SuspensionOutcome.CALLED_OFF if suspension.began_at is None else SuspensionOutcome.REMEDIED
    _lift(signature, suspension, outcome=outcome, officer_id=officer_id, actor=actor, now=now)


def propose_delisting(*, signature_id: int, officer_id: int, removal: Removal, actor: Actor, now: datetime) -> None:
    """Propose to remove a signatory; nothing happens to it until another officer confirms.

    Raises NotOnRegister or DelistingOpen.
    """
    signature = held(signature_id, officer_id=officer_id)
    if signature.state not in PUBLISHED:
        raise errors.NotOnRegister
    if found := queries.open_delisting(signature_id):
        raise errors.DelistingOpen(queries.officer_name(found.officer_id))
    db.session.add(
        Delisting(
            public_id=tokens.new_public_id(),
            signature_id=signature_id,
            officer_id=officer_id,
            ground=removal.ground.value,
            message=removal.message,
            note=removal.note,
            proposed_at=now,
        )
    )
    record.append(actor=actor, act="propose_delisting", subject=about(signature), reason=removal.ground.value, now=now)


def confirm_delisting(
    *, signature_id: int, officer_id: int, proposal: str, appeal_period: timedelta, actor: Actor, now: datetime
) -> None:
    """Remove the signatory that another officer proposed to; its certificates count no more from the same moment.

    `proposal` is the public id of the proposal that was read. Both officers are on record as having decided. Raises
    NoDelisting, DelistingClosed, SecondOfficerNeeded or NotOnRegister.
    """
    signature = held(signature_id, officer_id=officer_id)
    delisting = _open_delisting(signature_id, proposal)
    if delisting.officer_id == officer_id:
        raise errors.SecondOfficerNeeded
    if signature.state not in PUBLISHED:
        raise errors.NotOnRegister
    change_state(signature=signature, act=Act.DELIST, actor=actor, reason=delisting.ground, now=now)
    certificates.revoke(signature_id=signature_id, reason=DELISTED, actor=actor, now=now)
    _close(delisting, DelistingOutcome.DELISTED, officer_id=officer_id, now=now)
    for decider, moment in ((delisting.officer_id, delisting.proposed_at), (officer_id, now)):
        db.session.add(_decision(signature, delisting, officer_id=decider, decided_at=moment))
    overtake(signature_id=signature_id, now=now)
    if signature.representative is None:
        return
    link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=appeal_period, now=now)
    way_in, ground, message = WayIn(link.public_id, link.expires_at), Ground(delisting.ground), delisting.message
    tell(
        signature,
        lambda letter: mails.delisted(
            letter,
            way_in,
            number=_number(signature),
            ground=ground,
            message=message,
            appeal_until=now + appeal_period,
        ),
        now=now,
    )


def refuse_delisting(*, signature_id: int, officer_id: int, proposal: str, actor: Actor, now: datetime) -> None:
    """Let the signatory stay: another officer refuses, or whoever proposed takes it back.

    Raises NoDelisting or DelistingClosed.
    """
    signature, delisting = held(signature_id), _open_delisting(signature_id, proposal)
    own = delisting.officer_id == officer_id
    outcome = DelistingOutcome.TAKEN_BACK if own else DelistingOutcome.REFUSED
    _close(delisting, outcome, officer_id=officer_id, now=now)
    record.append(actor=actor, act="refuse_delisting", subject=about(signature), reason=outcome.value, now=now)


def overtake(*, signature_id: int, now: datetime) -> None:
    """Close what was announced, proposed or asked for: the signature has ended in another way."""
    closed: dict[Any, str] = {
        Suspension: SuspensionOutcome.OVERTAKEN.value,
        Delisting: DelistingOutcome.OVERTAKEN.value,
        ChangeRequest: ChangeOutcome.OVERTAKEN.value,
    }
    for request in queries.open_changes(signature_id):
        if request.opened_at is None:
            forget_people(request)
    for table, outcome in closed.items():
        db.session.execute(
            update(table)
            .where(table.signature_id == signature_id, table.closed_at.is_(None))
            .values(closed_at=now, outcome=outcome)
        )


def forget_words(*, signature_id: int) -> None:
    """Remove officers' and representatives' free words, and who represented whom; codes and dates stay."""
    words: dict[Any, dict[str, str]] = {Suspension: {"message": ""}, Delisting: {"message": "", "note": ""}}
    for table, emptied in words.items():
        db.session.execute(update(table).where(table.signature_id == signature_id).values(**emptied))
    revocations.forget_words(signature_id=signature_id)
    for request in queries.changes_of(signature_id):
        request.explanation = request.message = ""
        if ChangeKind(request.kind) in PERSONAL:
            forget_people(request)


def forget_people(request: ChangeRequest) -> None:
    """Remove who was to represent whom from a change, and the mail that asked the new mailbox."""
    request.before, request.after = {}, {}
    outbox.forget(about=mails.change_subject(request.public_id))


def _suspension(suspension_id: int) -> tuple[Suspension, Signature]:
    """Return a suspension with its signature held: what was read before it was held may be out of date."""
    signature_id = db.session.get_one(Suspension, suspension_id).signature_id
    signature = held(signature_id)
    return db.session.get_one(Suspension, suspension_id, populate_existing=True), signature


def _lift(
    signature: Signature,
    suspension: Suspension,
    *,
    outcome: SuspensionOutcome,
    officer_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    if signature.state == State.SUSPENDED:
        change_state(signature=signature, act=Act.REMEDY, actor=actor, reason=outcome.value, now=now)
    else:
        record.append(actor=actor, act="call_off_suspension", subject=about(signature), reason=outcome.value, now=now)
    suspension.closed_at, suspension.closed_by_id, suspension.outcome = now, officer_id, outcome.value
    tell(
        signature,
        lambda letter: mails.suspension_ended(letter, number=_number(signature), outcome=outcome),
        now=now,
    )


def _open_delisting(signature_id: int, proposal: str) -> Delisting:
    found = queries.delisting_of(signature_id, proposal)
    if found is None:
        raise errors.NoDelisting
    if found.closed_by_id is not None:
        raise errors.DelistingClosed(queries.officer_name(found.closed_by_id))
    if found.closed_at is not None:
        raise errors.NoDelisting
    return found


def _close(delisting: Delisting, outcome: DelistingOutcome, *, officer_id: int, now: datetime) -> None:
    delisting.closed_at, delisting.closed_by_id, delisting.outcome = now, officer_id, outcome.value
    db.session.flush()


def _decision(signature: Signature, delisting: Delisting, *, officer_id: int, decided_at: datetime) -> Decision:
    return Decision(
        signature_id=signature.id,
        officer_id=officer_id,
        verdict=Verdict.DELIST.value,
        reason_code=delisting.ground,
        message=delisting.message,
        note=delisting.note if officer_id == delisting.officer_id else "",
        content_sha256=signature.content_sha256,
        decided_at=decided_at,
    )


def _number(signature: Signature) -> str:
    return signature.register_number or ""
