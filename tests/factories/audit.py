"""Lines of the audit log, as acts write them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.transactions import transaction

NOW = datetime(2026, 3, 2, 9, 0, 0, 120_000, tzinfo=UTC)
ACTORS = (Actor.person(), Actor.officer("ada-1", "Ada"), Actor.officer("ben-2", "Ben"), Actor.system("worker"))
ACTS = ("submit", "verify", "claim", "approve", "decline", "note")
NUMBERS = itertools.count()


def lines(count: int, *, subject: str = "") -> None:
    """Write so many lines in one transaction, about ten things in turns or about one."""
    with transaction():
        for number in itertools.islice(NUMBERS, count):
            record.append(
                actor=ACTORS[number % len(ACTORS)],
                act=ACTS[number % len(ACTS)],
                subject=subject or f"signature:thing-{number % 10}",
                now=NOW + timedelta(seconds=number),
                from_state="submitted" if number % 3 else None,
                to_state="in_review" if number % 3 else None,
                reason="not_eligible" if number % 5 == 0 else None,
            )
