"""Every act on a signatory × every state × every role: what is allowed succeeds once, all else changes nothing.

The grid of the review, before approval, is `tests/review/test_grid.py`; an application that was never on the register
has no number, so that no address of these pages reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coalition import clock
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing.models import Signature
from coalition.signing.states import Act, State
from coalition.standing import jobs
from tests.factories import officers, reviewing
from tests.factories.reviewing import Stage
from tests.standing.conftest import DAY, Desk, again, desk, signatory

COUNTED = (AuditRecord, OutboxMessage)
PROPOSED = "proposed"  # active, and a colleague has proposed to remove it
Place = Stage | str
S = Stage
STATES: Mapping[Place, State] = {
    S.ACTIVE: State.ACTIVE,
    PROPOSED: State.ACTIVE,
    S.SUSPENDED: State.SUSPENDED,
    S.DELISTED: State.DELISTED,
    S.DELISTING_APPEALED: State.REFERRED,
    S.WITHDRAWN: State.WITHDRAWN,
    S.SUPERSEDED: State.SUPERSEDED,
}


@dataclass(frozen=True)
class Row:
    """One act: where its form is posted, where it leads from each place, and what the second time answers."""

    path: str
    leads: Mapping[Place, State]
    data: Callable[[Signature], Mapping[str, str]] = lambda heir: {}
    again: int = 409


def suspension(_: Signature) -> Mapping[str, str]:
    last = (clock.now() + 120 * DAY).date().isoformat()
    return {"ground": "commitments", "message": "Please publish your accounts.", "ends_on": last}


def removal(_: Signature) -> Mapping[str, str]:
    return {"ground": "misuse", "message": "You sold our name."}


def succession(heir: Signature) -> Mapping[str, str]:
    return {"number": heir.register_number or "", "kind": "merger", "i_am_sure": "y"}


GRID: Mapping[str, Row] = {
    "suspend": Row("suspend", {S.ACTIVE: State.ACTIVE, PROPOSED: State.ACTIVE}, suspension),
    "lift": Row("suspension/lift", {S.SUSPENDED: State.ACTIVE}),
    "propose": Row("delist", {S.ACTIVE: State.ACTIVE, S.SUSPENDED: State.SUSPENDED}, removal),
    "confirm": Row("delisting/{proposal}/confirm", {PROPOSED: State.DELISTED}),
    "refuse": Row("delisting/{proposal}/refuse", {PROPOSED: State.ACTIVE}),
    "succeed": Row(
        "succession",
        dict.fromkeys((S.ACTIVE, PROPOSED), State.SUPERSEDED),
        succession,
    ),
}


class World:
    """Signatories in every place, an heir, and a colleague who acted before."""

    def __init__(self, clock_: time_machine.Traveller) -> None:
        self.clock, self.colleague, self.heir = clock_, desk("Cleo"), signatory()
        self.proposals: dict[int, str] = {}

    def at(self, place: Place) -> Signature:
        found = signatory()
        if place == PROPOSED:
            self.proposals[found.id] = self.colleague.propose(found)
        elif place is S.SUSPENDED:
            self._suspended(found)
        elif place in (S.DELISTED, S.DELISTING_APPEALED):
            proposal = self.colleague.propose(found)
            desk("Dora").confirm(found, proposal)
            if place is S.DELISTING_APPEALED:
                reviewing.appealed(again(found))
        elif place is S.WITHDRAWN:
            reviewing.moved(found, Act.WITHDRAW)
        elif place is S.SUPERSEDED:
            self.colleague.succeed(found, self.heir.register_number or "")
        return again(found)

    def _suspended(self, found: Signature) -> None:
        self.colleague.suspend(found)
        self.clock.shift(30 * DAY)
        jobs.keep()

    def post(self, client: FlaskClient, row: Row, found: Signature) -> int:
        path = row.path.format(proposal=self.proposals.get(found.id, "no-such-proposal"))
        address = f"/admin/signatories/{found.register_number}/{path}"
        return client.post(address, data=dict(row.data(self.heir))).status_code


def everything() -> dict[str, Any]:
    """What an act could change: states, lines of the log, mails."""
    db.session.rollback()
    counts = {model.__name__: db.session.scalar(select(func.count()).select_from(model)) for model in COUNTED}
    return counts | {
        row.reference: row.state for row in db.session.execute(select(Signature.reference, Signature.state))
    }


@pytest.fixture
def world(charter: str, clock: time_machine.Traveller) -> World:
    return World(clock)


@pytest.mark.one_database
@pytest.mark.parametrize("role", list(Role))
def test_act_when_not_allowed_changes_nothing(app: Flask, world: World, role: Role) -> None:
    made = {place: world.at(place) for place in (S.SUSPENDED, *(one for one in STATES if one is not S.SUSPENDED))}
    client, before = officers.signed_in(app, "Ada", role), everything()
    answers, expected = dict[tuple[str, Place], int](), dict[tuple[str, Place], int]()
    for name, row in GRID.items():
        for place, found in made.items():
            if role is Role.SECRETARIAT and place in row.leads:
                continue
            answers[name, place] = world.post(client, row, found)
            expected[name, place] = 409 if role is Role.SECRETARIAT else 403
    assert answers == expected
    assert everything() == before


def test_act_when_allowed_succeeds_once(app: Flask, world: World) -> None:
    for name, row in GRID.items():
        for place, leads in row.leads.items():
            found = world.at(place)
            client = officers.signed_in(app, "Ada")
            assert (name, place, world.post(client, row, found)) == (name, place, 302)
            after = everything()
            assert (name, place, after[found.reference]) == (name, place, leads)
            assert (name, place, world.post(client, row, found)) == (name, place, row.again)
            assert (name, place, everything()) == (name, place, after)


def test_proposal_when_confirmed_by_whoever_made_it_is_refused(app: Flask, world: World) -> None:
    ada: Desk = desk("Ada")
    found = signatory()
    world.proposals[found.id] = ada.propose(found)
    client = officers.browser_of(db.session.get_one(Officer, ada.id), app)
    assert world.post(client, GRID["confirm"], found) == 409
    assert reviewing.state_of(found) is State.ACTIVE
