"""Is the closing date kept to the second, and does a form begun before it get its day?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coalition.charters.states import is_closed, is_planned, may_finish

END = datetime(2026, 12, 1, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(hours=24)


@pytest.mark.parametrize(
    ("closes_at", "now", "closed"), [(None, END, False), (END, END - SECOND, False), (END, END, True)]
)
def test_is_closed_from_the_moment_on(closes_at: datetime | None, now: datetime, closed: bool) -> None:
    assert is_closed(closes_at, now=now) is closed


@pytest.mark.parametrize(
    ("begun_at", "now", "may"),
    [
        (END - SECOND, END, True),
        (END - SECOND, END + DAY - SECOND, True),
        (END - SECOND, END + DAY, False),
        (END, END, False),
        (END, END - SECOND, True),  # the closing date was moved to later while it was being filled in
    ],
)
def test_may_finish_for_a_day_where_it_was_begun_before(begun_at: datetime, now: datetime, may: bool) -> None:
    assert may_finish(END, begun_at=begun_at, grace=DAY, now=now) is may


def test_may_finish_without_a_closing_date_always() -> None:
    assert may_finish(None, begun_at=END, grace=DAY, now=END + 1000 * DAY) is True


@pytest.mark.parametrize(
    ("from_", "now", "planned"), [(None, END, False), (END, END - SECOND, True), (END, END, False)]
)
def test_is_planned_until_its_moment(from_: datetime | None, now: datetime, planned: bool) -> None:
    assert is_planned(from_, now=now) is planned
