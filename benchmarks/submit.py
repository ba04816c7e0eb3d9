"""What does the transaction of a signature cost beside the driver alone? SQLite with WAL and synchronous=FULL, on disk.

The anchor repeats, by `sqlite3` and in one transaction each, the very INSERTs and UPDATEs that ours sent, on a copy of
the database taken before; so both write the same rows.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.measuring import ROUNDS, Figure, ratio_figure
from benchmarks.sample import site
from coalition import clock
from coalition.extensions import db
from coalition.signing import operations
from coalition.transactions import transaction
from tests.factories.signing import PERSON, RULES, draft, prepared

GOAL = 0.35
A_ROUND = 60
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
Statement = tuple[str, Any]


def measure() -> list[Figure]:
    """Submit a round of signatures, then write the same rows by the driver, and so on."""
    with site() as app, app.app_context():
        drafts = [draft() for _ in range(A_ROUND * (ROUNDS + 1))]
        raw = _copy(app)
        ours, anchor = [], []
        for number in range(ROUNDS + 1):
            mine, written = _submit(drafts[number * A_ROUND : (number + 1) * A_ROUND])
            ours.append(mine)
            anchor.append(_write(raw, written))
        same = [_rows(connection) for connection in (raw, sqlite3.connect(_file(app)))]
        assert same[0] == same[1] == A_ROUND * (ROUNDS + 1)
    return [ratio_figure("submit transaction, SQLite FULL", ours=ours[1:], anchor=anchor[1:], goal=GOAL)]


def _file(app: Flask) -> Path:
    return Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))


def _copy(app: Flask) -> sqlite3.Connection:
    """Return the driver's own connection to a copy of the database as it stands."""
    db.session.remove()
    db.engine.dispose()
    copy = shutil.copyfile(_file(app), _file(app).with_name("raw.sqlite3"))
    connection = sqlite3.connect(copy, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _submit(drafts: list[int]) -> tuple[float, list[list[Statement]]]:
    """Return the seconds of one transaction, and what each sent to the driver."""
    sent = [prepared() for _ in drafts]
    db.session.rollback()
    seconds, written = 0.0, []
    with _listening() as heard:
        for draft_id, one in zip(drafts, sent, strict=True):
            begun = time.perf_counter()
            with transaction():
                operations.submit(
                    prepared=one,
                    draft_id=draft_id,
                    rules=RULES,
                    actor=PERSON,
                    now=clock.now(),
                )
            seconds += time.perf_counter() - begun
            db.session.remove()
            written.append([statement for statement in heard if statement[0].startswith(("INSERT", "UPDATE"))])
            heard.clear()
    return seconds / len(drafts), written


def _write(connection: sqlite3.Connection, transactions: list[list[Statement]]) -> float:
    """Return the seconds of one transaction by the driver alone."""
    begun = time.perf_counter()
    for statements in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            (connection.executemany if isinstance(values, list) else connection.execute)(text, values)
        connection.execute("COMMIT")
    return (time.perf_counter() - begun) / len(transactions)


@contextmanager
def _listening() -> Iterator[list[Statement]]:
    heard: list[Statement] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        heard.append((text, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _rows(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM signatures").fetchone()[0]
    return found
