"""How does an authenticator's secret rest in the database? Sealed under a key that is made from the site's secrets.

Who reads a copy of the database alone cannot make codes. Secrets rotate: the newest seals, every listed one opens, and
what an older one sealed is sealed anew when it is next used, and once a day (`operations.reseal`).
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

PURPOSE = b"coalition.authenticator"
MARK = "gAAAA"  # every sealed value begins so; a secret in base 32 never does


def seal(secret: str) -> str:
    """Return `secret` sealed under the newest of the site's secrets."""
    return _keys(tuple(current_app.config["SECRET_KEYS"])).encrypt(secret.encode()).decode("ascii")


def opened(kept: str | None) -> str | None:
    """Return the secret that rests in a row; None where there is none, or where none of the site's secrets opens it."""
    if kept is None or not kept.startswith(MARK):
        return kept
    try:
        return _keys(tuple(current_app.config["SECRET_KEYS"])).decrypt(kept.encode()).decode()
    except InvalidToken:
        return None


def is_newest(kept: str) -> bool:
    """Tell whether a row's secret is sealed, and under the newest of the site's secrets."""
    try:
        _keys(tuple(current_app.config["SECRET_KEYS"][:1])).decrypt(kept.encode())
    except InvalidToken:
        return False
    return True


@lru_cache
def _keys(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(made)
