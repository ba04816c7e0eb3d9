"""What tests show to prove who somebody is: codes, and a passkey made of plain cryptography."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from coalition import clock
from tests.factories import officers

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def code(secret: str = officers.SECRET) -> str:
    """The code that an authenticator shows now."""
    return pyotp.TOTP(secret).at(clock.now())


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """An authenticator with one key, that answers as the standard says; tests spoil what they want to see refused."""

    def __init__(self, origin: str, *, rp_id: str = "", flags: int = PRESENT | VERIFIED) -> None:
        self.origin, self.rp_id, self.flags = origin, rp_id or origin.split("//")[1].split(":", maxsplit=1)[0], flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(id(self)).encode()).digest()
        self.handle, self.count = "", 0

    def make(self, options: dict[str, Any]) -> str:
        """Answer the options of a page that adds a passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(key)
        data = self._data(self.flags | ATTESTED) + held
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"clientDataJSON": self._client("webauthn.create", options["challenge"]), "attestationObject": text(made)}
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer the options of a page that asks for a passkey."""
        self.count += 1
        data, client = self._data(self.flags), self._client("webauthn.get", options["challenge"])
        padded = client + "=" * (-len(client) % 4)
        signed = data + hashlib.sha256(base64.urlsafe_b64decode(padded)).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": self.handle,
            }
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return text(json.dumps(said).encode())

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": text(self.id),
                "rawId": text(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
