"""Harm at a chosen write: statements that change rows are counted, and at one of them something happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from coalition.extensions import db

WRITING = ("INSERT", "UPDATE", "DELETE")
FAILING = {  # a statement that the driver itself refuses as a database that is ill does: the harm is real
    "sqlite": "INSERT INTO a_table_that_is_gone VALUES (1)",
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
}


def is_write(statement: str) -> bool:
    """Tell a statement that changes rows."""
    return statement.lstrip().upper().startswith(WRITING)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the writes that are made within."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if is_write(statement):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def failing(place: int) -> Iterator[None]:
    """Let the write at `place` (from 0) fail in the database, once."""
    seen = 0

    def spoil(connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> Any:
        nonlocal seen
        if not is_write(statement):
            return statement, parameters
        seen += 1
        if seen != place + 1:
            return statement, parameters
        return FAILING[connection.dialect.name], [()] if many else ()

    event.listen(Engine, "before_cursor_execute", spoil, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", spoil)


def killed(act: Callable[[], Any], *, place: int, total: int) -> None:
    """Run `act` in a process of its own that is killed by itself, as by kill -9.

    `place` from 0 is the write before which it dies; `total` is right before the commit, `total` + 1 right after it.
    """
    db.session.remove()
    pid = os.fork()
    if pid == 0:
        try:
            db.engine.dispose(close=False)  # the connections are the parent's
            Doomed(place, total).listen()
            act()
        finally:
            os._exit(1)  # it was to be dead by now
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


class Doomed:
    """A process that has to die at a place."""

    def __init__(self, place: int, total: int) -> None:
        self.place, self.total, self.seen = place, total, 0
        self.is_committing = False

    def listen(self) -> None:
        """Wait for the place."""
        event.listen(Engine, "before_cursor_execute", self.write)
        event.listen(Engine, "commit", self.commit)
        event.listen(db.session, "after_commit", self.committed)

    def write(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if is_write(statement):
            self._die_if(self.seen == self.place)
            self.seen += 1

    def commit(self, _connection: Any) -> None:
        self.is_committing = self.seen == self.total
        self._die_if(self.is_committing and self.place == self.total)

    def committed(self, _session: Any) -> None:
        self._die_if(self.is_committing)  # a savepoint that ends is no commit

    @staticmethod
    def _die_if(it_is_time: bool) -> None:
        if it_is_time:
            os.kill(os.getpid(), signal.SIGKILL)
