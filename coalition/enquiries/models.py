"""What shape do letters to the secretariat have, what is written on them, and replies that are kept for later?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class Enquiry(db.Model):  # type: ignore[name-defined,misc]
    """A letter to the secretariat, or a problem with an entry of the register; private, and forgotten in time.

    `waiting_at` is since when somebody waits for an answer; None once it was given. `digest` keeps one press of a
    button from becoming two letters. `has_note` says that the entry bears a note because of this case.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        Index("ix_enquiries_state_id", "state", "id"),
        Index("ix_enquiries_state_topic_id", "state", "topic", "id"),
        Index("ix_enquiries_state_kind_id", "state", "kind", "id"),
        Index("ix_enquiries_state_owner_id_id", "state", "owner_id", "id"),
        Index("ix_enquiries_signature_id", "signature_id"),
        Index("ix_enquiries_number", "number"),
        Index("ix_enquiries_sender_key", "sender_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(300))
    sender_name: Mapped[str] = mapped_column(String(200))
    sender_email: Mapped[str] = mapped_column(String(320))
    sender_key: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    charter: Mapped[str] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(40), ForeignKey("register_entries.number"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signatures.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    has_note: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    search: Mapped[str] = mapped_column(String(2000))


class EnquiryMessage(db.Model):  # type: ignore[name-defined,misc]
    """One thing written: by the sender, to the sender, or a note for colleagues. `letter_key` names the kept file."""

    __tablename__ = "enquiry_messages"
    __table_args__ = (Index("ix_enquiry_messages_enquiry_id", "enquiry_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiries.id"))
    kind: Mapped[str] = mapped_column(String(20))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    letter_key: Mapped[str | None] = mapped_column(String(120))
    letter_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)


class SavedReply(db.Model):  # type: ignore[name-defined,misc]
    """Words that are often needed, in one language; one that is changed or removed stays as it was."""

    __tablename__ = "saved_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
