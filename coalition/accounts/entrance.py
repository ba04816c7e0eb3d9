"""How does a browser become an officer's? What every way of signing in ends with."""

from __future__ import annotations

from flask import session
from flask_login import login_user

from coalition import clock
from coalition.accounts import queries


def begin(token: str) -> None:
    """Begin anew: nothing that a stranger may have put into this browser's session stays."""
    session.clear()
    login_user(queries.signed_in(token, now=clock.now()))
