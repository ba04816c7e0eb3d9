from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition.extensions import db
from coalition.mail import outbox as mails
from coalition.mail.message import Link, MailState, recipient_key
from coalition.mail.models import OutboxMessage, SuppressedAddress
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.fixtures.times import MONDAY
from tests.mail.conftest import AWA, message

Rows = Callable[[], list[OutboxMessage]]
DIGEST = hashlib.sha256(AWA.encode()).hexdigest()


def fields(row: OutboxMessage) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in OutboxMessage.__table__.columns if column.key != "id"}


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Secretariat <office@coalition.example>", "coalition.example"),
        ('"a@b" <office@coalition.example >', "coalition.example"),
        ("office@xx.example", "xx.example"),
        ("XX <office@XX>", "XX"),
        ("office@", "localhost"),
    ],
)
def test_mail_that_was_put_is_named_under_the_senders_domain(
    put: Any, rows: Rows, settings: MutableMapping[str, Any], sender: str, domain: str
) -> None:
    settings["MAIL_FROM"] = sender
    put()
    assert rows()[0].message_id.partition("@")[2] == f"{domain}>"


def test_mail_that_was_put_waits_with_every_field(put: Any, rows: Rows, clock: time_machine.Traveller) -> None:
    put(
        values={"organisation": "財団"},
        links={"manage": Link("/{language}/x/{token}", Purpose.MANAGE, "claim-1"), "home": Link("/{language}/")},
        limited=True,
        useful_until=MONDAY + timedelta(hours=72),
    )
    row = fields(rows()[0])
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost\.localdomain>", str(row.pop("message_id")))
    assert row == {
        "template": "signing/confirm_signature",
        "language": "en",
        "recipient": AWA,
        "recipient_key": DIGEST,
        "values": {"organisation": "財団"},
        "links": {
            "manage": {"path": "/{language}/x/{token}", "purpose": "manage", "claim": "claim-1"},
            "home": {"path": "/{language}/", "purpose": "", "claim": ""},
        },
        "about": "signature:x",
        "limited": True,
        "useful_until": datetime(2026, 3, 5, 9, 0, tzinfo=UTC),
        "created_at": MONDAY,
        "send_at": MONDAY,
        "state": "waiting",
        "attempts": 0,
        "leased_until": None,
        "sent_at": None,
        "last_error": None,
        "bounced_at": None,
    }


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("secretariat@coalition.example.org", "coalition.example.org"),
        ("The secretariat <post@coalition.example.org>", "coalition.example.org"),
    ],
)
@pytest.mark.one_database
def test_message_id_when_made_is_of_the_senders_domain_and_never_the_same(
    put: Any, rows: Rows, settings: MutableMapping[str, Any], sender: str, domain: str
) -> None:
    settings["MAIL_FROM"] = sender
    for _ in range(5):
        put()
    ids = [row.message_id for row in rows()]
    assert len(set(ids)) == 5
    assert {one.partition("@")[2] for one in ids} == {f"{domain}>"}


def test_mail_of_an_act_that_fails_goes_with_it(session: Session, rows: Rows) -> None:
    def fail() -> None:
        with transaction():
            mails.put(message(), now=MONDAY)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows() == []


@pytest.mark.parametrize("spelling", [AWA, AWA.upper(), f" {AWA} ", AWA.title()])
def test_recipient_key_of_any_spelling_is_one(spelling: str) -> None:
    assert recipient_key(spelling) == DIGEST


def test_mails_about_a_thing_when_dropped_forget_their_reader_and_leave_the_others(put: Any, rows: Rows) -> None:
    put(about="signature:x")
    put(about="signature:x", template="signing/manage_link")
    put(about="signature:y")
    with transaction():
        mails.drop_waiting(about="signature:x", template="signing/confirm_signature")
    assert [row.state for row in rows()] == ["dropped", "waiting", "waiting"]
    with transaction():
        mails.drop_waiting(about="signature:x")
    assert [(row.state, row.recipient, row.values, row.links) for row in rows()[:2]] == [("dropped", None, {}, {})] * 2
    assert (rows()[2].state, rows()[2].recipient) == ("waiting", AWA)


def test_mail_that_was_put_in_the_same_act_is_dropped_too(app: Flask, rows: Rows) -> None:
    with transaction():
        mails.put(message(), now=MONDAY)
        mails.drop_waiting(about="signature:x")
    assert [row.state for row in rows()] == ["dropped"]


def test_mail_that_was_sent_is_not_dropped(put: Any, rows: Rows, worker: Callable[[], int]) -> None:
    put()
    worker()
    with transaction():
        mails.drop_waiting(about="signature:x")
    assert [(row.state, row.recipient) for row in rows()] == [("sent", AWA)]


def test_mails_that_are_forgotten_keep_that_they_were_sent_and_nothing_of_their_reader(
    put: Any, rows: Rows, worker: Callable[[], int], outbox: list[Any]
) -> None:
    put()
    worker()
    put()
    put(about="signature:y")
    with transaction():
        mails.forget(about="signature:x")
    assert [(row.state, row.recipient, row.values, row.links) for row in rows()[:2]] == [
        ("sent", None, {}, {}),
        ("dropped", None, {}, {}),
    ]
    assert rows()[2].recipient == AWA
    worker()  # what was forgotten while it waited does not stop the worker
    assert [row.state for row in rows()] == ["sent", "dropped", "sent"]
    assert len(outbox) == 2


def test_suppressed_address_is_kept_as_a_digest_and_once(session: Session) -> None:
    for spelling in (AWA, AWA.upper()):
        with transaction():
            mails.suppress(spelling, reason="disowned", now=MONDAY)
    kept = session.scalars(select(SuppressedAddress)).all()
    assert [(row.recipient_key, row.reason, row.created_at) for row in kept] == [(DIGEST, "disowned", MONDAY)]


def test_address_that_two_suppress_at_the_same_moment_is_suppressed_and_both_acts_last(committed_app: Flask) -> None:
    begin = threading.Barrier(4)

    def disown(number: int) -> None:
        with committed_app.app_context():
            begin.wait()
            for turn in range(10):
                with transaction():
                    mails.put(message(about=f"{number}", to=f"{turn}@example.org"), now=MONDAY)
                    mails.suppress(f"{turn}@example.org", reason="disowned", now=MONDAY)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(disown, number) for number in range(4)]:
            done.result()
    with committed_app.app_context():
        assert len(db.session.scalars(select(SuppressedAddress)).all()) == 10
        assert len(db.session.scalars(select(OutboxMessage)).all()) == 40


def test_states_of_mails_are_those_that_the_database_knows() -> None:
    assert [state.value for state in MailState] == ["waiting", "sent", "refused", "dropped"]
