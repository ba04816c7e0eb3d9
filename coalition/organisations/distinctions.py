"""Which organisations does an officer know to be different ones? Said and taken back in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition.extensions import db
from coalition.organisations.models import OrganisationDistinction


def add(*, one: int, other: int, officer_id: int, now: datetime) -> bool:
    """Remember that two organisations are different; False when that was known."""
    low, high = sorted((one, other))
    said = {"organisation_id": low, "other_id": high, "officer_id": officer_id, "told_at": now}
    statement = _insert().values(said).on_conflict_do_nothing().returning(OrganisationDistinction.other_id)
    return db.session.execute(statement).scalar() is not None


def remove(*, one: int, other: int) -> bool:
    """Forget that two organisations are different; False when that was not known."""
    low, high = sorted((one, other))
    pair = (OrganisationDistinction.organisation_id == low, OrganisationDistinction.other_id == high)
    gone = delete(OrganisationDistinction).where(*pair).returning(OrganisationDistinction.other_id)
    return db.session.execute(gone).scalar() is not None


def _insert() -> Any:
    dialect = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    return dialect(OrganisationDistinction)
