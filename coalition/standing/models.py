"""What shape has that which happens to a signature on the register? Officers are named by their key alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

OPEN = text("closed_at IS NULL")


def _only_one(name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


class Suspension(db.Model):  # type: ignore[name-defined,misc]
    """A suspension from its notice to its end. `began_at` is empty until it took effect; `outcome` says how it ended.

    `message` are the officer's words to the representative; they go with the person.
    """

    __tablename__ = "suspensions"
    __table_args__ = (
        _only_one("uq_suspensions_open", "signature_id"),
        Index("ix_suspensions_signature_id", "signature_id"),
        Index("ix_suspensions_starts_at", "closed_at", "starts_at"),
        Index("ix_suspensions_ends_at", "closed_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    ground: Mapped[str] = mapped_column(String(30))
    message: Mapped[str] = mapped_column(String(2000))
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))


class Delisting(db.Model):  # type: ignore[name-defined,misc]
    """A proposal to remove a signatory, and what another officer said to it."""

    __tablename__ = "delistings"
    __table_args__ = (
        _only_one("uq_delistings_open", "signature_id"),
        Index("ix_delistings_signature_id", "signature_id"),
        Index("ix_delistings_closed_at", "closed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    ground: Mapped[str] = mapped_column(String(30))
    message: Mapped[str] = mapped_column(String(2000))
    note: Mapped[str] = mapped_column(String(2000))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))


class Revocation(db.Model):  # type: ignore[name-defined,misc]
    """A proposal to revoke one certificate for an error, and what another officer said to it.

    `reason` is a code that becomes public when it is confirmed; `note` never does.
    """

    __tablename__ = "revocations"
    __table_args__ = (
        _only_one("uq_revocations_open", "certificate_id"),
        Index("ix_revocations_certificate_id", "certificate_id"),
        Index("ix_revocations_closed_at", "closed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(2000))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))


class ChangeRequest(db.Model):  # type: ignore[name-defined,misc]
    """What is to be other than it is: asked by the representative, or an officer's correction (then `officer_id`).

    `before` and `after` hold the changed fields alone, by name; of a representative they are personal data and go with
    the person. `opened_at` is when officers may decide: a new mailbox is confirmed first.
    """

    __tablename__ = "change_requests"
    __table_args__ = (
        _only_one("uq_change_requests_open", "signature_id", "kind"),
        Index("ix_change_requests_signature_id", "signature_id"),
        Index("ix_change_requests_queue", "closed_at", "opened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(String(2000), default="")


class ChangeApproval(db.Model):  # type: ignore[name-defined,misc]
    """One officer's approval of a change; as many different ones as the charter asks make it happen."""

    __tablename__ = "change_approvals"
    __table_args__ = (UniqueConstraint("change_request_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_request_id: Mapped[int] = mapped_column(ForeignKey("change_requests.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Succession(db.Model):  # type: ignore[name-defined,misc]
    """One signatory goes on as another: renamed in law, or merged with others. Of a merger each party has its row."""

    __tablename__ = "successions"
    __table_args__ = (Index("ix_successions_successor_id", "successor_id"),)

    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"), primary_key=True, autoincrement=False)
    successor_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    since_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(2000))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
