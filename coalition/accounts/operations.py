"""How does somebody become an officer, and sign in? Invited, enrolled, recovered, let in; each with its audit line.

Passwords are hashed and compared before the transaction, because that is slow on purpose; acts are given the hash.
What is changed of an account that works belongs to `changes` and `roles`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from coalition import tokens
from coalition.accounts import mails, queries, sealing, sessions
from coalition.accounts.credentials import email_key, new_secret
from coalition.accounts.errors import (
    AlreadyEnrolled,
    InvitationEnded,
    NotConfirmed,
    OfficerDisabled,
    SignInFailed,
    UnknownOfficer,
    WrongCode,
)
from coalition.accounts.factors import use_code, use_totp
from coalition.accounts.models import Officer, OfficerInvitation, OfficerPasskey, OfficerRecoveryCode, RoleRequest
from coalition.accounts.notices import changed, note
from coalition.accounts.permissions import Role
from coalition.accounts.queries import Credentials
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.mail import outbox


def invite(
    *, email: str, name: str, role: Role, language: str, lifetime: timedelta, actor: Actor, now: datetime
) -> str:
    """Make an officer, unless there is one, and an invitation; return its name. An older invitation ends.

    A disabled officer comes back this way, with new credentials. Raises AlreadyEnrolled for one who can sign in.
    """
    officer = make_officer(email=email, name=name, role=role, language=language, now=now)
    note(officer, "invite", actor=actor, now=now, reason=role.value)
    return new_invitation(officer.id, lifetime=lifetime, now=now).public_id


def make_officer(*, email: str, name: str, role: Role, language: str, now: datetime) -> Officer:
    """Return the officer of an address, who has nothing yet to sign in with. Raises AlreadyEnrolled."""
    officer = queries.officer_of(email) or _add_officer(email=email, name=name, language=language, now=now)
    if officer.disabled_at is None and officer.enrolled_at is not None:
        raise AlreadyEnrolled(officer.email)
    officer.name, officer.role = name, role.value
    officer.charters, officer.networks, officer.only_reference = [], [], None
    officer.disabled_at = officer.password_hash = officer.totp_secret = officer.totp_last_step = None
    officer.enrolled_at = officer.openid_subject = None
    db.session.flush()
    _forget_factors(officer.id)
    end_invitations(officer.id, now=now)
    waiting = (RoleRequest.officer_id == officer.id, RoleRequest.decided_at.is_(None))
    db.session.execute(update(RoleRequest).where(*waiting).values(decided_at=now, outcome="refused"))
    return officer


def send_invitation(officer: Officer, *, lifetime: timedelta, actor: Actor, now: datetime) -> str:
    """Mail an officer the link with which a password is chosen, and return the invitation's name; older ones end."""
    end_invitations(officer.id, now=now)
    invitation = new_invitation(officer.id, lifetime=lifetime, now=now)
    outbox.put(mails.invited(officer, invitation, actor=actor), now=now)
    return invitation.public_id


def invite_first(*, lifetime: timedelta, actor: Actor, now: datetime) -> str | None:
    """Return the name of an invitation for whoever becomes the first officer; None once there is one."""
    if queries.is_anyone_enrolled():
        return None
    waiting = (OfficerInvitation.officer_id.is_(None), OfficerInvitation.used_at.is_(None))
    invitation = db.session.scalar(select(OfficerInvitation).where(*waiting).order_by(OfficerInvitation.id).limit(1))
    if invitation is None:
        invitation = new_invitation(None, lifetime=lifetime, now=now)
        record.append(actor=actor, act="invite", subject="officer:first", now=now, reason=Role.SECRETARIAT.value)
    invitation.expires_at = now + lifetime
    return invitation.public_id


def recover(*, email: str, lifetime: timedelta, actor: Actor, now: datetime) -> str:
    """Make a link with which an officer who can sign in no more chooses password and authenticator anew.

    Until it is followed nothing ends. Raises UnknownOfficer, and OfficerDisabled for one who was shut out.
    """
    officer = queries.officer_of(email)
    if officer is None:
        raise UnknownOfficer(email)
    _require_open(officer)
    end_invitations(officer.id, now=now)
    changed(officer, "recovery_link", actor=actor, now=now)
    return new_invitation(officer.id, lifetime=lifetime, now=now).public_id


def send_again(*, officer: Officer, lifetime: timedelta, actor: Actor, now: datetime) -> None:
    """Mail an officer such a link, or an invitation that went astray once more.

    Raises OfficerDisabled, and NotConfirmed for one on whose role a second officer has not decided.
    """
    _require_open(officer)
    if queries.is_wanted(officer.id) and officer.enrolled_at is None:
        raise NotConfirmed
    note(officer, "recovery_link" if officer.enrolled_at else "invite", actor=actor, now=now)
    send_invitation(officer, lifetime=lifetime, actor=actor, now=now)


def _require_open(officer: Officer) -> None:
    if officer.disabled_at is not None:
        raise OfficerDisabled(officer.email)


def accept_invitation(
    *, public_id: str, password_hash: str, email: str = "", name: str = "", language: str, now: datetime
) -> None:
    """Give the invited officer a password and a secret for the authenticator; `enrol_totp` completes it.

    `email` and `name` are the first officer's own. What the officer had before no longer lets anybody in.
    Raises InvitationEnded.
    """
    invitation = _invitation(public_id, now=now)
    if invitation.officer_id is None:
        officer = queries.officer_of(email) or _add_officer(email=email, name=name, language=language, now=now)
        officer.name, officer.role = name, Role.SECRETARIAT.value
        db.session.flush()
        invitation.officer_id = officer.id
    officer = _officer(invitation)
    officer.password_hash, officer.totp_secret, officer.totp_last_step = password_hash, sealing.seal(new_secret()), None
    officer.openid_subject, officer.language = None, language
    _forget_factors(officer.id)
    sessions.end_all(officer.id, now=now)
    note(officer, "accept_invitation", now=now)


def enrol_totp(*, public_id: str, code: str, lifetime: timedelta, browser: str = "", now: datetime) -> str:
    """Complete an accepted invitation with the first code, and sign its officer in; return the session's token.

    Raises InvitationEnded, and WrongCode for a code that the authenticator does not show now.
    """
    invitation = _invitation(public_id, now=now)
    officer = _officer(invitation)
    if officer.password_hash is None or not use_totp(officer, code, now=now):
        raise WrongCode
    invitation.used_at = officer.enrolled_at = now
    changed(officer, "enrol_totp", now=now)
    return sessions.start(officer, lifetime=lifetime, browser=browser, now=now)


def sign_in(*, credentials: Credentials, code: str, lifetime: timedelta, browser: str = "", now: datetime) -> str:
    """Sign in the officer whose password was right, if the code is too; return the session's token.

    `credentials` are those the password was compared with: changed since, they no longer count. Raises SignInFailed.
    """
    officer = db.session.get_one(Officer, credentials.officer_id)
    is_current = officer.disabled_at is None and officer.password_hash == credentials.password_hash
    if not is_current or not use_code(officer, code, now=now):
        raise SignInFailed
    note(officer, "sign_in", now=now)
    return sessions.start(officer, lifetime=lifetime, browser=browser, now=now)


def new_invitation(officer_id: int | None, *, lifetime: timedelta, now: datetime) -> OfficerInvitation:
    """Add an invitation; without an officer it is the first one's."""
    invitation = OfficerInvitation(
        public_id=tokens.new_public_id(), officer_id=officer_id, created_at=now, expires_at=now + lifetime
    )
    db.session.add(invitation)
    return invitation


def end_invitations(officer_id: int, *, now: datetime) -> None:
    """Let no link that an officer was sent open anything any more."""
    waiting = (OfficerInvitation.officer_id == officer_id, OfficerInvitation.used_at.is_(None))
    db.session.execute(update(OfficerInvitation).where(*waiting).values(used_at=now))


def reseal() -> None:
    """Seal every authenticator's secret under the newest of the site's secrets, so that old ones can be dropped."""
    for officer in db.session.scalars(select(Officer).where(Officer.totp_secret.is_not(None)).with_for_update()):
        secret = sealing.opened(officer.totp_secret)
        if secret is not None and not sealing.is_newest(officer.totp_secret or ""):
            officer.totp_secret = sealing.seal(secret)


def _add_officer(*, email: str, name: str, language: str, now: datetime) -> Officer:
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


def _forget_factors(officer_id: int) -> None:
    for table in (OfficerPasskey, OfficerRecoveryCode):
        db.session.execute(delete(table).where(table.officer_id == officer_id))


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
