"""What the tests of the review share: officers, an application, and the acts with everything but what matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.review import operations
from coalition.review.decisions import Approval, MandateBasis, Refusal
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import charters, officers, signing

CATEGORY = "international_network"
Db = scoped_session[Session]
DAY = timedelta(days=1)


class Desk:
    """One officer at work; each act in a transaction of its own."""

    def __init__(self, person: Officer) -> None:
        self.id, self.name = person.id, person.name
        self.actor = Actor.officer(person.public_id, person.name)

    def _do(self, act: Callable[..., Any], signature: Signature, **more: Any) -> Any:
        signature_id = signature.id
        with transaction():
            return act(signature_id=signature_id, officer_id=self.id, actor=self.actor, now=clock.now(), **more)

    def claim(self, signature: Signature, lifetime: timedelta = DAY) -> None:
        self._do(operations.claim, signature, lifetime=lifetime)

    def release(self, signature: Signature) -> None:
        self._do(operations.release, signature)

    def note(self, signature: Signature, text: str) -> None:
        self._do(operations.note, signature, text=text)

    def approve(self, signature: Signature, **changes: Any) -> State:
        approval = Approval(**{"category": CATEGORY, "mandate_basis": MandateBasis.DOCUMENT} | changes)
        state: State = self._do(operations.approve, signature, approval=approval, link_lifetime=DAY)
        return state

    def decline(self, signature: Signature, **changes: Any) -> State:
        refusal = Refusal(**{"reason_code": "no_category"} | changes)
        state: State = self._do(operations.decline, signature, refusal=refusal)
        return state


@pytest.fixture
def charter(app: Flask) -> None:
    """The charter that organisations sign."""
    charters.load()


@pytest.fixture
def ada(app: Flask) -> Desk:
    """An officer."""
    return desk("Ada")


@pytest.fixture
def ben(app: Flask) -> Desk:
    """Another officer."""
    return desk("Ben")


def desk(name: str) -> Desk:
    """Make an officer and return the desk."""
    with transaction():
        person = officers.officer(name)
    return Desk(person)


@pytest.fixture
def signature(charter: None) -> Signature:
    """An application whose mailbox is confirmed."""
    return signing.verified()
