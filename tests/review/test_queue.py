"""The queue's order, filters, search, pages and counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from coalition import clock as now_of
from coalition.audit.record import Actor
from coalition.organisations import operations as organisations
from coalition.review import queue
from coalition.review.queue import Search
from coalition.review.states import Flag, Tab
from coalition.signing import operations
from coalition.signing.models import ProofDocument, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import signing
from tests.fixtures.times import MONDAY
from tests.review.conftest import DAY, Desk

LIMIT = 10


@pytest.fixture(autouse=True)
def ground(charter: str, clock: time_machine.Traveller) -> None:
    """Every test here begins on a Monday, with a charter."""


def names(search: Search, officer_id: int = 0) -> list[str]:
    page = queue.page_of(search, officer_id=officer_id, now=now_of.now(), limit=LIMIT)
    return [row.official_name for row in page.rows]


def only(search: Search, officer_id: int = 0) -> queue.QueueRow:
    (row,) = queue.page_of(search, officer_id=officer_id, now=now_of.now(), limit=LIMIT).rows
    return row


def confirmed(name: str, moment: datetime, **changes: Any) -> Signature:
    signature = signing.verified(official_name=name, **changes)
    with transaction() as session:
        changed = update(Signature).where(Signature.id == signature.id)
        session.execute(changed.values(confirmed_at=moment, clock_at=moment))
    return signature


def prove(signature: Signature) -> None:
    with transaction() as session:
        session.add(
            ProofDocument(
                public_id=f"proof-{signature.id}",
                signature_id=signature.id,
                filename="minutes.pdf",
                media_type="application/pdf",
                size=1,
                sha256="0" * 64,
                storage_key="proof/00/x",
                created_at=now_of.now(),
            )
        )


def test_queue_when_opened_shows_the_oldest_first() -> None:
    confirmed("Younger", MONDAY - DAY)
    confirmed("Oldest", MONDAY - 5 * DAY)
    confirmed("Old", MONDAY - 3 * DAY)
    signing.submitted(official_name="Unconfirmed")
    signing.active(official_name="Entered")
    assert names(Search()) == ["Oldest", "Old", "Younger"]
    assert names(Search(tab=Tab.WAITING)) == ["Unconfirmed"]
    assert names(Search(tab=Tab.DECIDED)) == ["Entered"]
    assert names(Search(tab=Tab.ALL)) == ["Entered", "Unconfirmed", "Old", "Oldest", "Younger"]


@pytest.mark.parametrize(
    ("days_ago", "days", "is_late"), [(0, 0, False), (3, 1, False), (13, 9, False), (14, 10, False), (17, 11, True)]
)
def test_application_when_waiting_says_how_many_working_days(days_ago: int, days: int, is_late: bool) -> None:
    confirmed("Waiting", MONDAY - days_ago * DAY)
    row = only(Search())
    assert (row.days, row.is_late) == (days, is_late)
    counts = queue.counts_for(Search(), officer_id=0, now=now_of.now(), limit=LIMIT)
    assert counts.late == int(is_late)


def test_application_when_decided_waits_no_longer() -> None:
    signing.active()
    assert only(Search(tab=Tab.DECIDED)).days is None


def test_queue_when_an_officer_looks_shows_what_is_theirs(ada: Desk, ben: Desk, clock: time_machine.Traveller) -> None:
    mine, theirs = confirmed("Mine", MONDAY), confirmed("Theirs", MONDAY)
    ada.claim(mine)
    ben.claim(theirs)
    assert names(Search(tab=Tab.MINE), ada.id) == ["Mine"]
    row = only(Search(tab=Tab.MINE), ada.id)
    assert (row.state, row.holder, row.is_mine) == (State.IN_REVIEW, "Ada", True)
    assert [(r.holder, r.is_mine) for r in _rows(Search(), ada.id)] == [("Ada", True), ("Ben", False)]
    clock.shift(DAY)
    assert names(Search(tab=Tab.MINE), ada.id) == []
    assert [r.holder for r in _rows(Search(), ada.id)] == ["", ""]


def _rows(search: Search, officer_id: int) -> tuple[queue.QueueRow, ...]:
    return queue.page_of(search, officer_id=officer_id, now=now_of.now(), limit=LIMIT).rows


def test_queue_when_filtered_keeps_what_fits() -> None:
    proven = confirmed("Proven", MONDAY, country="FR", language="fr")
    confirmed("Bare", MONDAY, country="SN")
    prove(proven)
    assert names(Search(country="FR")) == ["Proven"]
    assert names(Search(language="en")) == ["Bare"]
    assert names(Search(flag=Flag.PROOF_MISSING)) == ["Bare"]
    assert names(Search(country="FR", flag=Flag.PROOF_MISSING)) == []
    assert [(row.documents, row.mandate) for row in _rows(Search(), 0)] == [(1, "decision"), (0, "decision")]
    assert queue.countries() == ["FR", "SN"]


def test_queue_when_two_have_one_name_flags_both() -> None:
    confirmed("Réseau du Fleuve", MONDAY)
    confirmed("RESEAU DU FLEUVE SA", MONDAY + timedelta(minutes=1))
    confirmed("Another", MONDAY + timedelta(minutes=2))
    signing.submitted(official_name="Another")
    assert names(Search(flag=Flag.POSSIBLE_DUPLICATE)) == ["Réseau du Fleuve", "RESEAU DU FLEUVE SA"]


def test_queue_when_a_name_is_changed_flags_by_the_name_of_now() -> None:
    first, second = confirmed("Réseau du Fleuve", MONDAY), confirmed("Ligue", MONDAY + timedelta(minutes=1))
    assert names(Search(flag=Flag.POSSIBLE_DUPLICATE)) == []
    for name, flagged in (("RESEAU DU FLEUVE", ["Réseau du Fleuve", "RESEAU DU FLEUVE"]), ("Union", [])):
        with transaction() as session:
            found = session.get_one(Signature, second.id)
            organisations.change(organisation=found.organisation, details={"official_name": name})
        assert names(Search(flag=Flag.POSSIBLE_DUPLICATE)) == flagged
    with transaction() as session:
        session.execute(update(Signature).where(Signature.id == first.id).values(state="declined"))
        found = session.get_one(Signature, second.id)
        organisations.change(organisation=found.organisation, details={"official_name": "Réseau du Fleuve"})
    assert names(Search(flag=Flag.POSSIBLE_DUPLICATE)) == []


def test_queue_when_the_register_knows_the_name_flags_it_but_never_itself() -> None:
    confirmed("Known elsewhere", MONDAY)
    signing.active(official_name="Elsewhere, known")
    signing.active(official_name="Entered once")
    assert names(Search(tab=Tab.ALL, flag=Flag.POSSIBLE_DUPLICATE)) == ["Known elsewhere"]
    flags = {row.official_name: row.is_duplicate for row in _rows(Search(tab=Tab.ALL), 0)}
    assert flags == {"Known elsewhere": True, "Elsewhere, known": True, "Entered once": False}


def test_search_when_typed_finds_words_references_numbers_and_addresses_in_every_state() -> None:
    waiting = signing.submitted(official_name="Ligue de l’Économie Été", email="awa@ligue.example.org")
    entered = signing.active(official_name="Union Œuvre", acronym="UO")
    reference = waiting.reference
    for q in ("economie", "ECONOMIE ligue", "écon", reference, reference.lower()[2:], "Awa@Ligue.example.org"):
        assert names(Search(q=q)) == ["Ligue de l’Économie Été"], q
    number = entered.register_number or ""
    for q in ("oeuvre", "uo", number, f" {number.lower()} "):
        assert names(Search(q=q)) == ["Union Œuvre"], q
    hostile = ("%", "_", "\x00", "a" * 5000, "'; DROP TABLE signatures --")
    for q in ("conomie", "ligue oeuvre", "nobody@ligue.example.org", *hostile):
        assert names(Search(q=q)) == [], q
    assert names(Search(q="ligue", country="FR")) == []


def test_queue_when_longer_than_a_page_goes_on_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    for number in range(5):
        confirmed(f"No {number}", MONDAY - (number % 3) * DAY)
    for tab in (Tab.TO_REVIEW, Tab.ALL):
        whole, after, pages = [], None, 0
        while pages == 0 or after is not None:
            page = queue.page_of(Search(tab=tab, after=after), officer_id=0, now=now_of.now(), limit=LIMIT)
            whole += [row.official_name for row in page.rows]
            after, pages = page.next_after, pages + 1
        expected = [2, 1, 4, 0, 3] if tab is Tab.TO_REVIEW else [4, 3, 2, 1, 0]
        assert (whole, pages) == ([f"No {number}" for number in expected], 3)
    assert names(Search(after=2**52)) == []


def test_counts_when_read_stand_beside_each_tab(ada: Desk, ben: Desk) -> None:
    once, mine = confirmed("Once", MONDAY), confirmed("Mine", MONDAY)
    ada.claim(once)
    ada.approve(once)
    ada.claim(mine)
    signing.submitted()
    signing.active()
    declined = confirmed("Declined", MONDAY)
    ben.claim(declined)
    ben.decline(declined)
    counts = queue.counts_for(Search(), officer_id=ada.id, now=now_of.now(), limit=LIMIT)
    assert {tab.value: n for tab, n in counts.tabs.items()} == {
        "to_review": 2,
        "mine": 1,
        "asked": 0,
        "referred": 0,
        "waiting": 1,
        "decided": 2,
        "all": 5,
    }
    assert (counts.second_review, counts.late) == (1, 0)
    assert [row.approvals for row in _rows(Search(), 0)] == [1, 0]


def test_queue_when_withdrawn_shows_no_holder(ada: Desk) -> None:
    signature = confirmed("Gone", MONDAY)
    ada.claim(signature)
    with transaction():
        operations.withdraw(signature=signature, actor=Actor.person(), now=now_of.now())
    row = only(Search(tab=Tab.DECIDED), ada.id)
    assert (row.state, row.holder, row.is_mine, row.days) == (State.WITHDRAWN, "", False, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_when_read_runs_the_same_few_statements(
    rows: int, counted_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for number in range(rows):
        confirmed(f"No {number}", datetime(2026, 3, 1, number, tzinfo=UTC))
    with counted_queries() as statements:
        queue.page_of(Search(), officer_id=1, now=now_of.now(), limit=LIMIT)
        queue.counts_for(Search(), officer_id=1, now=now_of.now(), limit=LIMIT)
    assert len(statements) == 2
