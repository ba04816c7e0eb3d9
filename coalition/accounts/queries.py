"""Which officers, invitations and sessions are there, and which of them still count?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coalition.accounts.credentials import email_key, token_digest
from coalition.accounts.errors import InvitationEnded, NoSuchOfficer
from coalition.accounts.models import Officer, OfficerInvitation, OfficerSession, RoleRequest
from coalition.accounts.permissions import Role, Scope
from coalition.audit.record import Actor
from coalition.extensions import db

ABLE = (Officer.disabled_at.is_(None), Officer.enrolled_at.is_not(None))
ABLE_SECRETARIAT = (*ABLE, Officer.role == Role.SECRETARIAT.value)


@dataclass(frozen=True)
class SignedIn:
    """The officer behind a request, in the form that flask-login asks for."""

    id: int
    public_id: str
    name: str
    role: Role
    language: str
    token: str
    session_id: str
    last_seen_at: datetime
    proved_at: datetime | None
    scope: Scope

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the browser's session carries: the token, never the officer's number."""
        return self.token

    @property
    def actor(self) -> Actor:
        """The officer as whoever acts."""
        return Actor.officer(self.public_id, self.name)


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that can be accepted; without address and name for the first officer."""

    public_id: str
    email: str
    name: str
    officer_id: int | None


@dataclass(frozen=True)
class Credentials:
    """What a password is compared with."""

    officer_id: int
    password_hash: str


def signed_in(token: str, *, now: datetime) -> SignedIn | None:
    """Return the officer whose browser carries `token`; None once the session or the account has ended."""
    row = db.session.execute(
        select(
            Officer.id,
            Officer.public_id,
            Officer.name,
            Officer.role,
            Officer.language,
            Officer.charters,
            Officer.only_reference,
            OfficerSession.public_id.label("session_id"),
            OfficerSession.last_seen_at,
            OfficerSession.proved_at,
        )
        .join(OfficerSession, OfficerSession.officer_id == Officer.id)
        .where(
            OfficerSession.token_sha256 == token_digest(token),
            OfficerSession.ended_at.is_(None),
            OfficerSession.expires_at > now,
            *ABLE,
        )
    ).first()
    if row is None:
        return None
    return SignedIn(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        role=Role(row.role),
        language=row.language,
        token=token,
        session_id=row.session_id,
        last_seen_at=row.last_seen_at,
        proved_at=row.proved_at,
        scope=Scope(frozenset(row.charters), row.only_reference),
    )


def credentials_of(email: str) -> Credentials | None:
    """Return what the password of an officer who can sign in is compared with; None for everybody else."""
    row = db.session.execute(
        select(Officer.id, Officer.password_hash).where(
            Officer.email_key == email_key(email), Officer.totp_last_step.is_not(None), *ABLE
        )
    ).first()
    return Credentials(row.id, row.password_hash) if row and row.password_hash else None


def open_invitation(public_id: str, *, now: datetime) -> OpenInvitation:
    """Return an invitation that can be accepted.

    Raises InvitationEnded; the first officer's invitation also ends with the first officer, whoever that is.
    """
    row = db.session.execute(
        select(OfficerInvitation.officer_id, Officer.email, Officer.name)
        .outerjoin(Officer, OfficerInvitation.officer_id == Officer.id)
        .where(
            OfficerInvitation.public_id == public_id,
            OfficerInvitation.used_at.is_(None),
            OfficerInvitation.expires_at > now,
            Officer.disabled_at.is_(None),
        )
    ).first()
    if row is None or (row.officer_id is None and is_anyone_enrolled()):
        raise InvitationEnded
    return OpenInvitation(public_id, row.email or "", row.name or "", row.officer_id)


def is_anyone_enrolled() -> bool:
    """Tell whether some officer has ever signed in: until then a link for the first one is given out."""
    return db.session.scalar(select(Officer.id).where(Officer.enrolled_at.is_not(None)).limit(1)) is not None


def officer_of(email: str) -> Officer | None:
    """Return the officer with this address, however it is spelt."""
    return db.session.scalar(select(Officer).where(Officer.email_key == email_key(email)))


def all_officers() -> Sequence[Officer]:
    """Return every officer, also disabled ones, in the order of their addresses."""
    return db.session.scalars(select(Officer).order_by(Officer.email_key)).all()


def officer_named(public_id: str) -> Officer:
    """Return the officer of that name in an address. Raises NoSuchOfficer."""
    found: Officer | None = db.session.scalar(select(Officer).where(Officer.public_id == public_id))
    if found is None:
        raise NoSuchOfficer
    return found


def able_secretariat() -> Sequence[Officer]:
    """Return the officers of the secretariat who can sign in."""
    return db.session.scalars(select(Officer).where(*ABLE_SECRETARIAT).order_by(Officer.id)).all()


def name_of(officer_id: int | None) -> str:
    """Return an officer's name; "" of nobody."""
    return db.session.scalar(select(Officer.name).where(Officer.id == officer_id)) or ""


def hold(officer_id: int) -> None:
    """Hold an officer's row until the end of the transaction."""
    db.session.get_one(Officer, officer_id, with_for_update=True, populate_existing=True)


def is_wanted(officer_id: int) -> bool:
    """Tell whether a role of an officer waits for a second one to confirm it."""
    waiting = (RoleRequest.officer_id == officer_id, RoleRequest.decided_at.is_(None))
    return db.session.scalar(select(RoleRequest.id).where(*waiting)) is not None
