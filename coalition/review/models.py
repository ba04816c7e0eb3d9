"""What shape do claims, decisions and notes have? Officers are named by their key alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

LIVE_APPROVAL = text("verdict = 'approve' AND voided_at IS NULL")


class ReviewClaim(db.Model):  # type: ignore[name-defined,misc]
    """Who is working on an application now; at most one officer, and not for ever."""

    __tablename__ = "review_claims"
    __table_args__ = (
        Index("ix_review_claims_officer_id", "officer_id"),
        Index("ix_review_claims_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Decision(db.Model):  # type: ignore[name-defined,misc]
    """One officer's recorded verdict. `content_sha256` is what it was about: on other content it does not count."""

    __tablename__ = "review_decisions"
    __table_args__ = (
        Index("ix_review_decisions_signature_id", "signature_id"),
        Index(
            "uq_review_decisions_live_approval",
            "signature_id",
            "officer_id",
            unique=True,
            sqlite_where=LIVE_APPROVAL,
            postgresql_where=LIVE_APPROVAL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    reason_code: Mapped[str | None] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(2000))
    note: Mapped[str] = mapped_column(String(2000))
    category: Mapped[str | None] = mapped_column(String(60))
    mandate_basis: Mapped[str | None] = mapped_column(String(20))
    content_sha256: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewNote(db.Model):  # type: ignore[name-defined,misc]
    """A note for colleagues; the applicant never reads it."""

    __tablename__ = "review_notes"
    __table_args__ = (Index("ix_review_notes_signature_id", "signature_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str] = mapped_column(String(2000))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
