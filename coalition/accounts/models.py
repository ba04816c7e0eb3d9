"""What shape do officers, their invitations and their sessions have?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class Officer(db.Model):  # type: ignore[name-defined,misc]
    """A person of the secretariat, a reviewer, the presidency or an auditor; never removed: decisions name them.

    `totp_last_step` is the half minute of the last code that was accepted; none yet means that no code ever was.
    `charters` limits the officer to those slugs, none means all; `only_reference` to one application; `networks` are
    the domains and names of organisations on whose applications the officer does not decide.
    """

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    charters: Mapped[list[str]] = mapped_column(JSON, default=list)
    only_reference: Mapped[str | None] = mapped_column(String(20))
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficerInvitation(db.Model):  # type: ignore[name-defined,misc]
    """A link with which an officer chooses a password. Without an officer: for the first one, who says who that is."""

    __tablename__ = "officer_invitations"
    __table_args__ = (Index("ix_officer_invitations_officer_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficerSession(db.Model):  # type: ignore[name-defined,misc]
    """One signed-in browser. Its cookie holds a random token, the row only the digest; ended is ended for good."""

    __tablename__ = "officer_sessions"
    __table_args__ = (Index("ix_officer_sessions_officer_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
