"""What is asked of a passkey, and is its answer right? Values alone: WebAuthn level 2, read by `webauthn`.

A passkey here always verifies its user (a finger, a face, a PIN), so that it is two factors in one. Whose it is, and
whether a challenge was answered before, is the rows' business (`passkeys`).
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from coalition.accounts.errors import PasskeyRefused

LONGEST_ANSWER = 16_384
MILLISECONDS = 300_000
ES256, RS256, ED25519 = -7, -257, -8


@dataclass(frozen=True)
class RelyingParty:
    """The site as a passkey knows it: its domain, and the address its pages come from."""

    id: str
    origin: str
    name: str

    @classmethod
    def of(cls, public_url: str) -> RelyingParty:
        """Return the site at `public_url`."""
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", parts.hostname or "")

    @property
    def is_possible(self) -> bool:
        """Tell whether browsers make passkeys for it: at a domain, over https or on the own machine."""
        try:
            ipaddress.ip_address(self.id)
        except ValueError:
            return self.origin.startswith("https://") or self.id == "localhost"
        return False


@dataclass(frozen=True)
class NewPasskey:
    """The public half of a passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def as_text(data: bytes) -> str:
    """Return bytes in base 64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def as_bytes(text: str) -> bytes:
    """Return the bytes of `as_text`. Raises PasskeyRefused."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise PasskeyRefused from broken


def request_options(party: RelyingParty, challenge: str) -> dict[str, Any]:
    """Return what a browser asks any passkey of this site."""
    return {"challenge": challenge, "rpId": party.id, "timeout": MILLISECONDS, "userVerification": "required"}


def creation_options(
    party: RelyingParty, challenge: str, *, handle: str, email: str, name: str, known: list[bytes]
) -> dict[str, Any]:
    """Return what a browser asks to make a passkey; `known` are those the officer has, which make no second one."""
    return {
        "challenge": challenge,
        "rp": {"id": party.id, "name": party.name},
        "user": {"id": as_text(handle.encode()), "name": email, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (ES256, ED25519, RS256)],
        "excludeCredentials": [{"type": "public-key", "id": as_text(one)} for one in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
        "timeout": MILLISECONDS,
    }


def credential_of(answer: str) -> bytes:
    """Return the name of the passkey that gives `answer`. Raises PasskeyRefused."""
    return as_bytes(str(_read(answer).get("rawId", "")))


def handle_of(answer: str) -> str:
    """Return whose passkey it says it is; "" where it says nothing."""
    response = _read(answer).get("response")
    kept = response.get("userHandle") if isinstance(response, dict) else None
    return as_bytes(kept).decode("utf-8", "replace") if isinstance(kept, str) else ""


def made(answer: str, *, party: RelyingParty, challenge: str) -> NewPasskey:
    """Read a passkey that was made for `challenge`. Raises PasskeyRefused."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        read = verify_registration_response(
            credential=_read(answer),
            expected_challenge=as_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused from wrong
    return NewPasskey(read.credential_id, read.credential_public_key, read.sign_count)


def answered(answer: str, *, party: RelyingParty, challenge: str, public_key: bytes, sign_count: int) -> int:
    """Judge an answer to `challenge`, and return how often the passkey has signed.

    Raises PasskeyRefused, also where it has signed less often than before: then there are two of it.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        read = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=as_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise PasskeyRefused from wrong
    return read.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError as broken:
        raise PasskeyRefused from broken
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found
