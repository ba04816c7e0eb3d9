"""At the same moment: two answers to one letter, one letter sent twice, one mail sent again by two officers."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from coalition import clock
from coalition.audit.record import Actor
from coalition.enquiries import operations
from coalition.enquiries.models import Enquiry, EnquiryMessage
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.factories.enquiries import arrival, received
from tests.trials.ledger import broken_chains, count
from tests.trials.people import Room
from tests.trials.rivals import Rivals

ROUNDS = 40


def test_letter_when_two_officers_answer_at_once_is_answered_by_one(rivals: Rivals) -> None:
    room, winners = Room(rivals.app), set()
    for _ in range(ROUNDS):
        path = f"/admin/enquiries/{received().reference}/"
        seen = re.search(r'name="seen" value="(\d+)"', room.adas.get(path).text)[1]
        data = {"text": "Soon.", "seen": seen}
        told = rivals.at_once(
            lambda: room.adas.post(f"{path}answer", data=data),  # noqa: B023
            lambda: room.bens.post(f"{path}answer", data=data),  # noqa: B023
        )
        assert sorted(answer.status_code for answer in told) == [302, 409]
        winners.add(told[0].status_code)
    assert winners == {302, 409}
    assert count(EnquiryMessage, EnquiryMessage.kind == "answer") == ROUNDS
    assert count(OutboxMessage, OutboxMessage.template == "enquiries/answered") == ROUNDS
    assert broken_chains() == []


def test_letter_when_sent_twice_at_once_is_one(rivals: Rivals) -> None:
    def send(letter: operations.Arrival) -> str:
        with transaction():
            return operations.receive(letter, actor=Actor.person(), now=clock.now())

    for _ in range(ROUNDS):
        letter = arrival()
        told = rivals.at_once(*[lambda: send(letter)] * 3)  # noqa: B023
        assert len(set(told)) == 1
    assert count(Enquiry) == ROUNDS == count(OutboxMessage)


def test_mail_when_two_officers_send_it_again_at_once_goes_once(rivals: Rivals) -> None:
    room = Room(rivals.app)
    for number in range(1, ROUNDS + 1):
        received()
        with transaction() as session:
            session.execute(OutboxMessage.__table__.update().values(state="sent"))
        mail = db.session.scalar(select(func.max(OutboxMessage.id)))
        path = f"/admin/mail/{mail}/send-again"
        told = rivals.at_once(lambda: room.adas.post(path), lambda: room.bens.post(path))  # noqa: B023
        assert sorted(answer.status_code for answer in told) == [302, 409]
        assert count(OutboxMessage) == 2 * number
