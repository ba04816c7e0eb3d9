"""Going through the register page by page, both ways, in every order, while others sign."""

from __future__ import annotations

import pytest

from coalition.register import queries
from coalition.register.search import Search
from tests.factories.register import ended, published

pytestmark = pytest.mark.usefixtures("app")
NAMES = ["Zèbre", "école", "Ärzte", "abc", "ABC", "Øst", "財団", "Żółw", "abc 2", "omega"]
IN_ORDER = ["ABC", "abc", "abc 2", "Ärzte", "école", "omega", "Øst", "Zèbre", "Żółw", "財団"]


@pytest.fixture
def names() -> list[str]:
    for place, name in enumerate(NAMES):
        published(official_name=name, country="SN" if name != "ABC" else "FR", category=f"c{place % 2}")
    return NAMES


def walk(query: dict[str, str], *, back: bool = False, start: int | None = None, size: int = 3) -> list[str]:
    """Go through page after page and return the names in the order in which they were read."""
    seen: list[str] = []
    step = {"before" if back else "after": str(start)} if start else {}
    while True:
        page = queries.page_of_entries(Search.of_query({**query, **step}), size=size)
        shown = [row.official_name for row in page.rows]
        seen = shown + seen if back else seen + shown
        key = page.previous_before if back else page.next_after
        if key is None:
            return seen
        step = {"before" if back else "after": str(key)}


def key_of(name: str) -> int:
    rows = queries.page_of_entries(Search(), size=100).rows
    return int(next(row.id for row in rows if row.official_name == name))


EXPECTED = {"newest": NAMES[::-1], "oldest": NAMES, "name": IN_ORDER}


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_pages_when_walked_forwards_show_each_entry_once(names: list[str], sort: str, size: int) -> None:
    found = walk({"sort": sort}, size=size)
    assert [name.casefold() for name in found] == [name.casefold() for name in EXPECTED[sort]]
    assert sorted(found) == sorted(NAMES)


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
def test_pages_when_walked_backwards_show_what_came_before(names: list[str], sort: str) -> None:
    forwards = walk({"sort": sort})
    assert walk({"sort": sort}, back=True, start=key_of(forwards[-1])) == forwards[:-1]


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
def test_pages_when_others_come_and_go_meanwhile_show_the_rest_once(names: list[str], sort: str) -> None:
    first = queries.page_of_entries(Search.of_query({"sort": sort}), size=3)
    read = [row.official_name for row in first.rows]
    added = {"newest": "New", "oldest": "New", "name": "aaa"}[sort]
    published(official_name=added)
    ended(first.rows[-1].number)  # the very entry that the cursor names
    rest = walk({"sort": sort}, start=first.next_after)
    found = [name for name in [*read, *rest] if name != added]
    assert [name.casefold() for name in found] == [name.casefold() for name in EXPECTED[sort]]
    assert sorted(found) == sorted(NAMES)


def test_pages_when_filtered_and_by_name_keep_to_the_filter(names: list[str]) -> None:
    found = walk({"sort": "name", "category": "c1"}, size=2)
    assert found == [name for name in IN_ORDER if NAMES.index(name) % 2]


def test_page_when_in_the_middle_leads_both_ways(names: list[str]) -> None:
    first = queries.page_of_entries(Search.of_query({}), size=3)
    second = queries.page_of_entries(Search.of_query({"after": str(first.next_after)}), size=3)
    back = queries.page_of_entries(Search.of_query({"before": str(second.previous_before)}), size=3)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert (first.previous_before, back.previous_before) == (None, None)
    assert back.next_after == first.next_after


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
@pytest.mark.parametrize("cursor", ["after", "before"])
def test_page_when_its_cursor_is_forged_is_empty_or_whole(names: list[str], sort: str, cursor: str) -> None:
    page = queries.page_of_entries(Search.of_query({"sort": sort, cursor: "2000000000"}))
    assert len(page.rows) in (0, len(NAMES))
    assert page.total == len(NAMES)


def test_page_when_in_any_order_runs_two_statements(names: list[str], counted_queries) -> None:
    for query in ({"sort": "name", "after": "3"}, {"year": "2026"}, {"q": "abc"}, {"status": "withdrawn"}):
        with counted_queries() as statements:
            queries.page_of_entries(Search.of_query(query))
        assert len(statements) == 2


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_when_words_are_looked_for_lead_both_ways(names: list[str], sort: str) -> None:
    for number in range(5):
        published(official_name=f"Coopérative {number}")
    found = walk({"q": "cooper", "sort": sort}, size=2)
    expected = [f"Coopérative {number}" for number in range(5)]
    assert found == (expected if sort == "oldest" else expected[::-1])
    assert walk({"q": "cooper", "sort": sort}, back=True, start=key_of(found[-1]), size=2) == found[:-1]


def test_page_when_more_than_a_thousand_are_found_says_so(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    monkeypatch.setattr(queries, "COUNTED_UP_TO", 3)
    page = queries.page_of_entries(Search.of_query({"year": "2026"}), size=2)
    assert (page.total, page.more_than_total) == (3, True)
    page = queries.page_of_entries(Search.of_query({"country": "SN"}), size=2)
    assert (page.total, page.more_than_total) == (9, False)
    page = queries.page_of_entries(Search.of_query({"q": "abc"}), size=1)
    assert (page.total, page.more_than_total) == (3, False)
