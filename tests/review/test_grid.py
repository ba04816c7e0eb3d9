"""Every state × every act × every role of the review: what is allowed succeeds once, all else changes nothing.

What is not allowed answers 403 to a role, 409 to a state. What happens on the register after approval has pages of its
own; here its moves are compared with the table of the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from coalition.review import jobs
from coalition.review.models import Assignment, Recusal, ReviewClaim
from coalition.signing import jobs as signing_jobs
from coalition.signing.models import Signature
from coalition.signing.states import TRANSITIONS, Act, State
from tests.factories import officers, reviewing, signing
from tests.factories.reviewing import DAY, Stage

S = Stage
REVIEWING = frozenset({Role.REVIEWER, Role.SECRETARIAT})
DECIDING = REVIEWING | {Role.OUTSIDE}
JUDGING = frozenset({Role.SECRETARIAT, Role.PRESIDENCY, Role.OUTSIDE})
OPEN = (S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFORMATION, S.REFERRED, S.APPEALED, S.DELISTING_APPEALED)
STAYS = {stage: stage.state for stage in OPEN}
APPROVAL = {"decision": "approve", "category": "international_network", "mandate_basis": "document"}


@dataclass(frozen=True)
class Row:
    """One act: where its form is posted, with what, who may, and where it leads from each stage."""

    act: Act | None
    path: str
    roles: frozenset[Role]
    leads: Mapping[Stage, State]
    data: Mapping[str, str] = field(default_factory=dict)
    again: int = 409
    by_other: bool = False


def judged(outcome: str) -> dict[str, str]:
    return {"outcome": outcome, "words": "We have read it again."}


GRID: Mapping[str, Row] = {
    "claim": Row(Act.CLAIM, "claim", DECIDING, {S.SUBMITTED: State.IN_REVIEW}, again=302, by_other=True),
    "release": Row(Act.RELEASE, "release", DECIDING, {S.IN_REVIEW: State.SUBMITTED}),
    "take over": Row(Act.TAKE_OVER, "take-over", REVIEWING, {S.IN_REVIEW: State.IN_REVIEW}, by_other=True),
    "approve": Row(Act.APPROVE, "", DECIDING, {S.IN_REVIEW: State.SUBMITTED}, APPROVAL),
    "ask": Row(
        Act.ASK, "", REVIEWING, {S.IN_REVIEW: State.NEEDS_INFORMATION}, {"decision": "ask", "message": "Who signs?"}
    ),
    "refer": Row(
        Act.REFER,
        "",
        REVIEWING,
        {S.IN_REVIEW: State.REFERRED},
        {"decision": "refer", "refer_to": "second_reviewer", "note": "Is it one?"},
    ),
    "decline": Row(
        Act.DECLINE, "", DECIDING, {S.IN_REVIEW: State.DECLINED}, {"decision": "decline", "reason_code": "no_category"}
    ),
    "merge": Row(Act.MERGE, "", DECIDING, {S.IN_REVIEW: State.MERGED}, {"decision": "merge"}),
    "unmerge": Row(Act.UNMERGE, "unmerge", DECIDING, {S.MERGED: State.SUBMITTED}),
    "remind": Row(None, "remind", REVIEWING, {S.NEEDS_INFORMATION: State.NEEDS_INFORMATION}),
    "reopen": Row(Act.REOPEN, "reopen", REVIEWING, {S.LAPSED: State.SUBMITTED}),
    "answer": Row(
        Act.ANSWER, "answer", DECIDING | {Role.PRESIDENCY}, {S.REFERRED: State.IN_REVIEW}, {"opinion": "It is."}
    ),
    "uphold": Row(
        None,
        "appeal",
        JUDGING,
        {S.APPEALED: State.DECLINED, S.DELISTING_APPEALED: State.DELISTED},
        judged("upheld"),
    ),
    "reverse": Row(
        None,
        "appeal",
        JUDGING,
        {S.APPEALED: State.SUBMITTED, S.DELISTING_APPEALED: State.ACTIVE},
        judged("reversed"),
    ),
    "recuse": Row(
        None,
        "recuse",
        DECIDING,
        {stage: State.SUBMITTED if stage is S.IN_REVIEW else stage.state for stage in OPEN},
        again=403,
    ),
    "assign": Row(
        None,
        "assign",
        frozenset({Role.SECRETARIAT}),
        {stage: stage.state for stage in OPEN},
        {"officer": ""},
        again=302,
    ),
}
ROLES = list(Role)
BY_OFFICERS = {(stage.state, row.act): leads for row in GRID.values() if row.act for stage, leads in row.leads.items()}


@pytest.fixture
def target(app: Flask, charter: str) -> Signature:
    """What an application is merged into."""
    return signing.verified()


@pytest.fixture
def colleague(app: Flask) -> Officer:
    """Whoever acts before; there is one more reviewer, so that everything can be referred."""
    reviewing.officer("Dora", Role.REVIEWER)
    return reviewing.officer("Cleo")


def browser(app: Flask, role: Role) -> tuple[Officer, FlaskClient]:
    person = reviewing.officer("Ada", role)
    return person, officers.browser_of(person, app)


def post(client: FlaskClient, row: Row, signature: Signature, target: Signature) -> int:
    data = {**row.data, "merge_into": target.reference} if row.act is Act.MERGE else row.data
    return client.post(f"/admin/applications/{signature.reference}/{row.path}", data=data).status_code


def world() -> dict[str, Any]:
    """Everything that an act could change: states, lines of the log, mails, claims, lists, recusals."""
    db.session.rollback()
    counted = (AuditRecord, OutboxMessage, ReviewClaim, Assignment, Recusal)
    counts = {model.__name__: db.session.scalar(select(func.count()).select_from(model)) for model in counted}
    states = db.session.execute(select(Signature.reference, Signature.state)).all()
    return counts | {row.reference: row.state for row in states}


def stage_for(row: Row, stage: Stage, *, person: Officer, colleague: Officer) -> Signature:
    """Make an application at a stage; for an act on what others hold, in a colleague's hands."""
    holder = colleague if row.by_other and stage is S.IN_REVIEW else person
    return reviewing.at(stage, person=holder, colleague=colleague)


@pytest.mark.one_database
@pytest.mark.parametrize("role", ROLES)
def test_act_when_not_allowed_changes_nothing(app: Flask, role: Role, target: Signature, colleague: Officer) -> None:
    person, client = browser(app, role)
    own = {stage: reviewing.at(stage, person=person, colleague=colleague) for stage in Stage}
    other = own | {S.IN_REVIEW: reviewing.claimed(colleague)}
    before, answers, expected = world(), dict[tuple[str, Stage], int](), dict[tuple[str, Stage], int]()
    for name, row in GRID.items():
        for stage in Stage:
            if role in row.roles and stage in row.leads:
                continue
            signature = (other if row.by_other else own)[stage]
            answers[name, stage] = post(client, row, signature, target)
            expected[name, stage] = 409 if role in row.roles else 403
    assert answers == expected
    assert world() == before


@pytest.mark.parametrize("role", ROLES)
def test_act_when_allowed_succeeds_once(app: Flask, role: Role, target: Signature, colleague: Officer) -> None:
    for name, row in GRID.items():
        person, client = browser(app, role)
        for stage, leads in row.leads.items() if role in row.roles else ():
            signature = stage_for(row, stage, person=person, colleague=colleague)
            assert (name, stage, post(client, row, signature, target)) == (name, stage, 302)
            after = world()
            assert (name, stage, after[signature.reference]) == (name, stage, leads)
            assert (name, stage, post(client, row, signature, target)) == (name, stage, row.again)
            assert (name, stage, world()) == (name, stage, after)


REPRESENTATIVE: Mapping[str, tuple[Mapping[Stage, State], Mapping[str, str]]] = {
    "answer": ({S.NEEDS_INFORMATION: State.SUBMITTED, S.LAPSED: State.SUBMITTED}, {"answer": "Our president."}),
    "appeal": ({S.DECLINED: State.REFERRED, S.DELISTED: State.REFERRED}, {"words": "You overlooked our statutes."}),
    "withdraw": (
        dict.fromkeys((*OPEN, S.ACTIVE, S.SUSPENDED), State.WITHDRAWN),
        {"i_withdraw": "y"},
    ),
}


def by_link(app: Flask, signature: Signature) -> FlaskClient:
    """Return a browser that the mailed link has let in."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["portal"] = [signature.public_id, int(clock.now().timestamp()) + 600]
    return client


def test_representative_when_acting_succeeds_once_and_else_changes_nothing(
    app: Flask, target: Signature, colleague: Officer
) -> None:
    person = reviewing.officer("Ada")
    for act, (leads, data) in REPRESENTATIVE.items():
        for stage in Stage:
            signature = reviewing.at(stage, person=person, colleague=colleague)
            client, before = by_link(app, signature), world()
            status = client.post(f"/en/my-signature/{act}", data=data).status_code
            if stage not in leads:
                is_done = act == "withdraw" and stage is S.WITHDRAWN
                assert (act, stage, status, world() == before) == (act, stage, 303 if is_done else 409, True)
                continue
            after = world()
            assert (act, stage, status, after[signature.reference]) == (act, stage, 303, leads[stage])
            again = client.post(f"/en/my-signature/{act}", data=data).status_code
            assert (act, stage, again, world()) == (act, stage, 303 if act == "withdraw" else 409, after)


def test_time_when_it_comes_ends_only_what_waits_for_it(app: Flask, target: Signature, colleague: Officer) -> None:
    person = reviewing.officer("Ada")
    made = {stage: reviewing.at(stage, person=person, colleague=colleague) for stage in Stage}
    with time_machine.travel(clock.now() + 400 * DAY, tick=False):
        for _ in range(2):
            jobs.expire_claims()
            jobs.follow_questions()
            signing_jobs.expire_unverified()
        after = {stage: reviewing.state_of(signature) for stage, signature in made.items()}
    ended = {S.PENDING: State.EXPIRED, S.IN_REVIEW: State.SUBMITTED, S.NEEDS_INFORMATION: State.LAPSED}
    assert after == {stage: ended.get(stage, stage.state) for stage in Stage}


def test_stages_when_listed_are_every_state() -> None:
    assert {stage.state for stage in Stage} == set(State)


def test_moves_when_compared_are_those_of_the_domain() -> None:
    by_judging = {
        (State.REFERRED, Act.UPHOLD_REFUSAL): State.DECLINED,
        (State.REFERRED, Act.UPHOLD_DELISTING): State.DELISTED,
        (State.REFERRED, Act.REVERSE_REFUSAL): State.SUBMITTED,
        (State.REFERRED, Act.REINSTATE): State.ACTIVE,
        (State.IN_REVIEW, Act.ACTIVATE): State.ACTIVE,
    }
    by_representatives = {
        (State.PENDING_VERIFICATION, Act.VERIFY): State.SUBMITTED,
        (State.PENDING_VERIFICATION, Act.DISOWN): State.DISOWNED,
        (State.NEEDS_INFORMATION, Act.REPLY): State.SUBMITTED,
        (State.DECLINED, Act.APPEAL): State.REFERRED,
        (State.DELISTED, Act.APPEAL): State.REFERRED,
    }
    withdrawable = ("submitted", "in_review", "needs_information", "referred", "active", "suspended")
    by_withdrawal = {(State(name), Act.WITHDRAW): State.WITHDRAWN for name in withdrawable}
    by_time = {
        (State.PENDING_VERIFICATION, Act.EXPIRE): State.EXPIRED,
        (State.NEEDS_INFORMATION, Act.LAPSE): State.LAPSED,
    }
    on_the_register = {
        (State.ACTIVE, Act.SUSPEND): State.SUSPENDED,
        (State.SUSPENDED, Act.REMEDY): State.ACTIVE,
        (State.ACTIVE, Act.DELIST): State.DELISTED,
        (State.SUSPENDED, Act.DELIST): State.DELISTED,
        (State.ACTIVE, Act.SUCCEED): State.SUPERSEDED,
    }
    told = BY_OFFICERS | by_judging | by_representatives | by_withdrawal | by_time | on_the_register
    assert told == dict(TRANSITIONS)
