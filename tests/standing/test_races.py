"""Two at the same moment, on connections of their own: one succeeds, the other is told what happened."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition import clock
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.review.models import Decision
from coalition.signing import operations as signing
from coalition.signing import queries as signing_queries
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.standing import errors, queries
from coalition.transactions import transaction
from tests.factories import charters
from tests.review.test_races import at_once
from tests.standing.conftest import PERSON, Desk, desk, renamed, signatory

ROUNDS = 4


@pytest.fixture
def desks(committed_app: Flask) -> tuple[Desk, Desk, Desk]:
    with committed_app.app_context():
        charters.load()
        return desk("Ada"), desk("Ben"), desk("Cleo")


def on_register(app: Flask) -> Signature:
    with app.app_context():
        signature = signatory()
        db.session.refresh(signature)
        db.session.expunge(signature)
        return signature


def told(app: Flask, signature: Signature) -> tuple[str, int, int]:
    """How the entry stands, how many mails of standing went out, how many have decided to remove it."""
    with app.app_context():
        entry = register.entry_of(signature.register_number or "")
        assert entry is not None
        mails = select(func.count()).where(
            OutboxMessage.about == f"signature:{signature.public_id}", OutboxMessage.template.like("standing/%")
        )
        decisions = select(func.count()).where(Decision.signature_id == signature.id)
        return entry.status.value, db.session.scalar(mails) or 0, db.session.scalar(decisions) or 0


def test_delistings_when_two_confirm_at_once_are_one(committed_app: Flask, desks: tuple[Desk, Desk, Desk]) -> None:
    ada, ben, cleo = desks
    for _ in range(ROUNDS):
        signature = on_register(committed_app)
        with committed_app.app_context():
            proposal = ada.propose(signature)
        ends = at_once(
            committed_app,
            lambda: ben.confirm(signature, proposal),  # noqa: B023
            lambda: cleo.confirm(signature, proposal),  # noqa: B023
        )
        assert [type(one) for one in ends if one] == [errors.DelistingClosed]
        assert told(committed_app, signature) == ("delisted", 1, 2)


def test_delisting_when_proposed_by_two_at_once_is_proposed_once(
    committed_app: Flask, desks: tuple[Desk, Desk, Desk]
) -> None:
    ada, ben, _ = desks
    signature = on_register(committed_app)
    ends = at_once(committed_app, lambda: bool(ada.propose(signature)), lambda: bool(ben.propose(signature)))
    assert sorted(type(one).__name__ for one in ends) == ["DelistingOpen", "bool"]


def test_delisting_when_the_organisation_withdraws_at_once_is_one_end(
    committed_app: Flask, desks: tuple[Desk, Desk, Desk]
) -> None:
    ada, ben, _ = desks

    def withdraw(signature: Signature) -> None:
        with transaction():
            row = signing_queries.signature_of(signature.public_id)
            assert row is not None
            signing.withdraw(signature=row, actor=PERSON, now=clock.now())

    for _ in range(ROUNDS):
        signature = on_register(committed_app)
        with committed_app.app_context():
            proposal = ada.propose(signature)
        first, second = at_once(
            committed_app,
            lambda: ben.confirm(signature, proposal),  # noqa: B023
            lambda: withdraw(signature),  # noqa: B023
        )
        assert (type(first), second) in [(type(None), second), (errors.NotOnRegister, None)]
        assert (first is None) != (second is None)
        assert isinstance(second, StateChanged | None)
        expected = ("delisted", 1, 2) if first is None else ("withdrawn", 0, 0)
        assert told(committed_app, signature) == expected


def test_change_when_two_give_the_last_approval_at_once_is_made_once(
    committed_app: Flask, desks: tuple[Desk, Desk, Desk]
) -> None:
    ada, ben, cleo = desks
    for number in range(ROUNDS):
        signature = on_register(committed_app)
        with committed_app.app_context():
            change = renamed(signature, f"Fédération {number}")
            ada.approve(change)
        ends = at_once(committed_app, lambda: ben.approve(change), lambda: cleo.approve(change))  # noqa: B023
        assert sorted(type(one).__name__ for one in ends) == ["ChangeClosed", "bool"]
        with committed_app.app_context():
            serials = select(func.count()).where(Certificate.signature_id == signature.id)
            assert db.session.scalar(serials) == 2
            assert len(register.former_names(signature.register_number or "")) == 1
            assert queries.open_changes(signature.id) == []
