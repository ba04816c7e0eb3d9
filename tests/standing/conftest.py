"""What the tests of the signatories' desk share: officers, a signatory with its certificate, and the acts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.states import Kind
from coalition.signing import queries as signing_queries
from coalition.signing.models import Signature
from coalition.standing import changes, operations, queries, succession
from coalition.standing.amendments import Change, Heir, Notice, Removal
from coalition.standing.states import ChangeKind, Ground, SuccessionKind
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.desks import OfficersDesk

DAY = timedelta(days=1)
PERIOD = 30 * DAY
PERSON = Actor.person()
WORKER = Actor.system("worker")


class Desk(OfficersDesk):
    """One officer who keeps signatories true."""

    def suspend(self, signature: Signature, *, days: int = 90, message: str = "Please publish your accounts.") -> None:
        notice = Notice(Ground.COMMITMENTS, message, clock.now() + days * DAY)
        self.act(operations.announce_suspension, signature_id=signature.id, notice=notice, period=PERIOD)

    def lift(self, signature: Signature) -> None:
        self.act(operations.lift_suspension, signature_id=signature.id)

    def propose(self, signature: Signature) -> str:
        removal = Removal(Ground.MISUSE, "You sold our name.", "seen in the paper")
        self.act(operations.propose_delisting, signature_id=signature.id, removal=removal)
        found = queries.open_delisting(signature.id)
        assert found is not None
        return found.public_id

    def confirm(self, signature: Signature, proposal: str) -> None:
        self.act(
            operations.confirm_delisting, signature_id=signature.id, proposal=proposal, appeal_period=timedelta(days=30)
        )

    def refuse(self, signature: Signature, proposal: str) -> None:
        self.act(operations.refuse_delisting, signature_id=signature.id, proposal=proposal)

    def approve(self, change: str) -> bool:
        made: bool = self.act(changes.approve, public_id=change, link_lifetime=DAY)
        return made

    def decline(self, change: str, message: str = "The statutes say otherwise.") -> None:
        self.act(changes.decline, public_id=change, message=message)

    def correct(self, signature: Signature, seen: str = "", **wished: str) -> None:
        more = {"wished": wished, "explanation": "A slip of the pen.", "seen_sha256": seen}
        self.act(changes.correct, signature_id=signature.id, **more)

    def succeed(self, signature: Signature, number: str, kind: SuccessionKind = SuccessionKind.MERGER) -> None:
        self.act(succession.succeed, signature_id=signature.id, heir=Heir(number, kind, "Gazette 12"))


def ask(signature: Signature, kind: ChangeKind, **after: str) -> str:
    """Ask for a change in the representative's name."""
    signature_id = signature.id
    with transaction():
        return changes.ask(
            signature_id=signature_id,
            change=Change(kind, after, "Our assembly decided so."),
            lifetime=3 * DAY,
            actor=PERSON,
            now=clock.now(),
        )


def renamed(signature: Signature, name: str = "Fédération du Fleuve") -> str:
    """Ask for another official name."""
    return ask(signature, ChangeKind.ORGANISATION, official_name=name)


def again(signature: Signature) -> Signature:
    """Return the signature as it stands now."""
    found = signing_queries.signature_of(signature.public_id)
    assert found is not None
    return found


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


def signatory(**changes: Any) -> Signature:
    """Return a signature on the register, with its certificate issued."""
    signature = signing.active(**changes)
    signature_id = signature.id
    with transaction():
        certificates.issue(
            signature_id=signature_id, kind=Kind.CERTIFICATE, language="en", actor=WORKER, now=clock.now()
        )
    return again(signature)


@pytest.fixture
def signature(charter: str) -> Signature:
    """A signatory."""
    return signatory(official_name="Réseau du Fleuve")
