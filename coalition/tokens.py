"""Did we make this link? A token is a signed claim with one salt per purpose.

A token carries no age and no "used": both are judged by the row that the claim names, because several strings verify as
the same token and clocks differ. Secrets rotate: the newest signs, every listed one verifies.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from coalition.errors import NotFound, mark

LONGEST = 512
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Purpose(StrEnum):
    """What a token is good for; also its salt, so that one never opens another's door."""

    CONFIRM = "confirm"
    DISOWN = "disown"
    MANAGE = "manage"
    INVITATION = "invitation"
    DRAFT = "draft"
    TAKE_OVER = "take_over"


class TokenBroken(NotFound):
    """The token was not made by us, for this purpose, or was cut on its way."""

    def __init__(self) -> None:
        super().__init__(mark("This link is incomplete or has a mistake in it. Copy the whole address from the mail."))


def _serializer(purpose: Purpose) -> URLSafeSerializer:
    keys = list(reversed(current_app.config["SECRET_KEYS"]))
    return URLSafeSerializer(keys, salt=f"coalition.{purpose.value}")


def sign(purpose: Purpose, claim: str) -> str:
    """Return the token that carries `claim` for `purpose`."""
    return str(_serializer(purpose).dumps(claim))


def read(purpose: Purpose, token: str) -> str:
    """Return the claim of a token.

    Raises TokenBroken when it is not ours, not for this purpose, or not whole.
    """
    if len(token) > LONGEST or not token.isascii():
        raise TokenBroken
    try:
        claim = _serializer(purpose).loads(token)
    except BadSignature:
        raise TokenBroken from None
    if not isinstance(claim, str):
        raise TokenBroken
    return claim


def new_public_id() -> str:
    """Return a name for a row that may stand in an address: random, 128 bits."""
    return secrets.token_urlsafe(16)


def new_code(length: int) -> str:
    """Return `length` random characters that a person can type: Crockford's base 32, 5 bits each, no I L O U."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))
