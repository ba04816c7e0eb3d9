"""Where does a change become lasting? Here alone: `transaction()` holds the only commit of the project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from coalition.extensions import db

PATIENCE_SECONDS = 5.0
_writing = Lock()  # of this process; between processes, and where it takes too long, SQLite's own lock decides


@contextmanager
def transaction() -> Iterator[scoped_session[Session] | Any]:
    """Open one short write transaction: all that happens within lasts, or nothing does.

    What the session had read before is forgotten, so that an act decides on what is true once it holds the lock.
    Raises RuntimeError when one is open already: an act belongs to exactly one transaction.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("a transaction is already open")
    session.rollback()
    with _turn():
        try:
            session.info["writing"] = session.connection(execution_options={"writes": True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


def writer() -> Connection:
    """Return the connection of the open write transaction, for statements that need no session.

    Where none was opened here it is the session's own: what is written then lasts only if its owner commits.
    """
    connection: Connection | None = db.session.info.get("writing")
    return db.session.connection() if connection is None else connection


@contextmanager
def _turn() -> Iterator[None]:
    """Wait in line for SQLite's one write lock: whoever asks it directly is served by chance, and some starve."""
    has_turn = db.engine.dialect.name == "sqlite" and _writing.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if has_turn:
            _writing.release()


@contextmanager
def reading() -> Iterator[Connection]:
    """Lend a connection for the public pages' statements: no session, no transaction, nothing to end.

    A session that was bound to one connection lends that one, so that its own writes are seen.
    """
    bind: Engine | Connection = db.engine
    if isinstance(bind, Connection):
        yield bind
        return
    with bind.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Lend a connection for one long answer: every row of it as of one moment, and no writer waits for it."""
    bind: Engine | Connection = db.engine
    if isinstance(bind, Connection):
        yield bind
        return
    with bind.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)  # noqa: PLW2901 - the same one
        yield connection


def without_values(error: Exception) -> str:
    """Say what the database complained of, without the names and addresses that its words may quote.

    A driver quotes what was typed wherever the data are at fault; where the database itself is, its first line is safe.
    """
    cause = getattr(error, "orig", None) or error
    kind = type(cause).__name__
    return f"{kind}: {str(cause).partition(chr(10))[0]}" if isinstance(error, OperationalError) else kind
