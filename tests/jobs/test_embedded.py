from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition import clock as project_clock
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.jobs import embedded, queue
from coalition.jobs.models import Job
from coalition.transactions import transaction
from tests.architecture.sources import ROOT
from tests.jobs import acts

JOBS = acts.JOBS


def put(name: str, *, run_at: Any = None, key: str | None = None, **args: Any) -> None:
    with transaction():
        queue.put(name, args=args, now=project_clock.now(), run_at=run_at, key=key)


def run(most: int = 100) -> int:
    return embedded.run_due(jobs=JOBS, worker="w", most=most)


def test_jobs_when_a_worker_takes_one_kind_alone_are_left_to_others(app: Flask, clock: time_machine.Traveller) -> None:
    put("note", word="first")
    assert embedded.run_due(jobs=JOBS, worker="w", only="another") == 0
    assert embedded.run_due(jobs=JOBS, worker="w", only="note") == 1
    assert words() == ["first"]


def words() -> list[str]:
    return list(db.session.scalars(select(AuditRecord.subject).order_by(AuditRecord.id)))


def only_job() -> Job:
    return db.session.scalars(select(Job)).one()


def test_jobs_when_they_are_due_are_done_in_their_order_and_gone(app: Flask, clock: time_machine.Traveller) -> None:
    now = project_clock.now()
    put("note", word="third", run_at=now - timedelta(minutes=1))
    put("note", word="first", run_at=now - timedelta(minutes=3))
    put("note", word="fourth", run_at=now - timedelta(minutes=1))
    put("note", word="second", run_at=now - timedelta(minutes=2))
    put("note", word="not yet", run_at=now + timedelta(seconds=1))
    assert run() == 4
    assert words() == ["first", "second", "third", "fourth"]
    assert only_job().args == {"word": "not yet"}


def test_run_when_many_are_due_does_no_more_than_asked(app: Flask) -> None:
    for number in range(5):
        put("note", word=str(number))
    assert [run(most=2), run(most=2), run(most=2), run(most=2)] == [2, 2, 1, 0]


def test_run_when_nothing_is_due_takes_no_write_lock(app: Flask, counted_queries: Any) -> None:
    with counted_queries() as statements:
        assert run() == 0
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


def test_claimed_job_is_leased_to_its_worker_and_to_no_other(app: Flask, clock: time_machine.Traveller) -> None:
    put("note", word="a")
    now = project_clock.now()
    claimed = embedded.claim(worker="first", now=now)
    assert claimed == embedded.Claimed(only_job().id, "note", {"word": "a"}, 1)
    job = only_job()
    assert (job.leased_by, job.leased_until, job.attempts) == ("first", now + embedded.LEASE, 1)
    assert embedded.claim(worker="second", now=now) is None
    assert embedded.claim(worker="second", now=now + embedded.LEASE) is None


def test_claimed_job_whose_lease_has_ended_is_anothers(app: Flask, clock: time_machine.Traveller) -> None:
    put("note", word="a")
    first = embedded.claim(worker="first", now=project_clock.now())
    clock.shift(embedded.LEASE + timedelta(seconds=1))
    second = embedded.claim(worker="second", now=project_clock.now())
    assert first is not None
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)
    embedded.perform(first, worker="first", jobs=JOBS)  # late: the row is no longer its own
    assert only_job().leased_by == "second"
    embedded.perform(second, worker="second", jobs=JOBS)
    assert db.session.scalars(select(Job)).all() == []


def test_failed_job_waits_twice_as_long_each_time(app: Flask, clock: time_machine.Traveller) -> None:
    put("fail")
    waits = []
    for _ in range(5):
        assert run() == 1
        job = only_job()
        waits.append((job.run_at - project_clock.now()).total_seconds())
        assert (job.leased_by, job.leased_until, job.failed_at) == (None, None, None)
        assert run() == 0
        clock.move_to(job.run_at)
    assert waits == [2, 4, 8, 16, 32]
    assert only_job().last_error == "ZeroDivisionError: by design"


def test_failed_job_after_its_last_attempt_stays_failed(app: Flask, clock: time_machine.Traveller) -> None:
    put("fail", key="once")
    for _ in range(embedded.LAST_ATTEMPT):
        assert only_job().failed_at is None
        assert run() == 1
        clock.shift(embedded.LONGEST_WAIT)
    job = only_job()
    assert (job.failed_at, job.attempts) == (project_clock.now() - embedded.LONGEST_WAIT, embedded.LAST_ATTEMPT)
    clock.shift(timedelta(days=30))
    assert run() == 0


def test_failed_job_that_stays_so_keeps_no_other_of_its_key_away(app: Flask, clock: time_machine.Traveller) -> None:
    """The hourly jobs go by one key: a failure of last year must not end them."""
    put("fail", key="hourly")
    for _ in range(embedded.LAST_ATTEMPT):
        run()
        clock.shift(embedded.LONGEST_WAIT)
    put("note", key="hourly", word="again")
    assert run() == 1
    assert words() == ["again"]


def test_job_for_which_the_machine_lacks_something_is_never_given_up(app: Flask, clock: time_machine.Traveller) -> None:
    put("wait")
    for _ in range(3 * embedded.LAST_ATTEMPT):
        assert run() == 1
        assert run() == 0
        clock.shift(embedded.WAIT_FOR_MACHINE)
    job = only_job()
    assert (job.failed_at, job.attempts) == (None, 0)
    assert job.last_error == "Unavailable: Documents wait until this machine has Pango: apt-get"


def test_job_that_had_to_wait_for_the_machine_has_all_its_attempts_left(
    app: Flask, clock: time_machine.Traveller
) -> None:
    put("wait")
    for _ in range(2 * embedded.LAST_ATTEMPT):
        run()
        clock.shift(embedded.WAIT_FOR_MACHINE)
    with transaction():
        only_job().name = "fail"
    assert run() == 1
    assert (only_job().failed_at, only_job().attempts) == (None, 1)


def test_job_that_nobody_knows_fails_and_keeps_nothing_else_waiting(app: Flask) -> None:
    put("unknown")
    put("note", word="next")
    assert run() == 2
    assert (only_job().last_error, words()) == ("KeyError: 'unknown'", ["next"])


def test_job_that_fails_in_the_middle_leaves_nothing_of_it(app: Flask) -> None:
    put("leave_open", word="half")
    put("note", word="next")
    assert run() == 2
    assert words() == ["next"]


def test_job_that_takes_its_worker_along_every_time_is_given_up(app: Flask, clock: time_machine.Traveller) -> None:
    put("die", word="deadly")
    for _ in range(embedded.LAST_ATTEMPT):
        assert embedded.claim(worker="killed", now=project_clock.now()) is not None
        clock.shift(embedded.LEASE + timedelta(seconds=1))
    assert run() == 1
    assert (only_job().failed_at, only_job().last_error) == (project_clock.now(), "WorkerLost: ")
    assert words() == []


def test_job_that_fails_in_the_database_quotes_nobody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    put("quote", address="awa@reseau.example.org")
    with caplog.at_level(logging.DEBUG):
        assert run() == 1
    error = only_job().last_error or ""
    assert "awa@" not in error
    assert error in ("IntegrityError", "StatementError", "NotNullViolation", "StringDataRightTruncation")
    assert "awa@" not in caplog.text
    assert "job quote failed" in caplog.text
    assert "tests/jobs/acts.py" in caplog.text  # where it failed


def test_two_hundred_jobs_among_four_workers_are_each_done_once(committed_app: Flask) -> None:
    with committed_app.app_context(), transaction():
        for number in range(200):
            queue.put("count", args={"number": number}, now=project_clock.now())
    acts.counted.clear()
    begin = threading.Barrier(4)

    def work(number: int) -> int:
        begin.wait()
        done = 0
        with committed_app.app_context():
            while step := embedded.run_due(jobs=JOBS, worker=f"worker {number}", most=7):
                done += step
        return done

    with ThreadPoolExecutor(4) as threads:
        done = [one.result() for one in [threads.submit(work, number) for number in range(4)]]
    assert sum(done) == 200
    assert acts.counted == Counter(dict.fromkeys(range(200), 1))
    with committed_app.app_context():
        assert db.session.scalars(select(Job)).all() == []


def test_job_of_a_killed_worker_is_done_by_another_once_the_lease_has_ended(
    committed_app: Flask, tmp_path: Path
) -> None:
    with committed_app.app_context(), transaction():
        queue.put("die", args={"word": "half"}, now=project_clock.now())
    url = committed_app.config["SQLALCHEMY_DATABASE_URI"]
    killed = subprocess.run(
        [sys.executable, "-m", acts.HERE, url, str(tmp_path / "killed")], cwd=ROOT, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    jobs = {"die": JOBS["note"]}
    with committed_app.app_context():
        assert only_job().leased_by == "the killed one"
        assert embedded.run_due(jobs=jobs, worker="another") == 0
        ended = only_job().leased_until
        assert ended is not None
        with time_machine.travel(ended + timedelta(seconds=1), tick=False):
            assert embedded.run_due(jobs=jobs, worker="another") == 1
        acts_done = db.session.scalars(select(AuditRecord.act).order_by(AuditRecord.id)).all()
        assert acts_done == ["begun", "note"]
        assert db.session.scalars(select(Job)).all() == []


def test_worker_names_when_made_are_never_the_same() -> None:
    names = [embedded.worker_name() for _ in range(50)]
    assert len(set(names)) == 50
    assert max(len(name) for name in names) <= 64


def test_failed_job_when_its_session_was_broken_is_put_back(session: Session) -> None:
    put("leave_open", word="half")
    run()
    assert (only_job().attempts, only_job().last_error) == (1, "ZeroDivisionError: ")
