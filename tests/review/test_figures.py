"""The desk in numbers, and what an officer is told of every working day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role, Scope
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.review import digest, figures, jobs
from coalition.review.digest import Reader
from coalition.review.states import age_of, within
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.fixtures.times import MONDAY
from tests.review.conftest import CATEGORY, DAY, Desk

LIMIT = 10


@pytest.fixture(autouse=True)
def ground(charter: str, clock: time_machine.Traveller) -> None:
    """Every test here begins on a Monday, with a charter."""


def since(signature: Signature, days: int) -> Signature:
    with transaction() as session:
        changed = update(Signature).where(Signature.id == signature.id)
        session.execute(changed.values(clock_at=MONDAY - timedelta(days=days)))
    return signature


def counted(scope: Scope | None = None) -> figures.Figures | None:
    with transaction():
        figures.count(now=now_of.now(), limit=LIMIT)
    return figures.figures_for(scope or Scope())


def test_figures_when_counted_say_states_ages_and_times(ada: Desk, ben: Desk) -> None:
    assert counted() is None
    since(signing.verified(), 0)
    since(signing.verified(), 17)
    signing.submitted()
    declined, entered = since(signing.verified(), 14), since(signing.verified(), 3)
    ada.claim(declined)
    ada.decline(declined)
    for person in (ada, ben):
        person.claim(entered)
        person.approve(entered, category=CATEGORY)
    for _ in range(2):
        found = counted()
        assert found is not None
        assert {state: n for state, n in found.by_state.items() if n} == {
            State.PENDING_VERIFICATION: 1,
            State.SUBMITTED: 2,
            State.ACTIVE: 1,
            State.DECLINED: 1,
        }
        assert (found.ages, found.late) == ({0: 1, 3: 1}, 1)
        assert (found.days, found.decisions) == ({10: 1, 1: 1}, 2)
        assert (found.median, found.ninth_decile) == (1, 10)


def test_figures_when_the_officer_may_reach_less_say_less() -> None:
    signing.verified()
    assert counted(Scope(frozenset({"another"}))) is None
    assert counted(Scope(only_reference="A-1")) is None
    assert counted(Scope(frozenset({"icsse-charter"}))) is not None


@pytest.mark.parametrize(
    ("days", "tenths", "expected"),
    [({}, 5, None), ({3: 1}, 5, 3), ({1: 5, 9: 5}, 5, 1), ({1: 4, 9: 6}, 5, 9), ({1: 9, 30: 1}, 9, 1)],
)
def test_days_when_so_many_tenths_fell_are_the_fewest(days: dict[int, int], tenths: int, expected: int | None) -> None:
    assert within(days, tenths) == expected


def test_ages_when_classed_leave_no_gap() -> None:
    assert [age_of(days) for days in (0, 2, 3, 5, 6, 10, 11, 20, 21, 500)] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_pages_when_opened_show_what_was_counted_and_what_waits(app: Flask) -> None:
    browser = officers.signed_in(app)
    assert "Nothing has been counted yet" in browser.get("/admin/statistics").text
    since(signing.verified(), 17)
    jobs.count_figures()
    numbers = browser.get("/admin/statistics").text
    assert "As it was counted on" in numbers
    assert "state=submitted" in numbers
    start = browser.get("/admin/").text
    assert "What waits for you" in start
    assert "Past 10 working days" in start
    assert officers.signed_in(app, "Aud", role=Role.AUDITOR).get("/admin/").status_code == 200
    assert "Ce qui vous attend" in officers.signed_in(app, "Zoé", language="fr").get("/admin/").text


def test_waiting_when_counted_is_what_the_officer_can_do(ada: Desk) -> None:
    late, held = since(signing.verified(), 17), signing.verified()
    ada.claim(held)
    reader = Reader(ada.id, Role.SECRETARIAT, Scope())
    waiting = digest.waiting_for(reader, now=now_of.now(), limit=LIMIT)
    assert vars(waiting) == {"mine": 1, "to_review": 2, "late": 1, "second_review": 0, "referrals": 0}
    assert waiting.is_anything
    auditor = digest.waiting_for(Reader(ada.id, Role.AUDITOR, Scope()), now=now_of.now(), limit=LIMIT)
    assert not auditor.is_anything
    elsewhere = Reader(ada.id, Role.SECRETARIAT, Scope(only_reference=late.reference))
    assert digest.waiting_for(elsewhere, now=now_of.now(), limit=LIMIT).to_review == 1


def digests() -> list[tuple[str, str]]:
    rows = select(OutboxMessage.recipient, OutboxMessage.language).where(OutboxMessage.template == "review/digest")
    return [(row.recipient, row.language) for row in db.session.execute(rows.order_by(OutboxMessage.id))]


def test_digest_when_something_waits_is_sent_once_on_a_working_day(clock: time_machine.Traveller) -> None:
    with transaction():
        for name, language in (("Ada", "en"), ("Zoé", "fr")):
            person = officers.officer(name, language=language)
            person.enrolled_at = now_of.now()
        officers.officer("Gone", role=Role.AUDITOR).enrolled_at = now_of.now()
        disabled = officers.officer("Off")
        disabled.enrolled_at = disabled.disabled_at = now_of.now()
    jobs.send_digests()
    assert digests() == []
    signing.verified()
    jobs.send_digests()
    assert digests() == [], "the day of nothing was marked: the next mail comes tomorrow"
    clock.shift(DAY)
    for _ in range(2):
        jobs.send_digests()
    assert [language for _, language in digests()] == ["en", "fr"]
    clock.move_to(MONDAY + timedelta(days=5))
    jobs.send_digests()
    clock.move_to(MONDAY + timedelta(days=2, hours=-8))
    jobs.send_digests()
    assert len(digests()) == 2


def test_digest_when_sent_says_what_waits(
    ada: Desk, worker: Callable[..., int], outbox: list[object], clock: time_machine.Traveller
) -> None:
    with transaction() as session:
        session.execute(update(Officer).values(enrolled_at=now_of.now()))
    ada.claim(since(signing.verified(), 17))
    jobs.send_digests()
    worker()
    mail = next(mail for mail in outbox if "waits for you" in mail["Subject"])  # type: ignore[index]
    assert "1 application is on your list or in your hands." in mail.text  # type: ignore[attr-defined]
    assert "1 application is late." in mail.text  # type: ignore[attr-defined]
    assert "/admin/applications/?tab=mine" in mail.text  # type: ignore[attr-defined]
