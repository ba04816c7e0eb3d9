"""What shape have the desk's own rows: what was let go in time, and the evidence files that were made?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class RetentionReport(db.Model):  # type: ignore[name-defined,misc]
    """How many of what were let go on one day; `counts` by the rule's key, rules that found nothing are left out."""

    __tablename__ = "retention_reports"

    day: Mapped[date] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)


class EvidenceFile(db.Model):  # type: ignore[name-defined,misc]
    """A file in which all that is known of a signature was put together; it names people and is deleted soon.

    Until it is made, storage key, digest, size and `made_at` are empty.
    """

    __tablename__ = "evidence_files"
    __table_args__ = (
        Index("ix_evidence_files_signature_id", "signature_id", "id"),
        Index("ix_evidence_files_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    language: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    storage_key: Mapped[str | None] = mapped_column(String(140))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
