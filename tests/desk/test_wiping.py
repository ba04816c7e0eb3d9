from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from coalition.desk import jobs, wiping
from coalition.errors import Unavailable
from coalition.extensions import db
from coalition.transactions import transaction


@pytest.fixture
def at_home(committed_app: Flask) -> Iterator[Flask]:
    """The application with its context open."""
    with committed_app.app_context():
        yield committed_app
        db.session.remove()


def test_wiping_while_somebody_reads_is_done_again_later(
    at_home: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "PATIENCE_SECONDS", 0.2)
    with transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT)"))
        session.execute(text("INSERT INTO words VALUES ('Zqcanary')"))
    with db.engine.connect() as connection:
        level = {"isolation_level": "REPEATABLE READ"} if database == "postgresql" else {}
        reader = connection.execution_options(**level)
        reader.execute(text("SELECT * FROM words")).all()
        with transaction() as session:
            session.execute(text("DELETE FROM words"))
        with pytest.raises(Unavailable, match="erased data leave its files a little later"):
            jobs.wipe()
    jobs.wipe()


def test_wiping_twice_changes_nothing_that_is_kept(at_home: Flask) -> None:
    with transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT)"))
        session.execute(text("INSERT INTO words VALUES ('kept')"))
    wiping.wipe()
    wiping.wipe()
    assert db.session.execute(text("SELECT word FROM words")).scalars().all() == ["kept"]
