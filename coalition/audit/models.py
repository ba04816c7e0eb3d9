"""What shape does a line of the audit log have? Append-only: the database itself refuses a change (migration 0001)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class AuditRecord(db.Model):  # type: ignore[name-defined,misc]
    """Who did what to which thing, when, from which state to which, and why. Holds no personal data of applicants."""

    __tablename__ = "audit_records"
    __table_args__ = (Index("ix_audit_records_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(120))
