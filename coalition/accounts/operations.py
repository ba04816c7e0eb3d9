"""What happens to an officer's account? Invited, enrolled, signed in and out, disabled; each with its audit line.

Passwords are hashed and compared before the transaction, because that is slow on purpose; acts are given the hash.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, select, update

from coalition import tokens
from coalition.accounts import queries
from coalition.accounts.credentials import email_key, matching_step, new_secret, new_token, token_digest
from coalition.accounts.errors import (
    AlreadyEnrolled,
    InvitationEnded,
    LastSecretariatOfficer,
    SignInFailed,
    UnknownOfficer,
    WrongCode,
)
from coalition.accounts.models import Officer, OfficerInvitation, OfficerSession
from coalition.accounts.permissions import Role
from coalition.accounts.queries import Credentials
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.extensions import db

SEEN_EVERY = timedelta(minutes=10)


def invite(
    *, email: str, name: str, role: Role, language: str, lifetime: timedelta, actor: Actor, now: datetime
) -> str:
    """Make an officer, unless there is one, and an invitation; return its name. An older invitation ends.

    A disabled officer comes back this way, with new credentials. Raises AlreadyEnrolled for one who can sign in.
    """
    officer = queries.officer_of(email) or _new_officer(email=email, name=name, language=language, now=now)
    if officer.disabled_at is None and officer.totp_last_step is not None:
        raise AlreadyEnrolled(officer.email)
    officer.name, officer.role = name, role.value
    officer.disabled_at = officer.password_hash = officer.totp_secret = officer.totp_last_step = None
    db.session.flush()
    _end_invitations(officer.id, now=now)
    _note(officer, "invite", actor=actor, now=now, reason=role.value)
    return _new_invitation(officer.id, lifetime=lifetime, now=now).public_id


def invite_first(*, lifetime: timedelta, actor: Actor, now: datetime) -> str | None:
    """Return the name of an invitation for whoever becomes the first officer; None once there is one."""
    if queries.is_anyone_enrolled():
        return None
    waiting = (OfficerInvitation.officer_id.is_(None), OfficerInvitation.used_at.is_(None))
    invitation = db.session.scalar(select(OfficerInvitation).where(*waiting).order_by(OfficerInvitation.id).limit(1))
    if invitation is None:
        invitation = _new_invitation(None, lifetime=lifetime, now=now)
        record.append(actor=actor, act="invite", subject="officer:first", now=now, reason=Role.SECRETARIAT.value)
    invitation.expires_at = now + lifetime
    return invitation.public_id


def accept_invitation(
    *, public_id: str, password_hash: str, email: str = "", name: str = "", language: str, now: datetime
) -> None:
    """Give the invited officer a password and a secret for the authenticator; `enrol_totp` completes it.

    `email` and `name` are the first officer's own. Raises InvitationEnded.
    """
    invitation = _invitation(public_id, now=now)
    if invitation.officer_id is None:
        officer = queries.officer_of(email) or _new_officer(email=email, name=name, language=language, now=now)
        officer.name, officer.role = name, Role.SECRETARIAT.value
        db.session.flush()
        invitation.officer_id = officer.id
    officer = _officer(invitation)
    officer.password_hash, officer.totp_secret, officer.totp_last_step = password_hash, new_secret(), None
    officer.language = language
    _note(officer, "accept_invitation", actor=_as_actor(officer), now=now)


def enrol_totp(*, public_id: str, code: str, lifetime: timedelta, now: datetime) -> str:
    """Complete an accepted invitation with the first code, and sign its officer in; return the session's token.

    Raises InvitationEnded, and WrongCode for a code that the authenticator does not show now.
    """
    invitation = _invitation(public_id, now=now)
    officer = _officer(invitation)
    if officer.password_hash is None or not _use_code(officer, code, now=now):
        raise WrongCode
    invitation.used_at = now
    _note(officer, "enrol_totp", actor=_as_actor(officer), now=now)
    return _start_session(officer, lifetime=lifetime, now=now)


def sign_in(*, credentials: Credentials, code: str, lifetime: timedelta, now: datetime) -> str:
    """Sign in the officer whose password was right, if the code is too; return the session's token.

    `credentials` are those the password was compared with: changed since, they no longer count. Raises SignInFailed.
    """
    officer = db.session.get_one(Officer, credentials.officer_id)
    is_current = officer.disabled_at is None and officer.password_hash == credentials.password_hash
    if not is_current or not _use_code(officer, code, now=now):
        raise SignInFailed
    _note(officer, "sign_in", actor=_as_actor(officer), now=now)
    return _start_session(officer, lifetime=lifetime, now=now)


def sign_out(*, token: str, now: datetime) -> None:
    """End the session of `token` for good: a kept cookie opens nothing any more."""
    session = _session(token)
    if session is not None and session.ended_at is None:
        session.ended_at = now
        officer = db.session.get_one(Officer, session.officer_id)
        _note(officer, "sign_out", actor=_as_actor(officer), now=now)


def note_seen(*, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    if session := _session(token):
        session.last_seen_at = now


def disable(*, email: str, actor: Actor, now: datetime) -> None:
    """Close an officer's account and end its sessions.

    Raises UnknownOfficer, and LastSecretariatOfficer for the only one left who can repair anything.
    """
    # Every officer of the secretariat is locked, so that two who disable each other do not both succeed.
    able = select(Officer.id).where(
        Officer.role == Role.SECRETARIAT.value, Officer.disabled_at.is_(None), Officer.totp_last_step.is_not(None)
    )
    left = set(db.session.scalars(able.with_for_update()))
    officer = queries.officer_of(email)
    if officer is None:
        raise UnknownOfficer(email)
    if left == {officer.id}:
        raise LastSecretariatOfficer
    if officer.disabled_at is not None:
        return
    officer.disabled_at = now
    running = (OfficerSession.officer_id == officer.id, OfficerSession.ended_at.is_(None))
    db.session.execute(update(OfficerSession).where(*running).values(ended_at=now))
    _end_invitations(officer.id, now=now)
    _note(officer, "disable", actor=actor, now=now)


def _new_officer(*, email: str, name: str, language: str, now: datetime) -> Officer:
    officer = Officer(
        public_id=tokens.new_public_id(),
        email=email,
        email_key=email_key(email),
        name=name,
        role=Role.SECRETARIAT.value,
        language=language,
        created_at=now,
    )
    db.session.add(officer)
    return officer


def _new_invitation(officer_id: int | None, *, lifetime: timedelta, now: datetime) -> OfficerInvitation:
    invitation = OfficerInvitation(
        public_id=tokens.new_public_id(), officer_id=officer_id, created_at=now, expires_at=now + lifetime
    )
    db.session.add(invitation)
    return invitation


def _end_invitations(officer_id: int, *, now: datetime) -> None:
    waiting = (OfficerInvitation.officer_id == officer_id, OfficerInvitation.used_at.is_(None))
    db.session.execute(update(OfficerInvitation).where(*waiting).values(used_at=now))


def _invitation(public_id: str, *, now: datetime) -> OfficerInvitation:
    # Locked before it is judged: of two browsers with one link, the second waits and finds it used.
    statement = select(OfficerInvitation).where(OfficerInvitation.public_id == public_id).with_for_update()
    invitation: OfficerInvitation | None = db.session.scalar(statement)
    if invitation is None:
        raise InvitationEnded
    queries.open_invitation(public_id, now=now)
    return invitation


def _officer(invitation: OfficerInvitation) -> Officer:
    return db.session.get_one(Officer, invitation.officer_id)


def _session(token: str) -> OfficerSession | None:
    return db.session.scalar(select(OfficerSession).where(OfficerSession.token_sha256 == token_digest(token)))


def _use_code(officer: Officer, code: str, *, now: datetime) -> bool:
    """Take a code once: of two that arrive together, only one moves the row's last step on."""
    step = matching_step(officer.totp_secret, code, now) if officer.totp_secret else None
    if step is None:
        return False
    unused = Officer.disabled_at.is_(None) & or_(Officer.totp_last_step.is_(None), Officer.totp_last_step < step)
    taken: CursorResult[tuple[()]] = db.session.execute(  # type: ignore[assignment]
        update(Officer).where(Officer.id == officer.id, unused).values(totp_last_step=step)
    )
    return taken.rowcount == 1


def _start_session(officer: Officer, *, lifetime: timedelta, now: datetime) -> str:
    token = new_token()
    db.session.add(
        OfficerSession(
            token_sha256=token_digest(token),
            officer_id=officer.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def _as_actor(officer: Officer) -> Actor:
    return Actor.officer(officer.public_id, officer.name)


def _note(officer: Officer, act: str, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    record.append(actor=actor, act=act, subject=f"officer:{officer.public_id}", now=now, reason=reason)
