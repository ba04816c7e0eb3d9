"""The register in numbers: who counts, how it grew, how long decisions took."""

from __future__ import annotations

from datetime import date

import pytest

from coalition.register.entry import Status
from coalition.register.statistics import DecisionTime, Growth, Share, Statistics, statistics
from tests.factories.register import ended, published

pytestmark = pytest.mark.usefixtures("app")


def test_statistics_when_the_register_is_empty_are_nothing() -> None:
    assert statistics() == Statistics(
        signatories=0,
        suspended=0,
        withdrawn=0,
        delisted=0,
        superseded=0,
        countries=0,
        by_country=(),
        by_category=(),
        by_form=(),
        by_year=(),
        by_month=(),
        decision_time=None,
    )


def test_statistics_when_counted_leave_out_whoever_does_not_count() -> None:
    published(country="SN", organisation_form="mutual")
    published(country="SN", category="network")
    published(country="FR")
    published(status=Status.SUSPENDED)
    published(capacity="endorser", country="BR")
    ended(published(country="BR"))
    ended(published(country="BR"), status=Status.DELISTED)
    ended(published(country="BR"), status=Status.SUPERSEDED)
    found = statistics()
    ends = (found.withdrawn, found.delisted, found.superseded)
    assert (found.signatories, found.suspended, ends, found.countries) == (3, 1, (1, 1, 1), 2)
    assert found.by_country == (Share("SN", 2), Share("FR", 1))
    assert found.by_category == (Share("member_based", 2, "icsse-charter"), Share("network", 1, "icsse-charter"))
    assert found.by_form == (Share("network", 2), Share("mutual", 1))


def test_growth_when_a_year_brought_nothing_has_its_line_all_the_same() -> None:
    gone = published(published_on=date(2023, 12, 31))
    published(published_on=date(2025, 1, 1))
    ended(gone, on=date(2025, 2, 1))
    found = statistics()
    assert found.by_year == (Growth("2023", 1, 0, 1), Growth("2024", 0, 0, 1), Growth("2025", 1, 1, 1))
    assert [line.period for line in found.by_month] == [
        *(f"2024-{month:02}" for month in range(3, 13)),
        "2025-01",
        "2025-02",
    ]
    assert found.by_month[-2:] == (Growth("2025-01", 1, 0, 2), Growth("2025-02", 0, 1, 1))


@pytest.mark.parametrize(
    ("days", "median", "ninth"), [([7], 7, 7), ([1, 2, 3, 40], 2, 40), (list(range(1, 11)), 5, 9), ([0, 0], 0, 0)]
)
def test_decision_time_when_counted_holds_for_half_and_for_nine_of_ten(
    days: list[int], median: int, ninth: int
) -> None:
    for number in days:
        published(signed_on=date(2026, 3, 1), published_on=date.fromordinal(date(2026, 3, 1).toordinal() + number))
    assert statistics().decision_time == DecisionTime(len(days), median, ninth)


def test_statistics_when_there_are_more_entries_run_as_many_statements(counted_queries) -> None:
    counts = []
    for _ in range(2):
        published(country="FR")
        published(country="SN")
        with counted_queries() as statements:
            statistics()
        counts.append(len(statements))
    assert counts == [7, 7]
