"""Entries of the register, published by its own act without a signature behind them."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from coalition import clock
from coalition.organisations.names import name_key, search_words
from coalition.register import operations
from coalition.register.entry import Entry, Status
from coalition.transactions import transaction
from tests.factories.charters import SLUG

NUMBERS = itertools.count(1)


def entry(**changes: Any) -> Entry:
    """Return an entry that is not on the register yet; `changes` are its fields."""
    number = next(NUMBERS)
    values: dict[str, Any] = {
        "number": "",
        "charter": SLUG,
        "charter_version": 1,
        "capacity": "signatory",
        "status": Status.ACTIVE,
        "official_name": f"Réseau du Fleuve {number}",
        "latin_name": "",
        "acronym": "",
        "aliases": "",
        "country": "SN",
        "organisation_form": "network",
        "category": "member_based",
        "website": "",
        "description": "",
        "representative": "",
        "extra": {},
        "signed_on": date(2026, 3, 2),
        "published_on": date(2026, 3, 9),
        "ended_on": None,
    }
    return Entry(**{**values, **changes})


def published(*, prefix: str = "ICSSE", **changes: Any) -> str:
    """Publish an entry in a transaction of its own and return its number."""
    made = entry(**changes)
    words = " ".join(search_words(f"{made.official_name} {made.latin_name}"))
    with transaction():
        return operations.publish(
            entry=made, prefix=prefix, name_key=name_key(made.official_name), words=words, now=clock.now()
        )


def ended(number: str, *, status: Status = Status.WITHDRAWN, on: date = date(2026, 4, 1)) -> None:
    """Let an entry end, in a transaction of its own."""
    with transaction():
        operations.change_status(number=number, status=status, ended_on=on, now=clock.now())
