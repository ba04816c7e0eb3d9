"""Tabs, working days and lateness, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coalition.review.states import OLDEST_FIRST, STATES, Tab, last_day_in_time, working_days
from coalition.signing.states import OPEN, State

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-3, 0), (0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (8, 6), (14, 10), (15, 11), (365, 261)],
)
def test_working_days_when_counted_from_a_monday_leave_weekends_out(days: int, expected: int) -> None:
    assert working_days(MONDAY, MONDAY + timedelta(days=days)) == expected


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("length", [0, 1, 6, 20, 100])
def test_working_days_when_counted_one_by_one_are_the_same(start: int, length: int) -> None:
    begin = MONDAY + timedelta(days=start)
    days = [begin + timedelta(days=day) for day in range(1, length + 1)]
    assert working_days(begin, begin + timedelta(days=length)) == sum(day.isoweekday() < 6 for day in days)


@pytest.mark.parametrize("today", [MONDAY + timedelta(days=day) for day in range(7)])
@pytest.mark.parametrize("limit", [0, 1, 10])
def test_last_day_in_time_when_one_day_earlier_is_late(today: date, limit: int) -> None:
    last = last_day_in_time(today, limit)
    assert working_days(last, today) <= limit < working_days(last - timedelta(days=1), today)


def test_tabs_when_read_cover_every_state() -> None:
    assert STATES[Tab.ALL] == set(State)
    assert STATES[Tab.TO_REVIEW] == {State.SUBMITTED, State.IN_REVIEW}
    assert STATES[Tab.MINE] == OPEN
    assert STATES[Tab.ASKED] == {State.NEEDS_INFORMATION}
    assert STATES[Tab.REFERRED] == {State.REFERRED}
    assert STATES[Tab.WAITING] == {State.PENDING_VERIFICATION}
    assert STATES[Tab.DECIDED].isdisjoint(STATES[Tab.TO_REVIEW] | STATES[Tab.WAITING])
    assert {Tab.TO_REVIEW, Tab.MINE, Tab.ASKED, Tab.REFERRED} == OLDEST_FIRST
