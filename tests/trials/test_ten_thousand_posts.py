"""Whoever posts an address ten thousand times makes us write to it three times an hour and five times a day."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select

from coalition import clock as project_clock
from coalition.extensions import db
from coalition.mail import delivery, outbox
from coalition.mail.message import Link, MailState, recipient_key
from coalition.mail.models import OutboxMessage
from coalition.mail.outbox import drop_waiting
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.browsing import step
from tests.mail.conftest import message
from tests.trials.ledger import count
from tests.trials.people import SIGNED, Desktop
from tests.trials.test_mail_servers import MAILS, sample

TEN_THOUSAND, WORKERS, VISITORS = 10_000, 3, 4
VICTIM = "victim@reseau.example.org"
STRANGERS = [
    name for name in MAILS if name in ("signing/confirm_signature", "signing/manage_link", "signing/draft_saved")
]


class Counting:
    """A transport that takes its time and keeps when it was handed what."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, mail: EmailMessage) -> None:
        time.sleep(0.002)
        self.sent.append(str(mail["Message-ID"]))


def work(app: Flask, transport: Counting, *, most: int = 50) -> None:
    """Let several workers send what is due, at the same moment."""

    def one() -> None:
        with app.app_context():
            delivery.run_due(transport=transport, most=most)

    with ThreadPoolExecutor(WORKERS) as threads:
        for worker in [threads.submit(one) for _ in range(WORKERS)]:
            worker.result(60)


def flood() -> None:
    """Write ten thousand mails to one address, of every kind that a stranger can make us send."""
    now = project_clock.now()
    mails = [sample(name) for name in STRANGERS]
    rows = [
        {
            "message_id": f"<{secrets.token_hex(16)}@coalition.example>",
            "template": mail.template,
            "language": "en",
            "recipient": VICTIM,
            "recipient_key": recipient_key(VICTIM),
            "values": dict(mail.values),
            "links": {name: vars(link) for name, link in mail.links.items()},
            "about": f"signature:{number}",
            "limited": True,
            "created_at": now,
            "send_at": now,
            "state": MailState.WAITING.value,
            "attempts": 0,
        }
        for number in range(TEN_THOUSAND)
        for mail in [mails[number % len(mails)]]
    ]
    with transaction() as session:
        session.execute(insert(OutboxMessage.__table__), rows)


def test_address_when_ten_thousand_mails_wait_for_it_gets_three_an_hour_and_keeps_nobody_waiting(
    stage: Flask, clock: time_machine.Traveller
) -> None:
    transport = Counting()
    flood()
    with transaction():
        outbox.put(message(to="another@example.org"), now=project_clock.now())
    taken = []
    for _ in range(3):
        work(stage, transport)
        taken.append(len(transport.sent))
        clock.shift(timedelta(hours=1, seconds=2))
    assert taken == [1 + 3, 1 + 5, 1 + 5]  # the other one's mail was not kept waiting behind ten thousand
    assert count(OutboxMessage, OutboxMessage.state == MailState.WAITING) == TEN_THOUSAND - 5


def test_address_when_strangers_post_it_at_the_same_time_gets_three_mails(
    stage: Flask, clock: time_machine.Traveller
) -> None:
    desktop = Desktop(stage)
    desktop.values["representative"] = {**desktop.values["representative"], "email": VICTIM}
    signing.verified(email=VICTIM)
    with transaction() as session:
        session.execute(OutboxMessage.__table__.delete())
    names = [desktop.copy() for _ in range(5 * VISITORS)]

    def post(name: str) -> list[int]:
        with stage.app_context():
            browser = desktop.browser(name)
            return [
                browser.post(step("review"), data=SIGNED).status_code,
                browser.post(step("resend")).status_code,
                browser.post("/en/my-signature/link", data={"email": VICTIM}).status_code,
            ]

    with ThreadPoolExecutor(VISITORS) as threads:
        statuses = [status for told in threads.map(post, names) for status in told]
    assert set(statuses) == {302, 303, 429} or set(statuses) == {302, 429}
    transport = Counting()
    work(stage, transport)
    assert len(transport.sent) == 3


@pytest.fixture
def held(app: Flask) -> Callable[[], delivery.Claimed]:
    """Returns what puts one more mail to the address into a worker's hands."""

    def hold() -> delivery.Claimed:
        with transaction():
            link = {"confirm": Link("/{language}/{token}", Purpose.CONFIRM, "c"), "disown": Link("/{language}/")}
            outbox.put(message(to=VICTIM, limited=True, links=link), now=project_clock.now())
        claimed = delivery.claim(project_clock.now())
        assert claimed is not None
        return claimed

    return hold


def test_mail_when_taken_back_while_it_is_being_sent_counts_as_sent(
    held: Callable[[], delivery.Claimed], clock: time_machine.Traveller
) -> None:
    """Who asks again at the very moment in which a mail goes out would not be limited otherwise."""
    transport = Counting()
    for _ in range(8):
        with transaction():
            outbox.put(message(to=VICTIM, limited=True, about="signature:y"), now=project_clock.now())
        mail = delivery.claim(project_clock.now())
        assert mail is not None
        with transaction():
            drop_waiting(about="signature:y")
        assert delivery.claim(project_clock.now()) is None  # it is still in a worker's hands
        delivery.deliver(mail, transport=transport, now=project_clock.now())
    assert len(transport.sent) == 3


def test_mail_when_taken_back_while_it_is_being_sent_is_not_tried_again(
    held: Callable[[], delivery.Claimed], clock: time_machine.Traveller
) -> None:
    mail = held()
    with transaction():
        drop_waiting(about=mail.about)

    class Away:
        def send(self, mail: EmailMessage) -> None:
            raise delivery.TemporaryFailure("451")

    delivery.deliver(mail, transport=Away(), now=project_clock.now())
    clock.shift(timedelta(hours=5))
    transport = Counting()
    delivery.run_due(transport=transport)
    db.session.rollback()
    row = db.session.scalars(select(OutboxMessage)).one()
    assert (transport.sent, row.state, row.recipient, row.values, row.links) == ([], "dropped", None, {}, {})
