"""A hundred times at the same moment: officers and the representative over one application."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.audit.models import AuditRecord
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register.models import RegisterCount, RegisterEntry
from coalition.register.operations import NameTaken
from coalition.review.models import Decision, ReviewClaim
from coalition.signing.models import Signature
from coalition.signing.states import State
from tests.factories import signing
from tests.trials.ledger import broken_chains, count, state_of
from tests.trials.people import APPROVE, DECLINE, Room, copies, my_signature, path_of
from tests.trials.rivals import LONG, ROUNDS, Rivals, refusals


@pytest.fixture
def room(rivals: Rivals) -> Room:
    return Room(rivals.app)


def test_application_when_two_officers_claim_it_at_once_is_held_by_one(room: Room, rivals: Rivals) -> None:
    winners: Counter[int] = Counter()
    for signature in copies(signing.verified(), ROUNDS):
        path = path_of(signature, "claim")
        told = rivals.at_once(lambda: room.adas.post(path), lambda: room.bens.post(path))  # noqa: B023
        assert sorted(answer.status_code for answer in told) == [302, 409]
        loser = next(answer for answer in told if answer.status_code == 409)
        assert "holds this application now" in loser.text
        winners[told.index(loser)] += 1
    assert count(ReviewClaim) == ROUNDS == count(AuditRecord, AuditRecord.act == "claim")
    assert broken_chains() == []
    assert min(winners.values()) > 0  # each of them was second now and then


def test_last_approval_and_refusal_when_sent_at_once_are_one_decision(room: Room, rivals: Rivals) -> None:
    outcomes: Counter[str] = Counter()
    for signature in copies(room.nearly_active(), ROUNDS):
        path = path_of(signature)
        told = rivals.at_once(
            lambda: room.bens.post(path, data=APPROVE),  # noqa: B023
            lambda: room.bens.post(path, data=DECLINE),  # noqa: B023
        )
        state = state_of(signature.id)
        outcomes[state] += 1
        assert [answer.status_code for answer in told] == {"active": [302, 409], "declined": [409, 302]}[state]
        assert "Nothing was saved." in next(answer for answer in told if answer.status_code == 409).text
    active, declined = outcomes["active"], outcomes["declined"]
    assert active + declined == ROUNDS
    assert min(active, declined) > 0
    assert (
        count(RegisterEntry)
        == active
        == count(Certificate)
        == db.session.scalar(select(func.sum(RegisterCount.active)))
    )
    assert count(OutboxMessage, OutboxMessage.template == "review/approved") == active
    assert count(OutboxMessage, OutboxMessage.template == "review/declined") == declined
    assert count(Decision) == 1 + 2 * ROUNDS  # the first is that of the one that was copied
    assert broken_chains() == []


def test_last_approval_when_withdrawn_at_once_is_dated_or_was_never_there(room: Room, rivals: Rivals) -> None:
    published = 0
    for signature in copies(room.nearly_active(), ROUNDS):
        path, representative = path_of(signature), my_signature(rivals.app, signature)
        approved, withdrawn = rivals.at_once(
            lambda: room.bens.post(path, data=APPROVE),  # noqa: B023
            lambda: representative.post("/en/my-signature/withdraw", data={"i_withdraw": "y"}),  # noqa: B023
            apart=LONG,
        )
        assert (state_of(signature.id), withdrawn.status_code) == ("withdrawn", 303)
        number = db.session.scalar(select(Signature.register_number).where(Signature.id == signature.id))
        entry = select(RegisterEntry.status, RegisterEntry.ended_on).where(RegisterEntry.number == number)
        assert approved.status_code == (302 if number else 409)
        assert db.session.execute(entry).all() == ([("withdrawn", clock.today())] if number else [])
        published += number is not None
    assert 0 < published < ROUNDS
    assert count(RegisterEntry) == published == count(Certificate)
    assert count(OutboxMessage, OutboxMessage.template == "signing/signature_withdrawn") == ROUNDS
    assert db.session.scalar(select(func.sum(RegisterCount.active))) == 0
    assert broken_chains() == []


def test_organisation_when_two_applications_of_it_are_approved_at_once_is_entered_once(
    room: Room, rivals: Rivals
) -> None:
    found = iter(copies(room.nearly_active(), 2 * ROUNDS, of_a_name=2))
    for one, other in zip(found, found, strict=True):
        told = rivals.at_once(lambda: room.ben.approve(one), lambda: room.ben.approve(other))  # noqa: B023
        assert [type(refusal) for refusal in refusals(told)] == [NameTaken]
        assert [state for state in told if isinstance(state, State)] == [State.ACTIVE]
        assert sorted((state_of(one.id), state_of(other.id))) == ["active", "in_review"]
    assert count(RegisterEntry) == ROUNDS == count(Certificate)
    assert count(Decision) == 1 + 3 * ROUNDS
    numbers = sorted(db.session.scalars(select(RegisterEntry.number)))
    assert numbers == [f"ICSSE-{number:05d}" for number in range(1, ROUNDS + 1)]  # no number is skipped or given twice
    assert broken_chains() == []
