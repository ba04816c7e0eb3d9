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
    """Submit a round of signatures, then write the same rows by the driver, and so on.

    What is sent is heard on a site of its own: an engine that is listened to is slower.
    """
    with site() as heard_site, site() as timed_site:
        drafts = {app: _drafts(app) for app in (heard_site, timed_site)}
        raw = _copy(heard_site)
        ours, anchor = [], []
        for number in range(ROUNDS + 1):
            part = slice(number * A_ROUND, (number + 1) * A_ROUND)
            with heard_site.app_context(), _listening() as heard:
                _submit(drafts[heard_site][part], heard)
            with timed_site.app_context():
                ours.append(_submit(drafts[timed_site][part], []))
            anchor.append(_write(raw, heard))
        rows = [_rows(connection) for connection in (raw, *(sqlite3.connect(_file(app)) for app in drafts))]
        assert rows == [A_ROUND * (ROUNDS + 1)] * 3
    return [ratio_figure("submit transaction, SQLite FULL", ours=ours[1:], anchor=anchor[1:], goal=GOAL)]


def _drafts(app: Flask) -> list[int]:
    with app.app_context():
        return [draft() for _ in range(A_ROUND * (ROUNDS + 1))]


def _file(app: Flask) -> Path:
    return Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))


def _copy(app: Flask) -> sqlite3.Connection:
    """Return the driver's own connection to a copy of the database as it stands."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    copy = shutil.copyfile(_file(app), _file(app).with_name("raw.sqlite3"))
    connection = sqlite3.connect(copy, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _submit(drafts: list[int], heard: list[list[Statement]]) -> float:
    """Return the seconds of one transaction; each begins a new list in `heard`."""
    sent = [(draft_id, prepared()) for draft_id in drafts]
    db.session.rollback()
    seconds = 0.0
    for draft_id, one in sent:
        heard.append([])
        begun = time.perf_counter()
        with transaction():
            operations.submit(prepared=one, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
        seconds += time.perf_counter() - begun
        db.session.remove()
    return seconds / len(sent)


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
def _listening() -> Iterator[list[list[Statement]]]:
    """Collect what is written, in the newest list."""
    heard: list[list[Statement]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        if heard and text.startswith(("INSERT", "UPDATE")):
            heard[-1].append((text, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _rows(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM signatures").fetchone()[0]
    return found
