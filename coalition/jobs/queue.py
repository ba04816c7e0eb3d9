"""How is work put off until after the commit? A job is a row of the caller's transaction: none lost, none twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from coalition.extensions import db
from coalition.jobs.models import Job


def put(
    name: str, *, args: Mapping[str, Any], now: datetime, run_at: datetime | None = None, key: str | None = None
) -> None:
    """Queue the job `name`; with a `key`, at most one job of that key waits at a time."""
    if key is not None and db.session.scalar(select(Job.id).where(Job.key == key)) is not None:
        return
    db.session.add(Job(name=name, args=dict(args), key=key, run_at=run_at or now))
