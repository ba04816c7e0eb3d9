"""Which officers, invitations and sessions are there, and which of them still count?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coalition.accounts.credentials import email_key, token_digest
from coalition.accounts.errors import InvitationEnded
from coalition.accounts.models import Officer, OfficerInvitation, OfficerSession
from coalition.accounts.permissions import Role, Scope
from coalition.audit.record import Actor
from coalition.extensions import db


@dataclass(frozen=True)
class SignedIn:
    """The officer behind a request, in the form that flask-login asks for."""

    id: int
    public_id: str
    name: str
    role: Role
    language: str
    token: str
    last_seen_at: datetime
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
            OfficerSession.last_seen_at,
        )
        .join(OfficerSession, OfficerSession.officer_id == Officer.id)
        .where(
            OfficerSession.token_sha256 == token_digest(token),
            OfficerSession.ended_at.is_(None),
            OfficerSession.expires_at > now,
            Officer.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    scope = Scope(frozenset(row.charters), row.only_reference)
    return SignedIn(row.id, row.public_id, row.name, Role(row.role), row.language, token, row.last_seen_at, scope)


def credentials_of(email: str) -> Credentials | None:
    """Return what the password of an officer who can sign in is compared with; None for everybody else."""
    row = db.session.execute(
        select(Officer.id, Officer.password_hash).where(
            Officer.email_key == email_key(email), Officer.disabled_at.is_(None), Officer.totp_last_step.is_not(None)
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
    return db.session.scalar(select(Officer.id).where(Officer.totp_last_step.is_not(None)).limit(1)) is not None


def officer_of(email: str) -> Officer | None:
    """Return the officer with this address, however it is spelt."""
    return db.session.scalar(select(Officer).where(Officer.email_key == email_key(email)))


def all_officers() -> Sequence[Officer]:
    """Return every officer, also disabled ones, in the order of their addresses."""
    return db.session.scalars(select(Officer).order_by(Officer.email_key)).all()
