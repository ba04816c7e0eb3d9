"""Searches that an officer keeps, and what an address's query means."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from coalition import clock
from coalition.accounts.permissions import Scope
from coalition.review import filters
from coalition.review.searching import Search
from coalition.review.states import Flag, Tab
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.review.conftest import Desk


def names(person: Desk) -> list[tuple[str, str]]:
    return [(row.name, row.query) for row in filters.filters_of(person.id)]


def keep(person: Desk, name: str, query: str = "tab=all") -> None:
    with transaction():
        filters.keep(officer_id=person.id, name=name, query=query, now=clock.now())


def test_filter_when_kept_is_the_officers_own_and_goes_by_its_name(ada: Desk, ben: Desk) -> None:
    keep(ada, " Late  ones ")
    keep(ada, "Korea", "country=KR")
    keep(ada, "Late ones", "flag=late")
    assert names(ada) == [("Korea", "country=KR"), ("Late ones", "flag=late")]
    assert names(ben) == []
    mine = filters.filters_of(ada.id)[0].public_id
    with pytest.raises(filters.FilterUnknown), transaction():
        filters.forget(officer_id=ben.id, public_id=mine)
    with transaction():
        filters.forget(officer_id=ada.id, public_id=mine)
    assert names(ada) == [("Late ones", "flag=late")]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_filter_when_it_has_no_fit_name_is_not_kept(ada: Desk, name: str) -> None:
    with pytest.raises(filters.FilterNameMissing):
        keep(ada, name)


def test_filters_when_twenty_are_kept_are_enough(ada: Desk) -> None:
    for number in range(filters.MOST):
        keep(ada, f"No {number}")
    with pytest.raises(filters.FiltersUsedUp):
        keep(ada, "One more")
    keep(ada, "No 1", "tab=mine")
    assert len(names(ada)) == filters.MOST


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ({"tab": "decided"}, False),
        ({"tab": "all", "state": "active"}, False),
        ({"tab": "decided", "state": "referred"}, True),
        ({"tab": "waiting"}, True),
        ({"tab": "all"}, True),
        ({}, True),
    ],
)
def test_flag_when_nothing_undecided_is_asked_for_is_left_out(query: dict[str, str], is_kept: bool) -> None:
    search = Search.of_query({**query, "flag": "possible_duplicate"}, scope=Scope())
    assert (search.flag is Flag.POSSIBLE_DUPLICATE) is is_kept


def test_query_when_read_and_written_is_the_same() -> None:
    query = {
        "tab": "all", "q": "réseau", "charter": "icsse-charter", "country": "SN", "language": "fr",
        "state": "submitted", "officer": "nobody", "flag": "late",
    }  # fmt: skip
    search = Search.of_query(query, scope=Scope())
    assert search.query() == query
    assert (search.tab, search.state, search.flag) == (Tab.ALL, State.SUBMITTED, Flag.LATE)
    assert search.is_narrowed
    assert not Search(tab=Tab.ALL).is_narrowed
    assert Search().address() == ""


@pytest.mark.parametrize(
    "query",
    [{"tab": "x", "state": "x", "flag": "x", "country": "xxx", "charter": "a b", "officer": "' OR", "after": "-1"}, {}],
)
def test_query_when_it_means_nothing_is_the_queue_as_it_opens(query: dict[str, str]) -> None:
    assert Search.of_query(MultiDict(query), scope=Scope()) == Search()


@pytest.mark.parametrize(
    ("search", "oldest_first", "walks_all"),
    [
        (Search(), True, False),
        (Search(q="x"), False, False),
        (Search(tab=Tab.ALL), False, True),
        (Search(tab=Tab.ALL, state=State.REFERRED), True, False),
        (Search(tab=Tab.MINE, state=State.DECLINED), False, False),
        (Search(tab=Tab.DECIDED), False, False),
    ],
)
def test_order_when_asked_follows_from_the_search(search: Search, oldest_first: bool, walks_all: bool) -> None:
    assert (search.is_oldest_first, search.walks_all) == (oldest_first, walks_all)


def test_desk_when_a_search_is_kept_offers_it_again(app: Flask, charter: str) -> None:
    signing.verified()
    browser = officers.signed_in(app)
    sent = {"name": "From Senegal", "country": "SN", "tab": "to_review"}
    assert browser.post("/admin/queue/filters", data=sent).location == "/admin/applications/?country=SN"
    assert "From Senegal" in browser.get("/admin/applications/").text
    assert "From Senegal" in browser.get("/admin/").text
    refused = browser.post("/admin/queue/filters", data={**sent, "name": " "})
    assert refused.status_code == 422
    assert "Give the filter a name" in refused.text
    delete = re.search(r'action="(/admin/queue/filters/[^"]+/delete)"', browser.get("/admin/applications/").text)
    assert delete is not None
    assert browser.post(delete[1]).status_code == 302
    assert browser.post(delete[1]).status_code == 404
    assert "From Senegal" not in browser.get("/admin/applications/").text
