"""A certificate on record, its file and its signature, for whoever inspects it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from coalition import clock
from coalition.certificates.content import DocumentContent, canonical_json, digest
from coalition.certificates.models import Certificate, CertificateRevision, SealingCertificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import charters, documents, signing

if TYPE_CHECKING:
    from coalition.documents.keys import SealingKey


@dataclass(frozen=True)
class Issued:
    """A document on record."""

    signature: Signature
    certificate: Certificate
    pdf: bytes


@pytest.fixture
def icsse(app: Flask) -> None:
    """The charter that organisations sign, loaded."""
    charters.load()


@pytest.fixture
def known_seal(app: Flask, sealing_key: SealingKey) -> SealingCertificate:
    """The tests' sealing certificate, on record as this site's own."""
    with transaction():
        row = SealingCertificate(
            fingerprint=sealing_key.fingerprint,
            pem=sealing_key.pem,
            subject=sealing_key.subject,
            not_before=sealing_key.certificate.not_valid_before_utc,
            not_after=sealing_key.certificate.not_valid_after_utc,
            development=True,
            first_used_at=clock.now(),
        )
        db.session.add(row)
    return row


def on_record(signature: Signature, content: DocumentContent, pdf: bytes, kind: Kind) -> Issued:
    """Put a document on record as the job does when it has stored the file."""
    with transaction():
        row = Certificate(
            serial=content.serial,
            kind=kind.value,
            signature_id=signature.id,
            language=content.language,
            content=canonical_json(content).decode(),
            content_sha256=digest(content),
            created_at=documents.CREATED,
            issued_at=documents.CREATED,
            storage_key="certificates/aa/file.pdf",
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
        )
        db.session.add(row)
        db.session.flush()
        add_revision(row.id, pdf)
    return Issued(signature, row, pdf)


def add_revision(certificate_id: int, pdf: bytes, level: str = "B-B") -> None:
    """Put one sealed state of a document on record, inside the caller's transaction."""
    digest = hashlib.sha256(pdf).hexdigest()
    kept = {"storage_key": f"certificates/{digest[:16]}.pdf", "pdf_sha256": digest, "size": len(pdf)}
    db.session.add(CertificateRevision(certificate_id=certificate_id, level=level, stored_at=documents.CREATED, **kept))


@pytest.fixture
def issued(icsse: None, known_seal: SealingCertificate, seal: Callable[..., bytes]) -> Issued:
    """The certificate of an active signature."""
    content = documents.certificate()
    return on_record(signing.active(), content, seal(content), Kind.CERTIFICATE)


@pytest.fixture
def received(icsse: None, known_seal: SealingCertificate, seal: Callable[..., bytes]) -> Issued:
    """The receipt of a signature under review."""
    content = documents.receipt(serial="RECE1PT00001")
    return on_record(signing.verified(), content, seal(content), Kind.RECEIPT)
