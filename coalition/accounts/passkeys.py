"""What happens to an officer's passkeys? Added, used, taken away; each challenge is answered once.

An answer is judged before the transaction where that is possible, and what it says of the row within it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from coalition import tokens
from coalition.accounts import ceremonies, factors, sessions
from coalition.accounts.ceremonies import NewPasskey, RelyingParty
from coalition.accounts.errors import NoSuchPasskey, PasskeyKnown, PasskeyRefused
from coalition.accounts.models import Officer, OfficerPasskey, SpentChallenge
from coalition.accounts.notices import changed, note
from coalition.extensions import db

MOST = 20
KEPT = timedelta(days=1)  # longer than any challenge is good for


def add(*, officer: Officer, passkey: NewPasskey, label: str, challenge: str, now: datetime) -> None:
    """Keep a passkey that was just made. Raises PasskeyKnown for one that is kept already."""
    _spend(challenge, now=now)
    digest = _digest(passkey.credential_id)
    known = db.session.scalars(select(OfficerPasskey.id).where(OfficerPasskey.officer_id == officer.id)).all()
    if len(known) >= MOST or _kept(digest) is not None:
        raise PasskeyKnown
    db.session.add(
        OfficerPasskey(
            public_id=tokens.new_public_id(),
            officer_id=officer.id,
            credential_sha256=digest,
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            label=label,
            created_at=now,
        )
    )
    changed(officer, "add_passkey", now=now, detail=label)


def remove(*, officer: Officer, public_id: str, now: datetime) -> None:
    """Take a passkey away. Raises NoSuchPasskey."""
    is_it = (OfficerPasskey.officer_id == officer.id, OfficerPasskey.public_id == public_id)
    passkey = db.session.scalar(select(OfficerPasskey).where(*is_it))
    if passkey is None:
        raise NoSuchPasskey
    db.session.delete(passkey)
    changed(officer, "remove_passkey", now=now, detail=passkey.label)


def sign_in(
    *, answer: str, party: RelyingParty, challenge: str, lifetime: timedelta, browser: str, now: datetime
) -> str:
    """Sign in the officer whose passkey answers; return the session's token. Raises PasskeyRefused."""
    officer = _use(answer, party=party, challenge=challenge, now=now)
    note(officer, "sign_in", now=now, reason="passkey")
    return sessions.start(officer, lifetime=lifetime, browser=browser, now=now)


def prove(*, token: str, answer: str, party: RelyingParty, challenge: str, now: datetime) -> None:
    """Note that the officer behind the session of `token` has used the own passkey. Raises PasskeyRefused."""
    officer = _use(answer, party=party, challenge=challenge, now=now)
    session = sessions.of_token(token)
    if session is None or session.ended_at is not None or session.officer_id != officer.id:
        raise PasskeyRefused
    factors.note_proof(session, now=now)


def _use(answer: str, *, party: RelyingParty, challenge: str, now: datetime) -> Officer:
    passkey = _kept(_digest(ceremonies.credential_of(answer)))
    if passkey is None:
        raise PasskeyRefused
    officer = db.session.get_one(Officer, passkey.officer_id)
    is_whose = ceremonies.handle_of(answer) in ("", officer.public_id)
    if not is_whose or officer.disabled_at is not None or officer.enrolled_at is None:
        raise PasskeyRefused
    passkey.sign_count = ceremonies.answered(
        answer, party=party, challenge=challenge, public_key=passkey.public_key, sign_count=passkey.sign_count
    )
    passkey.last_used_at = now
    _spend(challenge, now=now)
    return officer


def _spend(challenge: str, *, now: datetime) -> None:
    """Let a challenge be answered once: a cookie and an answer that somebody has kept open nothing a second time."""
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at < now - KEPT))
    db.session.add(SpentChallenge(challenge_sha256=_digest(challenge.encode()), spent_at=now))
    try:
        db.session.flush()
    except IntegrityError as twice:
        raise PasskeyRefused from twice


def _kept(digest: str) -> OfficerPasskey | None:
    found: OfficerPasskey | None = db.session.scalar(
        select(OfficerPasskey).where(OfficerPasskey.credential_sha256 == digest).with_for_update()
    )
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
