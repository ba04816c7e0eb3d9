"""Which searches does an officer keep, and under which names? Kept and forgotten in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select

from coalition import tokens
from coalition.errors import Invalid, NotFound, mark
from coalition.extensions import db
from coalition.review.models import SavedFilter

MOST = 20
LONGEST_NAME = 80


class FilterNameMissing(Invalid):
    """A filter is kept under a name."""

    def __init__(self) -> None:
        super().__init__(mark("Give the filter a name of at most 80 characters."))


class FiltersUsedUp(Invalid):
    """So many filters can be kept."""

    def __init__(self) -> None:
        super().__init__(mark("You keep 20 filters already. Delete one first."))


class FilterUnknown(NotFound):
    """There is no such filter, or it is another officer's."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such filter any more."))


def filters_of(officer_id: int) -> Sequence[Row[str, str, str]]:
    """Return (public id, name, query) of an officer's filters by their names."""
    columns = select(SavedFilter.public_id, SavedFilter.name, SavedFilter.query)
    return db.session.execute(columns.where(SavedFilter.officer_id == officer_id).order_by(SavedFilter.name)).all()


def keep(*, officer_id: int, name: str, query: str, now: datetime) -> None:
    """Keep a search under a name; the same name again stands for the new one.

    Raises FilterNameMissing or FiltersUsedUp.
    """
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise FilterNameMissing
    kept = db.session.scalar(
        select(SavedFilter).where(SavedFilter.officer_id == officer_id, SavedFilter.name == called)
    )
    if kept is not None:
        kept.query = query
        return
    count = select(func.count()).select_from(SavedFilter).where(SavedFilter.officer_id == officer_id)
    if db.session.execute(count).scalar_one() >= MOST:
        raise FiltersUsedUp
    db.session.add(
        SavedFilter(public_id=tokens.new_public_id(), officer_id=officer_id, name=called, query=query, created_at=now)
    )


def forget(*, officer_id: int, public_id: str) -> None:
    """Forget a filter of the officer's own. Raises FilterUnknown."""
    own = (SavedFilter.officer_id == officer_id, SavedFilter.public_id == public_id)
    if db.session.execute(delete(SavedFilter).where(*own).returning(SavedFilter.id)).scalar() is None:
        raise FilterUnknown
