"""What the tests of the review share: officers, an application, and the acts with everything but what matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from coalition.review import operations
from coalition.review.decisions import Approval, MandateBasis, Refusal
from coalition.signing.models import Signature
from coalition.signing.states import State
from tests.factories import signing
from tests.factories.desks import OfficersDesk

CATEGORY = "international_network"
Db = scoped_session[Session]
DAY = timedelta(days=1)


class Desk(OfficersDesk):
    """One officer who reviews applications."""

    def _do(self, act: Callable[..., Any], signature: Signature, **more: Any) -> Any:
        return self.act(act, signature_id=signature.id, **more)

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
def ada(app: Flask) -> Desk:
    """An officer."""
    return desk("Ada")


@pytest.fixture
def ben(app: Flask) -> Desk:
    """Another officer."""
    return desk("Ben")


def desk(name: str) -> Desk:
    """Make an officer and return the desk."""
    return Desk.somebody(name)


@pytest.fixture
def signature(charter: str) -> Signature:
    """An application whose mailbox is confirmed."""
    return signing.verified()
