"""How does an organisation come into being? Recorded as it was typed, beside the key by which names are compared."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from coalition import tokens
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.organisations.names import name_key


class Details(TypedDict):
    """What is recorded of an organisation; "" where nothing was given. `country` is an ISO 3166 code or ""."""

    official_name: str
    latin_name: str
    acronym: str
    aliases: str
    country: str
    organisation_form: str
    website: str
    registration_number: str
    description: str


def record(*, now: datetime, **details: Unpack[Details]) -> Organisation:
    """Record an organisation; that it resembles another is for an officer to judge."""
    key = name_key(details["official_name"])[:300]
    organisation = Organisation(public_id=tokens.new_public_id(), name_key=key, created_at=now, **details)
    db.session.add(organisation)
    return organisation
