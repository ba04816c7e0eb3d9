"""What does the worker do for the register? It lays what the register says beside the public log, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from coalition.register.entry import OPEN_DATA, SUCCESSOR, public_state
from coalition.register.models import RegisterEntry, RegisterLink
from coalition.transparency import publishing, sequencing

AT_ONCE = 2000
ATTEMPTS = 5
_ENTRIES = select(*(getattr(RegisterEntry, name) for name in OPEN_DATA)).order_by(RegisterEntry.id)
_SUCCESSORS = select(RegisterLink.number, RegisterLink.other_number).where(RegisterLink.kind == SUCCESSOR)


def publish_state() -> None:
    """Publish every entry's public state as of a head of the log; acts that come in meanwhile are waited for."""
    for _ in range(ATTEMPTS):
        sequencing.place_all()
        if publishing.publish_register(states):
            return


def states(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield the public state of every entry, whatever its status, in the order of the numbers."""
    successors = {row.number: row.other_number for row in connection.execute(_SUCCESSORS)}
    with connection.execute(_ENTRIES.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            yield public_state(row, successor=successors.get(row.number))
