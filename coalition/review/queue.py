"""Which applications are there, in which order, and how many under each tab? A fixed number of statements by Core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.review.models import Assignment, ReviewClaim
from coalition.review.queue_statements import approvals, found_ids, in_scope, is_duplicate
from coalition.review.searching import LONGEST_QUERY, Search
from coalition.review.states import STATES, Tab, last_day_in_time, working_days
from coalition.signing.models import ProofDocument, Signature
from coalition.signing.states import TO_REVIEW, State

__all__ = ["LONGEST_QUERY", "Search"]

PAGE = 25
COUNTED_UP_TO = 1000
Assignee = aliased(Officer)


@dataclass(frozen=True)
class QueueRow:
    """One application in a list; `days` are working days since its time to be decided began, None outside of review."""

    id: int
    reference: str
    state: State
    official_name: str
    latin_name: str
    country: str
    language: str
    submitted_at: datetime
    days: int | None
    is_late: bool
    holder: str
    is_mine: bool
    assignee: str
    approvals: int
    documents: int
    mandate: str
    is_duplicate: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `next_after` is the key at which the next one begins, None on the last."""

    rows: tuple[QueueRow, ...]
    next_after: int | None


@dataclass(frozen=True)
class QueueCounts:
    """How many applications stand under each tab, how many are late, how many wait for another approval.

    Counted up to a thousand for each state: a greater number says only that there are more.
    """

    tabs: Mapping[Tab, int]
    late: int
    second_review: int


def page_of(search: Search, *, officer_id: int, now: datetime, limit: int) -> QueuePage:
    """Return the page of the queue that `search` asks for; more than `limit` working days are late."""
    found = found_ids(
        search,
        officer_id=officer_id,
        now=now,
        late_before=last_day_in_time(now.date(), limit),
        dialect=db.engine.dialect.name,
        size=PAGE + 1,
    )
    rows = db.session.execute(_rows(found, search, now)).all()
    shown = tuple(_row(row, officer_id=officer_id, today=now.date(), limit=limit) for row in rows[:PAGE])
    return QueuePage(shown, shown[-1].id if len(rows) > PAGE else None)


def counts_for(search: Search, *, officer_id: int, now: datetime, limit: int) -> QueueCounts:
    """Return what stands over the queue, of what the officer of `search` may reach; one statement."""
    scope = in_scope(search)
    late_before = datetime.combine(last_day_in_time(now.date(), limit), time(), UTC)
    waiting = [Signature.state == state for state in sorted(TO_REVIEW)]
    counted = {state.value: _count(Signature.state == state, *scope) for state in State}
    counted["late"] = sum((_count(one, Signature.clock_at < late_before, *scope) for one in waiting), literal(0))
    counted["second"] = sum((_count(one, approvals() > 0, *scope) for one in waiting), literal(0))
    counted["mine"] = _mine(officer_id, now, scope)
    found = db.session.execute(select(*(one.label(name) for name, one in counted.items()))).mappings().one()
    tabs = {tab: sum(found[state.value] for state in states) for tab, states in STATES.items()}
    return QueueCounts({**tabs, Tab.MINE: found["mine"]}, found["late"], found["second"])


def _count(*conditions: ColumnElement[bool]) -> Any:
    few = select(Signature.id).where(*conditions).limit(COUNTED_UP_TO + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def _mine(officer_id: int, now: datetime, scope: Sequence[ColumnElement[bool]]) -> Any:
    claimed = select(ReviewClaim.signature_id).where(ReviewClaim.officer_id == officer_id, ReviewClaim.expires_at > now)
    listed = select(Assignment.signature_id).where(Assignment.officer_id == officer_id)
    mine = claimed.union(listed).subquery()
    of_mine = select(Signature.id).join(mine, mine.c.signature_id == Signature.id)
    few = of_mine.where(Signature.state.in_(sorted(STATES[Tab.MINE])), *scope).limit(COUNTED_UP_TO + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def _rows(found: Any, search: Search, now: datetime) -> Select[*tuple[Any, ...]]:
    live = and_(ReviewClaim.signature_id == Signature.id, ReviewClaim.expires_at > now)
    statement = (
        select(
            Signature.id,
            Signature.reference,
            Signature.state,
            Organisation.official_name,
            Organisation.latin_name,
            Organisation.country,
            Signature.language,
            Signature.submitted_at,
            Signature.clock_at,
            Officer.id.label("officer_id"),
            Officer.name.label("officer_name"),
            Assignee.name.label("assignee"),
            approvals().label("approvals"),
            _documents().label("documents"),
            Signature.mandate,
            is_duplicate().label("is_duplicate"),
        )
        .select_from(found)
        .join(Signature, Signature.id == found.c.id)
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .outerjoin(ReviewClaim, live)
        .outerjoin(Officer, Officer.id == ReviewClaim.officer_id)
        .outerjoin(Assignment, Assignment.signature_id == Signature.id)
        .outerjoin(Assignee, Assignee.id == Assignment.officer_id)
        .limit(PAGE + 1)
    )
    return statement.order_by(*_order(search))


def _order(search: Search) -> list[Any]:
    """Return the order in which `found_ids` walked."""
    if search.q or (search.walks_all and not search.country):
        return [Signature.id.desc()]
    if search.walks_all:
        return [Organisation.id.desc(), Signature.id.desc()]
    if search.is_oldest_first:
        return [Signature.clock_at, Signature.id]
    return [Signature.clock_at.desc(), Signature.id.desc()]


def _documents() -> Any:
    return select(func.count()).where(ProofDocument.signature_id == Signature.id).correlate(Signature).scalar_subquery()


def _row(row: Any, *, officer_id: int, today: date, limit: int) -> QueueRow:
    state = State(row.state)
    waits = state in TO_REVIEW and row.clock_at is not None
    days = working_days(row.clock_at.date(), today) if waits else None
    is_held = state is State.IN_REVIEW and row.officer_id is not None
    return QueueRow(
        id=row.id,
        reference=row.reference,
        state=state,
        official_name=row.official_name,
        latin_name=row.latin_name,
        country=row.country,
        language=row.language,
        submitted_at=row.submitted_at,
        days=days,
        is_late=days is not None and days > limit,
        holder=row.officer_name if is_held else "",
        is_mine=is_held and row.officer_id == officer_id,
        assignee=row.assignee or "",
        approvals=row.approvals,
        documents=row.documents,
        mandate=row.mandate,
        is_duplicate=row.is_duplicate,
    )


def countries() -> Sequence[str]:
    """Return the countries that organisations have come from, found by leaps along the index."""
    known = Organisation.country
    first = select(func.min(known).label("country")).where(known > "")
    leap = first.cte("leap", recursive=True)
    after = select(func.min(known)).where(known > leap.c.country).scalar_subquery()
    leap = leap.union_all(select(after).where(leap.c.country.is_not(None)))
    return list(db.session.scalars(select(leap.c.country).where(leap.c.country.is_not(None))))
