"""Which documents are there, and how do they stand? Reads alone: for the public by Core, for acts by the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Executable, bindparam, func, select
from sqlalchemy.orm import aliased

from coalition.certificates.content import CertificateContent, DocumentContent, ReceiptContent
from coalition.certificates.models import Certificate, SealingCertificate
from coalition.certificates.states import Kind, Status, status_of
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import reading

CONTENT: Mapping[str, type[DocumentContent]] = {Kind.CERTIFICATE: CertificateContent, Kind.RECEIPT: ReceiptContent}
SUCCESSOR = aliased(Certificate)
STANDING = (
    select(
        Certificate.serial,
        Certificate.kind,
        Certificate.content,
        Certificate.issued_at,
        Certificate.pdf_sha256,
        Certificate.revoked_at,
        SUCCESSOR.serial.label("successor"),
        Signature.state,
        Signature.register_number,
        Signature.ended_on,
    )
    .join(Signature, Signature.id == Certificate.signature_id)
    .outerjoin(SUCCESSOR, SUCCESSOR.id == Certificate.superseded_by_id)
)
BY_SERIAL = STANDING.where(Certificate.serial == bindparam("key"))
BY_DIGEST = STANDING.where(Certificate.pdf_sha256 == bindparam("key"))

ENDED = frozenset({Status.WITHDRAWN, Status.REVOKED, Status.SUPERSEDED})
LIVING: tuple[ColumnElement[bool], ...] = (Certificate.revoked_at.is_(None), Certificate.superseded_by_id.is_(None))
STORED = (
    select(
        Certificate.language,
        Certificate.storage_key,
        func.coalesce(Signature.register_number, Signature.reference),
    )
    .join(Signature, Signature.id == Certificate.signature_id)
    .where(
        Signature.public_id == bindparam("signature"),
        Certificate.kind == bindparam("kind"),
        Certificate.storage_key.is_not(None),
        *LIVING,
    )
    .order_by(Certificate.id)
)

LIVE = select(Certificate).where(
    Certificate.signature_id == bindparam("signature_id"),
    Certificate.kind == bindparam("kind"),
    Certificate.language == bindparam("language"),
    *LIVING,
)


@dataclass(frozen=True)
class Standing:
    """How a document stands now. `content` is what it says; `number` is None until the signature stood in the register.

    `ended_on` is the day on which the signature was withdrawn, delisted or superseded, `revoked_at` the moment the
    document itself was.
    """

    serial: str
    kind: Kind
    status: Status
    content: DocumentContent
    number: str | None
    issued_at: datetime | None
    ended_on: date | None
    revoked_at: datetime | None
    superseded_by: str | None


@dataclass(frozen=True)
class DocumentFile:
    """A live document of a signature; without a storage key it is still being made."""

    kind: Kind
    language: str
    serial: str
    storage_key: str | None
    pdf_sha256: str | None
    size: int | None

    @property
    def is_ready(self) -> bool:
        """Whether its bytes can be fetched."""
        return self.storage_key is not None


@dataclass(frozen=True)
class StoredFile:
    """Where the bytes of a live document are kept, and what its signature is called: by number, else by reference."""

    language: str
    storage_key: str
    name: str


@dataclass(frozen=True)
class KnownSeal:
    """A public certificate that this site seals or has sealed with; `pem` holds its chain too."""

    fingerprint: str
    subject: str
    pem: str
    is_development: bool


def standing_by_serial(serial: str) -> Standing | None:
    """Return how the document of that serial (in its normal form) stands now; None when there is none."""
    return _standing(BY_SERIAL, serial)


def standing_by_digest(pdf_sha256: str) -> Standing | None:
    """Return how the document stands whose stored bytes have that SHA-256; None when there is none."""
    return _standing(BY_DIGEST, pdf_sha256)


def known_seals() -> list[KnownSeal]:
    """Return all sealing certificates, the oldest first: what was sealed with them stays checkable."""
    statement = select(
        SealingCertificate.fingerprint,
        SealingCertificate.subject,
        SealingCertificate.pem,
        SealingCertificate.development,
    ).order_by(SealingCertificate.id)
    with reading() as connection:
        return [KnownSeal(*row) for row in connection.execute(statement)]


def documents_of(signature_id: int) -> list[DocumentFile]:
    """Return the live documents of a signature, the receipt first."""
    columns = (Certificate.kind, Certificate.language, Certificate.serial, Certificate.storage_key)
    statement = (
        select(*columns, Certificate.pdf_sha256, Certificate.size)
        .where(Certificate.signature_id == signature_id, *LIVING)
        .order_by(Certificate.id)
    )
    with reading() as connection:
        return [DocumentFile(Kind(row.kind), *row[1:]) for row in connection.execute(statement)]


def stored_files(signature: str, *, kind: Kind) -> list[StoredFile]:
    """Return the live documents of that kind that are ready, of the signature with that public id."""
    with reading() as connection:
        found = connection.execute(STORED, {"signature": signature, "kind": kind.value})
        return [StoredFile(language, str(key), name) for language, key, name in found]


def live_certificate(signature_id: int, *, kind: Kind, language: str) -> Certificate | None:
    """Return the live document of that kind and language, for an act."""
    asked = {"signature_id": signature_id, "kind": kind.value, "language": language}
    found: Certificate | None = db.session.scalar(LIVE, asked)
    return found


def content_of(kind: str, text: str) -> DocumentContent:
    """Read a document's stored content."""
    return CONTENT[kind].from_json(text)


def _standing(statement: Executable, key: str) -> Standing | None:
    with reading() as connection:
        row = connection.execute(statement, {"key": key}).one_or_none()
    if row is None:
        return None
    status = status_of(
        row.state,
        was_published=row.register_number is not None,
        is_revoked=row.revoked_at is not None,
        is_superseded=row.successor is not None,
    )
    return Standing(
        serial=row.serial,
        kind=Kind(row.kind),
        status=status,
        content=content_of(row.kind, row.content),
        number=row.register_number,
        issued_at=row.issued_at,
        ended_on=row.ended_on if status in ENDED else None,
        revoked_at=row.revoked_at,
        superseded_by=row.successor,
    )
