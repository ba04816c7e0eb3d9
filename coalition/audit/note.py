"""How is a checkpoint written down and signed? As a signed note (C2SP signed-note), with Ed25519; pure.

The text is that of a checkpoint: whose log it is, how long it is, its head. The audit log is a chain, the public log a
Merkle tree: the names of their origins end in "/audit" and "/log", so that nobody takes one for the other.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\u2014"
KEY_ID = 4


class NoteBroken(ValueError):
    """The note is not one, was changed, or was not signed by the key that was given."""


@dataclass(frozen=True)
class Checkpoint:
    """What a note says: whose log, how many lines or leaves, the head or root in hexadecimal."""

    origin: str
    size: int
    head: str

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(bytes.fromhex(self.head)).decode()}\n"


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the public key in the form that verifiers take: name, key id and key, joined by plus signs."""
    return f"{name}+{_key_id(name, key).hex()}+{b64encode(ED25519 + key.public_bytes_raw()).decode()}"


def key_of(verifier_key: str) -> tuple[str, Ed25519PublicKey]:
    """Return whose key it is and the key. Raises NoteBroken unless it has the form that verifiers take."""
    name, _, rest = verifier_key.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
        key = Ed25519PublicKey.from_public_bytes(raw[1:])
    except (NotBase64, ValueError) as wrong:
        raise NoteBroken("this is no public key of a log") from wrong
    if raw[:1] != ED25519 or _key_id(name, key).hex() != key_id:
        raise NoteBroken("this is no public key of a log")
    return name, key


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the note of a checkpoint, signed under its origin's name."""
    text = checkpoint.text()
    signature = _key_id(checkpoint.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{DASH} {checkpoint.origin} {b64encode(signature).decode()}\n"


def opened(note: str, key: Ed25519PublicKey) -> Checkpoint:
    """Return what a note says. Raises NoteBroken unless it is whole and signed with `key`."""
    text, gap, signatures = note.partition("\n\n")
    text += "\n"
    if not gap or not any(_is_by(line, text, key) for line in signatures.splitlines()):
        raise NoteBroken("this checkpoint is not signed with the key of this site")
    try:
        origin, size, head = text.splitlines()
        checkpoint = Checkpoint(origin, int(size), b64decode(head, validate=True).hex())
    except (ValueError, NotBase64) as wrong:
        raise NoteBroken("this is no checkpoint of a log") from wrong
    if checkpoint.text() != text:
        raise NoteBroken("this is no checkpoint of a log")
    return checkpoint


def _is_by(line: str, text: str, key: Ed25519PublicKey) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        signature = b64decode(encoded, validate=True)
        key.verify(signature[KEY_ID:], text.encode())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return dash == DASH and signature[:KEY_ID] == _key_id(name, key)


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:KEY_ID]
