"""What is left of letters when their time is over?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock as project_clock
from coalition.audit.record import Actor
from coalition.enquiries import jobs, operations, retention
from coalition.enquiries.models import Enquiry, EnquiryMessage
from coalition.enquiries.states import Outcome, Source
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.enquiries import enquiry_of, received

pytestmark = pytest.mark.usefixtures("charter")
WORKER = Actor.system("worker")
KEY = "letter/ab/one.eml"


def closed(**changes) -> Enquiry:
    enquiry = received(**changes)
    number = enquiry.id
    with transaction():
        operations.close(enquiry_id=number, outcome=Outcome.ANSWERED, actor=WORKER, now=project_clock.now())
    return enquiry


def forget(before: timedelta) -> int:
    with transaction():
        return retention.forget_closed(before=project_clock.now() - before, actor=WORKER, now=project_clock.now())


def test_closed_letter_when_its_time_is_over_holds_no_word_of_anybody(clock, worker) -> None:
    store().put(KEY, b"words")
    enquiry, other = closed(letter_key=KEY, source=Source.FORM), received()
    clock.shift(timedelta(days=360))
    assert forget(timedelta(days=365)) == 0
    clock.shift(timedelta(days=6))
    assert forget(timedelta(days=365)) == 1
    assert forget(timedelta(days=365)) == 0
    row = enquiry_of(enquiry.reference)
    assert (row.subject, row.sender_name, row.sender_email, row.search, row.digest) == ("", "", "", "", None)
    assert (row.topic, row.forgotten_at) == ("signing", project_clock.now())
    assert db.session.scalars(select(EnquiryMessage.enquiry_id)).all() == [other.id]
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.about == f"enquiry:{row.reference}")).one()
    assert (mail.recipient, mail.values) == (None, {})
    worker()
    assert not store().exists(KEY)


def test_letters_of_an_application_when_it_is_erased_go_whatever_their_state() -> None:
    signature = signing.verified()
    enquiry, other = received(text=signature.reference), received()
    signature_id = signature.id
    with transaction():
        done = retention.forget_of_signature(signature_id=signature_id, actor=WORKER, now=project_clock.now())
    assert done == 1
    assert enquiry_of(enquiry.reference).sender_email == ""
    assert enquiry_of(other.reference).sender_email != ""


def test_letter_whose_words_are_gone_takes_no_answer_of_the_sender() -> None:
    enquiry = closed()
    with transaction():
        retention.forget_closed(before=project_clock.now() + timedelta(days=1), actor=WORKER, now=project_clock.now())
    again = received(subject=enquiry.reference, source=Source.LETTER)
    assert again.id != enquiry.id


def test_file_whose_letter_never_came_is_removed(app: Flask) -> None:
    store().put(KEY, b"kept")
    store().put("letter/cd/two.eml", b"lost")
    received(letter_key=KEY, source=Source.LETTER)
    jobs.delete_unclaimed(keys=[KEY, "letter/cd/two.eml"])
    assert (store().exists(KEY), store().exists("letter/cd/two.eml")) == (True, False)
    store().delete(KEY)
