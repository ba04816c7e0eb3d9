"""What does the secretariat see of its officers? Rows for the list, one officer's page, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import (
    Officer,
    OfficerAbsence,
    OfficerInvitation,
    OfficerPasskey,
    OfficerRecoveryCode,
    OfficerSession,
    RoleRequest,
)
from coalition.accounts.permissions import Role
from coalition.extensions import db


@dataclass(frozen=True)
class Line:
    """One officer in the list. `standing` is active, waiting, invited or disabled."""

    public_id: str
    name: str
    email: str
    role: Role
    standing: str
    only_reference: str
    charters: tuple[str, ...]
    away_until: date | None
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """A role that waits for a second officer; `former` is None of somebody who is no officer yet."""

    public_id: str
    officer: str
    email: str
    role: Role
    former: Role | None
    asked_by_id: int
    asked_by: str
    officer_id: int
    asked_at: datetime


def absent_on(day: date) -> frozenset[int]:
    """Return the officers, by their keys, who are away on a day."""
    away = (OfficerAbsence.first_on <= day, OfficerAbsence.last_on >= day)
    return frozenset(db.session.scalars(select(OfficerAbsence.officer_id).where(*away)))


def lines(*, today: date) -> tuple[Line, ...]:
    """Return every officer: who can sign in first, then by name; three statements, however many there are."""
    away: dict[int, date] = {}
    for absence in db.session.execute(
        select(OfficerAbsence.officer_id, OfficerAbsence.last_on).where(
            OfficerAbsence.first_on <= today, OfficerAbsence.last_on >= today
        )
    ):
        away[absence.officer_id] = max(absence.last_on, away.get(absence.officer_id, absence.last_on))
    seen = dict(
        db.session.execute(
            select(OfficerSession.officer_id, func.max(OfficerSession.last_seen_at)).group_by(OfficerSession.officer_id)
        ).all()
    )
    invited = select(OfficerInvitation.id).where(
        OfficerInvitation.officer_id == Officer.id, OfficerInvitation.used_at.is_(None)
    )
    rows = db.session.execute(select(Officer, invited.exists().label("invited")))
    found = [
        _line(
            row.Officer,
            standing=standing(row.Officer, is_invited=row.invited),
            away_until=away.get(row.Officer.id),
            last_seen_at=seen.get(row.Officer.id),
        )
        for row in rows
    ]
    order = ("active", "waiting", "invited", "disabled")
    return tuple(sorted(found, key=lambda line: (order.index(line.standing), line.name.casefold(), line.email)))


def _line(officer: Officer, *, standing: str, away_until: date | None, last_seen_at: datetime | None) -> Line:
    return Line(
        public_id=officer.public_id,
        name=officer.name,
        email=officer.email,
        role=Role(officer.role),
        standing=standing,
        only_reference=officer.only_reference or "",
        charters=tuple(officer.charters),
        away_until=away_until,
        last_seen_at=last_seen_at,
    )


def outside_of(reference: str) -> tuple[Line, ...]:
    """Return whom from outside the application of `reference` was laid before."""
    found = db.session.scalars(select(Officer).where(Officer.only_reference == reference).order_by(Officer.id))
    return tuple(_line(one, standing=standing(one), away_until=None, last_seen_at=None) for one in found)


def standing(officer: Officer, *, is_invited: bool = True) -> str:
    """Return how far an account has come: active, invited, waiting for a second officer, or disabled."""
    if officer.disabled_at is not None:
        return "disabled"
    if officer.enrolled_at is not None:
        return "active"
    return "invited" if is_invited else "waiting"


def wanted() -> tuple[Wanted, ...]:
    """Return the roles that wait for a second officer, oldest first."""
    asker = aliased(Officer)
    rows = db.session.execute(
        select(RoleRequest, Officer.name, Officer.email, asker.name.label("asked_by"))
        .join(Officer, RoleRequest.officer_id == Officer.id)
        .join(asker, RoleRequest.asked_by_id == asker.id)
        .where(RoleRequest.decided_at.is_(None))
        .order_by(RoleRequest.id)
    )
    return tuple(
        Wanted(
            public_id=row.RoleRequest.public_id,
            officer=row.name,
            email=row.email,
            role=Role(row.RoleRequest.role),
            former=Role(row.RoleRequest.from_role) if row.RoleRequest.from_role else None,
            asked_by_id=row.RoleRequest.asked_by_id,
            asked_by=row.asked_by,
            officer_id=row.RoleRequest.officer_id,
            asked_at=row.RoleRequest.asked_at,
        )
        for row in rows
    )


def is_invited(officer_id: int) -> bool:
    """Tell whether an officer has a link that was not used yet."""
    waiting = (OfficerInvitation.officer_id == officer_id, OfficerInvitation.used_at.is_(None))
    return db.session.scalar(select(OfficerInvitation.id).where(*waiting).limit(1)) is not None


def absences_of(officer_id: int, *, today: date) -> Sequence[OfficerAbsence]:
    """Return the days on which an officer is or will be away, earliest first."""
    statement = select(OfficerAbsence).where(OfficerAbsence.officer_id == officer_id, OfficerAbsence.last_on >= today)
    return db.session.scalars(statement.order_by(OfficerAbsence.first_on, OfficerAbsence.id)).all()


def sessions_of(officer_id: int, *, now: datetime) -> Sequence[Row[str, str, datetime, datetime]]:
    """Return the browsers in which an officer is signed in: name, kind, begun, last seen; latest seen first."""
    running = (
        OfficerSession.officer_id == officer_id,
        OfficerSession.ended_at.is_(None),
        OfficerSession.expires_at > now,
    )
    columns = (
        OfficerSession.public_id,
        OfficerSession.browser,
        OfficerSession.created_at,
        OfficerSession.last_seen_at,
    )
    return db.session.execute(
        select(*columns).where(*running).order_by(OfficerSession.last_seen_at.desc(), OfficerSession.id.desc())
    ).all()


def passkeys_of(officer_id: int) -> Sequence[OfficerPasskey]:
    """Return the passkeys of an officer, oldest first."""
    statement = select(OfficerPasskey).where(OfficerPasskey.officer_id == officer_id).order_by(OfficerPasskey.id)
    return db.session.scalars(statement).all()


def recovery_codes_left(officer_id: int) -> int:
    """Return how many recovery codes of an officer are unused."""
    unused = (OfficerRecoveryCode.officer_id == officer_id, OfficerRecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(OfficerRecoveryCode).where(*unused)) or 0
