"""What shape does the review have: claims, decisions, questions, referrals? Officers are named by their key alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

LIVE_APPROVAL = text("verdict = 'approve' AND voided_at IS NULL")
LIVE_MERGE = text("undone_at IS NULL")
OPEN_QUESTION = text("closed_at IS NULL")
OPEN_REFERRAL = text("answered_at IS NULL")


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


class Question(db.Model):  # type: ignore[name-defined,misc]
    """What an officer asks a representative; while it is open the time to decide stands still.

    Closed by the answer, by a withdrawal, or when its time is over; `answer` is "" unless one came.
    """

    __tablename__ = "review_questions"
    __table_args__ = (
        Index("ix_review_questions_signature_id", "signature_id"),
        Index("ix_review_questions_due", "closed_at", "due_at"),
        Index(
            "uq_review_questions_open",
            "signature_id",
            unique=True,
            sqlite_where=OPEN_QUESTION,
            postgresql_where=OPEN_QUESTION,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    reason_code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(String(2000))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(4000), default="")


class Referral(db.Model):  # type: ignore[name-defined,misc]
    """An application laid before somebody else: a second reviewer, the presidency, or whoever decides an appeal.

    `officer_id` is who referred it, none of an appeal, whose words are the representative's; `from_state` is where an
    appeal leads back to if it fails. `to_officer_id` is who was asked; none means whoever of the kind may.
    """

    __tablename__ = "review_referrals"
    __table_args__ = (
        Index("ix_review_referrals_signature_id", "signature_id"),
        Index("ix_review_referrals_to_officer_id", "to_officer_id", "answered_at"),
        Index(
            "uq_review_referrals_open",
            "signature_id",
            unique=True,
            sqlite_where=OPEN_REFERRAL,
            postgresql_where=OPEN_REFERRAL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    kind: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(30))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    to_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    note: Mapped[str] = mapped_column(String(4000))
    referred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(2000), default="")


class Merge(db.Model):  # type: ignore[name-defined,misc]
    """An application that was the same as another one; undone, it is reviewed again and the row stays."""

    __tablename__ = "review_merges"
    __table_args__ = (
        Index("ix_review_merges_signature_id", "signature_id"),
        Index("ix_review_merges_into_signature_id", "into_signature_id"),
        Index(
            "uq_review_merges_live", "signature_id", unique=True, sqlite_where=LIVE_MERGE, postgresql_where=LIVE_MERGE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    into_signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))


class Recusal(db.Model):  # type: ignore[name-defined,misc]
    """An officer who does not decide on an application, of their own accord; by network it follows from the account."""

    __tablename__ = "review_recusals"
    __table_args__ = (UniqueConstraint("signature_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    recused_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Assignment(db.Model):  # type: ignore[name-defined,misc]
    """Whose list an application stands on; unlike a claim it has no time-out and keeps nobody else from it."""

    __tablename__ = "review_assignments"
    __table_args__ = (Index("ix_review_assignments_officer_id", "officer_id"),)

    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedFilter(db.Model):  # type: ignore[name-defined,misc]
    """A search over the queue that an officer keeps under a name; `query` is what its address says."""

    __tablename__ = "review_filters"
    __table_args__ = (UniqueConstraint("officer_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewFigures(db.Model):  # type: ignore[name-defined,misc]
    """How the review of one charter stands, as it was counted at a moment."""

    __tablename__ = "review_figures"

    charter: Mapped[str] = mapped_column(String(60), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class Digest(db.Model):  # type: ignore[name-defined,misc]
    """A day on which an officer was written to of what waits; one a day."""

    __tablename__ = "review_digests"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    sent_on: Mapped[date] = mapped_column(primary_key=True)
