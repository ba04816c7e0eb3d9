"""Taken over, stepped back from, put on a list: who holds an application, and who may not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.audit.queries import history_of
from coalition.audit.record import Actor
from coalition.review import errors, operations, people
from coalition.review.decisions import Approval, MandateBasis
from coalition.review.models import Decision, ReviewClaim
from coalition.signing import operations as signing_operations
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import DAY, actor_of
from tests.review.conftest import CATEGORY, Db


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


@pytest.fixture
def ben(app: Flask) -> Officer:
    return reviewing.officer("Ben")


def take_over(person: Officer, signature: Signature, seen_holder: str = "") -> None:
    with transaction():
        operations.take_over(
            signature_id=signature.id,
            officer_id=person.id,
            lifetime=DAY,
            seen_holder=seen_holder,
            actor=actor_of(person),
            now=now_of.now(),
        )


def recuse(person: Officer, signature: Signature) -> None:
    with transaction():
        operations.recuse(signature_id=signature.id, officer_id=person.id, actor=actor_of(person), now=now_of.now())


def assign(by: Officer, signature: Signature, to: Officer | None) -> None:
    with transaction():
        operations.assign(
            signature_id=signature.id,
            to_officer_id=to.id if to is not None else None,
            actor=actor_of(by),
            now=now_of.now(),
        )


def approve(person: Officer, signature: Signature) -> State:
    with transaction():
        return operations.approve(
            signature_id=signature.id,
            officer_id=person.id,
            approval=Approval(CATEGORY, MandateBasis.DOCUMENT),
            link_lifetime=DAY,
            actor=actor_of(person),
            now=now_of.now(),
        )


def acts(signature: Signature) -> list[str]:
    return [line.act for line in history_of(about(signature))][2:]


def test_application_when_taken_over_is_the_others_and_the_log_says_so(session: Db, ada: Officer, ben: Officer) -> None:
    signature = reviewing.claimed(ada)
    take_over(ben, signature, ada.public_id)
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ben.id]
    assert acts(signature) == ["claim", "take_over"]
    with pytest.raises(errors.ClaimedByAnother, match="Ben holds this application now"):
        approve(ada, signature)
    with pytest.raises(errors.HeldAlready):
        take_over(ben, signature)


def test_application_when_the_form_is_stale_is_not_taken_over(session: Db, ada: Officer, ben: Officer) -> None:
    cleo, signature = reviewing.officer("Cleo"), reviewing.claimed(ada)
    take_over(ben, signature)
    with pytest.raises(errors.HolderChanged, match="Ben holds this application now"):
        take_over(cleo, signature, ada.public_id)
    free = signing.verified()
    with pytest.raises(errors.NotClaimed):
        take_over(cleo, free)


def test_officer_when_recused_frees_the_application_and_takes_the_approval_back(
    session: Db, ada: Officer, ben: Officer
) -> None:
    signature = reviewing.claimed(ada)
    approve(ada, signature)
    assign(ben, signature, ada)
    reviewing.claimed(ada, signature)
    recuse(ada, signature)
    assert reviewing.state_of(signature) is State.SUBMITTED
    assert session.scalars(select(Decision.voided_at)).one() is not None
    assert people.assigned_to(signature.id) is None
    assert acts(signature)[-3:] == ["recuse", "void_approval", "release"]
    for act in (lambda: reviewing.claimed(ada, signature), lambda: recuse(ada, signature)):
        with pytest.raises(errors.Recused):
            act()
    with pytest.raises(errors.NotAssignable):
        assign(ben, signature, ada)
    reviewing.claimed(ben, signature)
    assert approve(ben, signature) is State.SUBMITTED


def test_officer_when_recused_leaves_a_colleagues_approval(session: Db, ada: Officer, ben: Officer) -> None:
    signature = reviewing.claimed(ada)
    approve(ada, signature)
    recuse(ben, signature)
    assert session.scalars(select(Decision.voided_at)).all() == [None]


def test_officer_when_recused_while_a_colleague_holds_it_leaves_it_there(
    session: Db, ada: Officer, ben: Officer
) -> None:
    signature = reviewing.claimed(ada)
    recuse(ben, signature)
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ada.id]
    with pytest.raises(errors.Recused):
        take_over(ben, signature)
    with pytest.raises(errors.EndedMeanwhile):
        recuse(ben, signing.active())


def test_officer_when_of_the_applicants_network_does_not_decide(session: Db, ada: Officer) -> None:
    named = reviewing.officer("Ben", networks=["reseau.example.org"])
    neighbour = reviewing.officer("Cleo", email="cleo@mail.example.org")
    signature = signing.verified()
    for person in (named, neighbour):
        with pytest.raises(errors.OfTheirNetwork):
            reviewing.claimed(person, signature)
    told = {one.name: one.recused_by for one in people.colleagues(signature)}
    assert told == {"Ada": "", "Ben": "network", "Cleo": "network"}
    reviewing.claimed(ada, signature)
    with transaction():
        session.get_one(Officer, ada.id).networks = ["example.org"]
    with pytest.raises(errors.OfTheirNetwork):
        approve(ada, signature)
    with transaction():
        operations.release(signature_id=signature.id, officer_id=ada.id, actor=actor_of(ada), now=now_of.now())
    assert reviewing.state_of(signature) is State.SUBMITTED


def test_officer_when_disabled_in_mid_decision_decides_no_more(session: Db, ada: Officer) -> None:
    signature = reviewing.claimed(ada)
    with transaction():
        session.get_one(Officer, ada.id).disabled_at = now_of.now()
    with pytest.raises(errors.AccountEnded):
        approve(ada, signature)
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_officer_when_limited_reaches_no_other_application(session: Db, ada: Officer) -> None:
    limited = reviewing.officer("Ben", charters=["another-charter"])
    case = reviewing.officer("Cleo", Role.OUTSIDE, only_reference="A-OTHER")
    signature = signing.verified()
    for person in (limited, case):
        with pytest.raises(errors.ApplicationUnknown):
            reviewing.claimed(person, signature)
    assert [one.name for one in people.candidates(signature, people.colleagues(signature))] == ["Ada"]


def test_application_when_assigned_stands_on_one_list(session: Db, ada: Officer, ben: Officer) -> None:
    signature = signing.verified()
    for to in (ada, ada, ben):
        assign(ada, signature, to)
    assert people.assigned_to(signature.id) == ben.id
    assign(ada, signature, None)
    assert people.assigned_to(signature.id) is None
    assert acts(signature) == ["assign", "assign", "unassign"]


def test_application_when_it_cannot_be_worked_on_is_not_assigned(session: Db, ada: Officer) -> None:
    auditor = reviewing.officer("Ben", Role.AUDITOR)
    signature = signing.verified()
    with pytest.raises(errors.NotAssignable):
        assign(ada, signature, auditor)
    with transaction():
        signing_operations.withdraw(signature=signature, actor=Actor.person(), now=now_of.now())
    with pytest.raises(errors.WithdrawnMeanwhile):
        assign(ada, signature, ada)


def test_appeal_when_assigned_is_never_on_the_list_of_whoever_decided(session: Db, ada: Officer, ben: Officer) -> None:
    signature = reviewing.appealed(reviewing.declined(ada))
    with pytest.raises(errors.NotAssignable):
        assign(ben, signature, ada)
    assign(ben, signature, ben)
    assert people.assigned_to(signature.id) == ben.id
