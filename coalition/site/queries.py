"""Can this process serve? What the database tells of itself and of the mails that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from coalition.extensions import migrate
from coalition.mail.message import MailState
from coalition.mail.models import OutboxMessage
from coalition.transactions import reading

MOST_OVERDUE = timedelta(hours=1)
_overdue = select(func.min(OutboxMessage.send_at)).where(OutboxMessage.state == MailState.WAITING.value)


@dataclass(frozen=True)
class Readiness:
    """What the database tells a probe; `outbox_overdue` is for how long the mail that waits longest has been due."""

    at_head: bool
    outbox_overdue: timedelta

    @property
    def is_ready(self) -> bool:
        """Tell whether requests may come: the tables are the code's, and somebody sends the mails."""
        return self.at_head and self.outbox_overdue <= MOST_OVERDUE


def readiness(*, now: datetime) -> Readiness:
    """Ask the database. Raises SQLAlchemy's OperationalError when it cannot be reached."""
    with reading() as connection:
        heads = set(MigrationContext.configure(connection).get_current_heads())
        due_at = connection.execute(_overdue).scalar() if heads else None
    return Readiness(
        at_head=heads == _newest(), outbox_overdue=max(now - due_at, timedelta()) if due_at else timedelta()
    )


@cache
def _newest() -> frozenset[str]:
    """Return the heads of the migrations that this process was started with."""
    return frozenset(ScriptDirectory.from_config(migrate.get_config()).get_heads())
