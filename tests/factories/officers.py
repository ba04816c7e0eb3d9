"""Officers, and browsers in which they are signed in."""

from __future__ import annotations

import itertools
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from coalition import clock, tokens
from coalition.accounts import credentials
from coalition.accounts.models import Officer, OfficerSession
from coalition.accounts.permissions import Role
from coalition.extensions import db
from coalition.transactions import transaction

PASSWORD = "plum river lantern 4"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NUMBERS = itertools.count(1)


def officer(name: str = "Ada", role: Role = Role.SECRETARIAT, language: str = "en", email: str = "") -> Officer:
    """Add an officer who can sign in with PASSWORD and SECRET, inside the caller's transaction."""
    address = email or f"{name.lower()}-{next(NUMBERS)}@coalition.example"
    made = Officer(
        public_id=tokens.new_public_id(),
        email=address,
        email_key=credentials.email_key(address),
        name=name,
        role=role.value,
        language=language,
        password_hash=credentials.hash_password(PASSWORD, {"time_cost": 1, "memory_cost": 8, "parallelism": 1}),
        totp_secret=SECRET,
        totp_last_step=0,
        enrolled_at=clock.now(),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def browser_of(person: Officer, app: Flask) -> FlaskClient:
    """Return a browser in which `person` is signed in; opens a transaction of its own."""
    officer_id, token = person.id, credentials.new_token()
    with transaction() as session:
        session.add(
            OfficerSession(
                token_sha256=credentials.token_digest(token),
                officer_id=officer_id,
                created_at=clock.now(),
                last_seen_at=clock.now(),
                proved_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=12),
            )
        )
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return client


def signed_in(app: Flask, name: str = "Ada", role: Role = Role.SECRETARIAT, language: str = "en") -> FlaskClient:
    """Return a browser of a new officer."""
    with transaction():
        person = officer(name, role, language)
    return browser_of(person, app)
