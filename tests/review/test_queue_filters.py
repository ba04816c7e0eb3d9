"""What the queue can be narrowed to: states, people, countries, words of any field, and what an officer may reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.extensions import db
from coalition.review import operations, queue
from coalition.review.searching import NOBODY, Search
from coalition.review.states import Flag, Tab
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.fixtures.times import MONDAY
from tests.review.conftest import DAY, Desk
from tests.review.test_queue import LIMIT, confirmed, names


@pytest.fixture(autouse=True)
def ground(charter: str, clock: time_machine.Traveller) -> None:
    """Every test here begins on a Monday, with a charter."""


def counts(scope: Scope) -> queue.QueueCounts:
    return queue.counts_for(Search(scope=scope), officer_id=0, now=now_of.now(), limit=LIMIT)


def test_queue_when_one_state_is_asked_for_shows_it_whatever_the_tab(ada: Desk) -> None:
    first, second = confirmed("First", MONDAY - 2 * DAY), confirmed("Second", MONDAY - DAY)
    for signature in (first, second):
        ada.claim(signature)
        ada.decline(signature)
    confirmed("Open", MONDAY)
    assert names(Search(state=State.DECLINED)) == ["Second", "First"]
    assert names(Search(tab=Tab.ALL, state=State.SUBMITTED)) == ["Open"]
    assert names(Search(tab=Tab.ALL, q="first", state=State.SUBMITTED)) == []


def test_queue_when_late_is_asked_for_shows_what_has_waited_too_long() -> None:
    confirmed("Late", MONDAY - 17 * DAY)
    confirmed("In time", MONDAY - 14 * DAY)
    assert names(Search(flag=Flag.LATE)) == ["Late"]
    assert names(Search(tab=Tab.ALL, flag=Flag.LATE)) == ["Late"]


def test_queue_when_a_country_is_asked_for_goes_on_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    for number in range(5):
        confirmed(f"No {number}", MONDAY, country="FR" if number != 2 else "SN")
    search, found = Search(tab=Tab.ALL, country="FR"), []
    while search.after is not None or not found:
        page = queue.page_of(search, officer_id=0, now=now_of.now(), limit=LIMIT)
        found += [row.official_name for row in page.rows]
        if page.next_after is None:
            break
        search = Search(tab=Tab.ALL, country="FR", after=page.next_after)
    assert found == ["No 4", "No 3", "No 1", "No 0"]
    assert names(Search(country="SN")) == ["No 2"]
    assert queue.countries() == ["FR", "SN"]


def test_queue_when_pages_of_one_state_are_long_goes_on_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    for number in range(5):
        signing.submitted(official_name=f"No {number}")
    found, after = [], None
    for _ in range(3):
        page = queue.page_of(Search(tab=Tab.WAITING, after=after), officer_id=0, now=now_of.now(), limit=LIMIT)
        found, after = [*found, *(row.official_name for row in page.rows)], page.next_after
    assert (found, after) == ([f"No {number}" for number in (4, 3, 2, 1, 0)], None)


def test_queue_when_an_officer_is_asked_for_shows_lists_and_hands(ada: Desk, ben: Desk) -> None:
    claimed, listed = confirmed("Claimed", MONDAY), confirmed("Listed", MONDAY)
    confirmed("Free", MONDAY)
    ada.claim(claimed)
    listed_id = listed.id
    with transaction():
        operations.assign(signature_id=listed_id, to_officer_id=ada.id, actor=ben.actor, now=now_of.now())
    key = db.session.execute(select(Officer.public_id).where(Officer.id == ada.id)).scalar_one()
    assert names(Search(officer=key)) == ["Claimed", "Listed"]
    assert names(Search(officer=NOBODY)) == ["Free"]
    assert names(Search(officer="no-such-officer")) == []
    assert names(Search(tab=Tab.MINE), ada.id) == ["Claimed", "Listed"]
    (row,) = (row for row in queue.page_of(Search(), officer_id=0, now=now_of.now(), limit=LIMIT).rows if row.assignee)
    assert (row.official_name, row.assignee) == ("Listed", "Ada")


def test_search_when_typed_finds_every_field() -> None:
    signature = confirmed(
        "Ligue",
        MONDAY,
        full_name="Zoé Mbaye-Kane",
        email="zoe@ligue-solidaire.example",
        website="https://ligue-verte.example/",
        registration_number="NINEA 004422",
    )
    confirmed("Another", MONDAY, full_name="Zoé Diop")
    for q in ("zoe mbaye", "Mbaye", "kane zoé", "ninea", "004422", "verte", "zoe@ligue-solidaire.example", "ligue"):
        assert names(Search(q=q)) == ["Ligue"], q
    assert names(Search(q="zoé")) == ["Another", "Ligue"]
    assert names(Search(q="mbaye diop")) == []
    with transaction():
        session = db.session
        session.execute(update(Signature).where(Signature.id == signature.id).values(search=" renamed"))
    assert names(Search(q="renamed")) == ["Ligue"]
    assert names(Search(q="verte")) == []


def test_search_when_the_person_is_gone_finds_nobody() -> None:
    signature = signing.submitted(full_name="Zoé Mbaye")
    assert len(names(Search(q="mbaye"))) == 1
    with transaction():
        signing.operations.disown(link=signing.link_of(signature), actor=signing.PERSON, now=now_of.now())
    assert names(Search(q="mbaye")) == []


def test_search_when_the_address_was_corrected_finds_the_new_one() -> None:
    signature = signing.submitted(email="old@before.example")
    with transaction():
        signing.operations.correct_address(
            signature=signature, email="new@after.example", rules=signing.RULES, actor=signing.PERSON, now=now_of.now()
        )
    assert len(names(Search(q="new@after.example"))) == 1
    assert names(Search(q="old@before.example")) == []


def test_queue_when_the_officer_may_reach_less_shows_and_counts_less(app: Flask) -> None:
    one = confirmed("One", MONDAY - timedelta(days=17))
    confirmed("Two", MONDAY)
    elsewhere, only = Scope(frozenset({"another"})), Scope(only_reference=one.reference)
    for tab in (Tab.TO_REVIEW, Tab.ALL):
        assert names(Search(tab=tab, scope=elsewhere)) == []
        assert names(Search(tab=tab, scope=only)) == ["One"]
    assert names(Search(q="two", scope=only)) == []
    assert names(Search(charter="icsse-charter")) == ["One", "Two"]
    assert names(Search(charter="another")) == []
    assert (counts(elsewhere).tabs[Tab.ALL], counts(elsewhere).late) == (0, 0)
    assert (counts(only).tabs[Tab.ALL], counts(only).late) == (1, 1)
    with transaction():
        person = officers.officer("Outside")
        person.only_reference = one.reference
    page = officers.browser_of(person, app).get("/admin/applications/?tab=all").text
    assert "One" in page
    assert "Two" not in page


def test_counts_when_there_are_more_than_are_counted_say_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED_UP_TO", 2)
    for number in range(4):
        confirmed(f"No {number}", MONDAY)
    assert counts(Scope()).tabs[Tab.TO_REVIEW] == 3
    assert "more than 2" in officers.signed_in(app).get("/admin/applications/").text
