"""What does the worker do for the audit log? It vouches for it once a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from coalition import clock
from coalition.audit import checkpoints
from coalition.audit.models import AuditCheckpoint
from coalition.extensions import db

EVERY = timedelta(hours=24)


def make_checkpoint() -> None:
    """Make the day's checkpoint, unless one was made within the last 24 hours."""
    newest = db.session.scalar(select(func.max(AuditCheckpoint.made_at)))
    if newest is None or clock.now() - newest >= EVERY:
        checkpoints.make(now=clock.now())
