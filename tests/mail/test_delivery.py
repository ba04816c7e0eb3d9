from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from coalition import clock as project_clock
from coalition import tokens
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail import delivery
from coalition.mail import outbox as mails
from coalition.mail.message import MailState
from coalition.mail.models import OutboxMessage
from coalition.mail.transport import SmtpTransport
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.fixtures.mails import Outbox
from tests.mail.conftest import AWA, message
from tests.mail.postbox import Postbox, PostOffice, free_port, hang_up

Rows = Callable[[], list[OutboxMessage]]
Put = Callable[..., None]
Worker = Callable[[], int]
LINK = r"http://coalition\.test/(en|fr)/signatures/(confirm|disown)/([A-Za-z0-9_.-]+)"


def deliver(url: str) -> int:
    return delivery.run_due(transport=SmtpTransport(url))


def states(rows: list[OutboxMessage]) -> list[str]:
    return [row.state for row in rows]


def test_mail_that_is_due_is_sent_once(put: Put, rows: Rows, worker: Worker, outbox: Outbox, clock: Any) -> None:
    put()
    assert (worker(), worker()) == (1, 0)
    assert [mail["To"] for mail in outbox] == [AWA]
    row = rows()[0]
    assert (row.state, row.sent_at, row.leased_until, row.attempts) == ("sent", project_clock.now(), None, 1)


def test_mails_when_many_are_due_go_in_their_order(put: Put, worker: Worker, outbox: Outbox) -> None:
    for number in range(4):
        put(to=f"{number}@example.org")
    assert worker() == 4
    assert [mail["To"] for mail in outbox] == [f"{number}@example.org" for number in range(4)]


def test_written_mail_has_a_subject_and_the_same_links_in_both_parts(put: Put, worker: Worker, outbox: Outbox) -> None:
    put()
    worker()
    mail = outbox[0]
    assert mail.subject == "Confirm the signature (A-7K2M)"
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    links = re.findall(LINK, mail.text)
    assert sorted({purpose for _, purpose, _ in links}) == ["confirm", "disown"]
    assert set(re.findall(LINK, mail.html)) == set(links)
    assert "Réseau du Fleuve" in mail.text
    assert "Réseau du Fleuve" in mail.html
    assert {tokens.read(Purpose(purpose), token) for _, purpose, token in links} == {"claim-1"}


def test_written_mail_has_the_headers_of_an_automatic_one(put: Put, rows: Rows, worker: Worker, outbox: Outbox) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), tick=False):
        put(language="fr")
        worker()
    found = {name: str(value) for name, value in outbox[0].items() if name not in ("Content-Type", "Subject")}
    assert found == {
        "From": "secretariat@localhost.localdomain",
        "To": AWA,
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "Message-ID": rows()[0].message_id,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Language": "fr",
    }


def test_written_mail_is_in_its_own_language(put: Put, worker: Worker, outbox: Outbox) -> None:
    put(language="fr")
    put(language="en")
    worker()
    french, english = outbox
    assert (french["Content-Language"], english["Content-Language"]) == ("fr", "en")
    assert "/fr/signatures/confirm/" in french.link("/confirm/")
    assert 'lang="fr"' in french.html
    assert french.subject != english.subject == "Confirm the signature (A-7K2M)"


@pytest.mark.one_database
def test_links_when_they_are_made_lead_to_the_sites_own_address(
    put: Put, worker: Worker, outbox: Outbox, settings: MutableMapping[str, Any]
) -> None:
    settings["PUBLIC_URL"] = "https://coalition.example.org"
    put()
    worker()
    assert len(re.findall(r"https://coalition\.example\.org/en/signatures/\w+/[\w.-]+\n", outbox[0].text)) == 2
    assert "coalition.test" not in outbox[0].as_string()


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("Le secrétariat <post@example.org>", "Le secrétariat <post@example.org>"),
        ("المجلس <post@example.org>", "المجلس <post@example.org>"),
    ],
)
@pytest.mark.one_database
def test_sender_beyond_ascii_is_shown_as_it_is_written(
    put: Put, worker: Worker, outbox: Outbox, settings: MutableMapping[str, Any], sender: str, shown: str
) -> None:
    settings["MAIL_FROM"] = sender
    put()
    worker()
    assert str(outbox[0]["From"]) == shown


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("awa@coopérative.example", "awa@xn--cooprative-e7a.example"),
        ("awa@faß.example", "awa@xn--fa-hia.example"),
        ("awa@財団.example", "awa@xn--4bsp46j.example"),
        ("o'neill+x@example.org", "o'neill+x@example.org"),
    ],
)
@pytest.mark.one_database
def test_recipient_beyond_ascii_is_written_as_mail_servers_know_it(
    put: Put, worker: Worker, outbox: Outbox, typed: str, sent: str
) -> None:
    put(to=typed)
    worker()
    assert str(outbox[0]["To"]) == sent


def test_mail_that_is_no_longer_useful_is_dropped(
    put: Put, rows: Rows, worker: Worker, outbox: Outbox, clock: time_machine.Traveller
) -> None:
    put(useful_until=project_clock.now() + timedelta(hours=1))
    put(useful_until=project_clock.now() + timedelta(hours=1, seconds=1))
    clock.shift(timedelta(hours=1))
    worker()
    assert states(rows()) == ["dropped", "sent"]
    assert rows()[0].last_error == "no longer useful"
    assert len(outbox) == 1


def test_mail_that_a_stranger_triggered_does_not_reach_a_suppressed_address(
    put: Put, rows: Rows, worker: Worker, outbox: Outbox
) -> None:
    with transaction():
        mails.suppress(AWA.upper(), reason="disowned", now=project_clock.now())
    put(limited=True)
    put(limited=False)
    put(limited=True, to="ben@example.org")
    worker()
    assert states(rows()) == ["dropped", "sent", "sent"]
    assert rows()[0].last_error == "suppressed"
    assert [mail["To"] for mail in outbox] == [AWA, "ben@example.org"]


def test_message_id_at_every_attempt_is_the_same(
    put: Put, rows: Rows, post_office: PostOffice, postbox: Postbox, clock: time_machine.Traveller
) -> None:
    postbox.answers["RCPT"] = ["451 greylisted", "451 greylisted"]
    put()
    waits = []
    for _ in range(2):
        assert deliver(post_office.url) == 1
        row = rows()[0]
        assert (row.state, row.last_error, row.leased_until) == ("waiting", "451 recipient refused", None)
        assert deliver(post_office.url) == 0
        waits.append((row.send_at - project_clock.now()).total_seconds())
        clock.move_to(row.send_at)
    assert waits == [30, 60]
    deliver(post_office.url)
    assert states(rows()) == ["sent"]
    assert [mail["Message-ID"] for mail in postbox.mails] == [rows()[0].message_id]


def test_mail_that_was_taken_when_its_worker_was_killed_goes_again_as_the_same_mail(
    put: Put, rows: Rows, post_office: PostOffice, postbox: Postbox, clock: time_machine.Traveller
) -> None:
    """The one case of a second copy: mail programs fold two mails of one Message-ID into one."""
    put()
    claimed = delivery.claim(project_clock.now())
    assert claimed is not None
    SmtpTransport(post_office.url).send(delivery.write(claimed, now=project_clock.now()))
    assert deliver(post_office.url) == 0  # leased
    clock.shift(delivery.LEASE + timedelta(seconds=1))
    assert deliver(post_office.url) == 1
    assert len({str(mail["Message-ID"]) for mail in postbox.mails}) == 1
    assert len(postbox.mails) == 2


def test_mail_that_is_refused_for_good_tells_whoever_it_was_about(
    put: Put, rows: Rows, post_office: PostOffice, postbox: Postbox
) -> None:
    postbox.answers["RCPT"] = ["550 no such mailbox"]
    put()
    deliver(post_office.url)
    row = rows()[0]
    assert (row.state, row.last_error, row.sent_at) == ("refused", "550 recipient refused", None)
    assert {link["claim"] for link in row.links.values()} == {""}
    jobs = [(job.name, job.args) for job in db.session.scalars(select(Job))]
    assert jobs == [("mail.failed", {"about": "signature:x", "recipient_key": row.recipient_key})]


@pytest.mark.parametrize(
    ("command", "answer"), [("RCPT", "451 later"), ("DATA", "554 refused"), ("DATA", hang_up), ("MAIL", "550 who")]
)
def test_mail_that_may_go_later_tells_nobody(
    put: Put, rows: Rows, post_office: PostOffice, postbox: Postbox, command: str, answer: Any
) -> None:
    postbox.answers[command] = [answer]
    put()
    deliver(post_office.url)
    refused = answer == "554 refused"
    assert states(rows()) == ["refused" if refused else "waiting"]
    assert len(db.session.scalars(select(Job)).all()) == int(refused)


def test_mail_when_the_server_is_away_for_days_is_given_up(put: Put, rows: Rows, clock: time_machine.Traveller) -> None:
    put()
    address = f"smtp://127.0.0.1:{free_port()}"
    began, waits = project_clock.now(), []
    while rows()[0].state == MailState.WAITING:
        clock.move_to(rows()[0].send_at)
        deliver(address)
        waits.append(rows()[0].send_at - project_clock.now())
    assert max(waits) == delivery.LONGEST_WAIT
    assert timedelta(days=3) < project_clock.now() - began < timedelta(days=3) + delivery.LONGEST_WAIT
    assert [job.name for job in db.session.scalars(select(Job))] == ["mail.failed"]


def test_mail_that_cannot_be_written_keeps_no_other_waiting(
    put: Put, rows: Rows, worker: Worker, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    put(template="signing/no_such_mail")
    put(values={"expires_at": "no moment"})
    put(to="no\r\naddress@example.org")
    put(to="last@example.org")
    with caplog.at_level(logging.DEBUG):
        worker()
    assert states(rows()) == ["waiting", "waiting", "waiting", "sent"]
    assert [row.last_error for row in rows()[:2]] == ["TemplateNotFound", "ValueError"]
    assert [mail["To"] for mail in outbox] == ["last@example.org"]
    assert "cannot be written: TemplateNotFound" in caplog.text
    assert "example.org" not in caplog.text


def test_claimed_mail_is_leased_to_one_worker(put: Put, rows: Rows, clock: time_machine.Traveller) -> None:
    put()
    now = project_clock.now()
    assert delivery.claim(now) is not None
    assert (rows()[0].leased_until, rows()[0].attempts) == (now + delivery.LEASE, 1)
    assert delivery.claim(now + delivery.LEASE) is None
    assert delivery.claim(now + delivery.LEASE + timedelta(seconds=1)) is not None


def test_claiming_when_nothing_is_due_takes_no_write_lock(app: Flask, counted_queries: Any) -> None:
    with counted_queries() as statements:
        assert delivery.claim(project_clock.now()) is None
    assert [statement.split()[0] for statement in statements] == ["SELECT"]


def test_mail_that_was_taken_back_while_it_was_sent_counts_as_sent(put: Put, rows: Rows) -> None:
    put()

    class Dropping:
        def send(self, mail: EmailMessage) -> None:
            with transaction():
                mails.drop_waiting(about="signature:x")

    delivery.run_due(transport=Dropping())
    assert [(row.state, row.recipient, row.values, row.links) for row in rows()] == [("sent", None, {}, {})]


def test_logs_and_rows_when_mails_are_sent_and_refused_hold_no_token_and_logs_no_address(
    put: Put, rows: Rows, post_office: PostOffice, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.answers["RCPT"] = [None, "550 <awa@reseau.example.org> unknown", "451 <awa@reseau.example.org> later"]
    for _ in range(3):
        put()
    with caplog.at_level(logging.DEBUG):
        deliver(post_office.url)
    assert states(rows()) == ["sent", "refused", "waiting"]
    minted = {tokens.sign(purpose, "claim-1") for purpose in (Purpose.CONFIRM, Purpose.DISOWN)}
    ours = [one for one in caplog.records if one.name != "mail.log"]  # that is the mail server's
    logged = str([(one.getMessage(), vars(one)) for one in ours])
    kept = str([dict(row) for table in ("outbox_messages", "jobs") for row in table_rows(table)])
    assert "refused" in logged
    assert [token for token in minted if token in logged or token in kept] == []
    assert AWA not in logged
    assert [job.args["about"] for job in db.session.scalars(select(Job))] == ["signature:x"]


def table_rows(table: str) -> list[Any]:
    return list(db.session.execute(text(f"SELECT * FROM {table}")).mappings())


class Slow:
    """Takes a moment for each mail, so that two workers meet."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, mail: EmailMessage) -> None:
        time.sleep(0.02)
        self.sent.append(str(mail["To"]).casefold())


def test_workers_that_deliver_at_the_same_moment_keep_the_limit_of_an_address(committed_app: Flask) -> None:
    with committed_app.app_context(), transaction():
        for number in range(8):
            mails.put(message(limited=True, to=AWA if number % 2 else AWA.upper()), now=project_clock.now())
        for _ in range(8):
            mails.put(message(limited=True, to="ben@example.org"), now=project_clock.now())
            mails.put(message(limited=False, to="cora@example.org"), now=project_clock.now())
    transport, begin = Slow(), threading.Barrier(4)

    def work() -> None:
        begin.wait()
        for _ in range(25):
            with committed_app.app_context():
                delivery.run_due(transport=transport, most=3)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for _ in range(4)]:
            done.result()
    sent = {address: transport.sent.count(address) for address in (AWA, "ben@example.org", "cora@example.org")}
    assert sent == {AWA: 3, "ben@example.org": 3, "cora@example.org": 8}
    with committed_app.app_context():
        assert db.session.scalars(select(OutboxMessage.state)).all().count("sent") == 14
