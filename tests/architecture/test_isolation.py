"""Does a test leave nothing behind, and does a request see only what was committed?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition.transactions import reading, transaction
from tests.fixtures.apps import elsewhere
from tests.fixtures.times import MONDAY

COUNT = select(func.count(Job.id))


def put_and_fail() -> None:
    with transaction():
        queue.put("mail.failed", args={}, now=clock_module.now())
        raise ZeroDivisionError


@pytest.mark.parametrize("time", ["first", "second"])
def test_commit_when_the_test_ends_is_rolled_back(session: scoped_session[Session], time: str) -> None:
    assert session.scalar(COUNT) == 0
    with transaction():
        queue.put("mail.failed", args={}, now=clock_module.now())
    with reading() as connection:
        assert connection.scalar(COUNT) == 1


def test_write_when_not_committed_is_not_seen_elsewhere(app: Flask, session: scoped_session[Session]) -> None:
    queue.put("mail.failed", args={}, now=clock_module.now())
    session.flush()
    with elsewhere(app):
        assert session.scalar(COUNT) == 0


def test_transaction_when_it_fails_leaves_what_was_committed_before(session: scoped_session[Session]) -> None:
    with transaction():
        queue.put("mail.failed", args={}, now=clock_module.now())
    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    assert session.scalar(COUNT) == 1


def test_commit_when_real_is_seen_by_another_connection(committed_app: Flask) -> None:
    with committed_app.app_context(), transaction():
        queue.put("mail.failed", args={}, now=clock_module.now())
    with committed_app.app_context(), reading() as connection:
        assert connection.scalar(COUNT) == 1


def test_clock_when_it_stands_still_moves_only_when_told(clock: time_machine.Traveller) -> None:
    assert clock_module.now() == MONDAY
    clock.shift(timedelta(days=1))
    assert clock_module.now() - MONDAY == timedelta(days=1)


def test_statements_when_counted_leave_out_the_framing(
    session: scoped_session[Session], counted_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with counted_queries() as statements, transaction():
        session.scalar(COUNT)
    assert len(statements) == 1
