"""Where does an application stand in the officers' queue: under which tab, waiting how long, late or not? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from coalition.signing.states import OPEN, TO_REVIEW, State

SATURDAY = 5


class Tab(StrEnum):
    """A part of the queue."""

    TO_REVIEW = "to_review"
    MINE = "mine"
    ASKED = "asked"
    REFERRED = "referred"
    WAITING = "waiting"
    DECIDED = "decided"
    ALL = "all"


class Flag(StrEnum):
    """What an officer can look for across applications that are not decided yet."""

    LATE = "late"
    PROOF_MISSING = "proof_missing"
    POSSIBLE_DUPLICATE = "possible_duplicate"


STATES: Mapping[Tab, frozenset[State]] = {
    Tab.TO_REVIEW: TO_REVIEW,
    Tab.MINE: OPEN,
    Tab.ASKED: frozenset({State.NEEDS_INFORMATION}),
    Tab.REFERRED: frozenset({State.REFERRED}),
    Tab.WAITING: frozenset({State.PENDING_VERIFICATION}),
    Tab.DECIDED: frozenset({
        State.ACTIVE, State.SUSPENDED, State.DECLINED, State.MERGED, State.LAPSED, State.WITHDRAWN, State.DELISTED,
        State.SUPERSEDED,
    }),
    Tab.ALL: frozenset(State),
}  # fmt: skip
UNDECIDED = OPEN | STATES[Tab.WAITING]
OLDEST_FIRST = frozenset({Tab.TO_REVIEW, Tab.MINE, Tab.ASKED, Tab.REFERRED})
REMINDABLE = frozenset({State.PENDING_VERIFICATION, State.NEEDS_INFORMATION})
AGES = (2, 5, 10, 20)


def working_days(start: date, end: date) -> int:
    """Return how many working days, Monday to Friday, have passed after `start` up to and with `end`; 0 backwards."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    return 5 * weeks + sum((start + timedelta(days=day)).weekday() < SATURDAY for day in range(1, rest + 1))


def last_day_in_time(today: date, limit: int) -> date:
    """Return the earliest day from which no more than `limit` working days have passed until `today`."""
    day = today
    while working_days(day - timedelta(days=1), today) <= limit:
        day -= timedelta(days=1)
    return day


def within(days: Mapping[int, int], tenths: int) -> int | None:
    """Return the smallest number of days within which so many tenths of all decisions fell; None of no decision.

    `days` says how many decisions took how many days.
    """
    total, reached = sum(days.values()), 0
    for number in sorted(days):
        reached += days[number]
        if 10 * reached >= tenths * total:
            return number
    return None


def age_of(days: int) -> int:
    """Return the place of the class of ages that so many working days belong to; the last one is open."""
    return sum(days > most for most in AGES)
