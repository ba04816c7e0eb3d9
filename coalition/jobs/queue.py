"""How is work put off until after the commit? A job is a row of the caller's transaction: none lost, none twice."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition.extensions import db
from coalition.jobs.models import Job


def put(
    name: str, *, args: Mapping[str, Any], now: datetime, run_at: datetime | None = None, key: str | None = None
) -> None:
    """Queue the job `name`; with a `key`, at most one job of that key waits or is being done at a time."""
    job = Job(name=name, args=dict(args), key=key, run_at=run_at or now)
    if key is None:
        db.session.add(job)
    elif db.session.scalar(select(Job.id).where(Job.key == key)) is None:
        with suppress(IntegrityError), db.session.begin_nested():  # another transaction was first
            db.session.add(job)
