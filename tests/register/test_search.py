"""What an address's query means to the register, and what of a hostile one is left."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.register.entry import Status
from coalition.register.search import FILTERS, SIGNATORY, STATUSES, Search, Sort

FULL = {
    "q": " Réseau  été ",
    "country": "sn",
    "category": "member_based",
    "charter": "icsse-charter",
    "capacity": "endorser",
    "status": "suspended",
    "year": "2026",
    "extra.target_year": "y2030",
    "sort": "oldest",
}


def test_statuses_when_compared_are_those_of_an_entry() -> None:
    assert list(Status) == list(STATUSES)


def test_query_when_full_is_read_and_written_again() -> None:
    search = Search.of_query({**FULL, "after": "25", "before": "3"})
    assert search.words == ("reseau", "ete")
    assert search.marks == (("target_year", "y2030"),)
    assert (search.after, search.before, search.capacity, search.status) == (25, None, "endorser", "suspended")
    assert search.query() == {**FULL, "q": "Réseau été", "country": "SN"}
    assert Search.of_query(search.query()).query() == search.query()


def test_query_when_empty_asks_for_every_signatory() -> None:
    search = Search.of_query({})
    assert (search, search.query(), search.capacity, search.is_narrowed) == (Search(), {}, SIGNATORY, False)


@pytest.mark.parametrize(
    "query",
    [
        {"year": "20260"},
        {"year": "٢٠٢٦"},
        {"year": "0999"},
        {"status": "declined"},
        {"status": "active\n"},
        {"country": "S N"},
        {"category": "x" * 61},
        {"extra.": "y2030"},
        {"extra.a b": "y2030"},
        {"extra.key": "free text"},
        {"sort": "country"},
        {"as_of": "2026-02-30"},
        {"as_of": "20260230"},
        {"as_of": "9999-99-99"},
        {"after": "-1"},
        {"before": "1e9"},
    ],
)
def test_query_when_it_cannot_mean_anything_is_left_out(query: dict[str, str]) -> None:
    assert Search.of_query(query) == Search()


def test_query_when_for_a_past_day_comes_by_number_and_without_status() -> None:
    search = Search.of_query({"as_of": "2026-03-01", "sort": "name", "status": "active"})
    assert (search.as_of, search.sort, search.filters) == (date(2026, 3, 1), Sort.NEWEST, ())


def test_query_when_for_words_comes_by_number() -> None:
    assert Search.of_query({"q": "fleuve", "sort": "name"}).sort is Sort.NEWEST
    assert Search.of_query({"q": "…", "sort": "name"}).sort is Sort.NAME


@given(st.dictionaries(st.sampled_from([*FILTERS, "q", "sort", "after", "before", "as_of", "extra.x"]), st.text()))
def test_query_when_hostile_is_read_and_can_be_written_into_an_address(query: dict[str, str]) -> None:
    search = Search.of_query(query)
    assert Search.of_query(search.query()).query() == search.query()
    assert urlencode(search.query()).isascii()
