"""How does an organisation come into being? Recorded as it was typed, beside the key by which names are compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from coalition import tokens
from coalition.organisations.models import Organisation
from coalition.organisations.names import name_key
from coalition.transactions import writer

LONGEST_KEY = 300
_ORGANISATION = insert(Organisation.__table__)


def prepare(details: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of an organisation but for its time; `details` are its fields as typed, "" where nothing was."""
    key = name_key(details["official_name"])[:LONGEST_KEY]
    return {**details, "public_id": tokens.new_public_id(), "name_key": key}


def record(*, prepared: Mapping[str, Any], now: datetime) -> int:
    """Insert a prepared organisation and return its id; that it resembles another is for an officer to judge."""
    inserted = writer().execute(_ORGANISATION, {**prepared, "created_at": now})
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]
