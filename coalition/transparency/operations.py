"""How does a public act enter the log? As a leaf written in the act's own transaction; its place is given after it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from coalition.transactions import writer
from coalition.transparency.leaves import SALT_BYTES, canonical, commitment_of
from coalition.transparency.models import LogLeaf

_LEAF = insert(LogLeaf.__table__)


def append(*, act: str, subject: str, content: Mapping[str, Any], now: datetime) -> None:
    """Write that `act` was done to `subject`; `content` is public and names no person.

    `subject` is a register number, a serial, or "<charter>/<version>"; `content` values are JSON's own.
    """
    salt, told = secrets.token_hex(SALT_BYTES), canonical(content)
    leaf = {"at": now, "act": act, "subject": subject, "salt": salt, "content": told}
    writer().execute(_LEAF, {**leaf, "commitment": commitment_of(told, salt=salt)})
