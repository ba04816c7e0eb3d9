"""How is something of a signature on the register changed? Asked for and reviewed, or corrected by an officer at once.

Inside the caller's transaction, with the signature's row held. What stands there stays public until the change is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.mail import outbox
from coalition.signing import verification
from coalition.signing.mails import WayIn, about
from coalition.signing.models import Signature
from coalition.signing.operations import letter_of
from coalition.signing.states import PUBLISHED
from coalition.standing import errors, mails, operations, publication, queries, queue
from coalition.standing.amendments import Change, differences, fingerprint
from coalition.standing.holding import held
from coalition.standing.models import ChangeApproval, ChangeRequest
from coalition.standing.states import ChangeKind, ChangeOutcome
from coalition.standing.telling import tell
from coalition.tokens import Purpose


def ask(*, signature_id: int, change: Change, lifetime: timedelta, actor: Actor, now: datetime) -> str:
    """Ask for a change in the representative's name and return its public id; the present mailbox is told.

    A new mailbox is asked within `lifetime` whether it takes over; until then officers are not. Raises NotOnRegister,
    ChangeOpen, NothingChanged or CategoryUnknown.
    """
    signature = held(signature_id)
    if signature.state not in PUBLISHED or signature.representative is None:
        raise errors.NotOnRegister
    if queries.open_change(signature_id, change.kind) is not None:
        raise errors.ChangeOpen
    _judge_category(signature, change)
    request = _request(signature, change, now=now)
    address = change.after.get("email", "")
    if address:
        request.expires_at = now + lifetime
        claim, expires_at = request.public_id, now + lifetime
        letter = replace(letter_of(signature), to=address)
        number = signature.register_number or ""
        outbox.put(
            mails.confirm_new_mailbox(letter, to=address, number=number, claim=claim, expires_at=expires_at), now=now
        )
    else:
        request.opened_at = now
    _note(signature, "request_change", change.kind, actor=actor, now=now)
    tell(
        signature,
        lambda letter: mails.change_requested(letter, number=_number(signature), kind=change.kind),
        now=now,
    )
    return request.public_id


def take_over(*, public_id: str, actor: Actor, now: datetime) -> None:
    """Confirm the mailbox of whoever is to represent the organisation; done before, it changes nothing.

    Raises ChangeUnknown, or ChangeClosed once it was decided, taken back or not confirmed in time.
    """
    signature, request = _held(public_id)
    if request.closed_at is not None or (request.opened_at is None and (request.expires_at or now) < now):
        raise errors.ChangeClosed("")
    if request.opened_at is None:
        request.opened_at = now
        _note(signature, "confirm_change", ChangeKind(request.kind), actor=actor, now=now)


def take_back(*, signature_id: int, public_id: str, actor: Actor, now: datetime) -> None:
    """Take a change back before it is decided. Raises ChangeUnknown or ChangeClosed."""
    signature, request = _held(public_id)
    if signature.id != signature_id:
        raise errors.ChangeUnknown
    _judge_open(request)
    _close(request, ChangeOutcome.TAKEN_BACK, officer_id=None, now=now)
    _note(signature, "take_back_change", ChangeKind(request.kind), actor=actor, now=now)


def approve(*, public_id: str, officer_id: int, link_lifetime: timedelta, actor: Actor, now: datetime) -> bool:
    """Approve a change; the last approval that the charter asks for makes it, and tells so.

    Raises a Conflict that says what was done meanwhile.
    """
    signature, request = _held(public_id, officer_id=officer_id)
    _judge_open(request)
    if request.opened_at is None:
        raise errors.ChangeUnconfirmed
    if signature.state not in PUBLISHED:
        raise errors.NotOnRegister
    if officer_id in (deciders := queries.change_approvers(request.id)):
        raise errors.ChangeApprovedAlready
    db.session.add(ChangeApproval(change_request_id=request.id, officer_id=officer_id, approved_at=now))
    kind = ChangeKind(request.kind)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    is_last = len(deciders) + 1 >= definition.approvers
    _note(signature, "make_change" if is_last else "approve_change", kind, actor=actor, now=now)
    if is_last:
        _make(signature, request, definition=definition, link_lifetime=link_lifetime, actor=actor, now=now)
        _close(request, ChangeOutcome.MADE, officer_id=officer_id, now=now)
    return is_last


def decline(*, public_id: str, officer_id: int, message: str, actor: Actor, now: datetime) -> None:
    """Leave everything as it stands, and tell the representative why. Raises ChangeUnknown or ChangeClosed."""
    signature, request = _held(public_id, officer_id=officer_id)
    _judge_open(request)
    kind, request.message = ChangeKind(request.kind), message
    _close(request, ChangeOutcome.DECLINED, officer_id=officer_id, now=now)
    _note(signature, "decline_change", kind, actor=actor, now=now)
    tell(
        signature,
        lambda letter: mails.change_declined(letter, number=_number(signature), kind=kind, message=message),
        now=now,
    )


def correct(
    *,
    signature_id: int,
    officer_id: int,
    wished: Mapping[str, str],
    explanation: str,
    seen_sha256: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Mend a slip at once: `wished` are the fields as they should be, `seen_sha256` the `fingerprint` of what was read.

    Raises NotOnRegister, EntryChanged, ChangeOpen, NothingChanged, or register's NameTaken.
    """
    signature = held(signature_id, officer_id=officer_id)
    if signature.state not in PUBLISHED:
        raise errors.NotOnRegister
    present = queries.present(signature)
    if seen_sha256 not in ("", fingerprint(present)):
        raise errors.EntryChanged
    if queries.open_change(signature_id, ChangeKind.ORGANISATION) is not None:
        raise errors.ChangeOpen
    kind = ChangeKind.CORRECTION
    change = Change(kind, differences(kind, present, wished), explanation)
    request = _request(signature, change, officer_id=officer_id, now=now)
    request.opened_at = now
    definition = charters.definition_of(signature.charter, signature.charter_version)
    _note(signature, "correct", kind, actor=actor, now=now)
    _make(signature, request, definition=definition, link_lifetime=timedelta(), actor=actor, now=now)
    _close(request, ChangeOutcome.MADE, officer_id=officer_id, now=now)


def expire_unconfirmed(*, now: datetime) -> None:
    """Close changes whose new mailbox was not confirmed in time."""
    for request in queue.unconfirmed_past(now):
        _, found = _held(request)
        if found.closed_at is None and found.opened_at is None:
            _close(found, ChangeOutcome.UNCONFIRMED, officer_id=None, now=now)


def _make(
    signature: Signature,
    request: ChangeRequest,
    *,
    definition: CharterDefinition,
    link_lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the change where it belongs, and tell old and new representative."""
    present, kind = queries.present(signature), ChangeKind(request.kind)
    if any(present.get(name) != value for name, value in request.before.items()):
        raise errors.EntryChanged
    before = letter_of(signature) if signature.representative is not None else None
    is_replaced = publication.apply(
        signature, kind=kind, after=request.after, definition=definition, actor=actor, now=now
    )
    number = _number(signature)
    if before is not None:
        named = replace(before, organisation=signature.organisation.official_name)
        outbox.put(mails.change_made(named, number=number, kind=kind, has_new_certificate=is_replaced), now=now)
    if "email" in request.after:
        link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=link_lifetime, now=now)
        way_in = WayIn(link.public_id, link.expires_at)
        tell(signature, lambda letter: mails.taken_over(letter, way_in, number=number), now=now)


def _request(signature: Signature, change: Change, *, officer_id: int | None = None, now: datetime) -> ChangeRequest:
    present = queries.present(signature)
    after = differences(change.kind, present, change.after)
    if not after:
        raise errors.NothingChanged
    request = ChangeRequest(
        public_id=tokens.new_public_id(),
        signature_id=signature.id,
        officer_id=officer_id,
        kind=change.kind.value,
        before={name: present[name] for name in after},
        after=after,
        explanation=change.explanation,
        message="",
        language=signature.language,
        requested_at=now,
    )
    db.session.add(request)
    db.session.flush()
    return request


def _judge_category(signature: Signature, change: Change) -> None:
    if change.kind is not ChangeKind.CATEGORY:
        return
    definition = charters.definition_of(signature.charter, signature.charter_version)
    if definition.category(change.after.get("category", "")) is None:
        raise errors.CategoryUnknown


def _judge_open(request: ChangeRequest) -> None:
    if request.closed_at is not None:
        raise errors.ChangeClosed(queries.officer_name(request.closed_by_id) if request.closed_by_id else "")


def _held(public_id: str, *, officer_id: int | None = None) -> tuple[Signature, ChangeRequest]:
    """Hold the signature that a change is about, then read the change: another may have decided meanwhile."""
    asked = select(ChangeRequest.id, ChangeRequest.signature_id).where(ChangeRequest.public_id == public_id)
    found = db.session.execute(asked).one_or_none()
    if found is None:
        raise errors.ChangeUnknown
    signature = held(found.signature_id, officer_id=officer_id)
    return signature, db.session.get_one(ChangeRequest, found.id, populate_existing=True)


def _close(request: ChangeRequest, outcome: ChangeOutcome, *, officer_id: int | None, now: datetime) -> None:
    """End a change. An address whose owner never confirmed it goes at once, as its mail has promised."""
    request.closed_at, request.closed_by_id, request.outcome = now, officer_id, outcome.value
    if request.opened_at is None:
        operations.forget_people(request)
    db.session.flush()


def _note(signature: Signature, act: str, kind: ChangeKind, *, actor: Actor, now: datetime) -> None:
    record.append(actor=actor, act=act, subject=about(signature), reason=kind.value, now=now)


def _number(signature: Signature) -> str:
    return signature.register_number or ""
