"""Who is left to decide: values alone first, then the rows, the desk's words and `coalition doctor`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from coalition import clock
from coalition.accounts import absences
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role, Scope
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.review.models import Recusal, Referral
from coalition.review.quorum import Case, Gap, Person, Shortage, shortages
from coalition.review.quorum_queries import shortages_now
from coalition.signing.models import Signature
from coalition.tokens import new_public_id
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.factories.charters import SLUG
from tests.review.conftest import Desk, desk

TWO = (Person(1, Role.SECRETARIAT, Scope()), Person(2, Role.SECRETARIAT, Scope()))
AWAY = Person(2, Role.SECRETARIAT, Scope(), is_away=True)
PRESIDENT = Person(3, Role.PRESIDENCY, Scope())
OUTSIDE = Person(4, Role.OUTSIDE, Scope(only_reference="A-1"))


def told(*people: Person, cases: tuple[Case, ...] = ()) -> set[tuple[str, str, int, int]]:
    found = shortages(people, approvers={SLUG: 2}, cases=cases)
    return {(one.gap.value, one.about, one.needed, one.left) for one in found}


def review(*kept_from: int, needed: int = 2) -> Case:
    return Case("A-1", SLUG, Gap.REVIEW, needed, frozenset(kept_from))


def appeal(*kept_from: int) -> Case:
    return Case("A-1", SLUG, Gap.APPEAL, 1, frozenset(kept_from))


@pytest.mark.parametrize(
    ("people", "cases", "expected"),
    [
        (TWO, (review(),), set()),
        (TWO, (review(1, needed=1),), set()),
        (TWO, (review(1),), {("review", "A-1", 2, 1)}),
        (TWO, (appeal(1, 2),), {("appeal", "A-1", 1, 0)}),
        (TWO, (appeal(1),), set()),
        ((*TWO, PRESIDENT), (appeal(1, 2),), set()),
        ((*TWO, OUTSIDE), (review(1),), set()),
        ((*TWO, OUTSIDE), (Case("A-2", SLUG, Gap.REVIEW, 2, frozenset({1})),), {("review", "A-2", 2, 1)}),
        ((*TWO, OUTSIDE), (appeal(1, 2),), set()),
        (
            (TWO[0], AWAY),
            (review(),),
            {("charter", SLUG, 2, 1), ("delisting", "", 2, 1)},
        ),
        ((TWO[0],), (), {("secretariat", "", 2, 1), ("charter", SLUG, 2, 1)}),
        ((), (), {("secretariat", "", 2, 0), ("charter", SLUG, 2, 0)}),
        (
            TWO,
            (Case("A-1", SLUG, Gap.OPINION, 1, frozenset({1}), roles=frozenset({Role.PRESIDENCY})),),
            {("opinion", "A-1", 1, 0)},
        ),
        (
            (*TWO, PRESIDENT),
            (Case("A-1", SLUG, Gap.OPINION, 1, frozenset({1}), roles=frozenset({Role.PRESIDENCY})),),
            set(),
        ),
        (
            (TWO[0], AWAY, PRESIDENT),
            (Case("A-1", SLUG, Gap.OPINION, 1, only=2),),
            {("opinion", "A-1", 1, 0), ("charter", SLUG, 2, 1), ("delisting", "", 2, 1)},
        ),
    ],
)
def test_case_when_too_few_may_act_is_told(
    people: tuple[Person, ...], cases: tuple[Case, ...], expected: set[tuple[str, str, int, int]]
) -> None:
    assert told(*people, cases=cases) == expected


def test_officer_when_limited_to_another_charter_is_not_counted_on() -> None:
    limited = Person(2, Role.SECRETARIAT, Scope(frozenset({"another"})))
    assert shortages((TWO[0], limited), approvers={SLUG: 2}, cases=()) == (Shortage(Gap.CHARTER, SLUG, 2, 1),)


@pytest.fixture
def two(app: Flask, charter: str) -> tuple[Desk, Desk]:
    return desk("Ada"), desk("Ben")


def now_short(scope: Scope | None = None) -> list[tuple[str, str]]:
    found = [(one.gap.value, one.about) for one in shortages_now(now=clock.now(), scope=scope or Scope())]
    db.session.rollback()
    return found


def go_away(officer: Desk) -> None:
    today = clock.today()
    with transaction():
        person = db.session.get_one(Officer, officer.id)
        last = today + timedelta(days=5)
        absences.enter(officer=person, first_on=today, last_on=last, actor=Actor.system("tests"), now=clock.now())


def test_desk_when_two_are_there_lacks_nobody(two: tuple[Desk, Desk]) -> None:
    signing.verified()
    assert now_short() == []


def test_desk_when_nobody_can_sign_in_is_silent(app: Flask, charter: str) -> None:
    signing.verified()
    assert now_short() == []


def test_desk_when_one_is_away_says_so_for_the_charter(two: tuple[Desk, Desk]) -> None:
    signing.verified()
    go_away(two[1])
    assert now_short() == [("delisting", ""), ("charter", SLUG)]


def test_application_when_an_officer_is_recused_is_named(two: tuple[Desk, Desk]) -> None:
    signature = signing.verified()
    reference, signature_id = signature.reference, signature.id
    with transaction() as session:
        session.add(Recusal(signature_id=signature_id, officer_id=two[0].id, recused_at=clock.now()))
    assert now_short() == [("review", reference)]
    assert now_short(Scope(frozenset({"another"}))) == []
    desk("Cleo")
    assert now_short() == []


def test_application_when_the_network_of_an_officer_applies_is_named(two: tuple[Desk, Desk]) -> None:
    signature = signing.verified()
    reference = signature.reference
    name = db.session.scalars(select(Organisation.official_name)).first()
    with transaction() as session:
        session.execute(update(Officer).where(Officer.id == two[0].id).values(networks=[name]))
    assert now_short() == [("review", reference)]


def test_application_when_the_one_who_is_left_has_approved_already_is_named(two: tuple[Desk, Desk], app: Flask) -> None:
    desk("Cleo")
    signature = signing.verified()
    reference, signature_id = signature.reference, signature.id
    two[0].claim(signature)
    two[0].approve(db.session.get_one(Signature, signature_id))
    assert now_short() == []
    with transaction() as session:
        for person in session.scalars(select(Officer).where(Officer.id != two[0].id)):
            session.add(Recusal(signature_id=signature_id, officer_id=person.id, recused_at=clock.now()))
    assert now_short() == [("review", reference)]


def laid(signature: Signature, kind: str, **more: int | None) -> None:
    with transaction() as session:
        session.add(
            Referral(
                public_id=new_public_id(),
                signature_id=signature.id,
                kind=kind,
                from_state="in_review",
                note="",
                referred_at=clock.now(),
                **more,
            )
        )


def test_referral_when_nobody_may_answer_is_named(two: tuple[Desk, Desk]) -> None:
    first, second, third = (signing.verified() for _ in range(3))
    references = [first.reference, third.reference]
    laid(first, "presidency", officer_id=two[0].id)
    laid(second, "second_reviewer", officer_id=two[0].id)
    laid(third, "second_reviewer", officer_id=two[0].id, to_officer_id=two[0].id)
    assert now_short() == [("opinion", reference) for reference in references]


def test_appeal_when_everybody_took_part_in_the_refusal_is_named(two: tuple[Desk, Desk]) -> None:
    signature = signing.verified()
    reference, signature_id = signature.reference, signature.id
    two[0].claim(signature)
    two[0].decline(db.session.get_one(Signature, signature_id))
    laid(db.session.get_one(Signature, signature_id), "appeal")
    assert now_short() == []
    with transaction() as session:
        session.add(Recusal(signature_id=signature_id, officer_id=two[1].id, recused_at=clock.now()))
    assert now_short() == [("appeal", reference)]


def test_statements_when_more_wait_stay_as_many(
    two: tuple[Desk, Desk], counted_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    run = []
    for _ in range(2):
        signing.verified()
        signing.verified()
        now_short()  # charters are read once
        with counted_queries() as statements:
            now_short()
        run.append(len(statements))
    assert run[0] == run[1] <= 9


def test_doctor_when_nobody_is_left_to_decide_says_so(two: tuple[Desk, Desk], runner: FlaskCliRunner) -> None:
    signing.verified()
    go_away(two[1])
    told = runner.invoke(args=["doctor"])
    assert told.exit_code == 1
    assert "An approval for icsse-charter takes 2 officers; there now: 1." in told.output
    assert "coalition officers invite" in told.output
    assert officers.PASSWORD not in told.output
