"""In which browsers is an officer signed in? Begun, seen, ended; ended is ended for good."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update

from coalition.accounts.credentials import new_token, token_digest
from coalition.accounts.models import Officer, OfficerSession
from coalition.accounts.notices import changed, note
from coalition.audit.record import Actor
from coalition.extensions import db

SEEN_EVERY = timedelta(minutes=10)


def start(officer: Officer, *, lifetime: timedelta, browser: str, now: datetime, is_proved: bool = True) -> str:
    """Begin a session and return its token; `is_proved` says that a second factor of ours has just been shown."""
    token = new_token()
    db.session.add(
        OfficerSession(
            token_sha256=token_digest(token),
            officer_id=officer.id,
            browser=browser,
            created_at=now,
            last_seen_at=now,
            proved_at=now if is_proved else None,
            expires_at=now + lifetime,
        )
    )
    return token


def sign_out(*, token: str, now: datetime) -> None:
    """End the session of `token`: a kept cookie opens nothing any more."""
    session = of_token(token)
    if session is not None and session.ended_at is None:
        session.ended_at = now
        note(db.session.get_one(Officer, session.officer_id), "sign_out", now=now)


def note_seen(*, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    if session := of_token(token):
        session.last_seen_at = now


def end(*, officer_id: int, public_id: str, actor: Actor, now: datetime) -> None:
    """End one session of an officer; one that has ended already stays so."""
    is_it = (OfficerSession.officer_id == officer_id, OfficerSession.public_id == public_id)
    if end_all(officer_id, now=now, among=is_it):
        note(db.session.get_one(Officer, officer_id), "end_session", actor=actor, now=now)


def end_others(*, officer_id: int, token: str, actor: Actor, now: datetime) -> int:
    """End every session of an officer but that of `token`; return how many there were."""
    ended = end_all(officer_id, now=now, among=(OfficerSession.token_sha256 != token_digest(token),))
    if ended:
        note(db.session.get_one(Officer, officer_id), "end_sessions", actor=actor, now=now)
    return ended


def end_for(*, officer: Officer, actor: Actor, now: datetime) -> None:
    """End every session of an officer, who is told of it."""
    if end_all(officer.id, now=now):
        changed(officer, "end_sessions", actor=actor, now=now)


def end_all(officer_id: int, *, now: datetime, among: tuple[object, ...] = ()) -> int:
    """End every running session of an officer for which all of `among` holds; return how many there were."""
    running = (OfficerSession.officer_id == officer_id, OfficerSession.ended_at.is_(None), *among)
    ended: CursorResult[tuple[()]] = db.session.execute(  # type: ignore[assignment]
        update(OfficerSession).where(*running).values(ended_at=now)  # type: ignore[arg-type]
    )
    return ended.rowcount


def of_token(token: str) -> OfficerSession | None:
    """Return the session whose browser carries `token`, also one that has ended."""
    found: OfficerSession | None = db.session.scalar(
        select(OfficerSession).where(OfficerSession.token_sha256 == token_digest(token))
    )
    return found
