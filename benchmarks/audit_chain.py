"""How long does it take to walk along the audit log's chain, and what does a line cost? On disk, SQLite.

Beside the walk stands a chain of the same lines in memory, hashed and compared with nothing; beside a line a plain
INSERT of the same values by the driver, in transactions of the same size.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmarks.measuring import Figure, in_turns, limit_figure, ratio_figure
from benchmarks.sample import site
from coalition.audit import record, sequencing, verification
from coalition.audit.models import AuditLink, AuditRecord
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.transactions import transaction
from tests.factories.audit import ACTORS, ACTS, NOW

LINES = 100_000
A_TRANSACTION = 1000
SECONDS = 10.0
VERIFY, APPEND = 0.05, 0.1
PLAIN = "INSERT INTO plain (at, actor_kind, actor_id, act, subject, reason) VALUES (?, ?, ?, ?, ?, ?)"


def measure() -> list[Figure]:
    """Fill a log, number it, walk along it."""
    with site() as app, app.app_context():
        raw = _plain_table(app)
        appended, plain = in_turns(lambda: _append(A_TRANSACTION), lambda: _insert(raw))
        for _ in range(LINES // A_TRANSACTION):
            _append(A_TRANSACTION)
        begun = time.perf_counter()
        while sequencing.number_waiting():
            pass
        numbered = time.perf_counter() - begun
        lines = [(row.line, row.salt) for row in db.session.execute(select(AuditLink.line, AuditLink.salt))]
        db.session.rollback()
        walked, hashed = in_turns(_walk, lambda: _hash(lines), rounds=3)
    count = f"{len(lines):,} lines"
    return [
        limit_figure(f"audit verify, {count}", ours=walked, anchor=f"{hashed[0]:.2f} s", goal=SECONDS, unit="s"),
        ratio_figure("audit verify beside a chain in memory", ours=walked, anchor=hashed, goal=VERIFY),
        limit_figure(f"numbering, {count}", ours=[numbered], anchor="–", goal=SECONDS * 3, unit="s"),
        ratio_figure("audit append beside a plain INSERT", ours=appended, anchor=plain, goal=APPEND),
    ]


def _append(count: int) -> float:
    begun = time.perf_counter()
    with transaction():
        for number in range(count):
            record.append(
                actor=ACTORS[number % len(ACTORS)],
                act=ACTS[number % len(ACTS)],
                subject=f"signature:{number:022}",
                now=NOW,
                reason="not_eligible",
            )
    return (time.perf_counter() - begun) / count


def _plain_table(app: Flask) -> sqlite3.Connection:
    path = Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")).with_name("plain.sqlite3")
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, at, actor_kind, actor_id, act, subject, reason)")
    return connection


def _insert(connection: sqlite3.Connection) -> float:
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for number in range(A_TRANSACTION):
        actor: Actor = ACTORS[number % len(ACTORS)]
        values = (NOW.isoformat(), actor.kind, actor.id, ACTS[number % len(ACTS)], f"signature:{number:022}", "code")
        connection.execute(PLAIN, values)
    connection.execute("COMMIT")
    return (time.perf_counter() - begun) / A_TRANSACTION


def _walk() -> float:
    begun = time.perf_counter()
    report = verification.verify()
    seconds = time.perf_counter() - begun
    assert report.finding is None
    assert report.lines == db.session.query(AuditRecord).count()
    db.session.rollback()
    return seconds


def _hash(lines: list[Any]) -> float:
    begun = time.perf_counter()
    head = bytes(32)
    for line, salt in lines:
        committed = hashlib.sha256(b"\x00" + bytes.fromhex(salt) + line.encode()).digest()
        head = hashlib.sha256(b"\x01" + head + committed).digest()
    return time.perf_counter() - begun
