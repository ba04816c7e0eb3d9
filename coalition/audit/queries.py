"""What happened to this thing? Lines of the audit log, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coalition.audit.models import AuditRecord
from coalition.extensions import db


def history_of(subject: str) -> Sequence[AuditRecord]:
    """Return every line about `subject` ("<kind>:<public id>"), oldest first."""
    statement = select(AuditRecord).where(AuditRecord.subject == subject).order_by(AuditRecord.id)
    return db.session.scalars(statement).all()
