"""How does a public act enter the log? As a leaf written in the act's own transaction; its place is given after it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from coalition.transactions import writer
from coalition.transparency.leaves import SALT_BYTES, canonical, commitment_of
from coalition.transparency.models import LogLeaf

_LEAF = insert(LogLeaf.__table__)


def append(*, act: str, subject: str, content: Mapping[str, Any], now: datetime) -> str:
    """Write that `act` was done to `subject` and return the commitment; `content` is public and names no person.

    `subject` is a register number, a serial, or "<charter>/<version>"; `content` values are JSON's own.
    """
    leaf = _leaf(act, subject, content, now=now)
    writer().execute(_LEAF, leaf)
    return str(leaf["commitment"])


def append_all(*, act: str, told: Sequence[tuple[str, Mapping[str, Any]]], now: datetime) -> None:
    """Write that `act` was done to many: pairs of subject and content, in this order."""
    if told:
        writer().execute(_LEAF, [_leaf(act, subject, content, now=now) for subject, content in told])


def _leaf(act: str, subject: str, content: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    salt, told = secrets.token_hex(SALT_BYTES), canonical(content)
    leaf = {"at": now, "act": str(act), "subject": subject, "salt": salt, "content": told}
    return {**leaf, "commitment": commitment_of(told, salt=salt)}
