"""Does this prove who the officer is? Codes of an authenticator and recovery codes, each taken once.

Passwords are compared before any transaction (`credentials`), passkeys in `passkeys`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, or_, select, update

from coalition.accounts import sealing
from coalition.accounts.credentials import matching_step, recovery_digest, token_digest
from coalition.accounts.errors import WrongCode
from coalition.accounts.models import Officer, OfficerRecoveryCode, OfficerSession
from coalition.accounts.notices import changed, note
from coalition.extensions import db


def prove(*, token: str, code: str, now: datetime) -> None:
    """Note that the officer behind the session of `token` has shown a second factor. Raises WrongCode."""
    session = _running(token)
    officer = db.session.get_one(Officer, session.officer_id) if session else None
    if session is None or officer is None or not use_code(officer, code, now=now):
        raise WrongCode
    note_proof(session, now=now)


def note_proof(session: OfficerSession, *, now: datetime) -> None:
    """Let acts that weigh be done in this session for a while."""
    session.proved_at = now
    officer = db.session.get_one(Officer, session.officer_id)
    note(officer, "prove", now=now)


def use_code(officer: Officer, code: str, *, now: datetime) -> bool:
    """Take a code of the authenticator, or a recovery code, once; tell whether it was good."""
    return use_totp(officer, code, now=now) or _use_recovery_code(officer, code, now=now)


def use_totp(officer: Officer, code: str, *, now: datetime) -> bool:
    """Take a code of the authenticator once: of two that arrive together, only one moves the row's last step on."""
    secret = sealing.opened(officer.totp_secret)
    step = matching_step(secret, code, now) if secret else None
    if secret is None or step is None:
        return False
    unused = Officer.disabled_at.is_(None) & or_(Officer.totp_last_step.is_(None), Officer.totp_last_step < step)
    taken: CursorResult[tuple[()]] = db.session.execute(  # type: ignore[assignment]
        update(Officer).where(Officer.id == officer.id, unused).values(totp_last_step=step)
    )
    if taken.rowcount == 1 and not sealing.is_newest(officer.totp_secret or ""):
        officer.totp_secret = sealing.seal(secret)
    return taken.rowcount == 1


def _use_recovery_code(officer: Officer, code: str, *, now: datetime) -> bool:
    """Take a recovery code once: of two browsers with one code, one finds it used."""
    if officer.disabled_at is not None or officer.totp_last_step is None:
        return False
    own = OfficerRecoveryCode.officer_id == officer.id
    waiting = (own, OfficerRecoveryCode.code_sha256 == recovery_digest(code), OfficerRecoveryCode.used_at.is_(None))
    taken: CursorResult[tuple[()]] = db.session.execute(  # type: ignore[assignment]
        update(OfficerRecoveryCode).where(*waiting).values(used_at=now)
    )
    if taken.rowcount != 1:
        return False
    changed(officer, "use_recovery_code", now=now)
    return True


def _running(token: str) -> OfficerSession | None:
    is_it = (OfficerSession.token_sha256 == token_digest(token), OfficerSession.ended_at.is_(None))
    found: OfficerSession | None = db.session.scalar(select(OfficerSession).where(*is_it))
    return found
