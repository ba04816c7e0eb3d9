"""Which officer is it whom the identity provider has let in? Connected by the officer alone, never by an address.

The provider stands for the password and its codes at the sign-in. What weighs still asks for a second factor of ours.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from coalition.accounts import queries, sessions
from coalition.accounts.errors import ProviderUnknown, SubjectTaken
from coalition.accounts.models import Officer
from coalition.accounts.notices import changed, note
from coalition.extensions import db


def sign_in(*, subject: str, lifetime: timedelta, browser: str, now: datetime) -> str:
    """Sign in the officer who is connected with `subject`; return the session's token. Raises ProviderUnknown."""
    officer = _of(subject)
    if officer is None or officer.disabled_at is not None or officer.enrolled_at is None:
        raise ProviderUnknown
    note(officer, "sign_in", now=now, reason="openid")
    return sessions.start(officer, lifetime=lifetime, browser=browser, now=now, is_proved=False)


def connect(*, officer: Officer, subject: str, provider: str, now: datetime) -> None:
    """Connect an officer with an account at the provider. Raises SubjectTaken for one that a colleague has."""
    queries.hold(officer.id)
    owner = _of(subject)
    if owner is not None and owner.id != officer.id:
        raise SubjectTaken
    if owner is None:
        officer.openid_subject = subject
        changed(officer, "connect_openid", now=now, detail=provider)


def disconnect(*, officer: Officer, provider: str, now: datetime) -> None:
    """Let the provider open this account no more."""
    if officer.openid_subject is not None:
        officer.openid_subject = None
        changed(officer, "disconnect_openid", now=now, detail=provider)


def _of(subject: str) -> Officer | None:
    return db.session.scalar(select(Officer).where(Officer.openid_subject == subject))
