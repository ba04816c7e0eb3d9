"""Which sealed bytes are a document's, and by whose keys? Rows about files that lie in the storage already.

Whoever seals, dates or stores belongs to `jobs` and `upkeep_jobs`; what a document says to `operations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates.models import (
    Certificate,
    CertificateRevision,
    SealingCertificate,
    TimestampAuthority,
)
from coalition.certificates.states import Level
from coalition.extensions import db

ACTS = {Level.B_B: "seal", Level.B_T: "date seal", Level.B_LTA: "archive seal"}


@dataclass(frozen=True)
class StoredBytes:
    """A sealed file that lies in the storage: its digest in hexadecimal, its size in bytes and its PAdES level."""

    storage_key: str
    pdf_sha256: str
    size: int
    level: Level


def record_sealing_certificate(
    *, fingerprint: str, pem: str, subject: str, valid: tuple[datetime, datetime], development: bool, now: datetime
) -> None:
    """Keep the public certificate that is about to seal, before it does: a seal without its row would be nobody's."""
    asked = select(SealingCertificate.id).where(SealingCertificate.fingerprint == fingerprint)
    if db.session.scalar(asked) is not None:
        return
    db.session.add(
        SealingCertificate(
            fingerprint=fingerprint,
            pem=pem,
            subject=subject[:200],
            not_before=valid[0],
            not_after=valid[1],
            development=development,
            first_used_at=now,
        )
    )
    db.session.flush()


def record_authority(*, address: str, fingerprint: str, subject: str, pem: str, now: datetime) -> None:
    """Keep the root of the authority that is about to date seals, before it does."""
    found = (TimestampAuthority.address == address, TimestampAuthority.fingerprint == fingerprint)
    if db.session.scalar(select(TimestampAuthority.id).where(*found)) is not None:
        return
    db.session.add(
        TimestampAuthority(address=address, fingerprint=fingerprint, subject=subject[:200], pem=pem, first_used_at=now)
    )
    db.session.flush()


def store_sealed(*, certificate_id: int, stored: StoredBytes, actor: Actor, now: datetime) -> bool:
    """Note where the sealed bytes lie and say whether these are the ones; False when another worker's came first."""
    taken = db.session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.storage_key.is_(None))
        .values(storage_key=stored.storage_key, pdf_sha256=stored.pdf_sha256, size=stored.size, issued_at=now)
        .returning(Certificate.serial)
    ).scalar()
    if taken is None:
        return False
    _add(certificate_id, stored, now=now)
    record.append(actor=actor, act="seal", subject=f"certificate:{taken}", to_state=stored.level, now=now)
    return True


def store_revision(*, certificate_id: int, before: str, stored: StoredBytes, actor: Actor, now: datetime) -> bool:
    """Note a later sealed state of a document's file and say whether it is the newest now.

    `before` is the SHA-256 of the bytes that it continues: False when another worker's revision came first, or the
    document has ended. What it continues stays on record and in the storage.
    """
    taken = db.session.execute(
        update(Certificate)
        .where(
            Certificate.id == certificate_id,
            Certificate.pdf_sha256 == before,
            Certificate.revoked_at.is_(None),
            Certificate.superseded_by_id.is_(None),
        )
        .values(storage_key=stored.storage_key, pdf_sha256=stored.pdf_sha256, size=stored.size)
        .returning(Certificate.serial)
    ).scalar()
    if taken is None:
        return False
    _add(certificate_id, stored, now=now)
    record.append(actor=actor, act=ACTS[stored.level], subject=f"certificate:{taken}", to_state=stored.level, now=now)
    return True


def _add(certificate_id: int, stored: StoredBytes, *, now: datetime) -> None:
    db.session.add(
        CertificateRevision(
            certificate_id=certificate_id,
            level=stored.level.value,
            stored_at=now,
            storage_key=stored.storage_key,
            pdf_sha256=stored.pdf_sha256,
            size=stored.size,
        )
    )
    db.session.flush()
