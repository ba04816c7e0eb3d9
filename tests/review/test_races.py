"""Two officers at the same moment, on connections of their own: one succeeds, the other is told what happened."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition.errors import Conflict
from coalition.extensions import db
from coalition.register.models import RegisterEntry
from coalition.review import errors
from coalition.review.models import Decision, ReviewClaim
from coalition.signing.models import Signature
from coalition.signing.states import State
from tests.factories import charters, signing
from tests.review.conftest import Desk, desk

ROUNDS = 4


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread and on a connection of its own; return what each returned, or the Conflict it raised."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait(10)
            try:
                return act()
            except Conflict as told:
                return told

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def desks(committed_app: Flask) -> tuple[Desk, Desk]:
    with committed_app.app_context():
        charters.load()
        return desk("Ada"), desk("Ben")


def verified(app: Flask) -> Signature:
    with app.app_context():
        signature = signing.verified()
        db.session.refresh(signature)
        db.session.expunge(signature)
        return signature


def test_claims_when_two_officers_send_them_at_once_hold_for_one(
    committed_app: Flask, desks: tuple[Desk, Desk]
) -> None:
    ada, ben = desks
    for _ in range(ROUNDS):
        signature = verified(committed_app)
        told = at_once(committed_app, lambda: ada.claim(signature), lambda: ben.claim(signature))  # noqa: B023
        assert sorted(type(one) for one in told if one is not None) == [errors.ClaimedByAnother]
        with committed_app.app_context():
            holders = db.session.scalars(
                select(ReviewClaim.officer_id).where(ReviewClaim.signature_id == signature.id)
            ).all()
        assert holders == [ben.id if told[0] else ada.id]
        assert str(next(one for one in told if one)).startswith(
            f"{'Ben' if told[0] else 'Ada'} holds this application now"
        )


def test_decisions_when_one_officer_approves_and_declines_at_once_are_one(
    committed_app: Flask, desks: tuple[Desk, Desk]
) -> None:
    ada, _ = desks
    for _ in range(ROUNDS):
        signature = verified(committed_app)
        with committed_app.app_context():
            ada.claim(signature)
        told = at_once(committed_app, lambda: ada.approve(signature), lambda: ada.decline(signature))  # noqa: B023
        outcome = [one for one in told if isinstance(one, State)]
        with committed_app.app_context():
            kept = db.session.scalars(select(Decision.verdict).where(Decision.signature_id == signature.id)).all()
            state = db.session.get_one(Signature, signature.id).state
        assert outcome == [state]
        assert kept == [{"submitted": "approve", "declined": "decline"}[state]]
        assert [type(one) for one in told if isinstance(one, Conflict)] == [
            {"submitted": errors.ApprovedAlready, "declined": errors.DeclinedMeanwhile}[state]
        ]


def test_last_approval_when_sent_twice_at_once_enters_the_register_once(
    committed_app: Flask, desks: tuple[Desk, Desk]
) -> None:
    ada, ben = desks
    for number in range(1, ROUNDS + 1):
        signature = verified(committed_app)
        with committed_app.app_context():
            ada.claim(signature)
            ada.approve(signature)
            ben.claim(signature)
        told = at_once(committed_app, lambda: ben.approve(signature), lambda: ben.approve(signature))  # noqa: B023
        assert [one for one in told if isinstance(one, State)] == [State.ACTIVE]
        assert [type(one) for one in told if isinstance(one, Conflict)] == [errors.CompletedMeanwhile]
        with committed_app.app_context():
            assert db.session.scalar(select(func.count()).select_from(RegisterEntry)) == number


def test_claim_and_approval_when_the_claim_ran_out_leave_one_officer_in_charge(
    committed_app: Flask, desks: tuple[Desk, Desk]
) -> None:
    ada, ben = desks
    for _ in range(ROUNDS):
        signature = verified(committed_app)
        with committed_app.app_context():
            ada.claim(signature, lifetime=timedelta(seconds=-1))
        told = at_once(committed_app, lambda: ada.approve(signature), lambda: ben.claim(signature))  # noqa: B023
        with committed_app.app_context():
            approvals = db.session.scalars(
                select(Decision.officer_id).where(Decision.signature_id == signature.id)
            ).all()
            holders = db.session.scalars(
                select(ReviewClaim.officer_id).where(ReviewClaim.signature_id == signature.id)
            ).all()
        assert holders == [ben.id]
        assert approvals == ([ada.id] if isinstance(told[0], State) else [])
        assert told[1] is None
