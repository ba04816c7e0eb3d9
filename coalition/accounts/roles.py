"""Who gets which role? One officer of the secretariat asks, another one confirms; lowering takes one alone.

An invitation raises somebody from nothing, so it takes two as well, unless there is one officer of the secretariat
alone: then nobody could be invited at all. Somebody from outside, for one case, takes one, because that is needed
exactly when nobody else is there; all colleagues are told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from coalition import tokens
from coalition.accounts import queries
from coalition.accounts.changes import hold_secretariat
from coalition.accounts.errors import (
    LastSecretariatOfficer,
    NoSuchRequest,
    OwnAccount,
    RequestDecided,
    RequestOpen,
    SecondOfficerNeeded,
)
from coalition.accounts.models import Officer, RoleRequest
from coalition.accounts.notices import changed, note, tell_colleagues
from coalition.accounts.operations import make_officer, send_invitation
from coalition.accounts.permissions import Role, is_raise
from coalition.audit.record import Actor
from coalition.extensions import db


class Outcome(StrEnum):
    """What became of a request."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


def invite(
    *, email: str, name: str, role: Role, language: str, lifetime: timedelta, asked_by: Officer, now: datetime
) -> Officer:
    """Make an officer; the link goes out once a second officer of the secretariat has confirmed, or at once if none is.

    Raises AlreadyEnrolled.
    """
    actor = Actor.officer(asked_by.public_id, asked_by.name)
    able = hold_secretariat()
    officer = make_officer(email=email, name=name, role=role, language=language, now=now)
    note(officer, "invite", actor=actor, now=now, reason=role.value)
    if able <= {asked_by.id}:
        send_invitation(officer, lifetime=lifetime, actor=actor, now=now)
    else:
        _ask(officer, role=role, former="", asked_by=asked_by, now=now)
    return officer


def lay_case_before(
    *, email: str, name: str, reference: str, language: str, lifetime: timedelta, asked_by: Officer, now: datetime
) -> Officer:
    """Let somebody from outside decide on the application of `reference` alone. Raises AlreadyEnrolled."""
    actor = Actor.officer(asked_by.public_id, asked_by.name)
    officer = make_officer(email=email, name=name, role=Role.OUTSIDE, language=language, now=now)
    officer.only_reference = reference
    note(officer, "lay_case_before", actor=actor, now=now, reason=reference)
    send_invitation(officer, lifetime=lifetime, actor=actor, now=now)
    tell_colleagues(officer, "outside", actor=actor, now=now, detail=reference)
    return officer


def change(*, officer: Officer, role: Role, asked_by: Officer, now: datetime) -> bool:
    """Give an officer another role at once where it allows nothing more; else ask for it. Tell whether it was given.

    Raises OwnAccount for a raise of oneself, LastSecretariatOfficer, RequestOpen, and SecondOfficerNeeded where
    nobody could confirm.
    """
    able = hold_secretariat()
    former = Role(officer.role)
    if role is former:
        return True
    if is_raise(former, role):
        if asked_by.id == officer.id:
            raise OwnAccount
        if able <= {asked_by.id, officer.id}:
            raise SecondOfficerNeeded
        _ask(officer, role=role, former=former.value, asked_by=asked_by, now=now)
        return False
    if able == {officer.id}:
        raise LastSecretariatOfficer
    _give(officer, role, actor=Actor.officer(asked_by.public_id, asked_by.name), now=now)
    return True


def confirm(*, public_id: str, decided_by: Officer, lifetime: timedelta, now: datetime) -> None:
    """Confirm what a colleague has asked for. Raises NoSuchRequest, OwnAccount or RequestDecided."""
    request = _decide(public_id, decided_by=decided_by, outcome=Outcome.CONFIRMED, now=now)
    officer = db.session.get_one(Officer, request.officer_id)
    actor = Actor.officer(decided_by.public_id, decided_by.name)
    if request.from_role:
        _give(officer, Role(request.role), actor=actor, now=now)
    else:
        note(officer, "confirm_invitation", actor=actor, now=now, reason=request.role)
        send_invitation(officer, lifetime=lifetime, actor=actor, now=now)
    tell_colleagues(officer, "confirmed", actor=actor, now=now)


def refuse(*, public_id: str, decided_by: Officer, now: datetime) -> None:
    """Refuse what a colleague has asked for, or take back what one asked for oneself. Raises as `confirm`."""
    request = _decide(public_id, decided_by=decided_by, outcome=Outcome.REFUSED, now=now)
    officer = db.session.get_one(Officer, request.officer_id)
    actor = Actor.officer(decided_by.public_id, decided_by.name)
    if not request.from_role:
        officer.disabled_at = now
    note(officer, "refuse_role", actor=actor, now=now, reason=request.role)
    tell_colleagues(officer, "refused", actor=actor, now=now)


def _ask(officer: Officer, *, role: Role, former: str, asked_by: Officer, now: datetime) -> None:
    open_one = (RoleRequest.officer_id == officer.id, RoleRequest.decided_at.is_(None))
    if db.session.scalar(select(RoleRequest.id).where(*open_one)) is not None:
        raise RequestOpen
    db.session.add(
        RoleRequest(
            public_id=tokens.new_public_id(),
            officer_id=officer.id,
            role=role.value,
            from_role=former,
            asked_by_id=asked_by.id,
            asked_at=now,
        )
    )
    actor = Actor.officer(asked_by.public_id, asked_by.name)
    note(officer, "ask_role", actor=actor, now=now, reason=role.value)
    tell_colleagues(officer, "wanted", actor=actor, now=now)


def _decide(public_id: str, *, decided_by: Officer, outcome: Outcome, now: datetime) -> RoleRequest:
    # The secretariat's rows are held: who is lowered at this very moment confirms nothing any more.
    able = hold_secretariat()
    request: RoleRequest | None = db.session.scalar(
        select(RoleRequest).where(RoleRequest.public_id == public_id).with_for_update()
    )
    if request is None or decided_by.id not in able:
        raise NoSuchRequest
    if request.decided_at is not None:
        raise RequestDecided(queries.name_of(request.decided_by_id))
    is_own = decided_by.id in (request.asked_by_id, request.officer_id)
    if outcome is Outcome.CONFIRMED and is_own:
        raise OwnAccount
    request.decided_by_id, request.decided_at, request.outcome = decided_by.id, now, outcome.value
    officer = db.session.get_one(Officer, request.officer_id)
    if outcome is Outcome.CONFIRMED and not _still_fits(request, officer):
        raise RequestDecided("")
    return request


def _give(officer: Officer, role: Role, *, actor: Actor, now: datetime) -> None:
    officer.role = role.value
    changed(officer, "change_role", actor=actor, now=now, reason=role.value)


def _still_fits(request: RoleRequest, officer: Officer) -> bool:
    if not request.from_role:
        return officer.disabled_at is None and officer.enrolled_at is None
    return officer.disabled_at is None and officer.role == request.from_role
