"""What shape does a signature have, with all that belongs to it?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from coalition.extensions import UtcDateTime, db
from coalition.organisations.models import BY_CODE_POINT, Organisation

IS_OPEN = text("state IN ('in_review', 'needs_information', 'referred', 'submitted')")
IS_LIVE = text("state IN ('active', 'in_review', 'needs_information', 'referred', 'submitted', 'suspended')")


def _partial(name: str, *columns: str, where: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Signature(db.Model):  # type: ignore[name-defined,misc]
    """The act recorded: an organisation, a version of a charter, a capacity. `state` has one writer, `change_state`.

    `clock_at` is when the time to decide began: the confirmation, later by as long as a question waited for its answer.
    `name_key` is the organisation's, for lists that compare names; the database itself keeps it (migration 0019).
    """

    __tablename__ = "signatures"
    __table_args__ = (
        Index("ix_signatures_queue", "state", "clock_at", "id"),
        Index("ix_signatures_charter_queue", "charter", "state", "clock_at", "id"),
        Index("ix_signatures_charter_id", "charter", "id"),
        Index("ix_signatures_expiry", "state", "expires_at"),
        Index("ix_signatures_organisation_id", "organisation_id"),
        _partial(
            "ix_signatures_open_names",
            *("state", "clock_at", "id", "charter", "capacity", "name_key", "register_number"),
            where=IS_OPEN,
        ),
        _partial("ix_signatures_live_names", "charter", "name_key", "id", where=IS_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    charter: Mapped[str] = mapped_column(String(60))
    charter_version: Mapped[int]
    text_language: Mapped[str] = mapped_column(String(10))
    text_sha256: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(30))
    contact: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="SET NULL"), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    assessment: Mapped[dict[str, Any]] = mapped_column(JSON)
    mandate: Mapped[str] = mapped_column(String(20))
    content_sha256: Mapped[str] = mapped_column(String(64))
    search: Mapped[str] = mapped_column(String(2000))
    name_key: Mapped[str] = mapped_column(String(300), server_default="")
    category: Mapped[str | None] = mapped_column(String(60))
    register_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_on: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_on: Mapped[date | None]
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    representative: Mapped[Representative | None] = relationship(
        back_populates="signature", uselist=False, cascade="all, delete-orphan"
    )
    attestations: Mapped[list[Attestation]] = relationship(
        order_by="Attestation.position", cascade="all, delete-orphan"
    )
    documents: Mapped[list[ProofDocument]] = relationship(order_by="ProofDocument.id", cascade="all, delete-orphan")


class Representative(db.Model):  # type: ignore[name-defined,misc]
    """The person who signs: private, and gone when the mailbox's owner says it was not them."""

    __tablename__ = "representatives"
    __table_args__ = (Index("ix_representatives_email_key", "email_key"),)

    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id", ondelete="CASCADE"), primary_key=True)
    full_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(64))
    publish_name: Mapped[bool]
    typed_name: Mapped[str] = mapped_column(String(200))
    second_contact_name: Mapped[str] = mapped_column(String(200))
    second_contact_email: Mapped[str] = mapped_column(String(320))
    preparer_name: Mapped[str] = mapped_column(String(200), default="")
    preparer_email: Mapped[str] = mapped_column(String(320), default="")

    signature: Mapped[Signature] = relationship(back_populates="representative")


class RepresentativeWord(db.Model):  # type: ignore[name-defined,misc]
    """A word by which officers find whoever signs; it goes with the person."""

    __tablename__ = "representative_words"
    __table_args__ = (Index("ix_representative_words_signature_id", "signature_id"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(BY_CODE_POINT, primary_key=True)
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("representatives.signature_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Attestation(db.Model):  # type: ignore[name-defined,misc]
    """One statement affirmed when signing, with the exact words shown, their language and the time."""

    __tablename__ = "attestations"

    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(1000))
    language: Mapped[str] = mapped_column(String(10))
    affirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(db.Model):  # type: ignore[name-defined,misc]
    """What has been filled in so far; the browser holds its name in a signed cookie. Becomes at most one signature."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    charter: Mapped[str] = mapped_column(String(60))
    charter_version: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    organisation: Mapped[dict[str, Any]] = mapped_column(JSON)
    representative: Mapped[dict[str, Any]] = mapped_column(JSON)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    preparer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proof_seen: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signature_id: Mapped[int | None] = column_property(
        select(Signature.id).where(Signature.draft_id == id).correlate_except(Signature).scalar_subquery()
    )
    documents: Mapped[list[ProofDocument]] = relationship(order_by="ProofDocument.id")


class DraftLink(db.Model):  # type: ignore[name-defined,misc]
    """A mailed link that opens a draft in another browser; `for_signer` is the one that may sign what was prepared."""

    __tablename__ = "draft_links"
    __table_args__ = (Index("ix_draft_links_draft_id", "draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    for_signer: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    draft: Mapped[Draft] = relationship(lazy="joined", innerjoin=True)


class ProofDocument(db.Model):  # type: ignore[name-defined,misc]
    """A file that shows the mandate. First it belongs to a draft, then to the signature."""

    __tablename__ = "proof_documents"
    __table_args__ = (
        Index("ix_proof_documents_signature_id", "signature_id"),
        Index("ix_proof_documents_draft_id", "draft_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="SET NULL"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signatures.id", ondelete="CASCADE"))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(140))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailedLink(db.Model):  # type: ignore[name-defined,misc]
    """A link that was mailed; its age and whether it is still in use are judged here, never by its token."""

    __tablename__ = "mailed_links"
    __table_args__ = (Index("ix_mailed_links_signature_id", "signature_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    signature: Mapped[Signature] = relationship(lazy="joined", innerjoin=True)
