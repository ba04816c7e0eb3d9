"""Which fields of a signature are public? Exactly these, listed in this one place; pure.

Private data leaves the platform only where a field stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from coalition.organisations.names import fold, search_words

OPTION = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
LONGEST_SORT_NAME = 120
SUCCESSOR, NAMESAKE = "successor", "namesake"


class Status(StrEnum):
    """What the register says of an entry now; what is superseded stands on through its successor."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    DELISTED = "delisted"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Entry:
    """One line of the register; "" where nothing was given.

    `representative` is empty unless the person asked for publication, and stands on the register's page alone.
    `extra` are the answers to the fields that the charter adds and marks as public, by their keys.
    """

    number: str
    charter: str
    charter_version: int
    capacity: str
    status: Status
    official_name: str
    latin_name: str
    acronym: str
    aliases: str
    country: str
    organisation_form: str
    category: str
    website: str
    description: str
    representative: str
    extra: Mapping[str, str]
    signed_on: date
    published_on: date
    ended_on: date | None


PAGE_ALONE = frozenset({"representative"})
OPEN_DATA = tuple(field.name for field in fields(Entry) if field.name not in PAGE_ALONE)
EVERY_FIELD = tuple(field.name for field in fields(Entry))
COUNTED = frozenset({Status.ACTIVE})
SHOWN = frozenset({Status.ACTIVE, Status.SUSPENDED})


def public_state(source: Any, *, successor: str | None = None) -> dict[str, Any]:
    """Return what the public log says of an entry: every field of the open data and who succeeds it, as JSON's values.

    `source` is an Entry or whatever else has its fields. Whoever represents the organisation is not in it.
    """
    told = {name: getattr(source, name) for name in OPEN_DATA}
    days = {name: value.isoformat() for name, value in told.items() if isinstance(value, date)}
    return {**told, **days, "status": str(source.status), "extra": dict(source.extra), "successor": successor}


def name_to_sort_by(official_name: str, latin_name: str) -> str:
    """Return the folded name under which an entry is filed: the Latin name where there is one.

    Compared by code points, so that every database files alike.
    """
    name = latin_name or official_name
    return (" ".join(search_words(name)) or fold(name))[:LONGEST_SORT_NAME]


def mark_values(extra: Mapping[str, str]) -> dict[str, str]:
    """Return those answers to the charter's own fields that can be a filter: the keys of options, never free text."""
    return {key: value for key, value in extra.items() if OPTION.fullmatch(value)}
