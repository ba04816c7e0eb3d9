from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from coalition import transactions
from coalition.extensions import db
from coalition.transactions import reading, transaction, without_values
from coalition.web.throttling import ThrottleCounter

THREADS, TURNS = 4, 150
COUNT = select(func.count()).select_from(ThrottleCounter)


def counter(key: str = "a", count: int = 0) -> ThrottleCounter:
    """Any small row will do."""
    return ThrottleCounter(key=key, ends_at=1, count=count)


def write(then: Callable[[], object] = bool) -> None:
    """Write a row, then do something more before the transaction ends."""
    with transaction() as session:
        session.add(counter())
        session.flush()
        then()


def make_impatient(app: Flask) -> None:
    """Let SQLite itself wait for nobody."""

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    with app.app_context():
        event.listen(db.engine, "connect", prepare)


def rows_seen_elsewhere(app: Flask) -> int:
    """Count over a connection of its own, as another process would."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(_count, app).result()


def _count(app: Flask) -> int:
    with app.app_context(), reading() as connection:
        return int(connection.execute(COUNT).scalar_one())


def test_transaction_when_it_ends_lasts(committed_app: Flask) -> None:
    with committed_app.app_context():
        with transaction() as session:
            session.add(counter())
            session.flush()
            assert rows_seen_elsewhere(committed_app) == 0
        assert rows_seen_elsewhere(committed_app) == 1


def test_transaction_when_something_fails_leaves_nothing(committed_app: Flask) -> None:
    with committed_app.app_context():
        with pytest.raises(ZeroDivisionError):
            write(then=lambda: 1 / 0)
        assert rows_seen_elsewhere(committed_app) == 0
        with transaction() as session:  # the session is as good as new
            session.add(counter())
        assert rows_seen_elsewhere(committed_app) == 1


def test_transaction_when_the_commit_fails_leaves_nothing(committed_app: Flask) -> None:
    with committed_app.app_context():
        with transaction() as session:
            session.add(counter("a"))
        with pytest.raises(IntegrityError), transaction() as session:
            session.add_all([counter("b"), ThrottleCounter(key="c", ends_at=1, count=None)])
        assert rows_seen_elsewhere(committed_app) == 1


def test_transaction_within_another_is_refused_and_ends_both(committed_app: Flask) -> None:
    with committed_app.app_context():
        with pytest.raises(RuntimeError, match=r"^a transaction is already open$"):
            write(then=write)
        assert rows_seen_elsewhere(committed_app) == 0
        with transaction() as session:
            session.add(counter())
        assert rows_seen_elsewhere(committed_app) == 1


def test_transaction_when_it_begins_forgets_what_was_read_or_left_unwritten(committed_app: Flask) -> None:
    with committed_app.app_context():
        with transaction() as session:
            session.add(counter(count=1))
        read_before = db.session.scalars(select(ThrottleCounter)).one()
        assert read_before.count == 1
        db.session.add(counter("left"))
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(_set_count, committed_app, 7).result()
        with transaction() as session:
            assert read_before.count == 7
        assert rows_seen_elsewhere(committed_app) == 1


def _set_count(app: Flask, count: int) -> None:
    with app.app_context(), transaction() as session:
        session.scalars(select(ThrottleCounter)).one().count = count


def test_rows_of_a_transaction_when_it_has_ended_can_still_be_read(committed_app: Flask) -> None:
    with committed_app.app_context():
        with transaction() as session:
            kept = counter(count=3)
            session.add(kept)
        assert kept.count == 3


def test_reading_sees_what_is_committed_and_nothing_else(committed_app: Flask) -> None:
    with committed_app.app_context():
        with transaction() as session:
            session.add(counter())
            session.flush()
            with reading() as connection:
                assert connection.execute(COUNT).scalar_one() == 0
        with reading() as connection:
            assert connection.execute(COUNT).scalar_one() == 1


def test_reading_under_a_test_sees_the_tests_own_writes(app: Flask) -> None:
    with transaction() as session:
        session.add(counter())
    with reading() as connection:
        assert connection.execute(COUNT).scalar_one() == 1


def test_reading_by_many_leaves_no_connection_behind(committed_app: Flask) -> None:
    with committed_app.app_context():
        for _ in range(30):  # more than the pool holds
            with reading() as connection:
                connection.execute(COUNT)
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_increments_of_four_threads_are_all_kept(committed_app: Flask) -> None:
    """Read, then write: on a plain BEGIN this loses updates or fails with "locked"."""
    with committed_app.app_context(), transaction() as session:
        session.add(counter())
    begin = threading.Barrier(THREADS)

    def work() -> None:
        begin.wait()
        for _ in range(TURNS):
            with committed_app.app_context():
                with reading() as connection:  # what a page reads before it writes
                    connection.execute(COUNT)
                with transaction() as session:
                    row = session.scalars(select(ThrottleCounter).with_for_update()).one()
                    row.count = row.count + 1

    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work) for _ in range(THREADS)]:
            done.result()
    with committed_app.app_context():
        assert db.session.scalars(select(ThrottleCounter.count)).one() == THREADS * TURNS


@pytest.mark.one_database
def test_transaction_on_sqlite_holds_the_write_lock_before_it_writes(committed_app: Flask) -> None:
    path = make_url(committed_app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        with committed_app.app_context():
            with reading() as connection:
                connection.execute(COUNT)
            other.execute("BEGIN IMMEDIATE").connection.rollback()  # a reader keeps no writer out
            with transaction():
                with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                    other.execute("BEGIN IMMEDIATE")
                assert other.execute("SELECT count(*) FROM throttle_counters").fetchone() == (0,)
            other.execute("BEGIN IMMEDIATE").connection.rollback()
    finally:
        other.close()


@pytest.mark.one_database
def test_transactions_of_many_threads_on_sqlite_wait_in_line(committed_app: Flask) -> None:
    """Left to SQLite's own patience, one of eight threads that write without a pause starves and fails."""
    begin = threading.Barrier(8)

    def work(number: int) -> None:
        with committed_app.app_context():
            db.session.connection()
            begin.wait()
            for turn in range(15):
                with transaction() as session:
                    session.add(counter(f"{number}-{turn}"))

    make_impatient(committed_app)
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(work, number) for number in range(8)]:
            done.result()
    assert rows_seen_elsewhere(committed_app) == 120


@pytest.mark.one_database
def test_transaction_on_sqlite_whose_turn_never_comes_fails_in_the_end(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.05)
    make_impatient(committed_app)
    with committed_app.app_context(), transaction() as session:
        session.add(counter())
        with committed_app.app_context(), pytest.raises(OperationalError, match="database is locked"):
            write()
    assert rows_seen_elsewhere(committed_app) == 1
    with committed_app.app_context():
        _set_count(committed_app, 2)


@pytest.mark.one_database
def test_connection_to_sqlite_keeps_what_it_acknowledged(committed_app: Flask) -> None:
    with committed_app.app_context(), reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.fixture
def failing(app: Flask) -> Callable[[str, dict[str, Any]], Exception]:
    """Run a statement that fails and return its error."""

    def fail(statement: str, values: dict[str, Any]) -> Exception:
        with pytest.raises(Exception) as failed, transaction() as session:  # noqa: PT011 - the error is what is tested
            session.execute(text(statement), values)
        return failed.value

    return fail


def test_error_that_quotes_a_row_when_told_without_values_names_its_kind_alone(
    failing: Callable[..., Exception],
) -> None:
    insert = "INSERT INTO throttle_counters (key, ends_at, count) VALUES (:key, 1, 0), (:key, 1, 0)"
    error = failing(insert, {"key": "awa@reseau.example.org"})
    assert "awa@reseau.example.org" in f"{error} {error.params}"  # type: ignore[attr-defined]
    assert without_values(error) in ("IntegrityError", "UniqueViolation")


@pytest.mark.one_database
def test_error_of_the_database_itself_when_told_without_values_says_what_it_lacks(
    failing: Callable[..., Exception],
) -> None:
    error = failing("SELECT * FROM nowhere WHERE key = :key", {"key": "awa@reseau.example.org"})
    assert isinstance(error, OperationalError)
    assert without_values(error) == "OperationalError: no such table: nowhere"
