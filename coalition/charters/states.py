"""May this charter be signed now? A closing date, and those who had begun before it; pure."""

from __future__ import annotations

from datetime import datetime, timedelta


def is_closed(closes_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether nobody may begin to sign any more; None is no closing date."""
    return closes_at is not None and now >= closes_at


def may_finish(closes_at: datetime | None, *, begun_at: datetime, grace: timedelta, now: datetime) -> bool:
    """Tell whether a form may be sent: before the closing date, or for `grace` after it where it was begun before."""
    return closes_at is None or now < closes_at or (begun_at < closes_at and now < closes_at + grace)


def is_planned(in_force_from: datetime | None, *, now: datetime) -> bool:
    """Tell whether a version still waits for its day; None is in force since it was published."""
    return in_force_from is not None and now < in_force_from
