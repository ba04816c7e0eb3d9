from __future__ import annotations

import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition.errors import TooMany
from coalition.transactions import transaction
from coalition.web import throttling
from coalition.web.throttling import RULES, ThrottleCounter, allow
from tests.fixtures.apps import build, close
from tests.fixtures.times import MONDAY

AWA = "awa@reseau.example.org"
AMOUNTS = {"letter": 5, "letters": 120, "login": 10, "factor": 10, "inspection": 60, "manage link": 10, "extract": 300}


def allowed(name: str, key: str, tries: int) -> int:
    """Try so often and return how often it was allowed."""
    done = 0
    for _ in range(tries):
        try:
            allow(name, key)
        except TooMany:
            continue
        done += 1
    return done


@pytest.mark.parametrize(("name", "amount"), AMOUNTS.items())
def test_thing_that_is_asked_for_is_allowed_as_often_as_its_rule_says(
    app: Flask, clock: time_machine.Traveller, name: str, amount: int
) -> None:
    assert set(RULES) == set(AMOUNTS)
    assert allowed(name, AWA, amount + 5) == amount


def test_refusal_when_told_says_what_to_do(app: Flask, clock: time_machine.Traveller) -> None:
    assert allowed("login", AWA, 10) == 10
    with pytest.raises(TooMany) as refused:
        allow("login", AWA)
    assert str(refused.value) == "This was tried too often. Wait a few minutes, then try again."


def test_limit_of_one_thing_or_key_is_its_own(app: Flask, clock: time_machine.Traveller) -> None:
    assert allowed("login", AWA, 11) == 10
    assert allowed("login", "ben@example.org", 1) == 1
    assert allowed("manage link", AWA, 1) == 1


def test_limit_of_a_key_is_one_in_any_spelling(app: Flask, clock: time_machine.Traveller) -> None:
    assert [allowed("login", key, 4) for key in (AWA, AWA.upper(), f" {AWA.title()}\n")] == [4, 4, 2]


def test_limit_when_its_time_has_passed_begins_anew(app: Flask, clock: time_machine.Traveller) -> None:
    assert allowed("login", AWA, 11) == 10
    clock.shift(timedelta(minutes=14, seconds=59))
    assert allowed("login", AWA, 1) == 0
    clock.shift(timedelta(seconds=1))
    assert allowed("login", AWA, 11) == 10


def test_limits_that_are_switched_off_refuse_nobody(
    app: Flask, settings: MutableMapping[str, Any], session: Session
) -> None:
    settings["RATE_LIMITS"] = False
    assert allowed("login", AWA, 30) == 30
    assert session.scalars(select(ThrottleCounter)).all() == []


def test_counter_when_kept_holds_a_digest_and_nobodys_address(
    app: Flask, session: Session, clock: time_machine.Traveller
) -> None:
    allow("login", AWA)
    allow("login", AWA)
    kept = session.scalars(select(ThrottleCounter)).one()
    assert (len(kept.key), kept.count) == (64, 2)
    assert "awa" not in kept.key


def test_counters_of_the_past_when_forgotten_leave_the_present_ones(
    app: Flask, session: Session, clock: time_machine.Traveller
) -> None:
    assert allowed("login", AWA, 11) == 10
    clock.shift(timedelta(minutes=15))
    allow("login", "ben@example.org")
    clock.shift(timedelta(minutes=1))
    throttling.forget_past()
    assert [row.count for row in session.scalars(select(ThrottleCounter))] == [1]


def test_asking_within_an_act_is_a_mistake_that_shows(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="already open"), transaction():
        allow("login", AWA)


@pytest.fixture
def second_process(committed_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another application on the same database, with connections of its own."""
    app = build(committed_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "second")
    yield app
    close(app)


def test_limit_when_processes_ask_at_the_same_moment_is_one(committed_app: Flask, second_process: Flask) -> None:
    begin, apps = threading.Barrier(4), (committed_app, second_process, committed_app, second_process)

    def ask(app: Flask) -> int:
        with app.app_context():
            begin.wait()
            return allowed("inspection", AWA, 20)

    with time_machine.travel(MONDAY, tick=False), ThreadPoolExecutor(4) as threads:
        counts = [one.result() for one in [threads.submit(ask, app) for app in apps]]
    assert sum(counts) == 60
