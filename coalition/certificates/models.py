"""What shape do documents have, and the public certificates they are sealed with?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

LIVE = text("revoked_at IS NULL AND superseded_by_id IS NULL")


class Certificate(db.Model):  # type: ignore[name-defined,misc]
    """A receipt or certificate: what it says, stored before it is made, and its bytes once they are sealed.

    `content` is the canonical JSON that the file carries. The bytes lie in the storage under `storage_key`; until they
    do, that key, the digest, the size and `issued_at` are empty.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_live",
            "signature_id",
            "kind",
            "language",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    signature_id: Mapped[int] = mapped_column(ForeignKey("signatures.id"))
    language: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    storage_key: Mapped[str | None] = mapped_column(String(140))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    size: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str | None] = mapped_column(String(60))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    credential: Mapped[str | None] = mapped_column(Text)


class CertificateRevision(db.Model):  # type: ignore[name-defined,misc]
    """One sealed state of a document's file: the first, and each later one that only added dates and their proofs.

    `level` is its PAdES level: "B-B" sealed, "B-T" with a timestamp, "B-LTA" kept checkable for years. The document's
    own columns name the newest one.
    """

    __tablename__ = "certificate_revisions"
    __table_args__ = (
        Index("ix_certificate_revisions_certificate_id", "certificate_id", "id"),
        CheckConstraint("level IN ('B-B', 'B-T', 'B-LTA')", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    level: Mapped[str] = mapped_column(String(10))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    storage_key: Mapped[str] = mapped_column(String(140))
    pdf_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]


class SealedText(db.Model):  # type: ignore[name-defined,misc]
    """A version of a charter in one language as a sealed PDF, made once for each text."""

    __tablename__ = "sealed_texts"
    __table_args__ = (UniqueConstraint("charter", "version", "language", "text_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    charter: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(10))
    text_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    storage_key: Mapped[str] = mapped_column(String(140))
    pdf_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]


class CredentialKey(db.Model):  # type: ignore[name-defined,misc]
    """A public key that credentials were signed with, as a JWK; it stays published for ever."""

    __tablename__ = "credential_keys"

    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    jwk: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TimestampAuthority(db.Model):  # type: ignore[name-defined,misc]
    """The root of an authority that dates seals; its timestamps are checked with that, for ever.

    `address` is the setting without user and password. Of several rows of one address the newest counts for new dates.
    """

    __tablename__ = "timestamp_authorities"
    __table_args__ = (UniqueConstraint("address", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200))
    pem: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealingCertificate(db.Model):  # type: ignore[name-defined,misc]
    """A public certificate that documents were sealed with; it stays published for ever. `pem` holds its chain too."""

    __tablename__ = "sealing_certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    pem: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(200))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    development: Mapped[bool]
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
