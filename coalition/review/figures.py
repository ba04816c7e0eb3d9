"""How does the review stand: how many in which state, how old, how late, how long did decisions take? Counted hourly.

A page that counted a hundred thousand rows would be slow; it reads what the worker counted, charter by charter, so that
an officer who may reach some of them sees those alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, select

from coalition.accounts.permissions import Scope
from coalition.extensions import db
from coalition.review.models import ReviewFigures
from coalition.review.states import age_of, within, working_days
from coalition.signing.models import Signature
from coalition.signing.states import TO_REVIEW, State

DECIDED_WITHIN = timedelta(days=365)
DECIDED = frozenset({State.ACTIVE, State.SUSPENDED, State.DECLINED, State.WITHDRAWN, State.DELISTED, State.SUPERSEDED})


@dataclass(frozen=True)
class Figures:
    """What was counted: `ages` are those to review by the classes of `states.AGES`, `days` decisions by their days."""

    counted_at: datetime
    by_state: Mapping[State, int]
    ages: Mapping[int, int]
    late: int
    days: Mapping[int, int] = field(default_factory=dict)

    @property
    def decisions(self) -> int:
        """How many decisions of the last twelve months were counted."""
        return sum(self.days.values())

    @property
    def median(self) -> int | None:
        """Half of the decisions took at most so many working days."""
        return within(self.days, 5)

    @property
    def ninth_decile(self) -> int | None:
        """Nine of ten decisions took at most so many working days."""
        return within(self.days, 9)


def count(*, now: datetime, limit: int) -> None:
    """Count anew, in the caller's transaction; more than `limit` working days are late."""
    found: dict[str, dict[str, Counter[Any]]] = {}
    for charter, state, number in db.session.execute(_by_state()):
        _of(found, charter)["states"][state] += number
    for charter, day, number in db.session.execute(_by_age()):
        days = working_days(_day(day), now.date())
        _of(found, charter)["ages"][age_of(days)] += number
        _of(found, charter)["late"][""] += number if days > limit else 0
    for charter, begun, decided, number in db.session.execute(_by_decision(now)):
        _of(found, charter)["days"][working_days(_day(begun), _day(decided))] += number
    kept = {row.charter: row for row in db.session.scalars(select(ReviewFigures))}
    for charter, figures in found.items():
        row = kept.get(charter) or ReviewFigures(charter=charter)
        row.counted_at, row.figures = now, {name: _plain(counter) for name, counter in figures.items()}
        db.session.add(row)


def figures_for(scope: Scope) -> Figures | None:
    """Return what was counted last of the charters within `scope`; None before the first time."""
    if scope.only_reference is not None:
        return None
    statement = select(ReviewFigures.charter, ReviewFigures.counted_at, ReviewFigures.figures)
    rows = [row for row in db.session.execute(statement) if not scope.charters or row.charter in scope.charters]
    if not rows:
        return None
    states = _added(row.figures["states"] for row in rows)
    return Figures(
        counted_at=min(row.counted_at for row in rows),
        by_state={state: states[state.value] for state in State},
        ages={int(place): number for place, number in _added(row.figures["ages"] for row in rows).items()},
        late=sum(row.figures["late"].get("", 0) for row in rows),
        days={int(days): number for days, number in _added(row.figures["days"] for row in rows).items()},
    )


def _of(found: dict[str, dict[str, Counter[Any]]], charter: str) -> dict[str, Counter[Any]]:
    return found.setdefault(charter, {name: Counter() for name in ("states", "ages", "late", "days")})


def _plain(counter: Counter[Any]) -> dict[str, int]:
    return {str(key): number for key, number in counter.items()}


def _added(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def _by_state() -> Any:
    return select(Signature.charter, Signature.state, func.count()).group_by(Signature.charter, Signature.state)


def _by_age() -> Any:
    begun = _date(Signature.clock_at)
    waiting = (Signature.state.in_(sorted(TO_REVIEW)), Signature.clock_at.is_not(None))
    return select(Signature.charter, begun, func.count()).where(*waiting).group_by(Signature.charter, begun)


def _by_decision(now: datetime) -> Any:
    begun, decided = _date(Signature.clock_at), _date(Signature.decided_at)
    of_officers = (Signature.confirmed_at.is_not(None), Signature.state.in_(sorted(DECIDED)))
    return (
        select(Signature.charter, begun, decided, func.count())
        .where(*of_officers, Signature.decided_at >= now - DECIDED_WITHIN)
        .group_by(Signature.charter, begun, decided)
    )


def _date(moment: Any) -> Any:
    """Return the day in UTC of a moment, as each database says it."""
    if db.engine.dialect.name == "sqlite":
        return func.date(moment)
    return cast(func.timezone("UTC", moment), Date)


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
