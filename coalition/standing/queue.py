"""What waits for officers across the signatories, and what is due by the clock? Pages by key, within one's reach.

The list of all signatories is the public register's own search (`register.queries`), marked by what waits here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED
from coalition.standing.models import ChangeRequest, Delisting, Suspension

PAGE = 25
MOST_DUE = 200
PROPOSER = aliased(Officer)


@dataclass(frozen=True)
class Waiting:
    """One page of what waits for officers, the oldest first, and the key of the next page."""

    rows: Sequence[Row[Any]]
    next_after: int | None


def marks_of(numbers: Sequence[str]) -> Mapping[str, set[str]]:
    """Return what waits or is about to happen to each of these signatories, by their numbers."""
    marks: dict[str, set[str]] = {}
    kinds: dict[str, Any] = {"suspension": Suspension, "delisting": Delisting, "change": ChangeRequest}
    for mark, table in kinds.items():
        statement = (
            select(Signature.register_number)
            .join(table, table.signature_id == Signature.id)
            .where(Signature.register_number.in_(numbers), table.closed_at.is_(None))
        )
        for number in db.session.scalars(statement):
            marks.setdefault(str(number), set()).add(mark)
    return marks


def waiting_changes(scope: Scope, *, after: int | None = None) -> Waiting:
    """Return the changes that officers may decide on, within their reach."""
    return _page(ChangeRequest, scope, after, ChangeRequest.opened_at.is_not(None))


def proposed_delistings(scope: Scope, *, after: int | None = None) -> Waiting:
    """Return the proposals that wait for a second officer."""
    return _page(Delisting, scope, after)


def announced_suspensions(scope: Scope, *, after: int | None = None) -> Waiting:
    """Return the suspensions that are announced or last."""
    return _page(Suspension, scope, after)


def waiting_counts(scope: Scope) -> Mapping[str, int]:
    """Return how many of each wait, for the tabs and for the desk's first page."""
    kinds: dict[str, Any] = {"changes": ChangeRequest, "delistings": Delisting, "suspensions": Suspension}
    found = {}
    for name, table in kinds.items():
        statement = select(func.count()).select_from(table).join(Signature, Signature.id == table.signature_id)
        is_open = ChangeRequest.opened_at.is_not(None) if table is ChangeRequest else table.id.is_not(None)
        found[name] = db.session.execute(statement.where(*_waits(table, scope), is_open)).scalar_one()
    return found


def due_suspensions(now: datetime) -> tuple[Sequence[int], Sequence[int]]:
    """Return the suspensions that begin now, and those whose time is over."""
    is_open = Suspension.closed_at.is_(None)
    begin = select(Suspension.id).where(is_open, Suspension.began_at.is_(None), Suspension.starts_at <= now)
    over = select(Suspension.id).where(is_open, Suspension.began_at.is_not(None), Suspension.ends_at <= now)
    first, second = (db.session.scalars(asked.order_by(Suspension.id).limit(MOST_DUE)).all() for asked in (begin, over))
    return first, second


def unconfirmed_past(now: datetime) -> Sequence[str]:
    """Return the changes whose new mailbox was not confirmed in time."""
    waits = and_(ChangeRequest.closed_at.is_(None), ChangeRequest.opened_at.is_(None))
    statement = select(ChangeRequest.public_id).where(waits, ChangeRequest.expires_at <= now)
    return db.session.scalars(statement.limit(MOST_DUE)).all()


def ended_with_open_ends() -> Sequence[int]:
    """Return the signatures that are no longer on the register, and still have something open here."""
    found: set[int] = set()
    for table in (Suspension, Delisting, ChangeRequest):
        statement = (
            select(Signature.id)
            .join(table, table.signature_id == Signature.id)
            .where(table.closed_at.is_(None), Signature.state.not_in(PUBLISHED))
        )
        found.update(db.session.scalars(statement.limit(MOST_DUE)))
    return sorted(found)


def _waits(table: Any, scope: Scope) -> Iterable[ColumnElement[bool]]:
    """Return what is still open about signatories that are still there, within an officer's reach."""
    yield table.closed_at.is_(None)
    yield Signature.state.in_(PUBLISHED)
    if scope.only_reference is not None:
        yield Signature.reference == scope.only_reference
    elif scope.charters:
        yield Signature.charter.in_(sorted(scope.charters))


def _page(table: Any, scope: Scope, after: int | None, *conditions: ColumnElement[bool]) -> Waiting:
    statement = (
        select(
            table,
            Signature.register_number,
            Signature.charter,
            Organisation.official_name,
            Organisation.country,
            PROPOSER.name.label("officer"),
        )
        .join(Signature, Signature.id == table.signature_id)
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .outerjoin(PROPOSER, PROPOSER.id == table.officer_id)
        .where(*_waits(table, scope), *conditions)
    )
    if after:
        statement = statement.where(table.id > after)
    rows = db.session.execute(statement.order_by(table.id).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Waiting(shown, shown[-1][0].id if len(rows) > PAGE else None)
