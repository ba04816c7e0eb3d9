"""What is this browser's passkey asked? A random challenge in its signed cookie, good for minutes.

That it is answered once only is the business of `passkeys`.
"""

from __future__ import annotations

import secrets

from flask import current_app, session

from coalition import clock
from coalition.accounts.ceremonies import RelyingParty, as_text
from coalition.accounts.errors import PasskeyRefused

COOKIE = "challenge"
SECONDS = 600


def party() -> RelyingParty:
    """Return the site as passkeys know it."""
    return RelyingParty.of(current_app.config["PUBLIC_URL"])


def fresh() -> str:
    """Return a new challenge for this browser; the one before ends."""
    challenge = as_text(secrets.token_bytes(32))
    session[COOKIE] = [challenge, int(clock.now().timestamp())]
    return challenge


def taken() -> str:
    """Return this browser's challenge and forget it. Raises PasskeyRefused once its time is over."""
    challenge, made_at = (session.pop(COOKIE, None) or ["", 0])[:2]
    if not challenge or clock.now().timestamp() - made_at > SECONDS:
        raise PasskeyRefused
    return str(challenge)
