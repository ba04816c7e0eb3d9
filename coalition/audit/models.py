"""What shape do the audit log and its chain have? Append-only: the database itself refuses changes (migration 0017)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

OFFICERS = text("actor_kind = 'officer'")


class AuditRecord(db.Model):  # type: ignore[name-defined,misc]
    """Who did what to which thing, when, from which state to which, and why. Holds no personal data of applicants."""

    __tablename__ = "audit_records"
    __table_args__ = (
        Index("ix_audit_records_subject", "subject", "id"),
        Index("ix_audit_records_act", "act", "id"),
        Index("ix_audit_records_actor_id", "actor_id", "id", sqlite_where=OFFICERS, postgresql_where=OFFICERS),
        Index(
            "ix_audit_records_actor_id_act", "actor_id", "act", "id", sqlite_where=OFFICERS, postgresql_where=OFFICERS
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(120))


class AuditLink(db.Model):  # type: ignore[name-defined,misc]
    """A line's place in the chain: the bytes that were hashed, with their salt, and the two digests.

    Salt and line go when a line is forgotten: nothing can be guessed from the commitment, and the chain still verifies.
    """

    __tablename__ = "audit_links"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(unique=True)
    salt: Mapped[str | None] = mapped_column(String(64))
    line: Mapped[str | None] = mapped_column(Text)
    commitment: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))


class AuditCheckpoint(db.Model):  # type: ignore[name-defined,misc]
    """A signed note that says how long the chain was and what its head was; copies of it lie with others."""

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)
