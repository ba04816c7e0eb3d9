"""Where does an application stand in the officers' queue: under which tab, waiting how long, late or not? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from coalition.signing.states import TO_REVIEW, State

SATURDAY = 5


class Tab(StrEnum):
    """A part of the queue."""

    TO_REVIEW = "to_review"
    MINE = "mine"
    WAITING = "waiting"
    DECIDED = "decided"
    ALL = "all"


class Flag(StrEnum):
    """What an officer can look for across applications."""

    PROOF_MISSING = "proof_missing"
    POSSIBLE_DUPLICATE = "possible_duplicate"


STATES: Mapping[Tab, frozenset[State]] = {
    Tab.TO_REVIEW: TO_REVIEW,
    Tab.MINE: frozenset({State.IN_REVIEW}),
    Tab.WAITING: frozenset({State.PENDING_VERIFICATION}),
    Tab.DECIDED: frozenset({State.ACTIVE, State.SUSPENDED, State.DECLINED, State.WITHDRAWN, State.DELISTED}),
    Tab.ALL: frozenset(State),
}
OLDEST_FIRST = frozenset({Tab.TO_REVIEW, Tab.MINE})


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
