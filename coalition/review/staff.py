"""Who can be given applications to review? A few rows, by name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select

from coalition.accounts.models import Officer
from coalition.accounts.permissions import MAY, Act
from coalition.errors import Invalid, mark
from coalition.extensions import db
from coalition.review.searching import NOBODY

ABLE = sorted(role.value for role, acts in MAY.items() if Act.DECIDE in acts)
_REVIEWERS = (
    select(Officer.public_id, Officer.name)
    .where(Officer.disabled_at.is_(None), Officer.role.in_(ABLE))
    .order_by(Officer.name, Officer.id)
)


class ReviewerUnknown(Invalid):
    """Nobody was chosen, or somebody who is no reviewer any more."""

    def __init__(self) -> None:
        super().__init__(mark("Choose on whose list to put them. Nothing was done."))


def reviewers() -> Sequence[Row[str, str]]:
    """Return (public id, name) of every officer who can decide and whose account is in use."""
    return db.session.execute(_REVIEWERS).all()


def reviewer_id(public_id: str) -> int | None:
    """Return the key of the reviewer of that public id, none for NOBODY. Raises ReviewerUnknown."""
    if public_id == NOBODY:
        return None
    able = (Officer.disabled_at.is_(None), Officer.role.in_(ABLE))
    found = db.session.scalar(select(Officer.id).where(Officer.public_id == public_id, *able))
    if found is None:
        raise ReviewerUnknown
    return int(found)
