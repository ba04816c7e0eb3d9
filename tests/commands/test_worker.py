from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import MutableMapping
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition import clock as project_clock
from coalition.commands import worker as working
from coalition.extensions import db
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition.mail import outbox as mails
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.architecture.sources import ROOT
from tests.browser.server import COMMAND
from tests.commands.processes import wait_for
from tests.mail.conftest import AWA, message


class Counting:
    """A transport that stops the worker after so many mails."""

    def __init__(self, stop: threading.Event, most: int) -> None:
        self.stop, self.most, self.sent = stop, most, 0

    def send(self, mail: EmailMessage) -> None:
        self.sent += 1
        if self.sent >= self.most:
            self.stop.set()


def put_mails(number: int) -> None:
    with transaction():
        for _ in range(number):
            mails.put(message(), now=project_clock.now())


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


def test_worker_that_is_told_to_stop_leaves_the_rest_for_later(app: Flask) -> None:
    put_mails(5)
    stop = threading.Event()
    working.run(stop, transport=Counting(stop, 2))
    assert states() == ["sent", "sent", "waiting", "waiting", "waiting"]


def test_worker_when_it_starts_does_what_is_due_by_the_clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "MAILS_A_ROUND", 1)  # a round is one job and one mail
    put_mails(len(working.HOURLY))
    stop = threading.Event()
    working.run(stop, transport=Counting(stop, len(working.HOURLY)))
    db.session.rollback()
    assert db.session.scalars(select(Job)).all() == []


def test_worker_with_many_jobs_waiting_sends_mails_in_between(app: Flask) -> None:
    with transaction():
        for _ in range(10):
            queue.put("signing.discard_drafts", args={}, now=project_clock.now())
    put_mails(1)
    stop = threading.Event()
    working.run(stop, transport=Counting(stop, 1))
    db.session.rollback()
    assert len(db.session.scalars(select(Job)).all()) == 9 + len(working.HOURLY)


def test_hourly_jobs_that_still_wait_are_not_put_again(session: Session) -> None:
    for _ in range(2):
        working._hourly()
    assert sorted(session.scalars(select(Job.name))) == sorted(working.HOURLY)


def test_hourly_jobs_are_all_known(app: Flask) -> None:
    assert set(working.HOURLY) <= set(app.extensions["coalition.jobs"])


@pytest.mark.one_database
def test_worker_whose_parent_is_gone_stops(app: Flask) -> None:
    put_mails(1)
    working.run(threading.Event(), transport=Counting(threading.Event(), 1), parent=os.getpid())  # not our parent
    assert states() == ["waiting"]


def test_worker_while_the_database_is_lost_waits_for_it(
    committed_app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PAUSE_SECONDS", 0.02)
    stop = threading.Event()

    def work() -> None:
        with committed_app.app_context():
            working.run(stop, transport=Counting(stop, 1))

    with committed_app.app_context():
        put_mails(1)
        there, gone = db.engine, "sqlite:////nowhere/at/all.sqlite3"
        if there.dialect.name == "postgresql":
            gone = "postgresql+psycopg://nobody@127.0.0.1:1/none"
        db.engines[None] = db._make_engine(None, {"url": gone}, committed_app)  # type: ignore[index]
        running = threading.Thread(target=work)
        running.start()
        wait_for(lambda: caplog.text.count("database not answering") >= 3)
        assert running.is_alive()
        db.engines[None] = there  # type: ignore[index]
        running.join(20)
        assert states() == ["sent"]


@pytest.mark.one_database
def test_worker_with_a_mail_server_that_nothing_speaks_with_ends_in_one_sentence(
    runner: FlaskCliRunner, settings: MutableMapping[str, Any]
) -> None:
    settings["MAIL_URL"] = "pigeon://mail.example.org"
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    ended = runner.invoke(args=["worker"])
    for number, handler in before.items():
        signal.signal(number, handler)
    assert ended.exit_code == 1
    assert ended.output == "COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not 'pigeon'.\n"


@pytest.mark.one_database
def test_worker_of_its_own_process_sends_what_waits_and_ends_with_sigterm(committed_app: Flask) -> None:
    with committed_app.app_context():
        put_mails(2)
    data = committed_app.config["DATA_DIR"]
    environment = {
        "PATH": os.environ["PATH"],
        "COALITION_DATA_DIR": str(data),
        "COALITION_DATABASE_URL": committed_app.config["SQLALCHEMY_DATABASE_URI"],
    }
    process = subprocess.Popen([*COMMAND, "worker"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: len(list((data / "mailbox").glob("*.eml"))) == 2)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, told) == (0, b"")
    assert all(AWA.encode() in path.read_bytes() for path in (data / "mailbox").glob("*.eml"))
    with committed_app.app_context():
        assert states() == ["sent", "sent"]
