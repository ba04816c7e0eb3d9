"""When is an officer away? Days entered by the officer or by a colleague; who is away is not counted on to decide."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from coalition import tokens
from coalition.accounts.errors import NoSuchAbsence
from coalition.accounts.models import Officer, OfficerAbsence
from coalition.accounts.notices import changed
from coalition.audit.record import Actor
from coalition.extensions import db


def enter(*, officer: Officer, first_on: date, last_on: date, actor: Actor, now: datetime) -> None:
    """Enter that an officer is away, both days included; days that are entered already are not entered twice."""
    same = (OfficerAbsence.first_on == first_on, OfficerAbsence.last_on == last_on)
    if db.session.scalar(select(OfficerAbsence.id).where(OfficerAbsence.officer_id == officer.id, *same)) is not None:
        return
    db.session.add(
        OfficerAbsence(
            public_id=tokens.new_public_id(),
            officer_id=officer.id,
            first_on=first_on,
            last_on=last_on,
            entered_at=now,
        )
    )
    changed(officer, "enter_absence", actor=actor, now=now, detail=_days(first_on, last_on))


def remove(*, officer: Officer, public_id: str, actor: Actor, now: datetime) -> None:
    """Take back that an officer is away. Raises NoSuchAbsence."""
    is_it = (OfficerAbsence.officer_id == officer.id, OfficerAbsence.public_id == public_id)
    absence = db.session.scalar(select(OfficerAbsence).where(*is_it))
    if absence is None:
        raise NoSuchAbsence
    db.session.delete(absence)
    changed(officer, "remove_absence", actor=actor, now=now, detail=_days(absence.first_on, absence.last_on))


def _days(first_on: date, last_on: date) -> str:
    return first_on.isoformat() if first_on == last_on else f"{first_on.isoformat()} – {last_on.isoformat()}"
