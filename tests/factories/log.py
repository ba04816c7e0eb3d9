"""Leaves of the public log for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from coalition.transactions import transaction
from coalition.transparency import operations
from coalition.transparency.leaves import LeafAct

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def state(number: str, **fields: Any) -> dict[str, Any]:
    """What a leaf tells of an entry, in short."""
    return {"number": number, "status": "active", "official_name": f"Réseau {number}", "successor": None, **fields}


def number_of(place: int) -> str:
    return f"ICSSE-{place:05}"


def entries(count: int, *, first: int = 1) -> None:
    """Commit so many leaves, each of an entry that comes into the register."""
    numbers = [number_of(place) for place in range(first, first + count)]
    append([(number, state(number)) for number in numbers])


def append(told: Sequence[tuple[str, dict[str, Any]]], act: LeafAct = LeafAct.ENTER) -> None:
    """Commit leaves of one act."""
    with transaction():
        operations.append_all(act=act, told=told, now=NOW)
