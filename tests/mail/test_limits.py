from __future__ import annotations

import threading
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask

from coalition import clock as project_clock
from coalition.extensions import db
from coalition.mail import delivery
from coalition.mail import outbox as mails
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.fixtures.mails import Outbox
from tests.fixtures.times import MONDAY
from tests.mail.conftest import AWA, message

Rows = Callable[[], list[OutboxMessage]]
Put = Callable[..., None]
Worker = Callable[[], int]


def test_mails_that_strangers_trigger_are_three_an_hour(
    put: Put, rows: Rows, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    for minute in range(5):
        put(limited=True, about=f"signature:{minute}")
        worker()
        clock.shift(timedelta(minutes=1))
    assert [row.state for row in rows()] == ["sent", "sent", "sent", "waiting", "waiting"]
    assert [row.last_error for row in rows()[3:]] == ["too many mails to this address"] * 2
    clock.move_to(MONDAY + timedelta(hours=1))
    worker()
    assert len(outbox) == 3
    clock.move_to(MONDAY + timedelta(hours=1, seconds=1))
    worker()
    assert len(outbox) == 4
    clock.move_to(MONDAY + timedelta(hours=1, minutes=1, seconds=1))
    worker()
    assert len(outbox) == 5


def test_mails_that_strangers_trigger_are_five_a_day(
    put: Put, rows: Rows, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    sent_at = []
    for number in range(7):
        put(limited=True, about=f"signature:{number}")
    while any(row.state == "waiting" for row in rows()):
        before = len(outbox)
        worker()
        sent_at += [project_clock.now() - MONDAY] * (len(outbox) - before)
        if waiting := [row.send_at for row in rows() if row.state == "waiting"]:
            clock.move_to(min(waiting))
    hour, day, second = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
    assert sent_at == [timedelta()] * 3 + [hour + second] * 2 + [day + second] * 2


def test_mails_of_officers_acts_are_never_limited(
    put: Put, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        put(limited=True)
    for _ in range(12):
        put(limited=False)
    worker()
    assert len(outbox) == 15


def test_mails_of_officers_acts_use_up_no_ones_limit(
    put: Put, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    for _ in range(12):
        put(limited=False)
    for _ in range(3):
        put(limited=True)
    worker()
    assert len(outbox) == 15


def test_limit_of_an_address_is_one_in_any_spelling_and_anothers_is_its_own(
    put: Put, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    for spelling in (AWA, AWA.upper(), AWA.title(), AWA):
        put(limited=True, to=spelling)
        put(limited=True, to="ben@example.org")
    worker()
    assert [len([mail for mail in outbox if mail["To"].casefold() == to]) for to in (AWA, "ben@example.org")] == [3, 3]


def test_limit_that_the_settings_name_is_the_one_that_holds(
    put: Put, worker: Worker, outbox: Outbox, settings: MutableMapping[str, Any]
) -> None:
    settings["MAILS_PER_HOUR"] = 1
    for _ in range(2):
        put(limited=True)
    worker()
    assert len(outbox) == 1


def test_mail_that_waits_for_the_limit_beyond_its_use_is_dropped(
    put: Put, rows: Rows, worker: Worker, clock: time_machine.Traveller
) -> None:
    for _ in range(4):
        put(limited=True, useful_until=MONDAY + timedelta(minutes=50))
    worker()
    clock.shift(timedelta(hours=2))
    worker()
    assert [row.state for row in rows()] == ["sent", "sent", "sent", "dropped"]


def test_limited_mails_to_one_address_when_claimed_at_the_same_moment_are_in_one_workers_hands(
    committed_app: Flask,
) -> None:
    rounds, workers = 25, 3
    begin = threading.Barrier(workers + 1)
    now = project_clock.now()

    def work() -> list[bool]:
        claimed = []
        for _ in range(rounds):
            with committed_app.app_context():
                db.session.connection()  # opened before the race, not in it
                begin.wait()
                claimed.append(delivery.claim(now) is not None)
                begin.wait()
        return claimed

    with ThreadPoolExecutor(workers) as threads:
        running = [threads.submit(work) for _ in range(workers)]
        for number in range(rounds):
            with committed_app.app_context(), transaction():
                for _ in range(workers):
                    mails.put(message(limited=True, to=f"{number}@example.org"), now=now)
            begin.wait()
            begin.wait()
        hands = [sum(together) for together in zip(*(one.result() for one in running), strict=True)]
    assert hands == [1] * rounds
