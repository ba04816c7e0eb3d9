"""Which applications are there, in which order, and how many under each tab? A fixed number of statements by Core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.organisations.models import Organisation
from coalition.organisations.names import search_words
from coalition.register.entry import SHOWN
from coalition.register.models import RegisterEntry
from coalition.review.decisions import Verdict
from coalition.review.models import Decision, ReviewClaim
from coalition.review.states import OLDEST_FIRST, STATES, Flag, Tab, last_day_in_time, working_days
from coalition.signing.models import ProofDocument, Representative, Signature
from coalition.signing.states import OPEN, PUBLISHED, TO_REVIEW, State

PAGE = 25
LONGEST_QUERY = 200
MOST_WORDS = 8
LARGEST_KEY = 2**31 - 1
Other = aliased(Signature)
OtherOrganisation = aliased(Organisation)


@dataclass(frozen=True)
class Search:
    """What an officer looks for; "" is everything. Words search every state, whatever the tab."""

    tab: Tab = Tab.TO_REVIEW
    q: str = ""
    country: str = ""
    language: str = ""
    flag: Flag | None = None
    after: int | None = None


@dataclass(frozen=True)
class QueueRow:
    """One application in a list; `days` are working days since the mailbox was confirmed, None outside of review."""

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
    """How many applications stand under each tab, how many are late, how many wait for another approval."""

    tabs: Mapping[Tab, int]
    late: int
    second_review: int


def page_of(search: Search, *, officer_id: int, now: datetime, limit: int) -> QueuePage:
    """Return the page of the queue that `search` asks for; more than `limit` working days are late."""
    rows = db.session.execute(_statement(search, officer_id=officer_id, now=now)).all()
    shown = tuple(_row(row, officer_id=officer_id, today=now.date(), limit=limit) for row in rows[:PAGE])
    return QueuePage(shown, shown[-1].id if len(rows) > PAGE else None)


def counts_for(*, officer_id: int, now: datetime, limit: int) -> QueueCounts:
    """Return what stands over the queue."""
    by_state: dict[str, int] = {
        row.state: row.n
        for row in db.session.execute(select(Signature.state, func.count().label("n")).group_by(Signature.state))
    }
    last_day = datetime.combine(last_day_in_time(now.date(), limit), time(), UTC)
    under_review = Signature.state.in_(TO_REVIEW)
    late, mine, second = db.session.execute(
        select(
            _count(under_review, Signature.clock_at < last_day),
            _count(Signature.state == State.IN_REVIEW, _claimed_by(officer_id, now)),
            _count(under_review, _approvals() > 0),
        )
    ).one()
    tabs = {tab: sum(by_state.get(state, 0) for state in states) for tab, states in STATES.items()}
    return QueueCounts({**tabs, Tab.MINE: mine}, late, second)


def _count(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(Signature).where(*conditions).scalar_subquery()


def _statement(search: Search, *, officer_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
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
            _approvals().label("approvals"),
            _documents().label("documents"),
            Signature.mandate,
            _is_duplicate().label("is_duplicate"),
        )
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .outerjoin(ReviewClaim, live)
        .outerjoin(Officer, Officer.id == ReviewClaim.officer_id)
        .where(*_conditions(search, officer_id=officer_id, now=now))
        .limit(PAGE + 1)
    )
    if not search.q and search.tab in OLDEST_FIRST:
        return statement.order_by(Signature.clock_at, Signature.id)
    return statement.order_by(Signature.id.desc())


def _conditions(search: Search, *, officer_id: int, now: datetime) -> list[ColumnElement[bool]]:
    first = _matches(search.q) if search.q else Signature.state.in_(STATES[search.tab])
    conditions: list[ColumnElement[bool]] = [first]
    if search.tab is Tab.MINE and not search.q:
        conditions.append(_claimed_by(officer_id, now))
    if search.country:
        conditions.append(Organisation.country == search.country)
    if search.language:
        conditions.append(Signature.language == search.language)
    if search.flag is Flag.PROOF_MISSING:
        conditions.append(~_has_proof())
    if search.flag is Flag.POSSIBLE_DUPLICATE:
        conditions.append(_is_duplicate())
    if search.after is not None:
        oldest_first = not search.q and search.tab in OLDEST_FIRST
        conditions.append(_after(min(search.after, LARGEST_KEY), oldest_first=oldest_first))
    return conditions


def _after(key: int, *, oldest_first: bool) -> ColumnElement[bool]:
    if not oldest_first:
        return Signature.id < key
    moment = select(Other.clock_at).where(Other.id == key).scalar_subquery()
    return tuple_(Signature.clock_at, Signature.id) > tuple_(moment, key)


def _matches(q: str) -> ColumnElement[bool]:
    """Match a whole e-mail address, a register number, or words that begin words of the names or the reference."""
    typed = q[:LONGEST_QUERY].strip()
    if "@" in typed:
        return exists().where(
            Representative.signature_id == Signature.id, Representative.email_key == recipient_key(typed)
        )
    words = search_words(typed)[:MOST_WORDS]
    found = and_(*(Signature.search.contains(f" {word}", autoescape=True) for word in words)) if words else None
    number = Signature.register_number == "".join(typed.upper().split()).replace("\x00", "")
    return number if found is None else or_(found, number)


def _claimed_by(officer_id: int, now: datetime) -> ColumnElement[bool]:
    live = (ReviewClaim.officer_id == officer_id, ReviewClaim.expires_at > now)
    return Signature.id.in_(select(ReviewClaim.signature_id).where(*live).correlate(None))


def _documents() -> ScalarSelect[int]:
    return select(func.count()).where(ProofDocument.signature_id == Signature.id).correlate(Signature).scalar_subquery()


def _has_proof() -> ColumnElement[bool]:
    return exists().where(ProofDocument.signature_id == Signature.id)


def _is_duplicate() -> ColumnElement[bool]:
    """Tell whether another application of this charter, or another entry of its register, has the same name."""
    applied = (
        exists()
        .where(OtherOrganisation.name_key == Organisation.name_key, Other.organisation_id == OtherOrganisation.id)
        .where(Other.charter == Signature.charter, Other.id != Signature.id, Other.state.in_(OPEN | PUBLISHED))
    )
    entered = (
        exists()
        .where(RegisterEntry.charter == Signature.charter, RegisterEntry.capacity == Signature.capacity)
        .where(RegisterEntry.name_key == Organisation.name_key, RegisterEntry.status.in_(SHOWN))
        .where(RegisterEntry.number != func.coalesce(Signature.register_number, ""))
    )
    return or_(applied, entered)


def _approvals() -> Any:
    return (
        select(func.count())
        .where(Decision.signature_id == Signature.id, Decision.verdict == Verdict.APPROVE.value)
        .where(Decision.voided_at.is_(None), Decision.content_sha256 == Signature.content_sha256)
        .correlate(Signature)
        .scalar_subquery()
    )


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
        approvals=row.approvals,
        documents=row.documents,
        mandate=row.mandate,
        is_duplicate=row.is_duplicate,
    )


def countries() -> Sequence[str]:
    """Return the countries that applications have come from."""
    statement = select(Organisation.country).where(Organisation.country != "").distinct().order_by(Organisation.country)
    return db.session.scalars(statement).all()
