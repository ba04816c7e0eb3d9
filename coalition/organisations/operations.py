"""How does an organisation come into being, and change? As it was typed, beside the key by which names are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from coalition import tokens
from coalition.extensions import db
from coalition.organisations import indexing
from coalition.organisations.keys import keys_of
from coalition.organisations.models import Organisation
from coalition.organisations.names import name_key
from coalition.transactions import writer

LONGEST_KEY = 300
_ORGANISATION = insert(Organisation.__table__)


def prepare(details: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of an organisation but for its time; `details` are its fields as typed, "" where nothing was."""
    key = name_key(details["official_name"])[:LONGEST_KEY]
    return {**details, "public_id": tokens.new_public_id(), "name_key": key}


def record(*, prepared: Mapping[str, Any], now: datetime, keys: Iterable[str] | None = None) -> int:
    """Insert a prepared organisation and return its id; that it resembles another is for an officer to judge.

    `keys` are those of `keys.keys_of`, where the caller has made them before the transaction.
    """
    inserted = writer().execute(_ORGANISATION, {**prepared, "created_at": now})
    organisation_id = int(inserted.inserted_primary_key[0])  # type: ignore[index]
    indexing.enter({organisation_id: keys_of(prepared) if keys is None else keys})
    return organisation_id


def change(*, organisation: Organisation, details: Mapping[str, str]) -> None:
    """Let an organisation be what `details` say, by the names of its fields; those that are not named stay."""
    for name, value in details.items():
        setattr(organisation, name, value)
    organisation.name_key = name_key(organisation.official_name)[:LONGEST_KEY]
    db.session.flush()
    indexing.renew(organisation_id=organisation.id)
