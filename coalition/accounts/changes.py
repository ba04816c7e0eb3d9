"""What is changed of an account that works? Limits, password, authenticator, recovery codes; closing it.

Each change is told to the officer by mail, whoever made it. Raising a role takes two: `roles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from coalition import tokens
from coalition.accounts import queries, sealing, sessions
from coalition.accounts.credentials import RECOVERY_LETTERS, matching_step, recovery_code, recovery_digest
from coalition.accounts.errors import LastSecretariatOfficer, OwnAccount, UnknownOfficer, WrongCode
from coalition.accounts.models import Officer, OfficerRecoveryCode
from coalition.accounts.notices import changed
from coalition.accounts.operations import end_invitations
from coalition.audit.record import Actor
from coalition.extensions import db

RECOVERY_CODES = 10


def disable(*, email: str, actor: Actor, now: datetime) -> None:
    """Close an officer's account and end its sessions.

    Raises UnknownOfficer, and LastSecretariatOfficer for the only one left who can repair anything.
    """
    left = hold_secretariat()
    officer = queries.officer_of(email)
    if officer is None:
        raise UnknownOfficer(email)
    if left == {officer.id}:
        raise LastSecretariatOfficer
    if officer.disabled_at is not None:
        return
    officer.disabled_at = now
    sessions.end_all(officer.id, now=now)
    end_invitations(officer.id, now=now)
    changed(officer, "disable", actor=actor, now=now)


def hold_secretariat() -> set[int]:
    """Return who of the secretariat can sign in, and hold those rows.

    Held, so that two who disable or lower each other at the same moment do not both succeed.
    """
    return set(db.session.scalars(select(Officer.id).where(*queries.ABLE_SECRETARIAT).with_for_update()))


def limit(*, officer: Officer, charters: Sequence[str], networks: Sequence[str], actor: Actor, now: datetime) -> None:
    """Limit an officer to charters (none: all of them), and note the networks on whose applications nothing is decided.

    Nobody widens the own limits. Raises OwnAccount.
    """
    if actor.id == officer.public_id and set(charters) != set(officer.charters):
        raise OwnAccount
    if (list(charters), list(networks)) == (officer.charters, officer.networks):
        return
    officer.charters, officer.networks = list(charters), list(networks)
    changed(officer, "limit", actor=actor, now=now)


def set_password(*, officer: Officer, password_hash: str, token: str, now: datetime) -> None:
    """Replace the own password; every other browser is signed out."""
    officer.password_hash = password_hash
    sessions.end_others(officer_id=officer.id, token=token, actor=Actor.system("accounts"), now=now)
    changed(officer, "set_password", now=now)


def replace_authenticator(*, officer: Officer, secret: str, code: str, now: datetime) -> None:
    """Take up another authenticator, whose first code shows that it is set up. Raises WrongCode."""
    step = matching_step(secret, code, now)
    if step is None:
        raise WrongCode
    officer.totp_secret, officer.totp_last_step = sealing.seal(secret), step
    changed(officer, "replace_authenticator", now=now)


def make_recovery_codes(*, officer: Officer, now: datetime) -> list[str]:
    """Return fresh recovery codes, which nobody can read again; older ones end."""
    codes = [recovery_code(tokens.new_code(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(OfficerRecoveryCode).where(OfficerRecoveryCode.officer_id == officer.id))
    db.session.add_all(
        OfficerRecoveryCode(officer_id=officer.id, code_sha256=recovery_digest(code), made_at=now) for code in codes
    )
    changed(officer, "make_recovery_codes", now=now)
    return codes
