"""Which addresses, passwords and one-time codes meet? Values alone: argon2id, RFC 6238, an authenticator's picture.

Whose they are, and whether a code was used before, is the officer's row's business.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import pyotp
import segno
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
FEWEST_SIGNS = 5
RECOVERY_LETTERS = 16
STEP_SECONDS = 30
LATE_STEPS = 1

Profile = Mapping[str, int]
"""What a hash costs: time_cost, memory_cost, parallelism."""


def email_key(address: str) -> str:
    """Return the form in which two spellings of one address meet: without case, outer white space, unseen signs."""
    folded = unicodedata.normalize("NFC", address).strip().casefold()
    return "".join(sign for sign in folded if sign.isprintable())


class PasswordFault(StrEnum):
    """Why a new password is refused."""

    LENGTH = "length"
    GUESSABLE = "guessable"


def password_fault(password: str, *, email: str, name: str) -> PasswordFault | None:
    """Return what is wrong with a new password for the officer of that address and name; None when nothing is."""
    if not SHORTEST <= len(password) <= LONGEST:
        return PasswordFault.LENGTH
    own = {email, email.partition("@")[0], name, "".join(name.split())}
    is_own = password.casefold() in {word.casefold() for word in own}
    return PasswordFault.GUESSABLE if is_own or len(set(password)) < FEWEST_SIGNS else None


def hash_password(password: str, profile: Profile) -> str:
    """Return the argon2id hash of `password`; slow on purpose, so never within a transaction."""
    return _hasher(**profile).hash(password)


def is_password(password: str, kept: str | None, profile: Profile) -> bool:
    """Tell whether `password` is the one that was hashed; without a hash to compare with, do the same work in vain."""
    try:
        _hasher(**profile).verify(kept or _hash_of_nothing(**profile), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@lru_cache
def _hasher(*, time_cost: int, memory_cost: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(time_cost, memory_cost, parallelism, type=Type.ID)


@lru_cache
def _hash_of_nothing(**profile: int) -> str:
    return _hasher(**profile).hash(secrets.token_urlsafe())


def new_secret() -> str:
    """Return a fresh secret for an authenticator, in base 32."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the half minute that `code` stands for, if that is now or one before or after; None for any other code."""
    digits = "".join(code.split())
    generator = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    steps = range(present - LATE_STEPS, present + LATE_STEPS + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(generator.generate_otp(step), digits)), None)


def enrolment_address(secret: str, *, email: str, site: str) -> str:
    """Return the otpauth address that an authenticator takes up."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=site)


def enrolment_picture(address: str) -> str:
    """Return the QR code of an otpauth address as a data address for an <img>."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#1e1524", light="#ffffff")


def new_token() -> str:
    """Return the random token that a signed-in browser carries."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return the form in which a token is kept: who reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def recovery_code(letters: str) -> str:
    """Return the form in which a recovery code is shown: four letters at a time."""
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def recovery_digest(code: str) -> str:
    """Return the form in which a recovery code is kept, however it was typed: O is 0, I and L are 1, case no matter."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum()).translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
