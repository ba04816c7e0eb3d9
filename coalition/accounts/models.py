"""What shape do officers have, their invitations and sessions, what proves who they are, and when they are away?"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition import tokens
from coalition.extensions import UtcDateTime, db

OPEN_REQUEST = text("decided_at IS NULL")


class Officer(db.Model):  # type: ignore[name-defined,misc]
    """A person of the secretariat, a reviewer, the presidency or an auditor; never removed: decisions name them.

    `enrolled_at` is when the officer could first sign in; none yet means invited. `totp_secret` rests sealed
    (`sealing`); `totp_last_step` is the half minute of the last code that was accepted. `openid_subject` is who the
    officer is at the identity provider, its issuer before it.
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
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    openid_subject: Mapped[str | None] = mapped_column(String(320), unique=True)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
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
    """One signed-in browser. Its cookie holds a random token, the row only the digest; ended is ended for good.

    `proved_at` is when a second factor was last shown in it; `browser` names its kind, as in "Firefox, Linux".
    """

    __tablename__ = "officer_sessions"
    __table_args__ = (Index("ix_officer_sessions_officer_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=tokens.new_public_id)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    browser: Mapped[str] = mapped_column(String(80), default="")
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficerPasskey(db.Model):  # type: ignore[name-defined,misc]
    """One passkey: a key pair whose private half never leaves the officer's device. Only public things rest here."""

    __tablename__ = "officer_passkeys"
    __table_args__ = (Index("ix_officer_passkeys_officer_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    credential_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficerRecoveryCode(db.Model):  # type: ignore[name-defined,misc]
    """A code that stands in once for the authenticator; 80 random bits, of which the digest is kept."""

    __tablename__ = "officer_recovery_codes"
    __table_args__ = (Index("ix_officer_recovery_codes_officer_id", "officer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentChallenge(db.Model):  # type: ignore[name-defined,misc]
    """A challenge that a passkey has answered: no answer to it counts again."""

    __tablename__ = "officer_spent_challenges"

    challenge_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficerAbsence(db.Model):  # type: ignore[name-defined,misc]
    """From which day to which an officer is away; both days are days away."""

    __tablename__ = "officer_absences"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="order"),
        Index("ix_officer_absences_officer_id", "officer_id", "last_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoleRequest(db.Model):  # type: ignore[name-defined,misc]
    """A higher role that one officer of the secretariat asked for and another one confirms; one open per officer."""

    __tablename__ = "officer_role_requests"
    __table_args__ = (
        Index(
            "uq_officer_role_requests_open",
            "officer_id",
            unique=True,
            sqlite_where=OPEN_REQUEST,
            postgresql_where=OPEN_REQUEST,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    role: Mapped[str] = mapped_column(String(20))
    from_role: Mapped[str] = mapped_column(String(20))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
