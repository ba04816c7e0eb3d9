"""What the register finds: words in every script, filters, pages by key, counts."""

from __future__ import annotations

import pytest

from coalition import clock
from coalition.register import queries
from coalition.register.entry import EVERY_FIELD, OPEN_DATA, Entry
from coalition.register.queries import Search
from coalition.signing import operations
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")

NAMES = [
    "Réseau Économie Sociale «Été» & Fils",
    "شبكة تعاونيات المتوسط",
    "연대경제 협동조합연합",
    "財団法人連帯経済",
    "Мрежа кооператива Дрина",
    "Mạng lưới Hợp tác xã Đồng Bằng",
    "Øresund Samvirke O'Brien",
]


@pytest.fixture
def names(charter: str) -> list[str]:
    for name in NAMES:
        signing.active(official_name=name)
    return NAMES


def found(q: str, **filters: str) -> list[str]:
    return [row.official_name for row in queries.page_of_entries(Search.of(q, filters)).rows]


@pytest.mark.parametrize(
    ("q", "place"),
    [
        ("reseau economie", 0),
        ("ÉCONOMIE été", 0),
        ("econ soc", 0),
        ("المتوسط", 1),
        ("협동조합연합", 2),
        ("連帯", 3),
        ("財団", 3),
        ("мрежа дрина", 4),
        ("hop tac xa dong bang", 5),
        ("oresund", 6),
        ("o'brien", 6),
    ],
)
def test_search_when_typed_without_accents_or_case_then_finds_the_name(names: list[str], q: str, place: int) -> None:
    assert found(q) == [names[place]]


@pytest.mark.parametrize(
    "q", ['"', "' OR 1=1 --", "* AND NEAR(", "\x00", "\\", "a:b", "&|!()", "()'':*", "%_", "💶", "\ud800"]
)
def test_search_when_hostile_then_finds_nothing_and_breaks_nothing(names: list[str], q: str) -> None:
    assert queries.page_of_entries(Search.of(q, {})).total in {0, len(NAMES)}


def test_page_when_there_are_more_then_goes_on_by_key_without_gap_or_double(names: list[str]) -> None:
    seen, after = [], None
    while True:
        page = queries.page_of_entries(Search.of("", {}, after), size=3)
        seen += [row.official_name for row in page.rows]
        if page.next_after is None:
            break
        after = page.next_after
    assert seen == list(reversed(names))


def test_filters_when_combined_then_count_from_the_counters(names: list[str]) -> None:
    signing.active(official_name="Coopérative du Nord", country="FR", category="member_based")
    page = queries.page_of_entries(Search.of("", {"country": "FR", "category": "member_based"}))
    assert (page.total, [row.country for row in page.rows]) == (1, ["FR"])
    assert queries.page_of_entries(Search.of("", {"capacity": "signatory"})).total == 8
    assert sorted(queries.countries_present()) == ["FR", "SN"]


def test_register_version_when_an_entry_comes_or_ends_then_changes() -> None:
    versions = [queries.register_version()]
    signature = signing.active()
    versions.append(queries.register_version())
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=clock.now())
    versions.append(queries.register_version())
    assert len(set(versions)) == 3


def test_numbers_when_given_then_count_up() -> None:
    numbers = [signing.active().register_number for _ in range(3)]
    assert numbers == ["ICSSE-00001", "ICSSE-00002", "ICSSE-00003"]


def test_entry_when_unknown_then_is_none() -> None:
    assert queries.entry_of("ICSSE-99999") is None


def test_pending_when_searched_then_never_leaks() -> None:
    signing.verified(official_name="Secret mutual")
    assert found("secret") == []


def test_open_data_when_listed_then_is_every_field_but_the_person() -> None:
    assert set(EVERY_FIELD) - set(OPEN_DATA) == {"representative"}
    assert set(EVERY_FIELD) == set(Entry.__dataclass_fields__)


def test_page_when_one_or_three_entries_then_runs_the_same_statements(counted_queries) -> None:
    counts = []
    for _ in range(2):
        signing.active()
        signing.active()
        with counted_queries() as statements:
            queries.page_of_entries(Search.of("", {}))
        counts.append(len(statements))
    assert counts == [2, 2]
