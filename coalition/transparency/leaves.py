"""What is a leaf of the public log? An act, its subject and a salted commitment to what it says; values alone, pure.

The tree holds the leaf's bytes for ever; what the commitment opens to is published beside it and can be forgotten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from json.encoder import encode_basestring
from typing import Any

SALT_BYTES = 32
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class LeafAct(StrEnum):
    """What was done; of a register number, the newest leaf but those of certificates says how its entry stands."""

    ENTER = "enter"
    CHANGE = "change"
    REMOVE = "remove"
    CERTIFY = "certify"
    END = "end certificate"
    PUBLISH = "publish text"
    RESTORE = "restore"


OF_ENTRIES = frozenset({LeafAct.ENTER, LeafAct.CHANGE, LeafAct.REMOVE, LeafAct.RESTORE})


def canonical(value: Mapping[str, Any]) -> str:
    """Return a value as JSON in its one form: sorted names, no spaces, not escaped beyond what JSON asks."""
    return _CANONICAL.encode(value)


def commitment_of(content: str, *, salt: str) -> str:
    """Return what stands in the tree for a content: SHA-256 of the byte 0, the salt's bytes and the content."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(salt) + content.encode()).hexdigest()


def leaf_bytes(*, act: str, subject: str, at: datetime, commitment: str) -> bytes:
    """Return the bytes that the tree holds of an act: canonical JSON, the moment in UTC to the second."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return leaf_form(act=act, at=moment, commitment=commitment, subject=subject).encode()


def leaf_form(*, act: str, at: str, commitment: str, subject: str) -> str:
    """Return what a leaf says in its one form; written out, since a verifier does it a million times."""
    told = encode_basestring
    return f'{{"act":{told(act)},"at":{told(at)},"commitment":{told(commitment)},"subject":{told(subject)}}}'
