from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition.audit import record
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition.transactions import transaction

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def fields(job: Job) -> dict[str, object]:
    return {column.key: getattr(job, column.key) for column in Job.__table__.columns if column.key != "id"}


def test_job_that_was_put_waits_with_every_field(session: Session) -> None:
    with transaction():
        queue.put("note", args={"word": "財団", "list": [1, None]}, now=NOW, key="once")
    assert [fields(job) for job in session.scalars(select(Job))] == [
        {
            "name": "note",
            "args": {"word": "財団", "list": [1, None]},
            "key": "once",
            "run_at": NOW,
            "attempts": 0,
            "leased_until": None,
            "leased_by": None,
            "failed_at": None,
            "last_error": None,
        }
    ]


def test_job_for_later_waits_until_then(session: Session) -> None:
    with transaction():
        queue.put("note", args={}, now=NOW, run_at=LATER)
    assert [job.run_at for job in session.scalars(select(Job))] == [LATER]


def test_job_of_an_act_that_fails_goes_with_it(session: Session) -> None:
    def fail() -> None:
        with transaction():
            queue.put("note", args={}, now=NOW)
            queue.put("note", args={}, now=NOW, key="once")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert session.scalars(select(Job)).all() == []


def test_jobs_of_one_key_are_one(session: Session) -> None:
    for word in ("first", "second"):
        with transaction():
            queue.put("note", args={"word": word}, now=NOW, key="once")
            queue.put("note", args={"word": word}, now=NOW, key="once")
            queue.put("note", args={"word": word}, now=NOW, key="another")
    found = [(job.key, job.args) for job in session.scalars(select(Job).order_by(Job.id))]
    assert found == [("once", {"word": "first"}), ("another", {"word": "first"})]


def test_jobs_without_a_key_are_as_many_as_were_put(session: Session) -> None:
    with transaction():
        for _ in range(3):
            queue.put("note", args={}, now=NOW)
    assert len(session.scalars(select(Job)).all()) == 3


def test_jobs_of_one_key_from_acts_at_the_same_moment_are_one_and_both_acts_last(committed_app: Flask) -> None:
    """The loser of the race for the key must not lose its own act."""
    begin = threading.Barrier(4)

    def act(number: int) -> None:
        with committed_app.app_context():
            begin.wait()
            for turn in range(10):
                with transaction():
                    record.append(actor=Actor.person(), act="submit", subject=f"{number}", now=NOW)
                    queue.put("note", args={}, now=NOW, key=f"turn {turn}")

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(act, number) for number in range(4)]:
            done.result()
    with committed_app.app_context():
        assert sorted(db.session.scalars(select(Job.key))) == [f"turn {turn}" for turn in range(10)]  # type: ignore[type-var]
        assert len(db.session.scalars(select(AuditRecord.id)).all()) == 40
