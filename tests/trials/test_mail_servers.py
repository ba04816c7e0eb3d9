"""Every kind of mail meets every fault of a mail server: none is lost, none comes twice but under one Message-ID."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from coalition import clock as project_clock
from coalition.desk import samples
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail import delivery, outbox, transport
from coalition.mail.message import Link, Message
from coalition.mail.models import OutboxMessage
from coalition.mail.transport import SmtpTransport
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.architecture.sources import TEMPLATES
from tests.factories import officers, signing
from tests.mail.postbox import Postbox, PostOffice, hang_up
from tests.trials.bad_servers import Forgetful, Wire, nobody

MAILS = sorted(
    path.parent.relative_to(TEMPLATES / "mail").as_posix() for path in TEMPLATES.glob("mail/*/*/subject.txt")
)
NAMES = re.compile(r"\b(values|links)\.(\w+)")
AWAY = timedelta(hours=5)  # longer than any pause between two attempts
AT_ONCE = ("refuses", "421", "hangs", "451", "452", "450 after data", "drops in data", "drops after data")


def plain(example: Any) -> Any:
    """Return an example as a row keeps it: a sentence that waits for its language as its words."""
    return example if isinstance(example, str | int) else str(example)


def sample(template: str) -> Message:
    """Return a mail of a kind, with something for every value and link that its three parts name."""
    parts = "".join(path.read_text("utf-8") for path in (TEMPLATES / "mail" / template).iterdir())
    named = set(NAMES.findall(parts))
    soon = (project_clock.now() + timedelta(days=3)).isoformat()
    examples = samples.Values(samples.EXAMPLES)
    values: dict[str, Any] = {name: plain(examples[name]) for kind, name in named if kind == "values"}
    values |= {name: soon for name in values if name.endswith("_at")}
    values |= {name: "help@coalition.example" for name in values if name == "contact"}
    path = "/{language}/signatures/confirm/{token}"
    links = {name: Link(path, Purpose.CONFIRM, f"claim-{name}") for kind, name in named if kind == "links"}
    address = f"{template.replace('/', '.')}@reseau.example.org"
    return Message(template, address, "fr", "signature:none", values, links, limited="confirm" in template)


def work(url: str) -> None:
    """Send what is due, as one round of the worker does."""
    db.session.remove()
    delivery.run_due(transport=SmtpTransport(url))


@contextmanager
def bad_day(fault: str, postbox: Postbox) -> Iterator[str]:
    """Run a server that has one fault for every mail; yields its address."""
    answers: dict[str, Any] = {
        "451": {"RCPT": "451 4.7.1 greylisted, come back later"},
        "452": {"RCPT": "452 4.2.2 mailbox over quota"},
        "450 after data": {"DATA": "450 4.2.0 try again"},
        "drops in data": {"DATA": hang_up},
    }
    if fault == "refuses":
        yield nobody()
    elif fault in ("421", "hangs"):
        with Wire(b"421 too many\r\n" if fault == "421" else b"") as wire:
            yield wire.url
            assert wire.calls == len(MAILS)
    else:
        postbox.answers = {command: [answer] * len(MAILS) for command, answer in answers.get(fault, {}).items()}
        with PostOffice(postbox) as office:
            yield office.url


def put_all() -> None:
    with transaction():
        for template in MAILS:
            outbox.put(sample(template), now=project_clock.now())


def rows() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.parametrize("fault", AT_ONCE)
def test_mails_when_the_server_has_a_bad_day_come_later_and_once(
    app: Flask, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2 if fault == "hangs" else 30)
    postbox = Forgetful(len(MAILS)) if fault == "drops after data" else Postbox()
    put_all()
    with bad_day(fault, postbox) as url:
        work(url)
        work(url)  # nothing is due: whoever is refused is not pressed
    assert {row.state for row in rows()} == {"waiting"}
    assert all(row.attempts == 1 and row.last_error for row in rows())
    clock.shift(AWAY)
    with PostOffice(postbox) as office:
        work(office.url)
        clock.shift(AWAY)
        work(office.url)
    assert {row.state for row in rows()} == {"sent"}
    copies = Counter(str(mail["Message-ID"]) for mail in postbox.mails)
    assert set(copies) == {row.message_id for row in rows()}
    assert set(copies.values()) == {2 if fault == "drops after data" else 1}
    assert len({str(mail["To"]) for mail in postbox.mails}) == len(MAILS)
    assert all(str(mail["Subject"]).strip() for mail in postbox.mails)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_mails_when_refused_for_good_are_told_and_not_tried_again(
    app: Flask, clock: time_machine.Traveller, command: str
) -> None:
    postbox = Postbox()
    postbox.answers = {command: ["550 5.1.1 no such mailbox"] * len(MAILS)}
    put_all()
    with PostOffice(postbox) as office:
        work(office.url)
        clock.shift(AWAY)
        work(office.url)
    assert postbox.mails == []
    assert {(row.state, row.attempts) for row in rows()} == {("refused", 1)}
    assert [job.name for job in db.session.scalars(select(Job))] == ["mail.failed"] * len(MAILS)


def test_application_when_its_mailbox_refuses_mail_for_good_shows_it_to_officers(
    app: Flask, charter: str, worker: Any
) -> None:
    signature = signing.verified()
    page = f"/admin/applications/{signature.reference}/"
    desk = officers.signed_in(app)
    told = "The mailbox refuses our mail"
    assert told not in desk.get(page).text
    postbox = Postbox()
    postbox.answers = {"RCPT": ["550 5.1.1 no such mailbox"] * 9}
    with PostOffice(postbox) as office:
        work(office.url)
    worker()
    assert told in desk.get(page).text


def test_mail_when_the_server_is_away_for_longer_than_we_try_is_told_as_refused(
    app: Flask, clock: time_machine.Traveller
) -> None:
    put_all()
    for _ in range(2):
        work(nobody())
        clock.shift(timedelta(days=4))
    assert {row.state for row in rows()} == {"refused"}
    assert len(list(db.session.scalars(select(Job)))) == len(MAILS)
