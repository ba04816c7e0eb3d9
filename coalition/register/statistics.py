"""How many have signed, where, when and as what, and how long did decisions take? Counted in the database, by Core.

Asked once for each version of the register. What these numbers look like belongs to the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select, type_coerce
from sqlalchemy.engine import Connection

from coalition.register.entry import Status
from coalition.register.models import RegisterCount, RegisterEntry
from coalition.register.search import SIGNATORY
from coalition.transactions import reading


@dataclass(frozen=True)
class Share:
    """How many active signatories have one thing in common. `charter` is "" where it does not matter."""

    key: str
    signatories: int
    charter: str = ""


@dataclass(frozen=True)
class Growth:
    """What a year or a month ("2026", "2026-03") brought: who came, who left, how many stood there at its end."""

    period: str
    published: int
    ended: int
    total: int


@dataclass(frozen=True)
class DecisionTime:
    """Days from signing to publication: half of the decisions, and nine of ten, took at most so long."""

    decisions: int
    median_days: int
    ninth_decile_days: int


@dataclass(frozen=True)
class Statistics:
    """The register in numbers. Counted as signatories are active entries alone; shares come largest first."""

    signatories: int
    suspended: int
    withdrawn: int
    delisted: int
    superseded: int
    countries: int
    by_country: tuple[Share, ...]
    by_category: tuple[Share, ...]
    by_form: tuple[Share, ...]
    by_year: tuple[Growth, ...]
    by_month: tuple[Growth, ...]
    decision_time: DecisionTime | None


MONTHS = 12
_SIGNATORIES = RegisterEntry.capacity == SIGNATORY
_STATUSES = select(RegisterEntry.status, func.count()).where(_SIGNATORIES).group_by(RegisterEntry.status)
_COUNTRIES = (
    select(RegisterCount.country, func.sum(RegisterCount.active))
    .group_by(RegisterCount.country)
    .having(func.sum(RegisterCount.active) > 0)
)
_CATEGORIES = (
    select(RegisterCount.category, func.sum(RegisterCount.active), RegisterCount.charter)
    .group_by(RegisterCount.charter, RegisterCount.category)
    .having(func.sum(RegisterCount.active) > 0)
)
_FORMS = (
    select(RegisterEntry.organisation_form, func.count())
    .where(_SIGNATORIES, RegisterEntry.status == Status.ACTIVE.value)
    .group_by(RegisterEntry.organisation_form)
)
_STARTS = select(RegisterEntry.published_on, func.count()).where(_SIGNATORIES).group_by(RegisterEntry.published_on)
_ENDS = (
    select(RegisterEntry.ended_on, func.count())
    .where(_SIGNATORIES, RegisterEntry.ended_on.is_not(None))
    .group_by(RegisterEntry.ended_on)
)


def statistics() -> Statistics:
    """Return the register in numbers, all charters together."""
    with reading() as connection:
        by_status = Counter(dict(_pairs(connection, _STATUSES)))
        countries = shares_by_country(connection)
        categories = _shares(connection.execute(_CATEGORIES))
        forms = _shares(connection.execute(_FORMS))
        days = _pairs(connection, _days(connection.dialect.name))
        came = Counter(dict(_pairs(connection, _STARTS)))
        left = Counter(dict(_pairs(connection, _ENDS)))
    return Statistics(
        signatories=by_status[Status.ACTIVE],
        suspended=by_status[Status.SUSPENDED],
        withdrawn=by_status[Status.WITHDRAWN],
        delisted=by_status[Status.DELISTED],
        superseded=by_status[Status.SUPERSEDED],
        countries=len(countries),
        by_country=countries,
        by_category=categories,
        by_form=forms,
        by_year=tuple(_growth(came, left, letters=4)),
        by_month=tuple(_growth(came, left, letters=7)[-MONTHS:]),
        decision_time=_decision_time(days),
    )


def shares_by_country(connection: Connection | None = None) -> tuple[Share, ...]:
    """Return the active signatories of every country that has one, most first."""
    if connection is not None:
        return _shares(connection.execute(_COUNTRIES))
    with reading() as own:
        return _shares(own.execute(_COUNTRIES))


def _pairs(connection: Connection, statement: Select[Any, int]) -> list[tuple[Any, int]]:
    return [(row[0], row[1]) for row in connection.execute(statement)]


@cache
def _days(dialect: str) -> Select[Any, int]:
    """Return the statement that counts entries by the days between signing and publication."""
    published, signed = RegisterEntry.published_on, RegisterEntry.signed_on
    number: Any = type_coerce(published - signed, Integer)
    if dialect == "sqlite":
        number = cast(func.julianday(published) - func.julianday(signed), Integer)
    days = number.label("days")
    return select(days, func.count()).where(_SIGNATORIES).group_by(days)


def _shares(rows: Iterable[Sequence[Any]]) -> tuple[Share, ...]:
    found = [Share(row[0], int(row[1]), *row[2:]) for row in rows]
    return tuple(sorted(found, key=lambda share: (-share.signatories, share.charter, share.key)))


def _growth(came: Counter[date], left: Counter[date], *, letters: int) -> list[Growth]:
    """Add up by the first letters of the ISO date, without gaps between the first period and the last."""
    published, ended = (_by_period(days, letters) for days in (came, left))
    total, lines = 0, []
    for period in _periods(published, ended):
        total += published[period] - ended[period]
        lines.append(Growth(period, published[period], ended[period], total))
    return lines


def _by_period(days: Counter[date], letters: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for day, count in days.items():
        found[day.isoformat()[:letters]] += count
    return found


def _periods(published: Counter[str], ended: Counter[str]) -> list[str]:
    seen = sorted({*published, *ended})
    if not seen:
        return []
    first, last = seen[0], seen[-1]
    years = range(int(first[:4]), int(last[:4]) + 1)
    every = [str(year) for year in years]
    if len(first) > 4:
        every = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    return [period for period in every if first <= period <= last]


def _decision_time(days: list[tuple[int, int]]) -> DecisionTime | None:
    """Return the smallest numbers of days within which half, and nine of ten, of all decisions were taken."""
    decisions = sum(count for _, count in days)
    if not decisions:
        return None
    ordered = sorted(days)
    reached = list(
        zip((max(number, 0) for number, _ in ordered), accumulate(count for _, count in ordered), strict=True)
    )

    def within(tenths: int) -> int:
        return next(number for number, total in reached if 10 * total >= tenths * decisions)

    return DecisionTime(decisions, within(5), within(9))
