"""What shape does a mail have while it waits, and after it was sent?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

BOUNCED = text("bounced_at IS NOT NULL")


class OutboxMessage(db.Model):  # type: ignore[name-defined,misc]
    """A mail as values; its text is made when it is sent, its Message-ID when it is written.

    `bounced_at` is when a server further on reported that it could not be delivered, after ours had taken it.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("ix_outbox_messages_due", "state", "send_at", "id"),
        Index("ix_outbox_messages_recipient", "recipient_key", "created_at"),
        Index("ix_outbox_messages_about", "about", "id"),
        Index("ix_outbox_messages_state", "state", "id"),
        Index("ix_outbox_messages_bounced", "id", sqlite_where=BOUNCED, postgresql_where=BOUNCED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    template: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str | None] = mapped_column(String(320))
    recipient_key: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[dict[str, Any]] = mapped_column(JSON)
    about: Mapped[str] = mapped_column(String(120))
    limited: Mapped[bool] = mapped_column(Boolean)
    useful_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailEvent(db.Model):  # type: ignore[name-defined,misc]
    """What became of a mail at one moment; `detail` is a server's code or the number of another mail, no address."""

    __tablename__ = "mail_events"
    __table_args__ = (Index("ix_mail_events_mail_id", "mail_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(300))


class SuppressedAddress(db.Model):  # type: ignore[name-defined,misc]
    """An address whose owner said "this was not me": strangers cannot make us write to it again. A digest is kept."""

    __tablename__ = "suppressed_addresses"

    recipient_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(40))
