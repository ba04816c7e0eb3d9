"""Reminders: day 2 and day 7, each once, never to a mailbox that refuses mail or never wants to hear from us."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select

from coalition import clock as time
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.mail import outbox as sending
from coalition.mail.message import recipient_key
from coalition.mail.models import OutboxMessage
from coalition.signing import jobs, mails, operations, queries
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import browsing, signing
from tests.factories.browsing import PERSON, step
from tests.factories.signing import PERSON as ACTOR
from tests.factories.signing import RULES

pytestmark = pytest.mark.usefixtures("charter")
DAY = timedelta(days=1)


def reminded() -> list[str]:
    """Whom reminders went to, oldest first; what was dropped counts as not written."""
    db.session.rollback()
    template = OutboxMessage.template == "signing/reminder"
    statement = select(OutboxMessage.recipient).where(template, OutboxMessage.state != "dropped")
    return list(db.session.scalars(statement.order_by(OutboxMessage.id)))


def days(clock, number: float) -> None:
    clock.shift(timedelta(days=number))
    jobs.remind()
    jobs.remind()


def test_remind_when_two_and_seven_days_are_over_then_writes_once_each(worker, clock) -> None:
    signature = signing.submitted(email="awa@reseau.example.org")
    counts = []
    for pause in (1.9, 0.1, 1, 3.9, 0.2, 6):
        days(clock, pause)
        worker()
        counts.append(len(reminded()))
    assert counts == [0, 1, 1, 1, 2, 2]
    assert [line.act for line in history_of(mails.about(signature))] == ["submit", "remind", "remind"]


def test_reminder_when_sent_then_its_link_is_good_and_the_older_one_stays(client, worker, outbox, clock) -> None:
    browsing.sign(client)
    worker()
    days(clock, 2)
    worker()
    links = [mail.link("/confirm/") for mail in outbox]
    assert [client.get(link).status_code for link in links] == [200, 200]
    assert outbox[1].link("/disown/").startswith("/en/signatures/disown/")
    days(clock, 5)
    worker()
    links.append(outbox[2].link("/confirm/"))
    assert [client.get(link).status_code for link in links] == [404, 404, 200]
    assert client.post(links[2], data={"i_confirm": "y"}).status_code == 302


def test_reminder_when_counted_then_takes_no_resend_away(client, worker, clock, settings) -> None:
    browsing.sign(client)
    days(clock, 2)
    page = client.get(step("check-inbox")).text
    assert f"We can send it {settings['RESENDS']} more times." in page
    for _ in range(settings["RESENDS"] - 1):
        clock.shift(DAY / 4)  # mails to one address have limits of their own
        client.post(step("resend"))
    clock.shift(DAY / 4)
    assert "We can send it 1 more time." in client.get(step("check-inbox")).text
    assert client.post(step("resend")).status_code == 302
    page = client.get(step("check-inbox")).text
    reference = db.session.scalars(select(Signature.reference)).one()
    assert (reference in page, "mailto:" in page, "Send it again" in page) == (True, True, False)
    assert client.post(step("resend")).status_code == 409


def test_remind_when_written_to_within_a_day_then_waits(client, worker, clock) -> None:
    browsing.sign(client)
    clock.shift(DAY * 1.5)
    client.post(step("resend"))
    worker()
    days(clock, 0.6)
    assert reminded() == []
    days(clock, 0.5)
    assert reminded() == [PERSON["email"]]


def test_remind_when_the_worker_was_away_then_does_not_write_twice_at_once(worker, clock) -> None:
    signing.submitted()
    days(clock, 9)
    worker()
    assert len(reminded()) == 1
    days(clock, 1)
    assert len(reminded()) == 2


@pytest.mark.parametrize("end", ["verified", "disowned", "bounced", "suppressed", "expired"])
def test_remind_when_there_is_nothing_to_wait_for_then_writes_nothing(worker, clock, end: str) -> None:
    signature = signing.submitted(email="awa@reseau.example.org")
    worker()
    with transaction():
        if end == "verified":
            operations.verify(link=signing.link_of(signature), rules=RULES, actor=ACTOR, now=time.now())
        elif end == "disowned":
            operations.disown(link=signing.link_of(signature), actor=ACTOR, now=time.now())
        elif end == "bounced":
            key = recipient_key("awa@reseau.example.org")
            operations.note_undelivered(signature=signature, recipient=key, actor=ACTOR, now=time.now())
        elif end == "suppressed":
            sending.suppress("awa@reseau.example.org", reason="disowned", now=time.now())
    days(clock, 14 if end == "expired" else 3)
    assert reminded() == []


def test_remind_when_two_workers_remind_then_one_mail(clock) -> None:
    signature = signing.submitted()
    clock.shift(DAY * 2)
    for refusal in (nullcontext(), pytest.raises(StateChanged)):
        with refusal, transaction():
            found = queries.signature_of(signature.public_id)
            operations.remind(signature=found, number=0, rules=RULES, actor=ACTOR, now=time.now())
    assert len(reminded()) == 1


def test_remind_when_the_first_mail_still_waits_then_takes_its_place(clock) -> None:
    signing.submitted()
    days(clock, 2)
    waiting = db.session.scalars(select(OutboxMessage.template).where(OutboxMessage.state == "waiting")).all()
    assert waiting == ["signing/reminder"]
