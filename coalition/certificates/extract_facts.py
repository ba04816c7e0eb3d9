"""What does the register say of an entry now, for an extract of it? Read from the register, as its page does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from coalition.register import queries as register
from coalition.register.errors import EntryUnknown


def extract_facts(number: str, *, now: datetime) -> dict[str, Any]:
    """Return the fields of an `ExtractContent` that the register gives. Raises EntryUnknown."""
    entry = register.entry_of(number)
    if entry is None:
        raise EntryUnknown
    names = register.former_names(number)
    return {
        "organisation": entry.official_name,
        "latin_name": entry.latin_name,
        "charter_version": entry.charter_version,
        "status": entry.status.value,
        "as_of": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "published_on": entry.published_on,
        "ended_on": entry.ended_on,
        "former_name": names[0].official_name if names else "",
        "other_number": next((kin.number for kin in register.kin_of(number) if kin.is_successor), ""),
    }
