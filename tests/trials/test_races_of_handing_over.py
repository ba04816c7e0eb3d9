"""At the same moment: handed over twice, handed over and signed, signed and sent to another address, reminded twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock, tokens
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing import drafts, handover, operations, queries
from coalition.signing.errors import StateChanged
from coalition.signing.models import Draft, DraftLink, Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.browsing import FOR_AWA, step
from tests.factories.signing import PERSON, RULES
from tests.trials.ledger import count
from tests.trials.people import SIGNED, Desktop
from tests.trials.rivals import LONG, Rivals

ROUNDS = 40
KOFI = {"name": FOR_AWA["preparer_name"], "email": FOR_AWA["preparer_email"]}


class Preparer(Desktop):
    """A browser in which everything is filled in for another."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.values["preparer"] = KOFI


@pytest.fixture
def preparer(rivals: Rivals) -> Preparer:
    return Preparer(rivals.app)


def draft_id(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(Draft.id).where(Draft.public_id == name)) or 0


def to_sign() -> int:
    return count(OutboxMessage, OutboxMessage.template == "signing/draft_to_sign")


def test_form_when_handed_over_twice_at_once_goes_out_once(preparer: Preparer, rivals: Rivals) -> None:
    for _ in range(ROUNDS):
        name = preparer.copy()
        one, other = preparer.browser(name), preparer.browser(name)
        told = rivals.at_once(
            lambda: one.post(step("review"), data={"act": "hand_over"}),  # noqa: B023
            lambda: other.post(step("review"), data={"act": "hand_over"}),  # noqa: B023
        )
        assert {answer.status_code for answer in told} == {302}
        assert one.get(step("handed-over")).status_code == 200
    assert (to_sign(), count(DraftLink)) == (ROUNDS, ROUNDS)


def test_form_when_handed_over_and_signed_at_once_is_one_or_the_other(preparer: Preparer, rivals: Rivals) -> None:
    def hand_over(held: int) -> None:
        with transaction():
            draft = drafts.hold(held, handed_over_at=None)
            handover.hand_over(draft, language="en", rules=RULES, now=clock.now())

    def submit(held: int, sent: Any) -> None:
        with transaction():
            operations.submit(prepared=sent, draft_id=held, rules=RULES, actor=PERSON, now=clock.now())

    lost: Counter[int] = Counter()
    for _ in range(ROUNDS):
        held, sent = draft_id(preparer.copy()), signing.prepared()
        told = rivals.at_once(lambda: hand_over(held), lambda: submit(held, sent))  # noqa: B023
        assert sorted(map(type, told), key=repr) == [type(None), StateChanged]
        lost[told.index(None)] += 1
    assert (lost[0], lost[1]) == (to_sign(), count(Signature))
    assert min(lost[0], lost[1]) > 0


def test_form_when_signed_and_sent_to_another_address_at_once_has_one_owner(preparer: Preparer, rivals: Rivals) -> None:
    signed = corrected = 0
    for turn in range(ROUNDS):
        name = preparer.copy()
        desk, signer = preparer.browser(name), rivals.app.test_client()
        desk.post(step("review"), data={"act": "hand_over"})
        link = db.session.scalars(select(DraftLink).order_by(DraftLink.id.desc())).first()
        assert link is not None
        signer.get(step(f"resume/{tokens.sign(Purpose.DRAFT, link.public_id)}"))
        told = rivals.at_once(
            lambda: signer.post(step("review"), data=SIGNED),  # noqa: B023
            lambda: desk.post(step("handed-over/address"), data={"email": f"new{turn}@x.example.org"}),  # noqa: B023
            apart=LONG,
        )
        assert {answer.status_code for answer in told} <= {302, 409}
        is_signed = count(Signature, Signature.draft_id == draft_id(name)) == 1
        is_new = db.session.get_one(Draft, draft_id(name)).preparer["sent_to"] == f"new{turn}@x.example.org"
        assert is_signed is not is_new
        signed, corrected = signed + is_signed, corrected + is_new
    assert signed + corrected == ROUNDS
    assert min(signed, corrected) > 0


def test_mailbox_when_two_workers_remind_it_at_once_gets_one_mail(rivals: Rivals) -> None:
    def remind(public_id: str) -> None:
        with transaction():
            found = queries.signature_of(public_id)
            assert found is not None
            later = clock.now() + timedelta(days=2)
            operations.remind(signature=found, number=0, rules=RULES, actor=PERSON, now=later)

    for _ in range(ROUNDS):
        public_id = signing.submitted().public_id
        told = rivals.at_once(lambda: remind(public_id), lambda: remind(public_id))  # noqa: B023
        assert sorted(map(type, told), key=repr) == [type(None), StateChanged]
    assert count(OutboxMessage, OutboxMessage.template == "signing/reminder") == ROUNDS
    assert count(AuditRecord, AuditRecord.act == "remind") == ROUNDS
