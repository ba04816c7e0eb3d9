"""Which documents are there, and how do they stand? Reads alone: for the public by Core, for acts by the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Executable, bindparam, func, select
from sqlalchemy.orm import aliased

from coalition.certificates.content import CertificateContent, DocumentContent, ExtractContent, ReceiptContent
from coalition.certificates.models import Certificate, CertificateRevision, SealingCertificate
from coalition.certificates.states import Kind, Status, status_of
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import reading

CONTENT: Mapping[str, type[DocumentContent]] = {
    Kind.CERTIFICATE: CertificateContent,
    Kind.RECEIPT: ReceiptContent,
    Kind.EXTRACT: ExtractContent,
}
SUCCESSOR = aliased(Certificate)
STANDING = (
    select(
        Certificate.serial,
        Certificate.kind,
        Certificate.content,
        Certificate.issued_at,
        Certificate.revoked_at,
        Certificate.revoked_reason,
        SUCCESSOR.serial.label("successor"),
        Certificate.credential.is_not(None).label("has_credential"),
        Signature.state,
        Signature.register_number,
        Signature.ended_on,
    )
    .join(Signature, Signature.id == Certificate.signature_id)
    .outerjoin(SUCCESSOR, SUCCESSOR.id == Certificate.superseded_by_id)
)
BY_SERIAL = STANDING.where(Certificate.serial == bindparam("key"))
BY_DIGEST = STANDING.join(CertificateRevision, CertificateRevision.certificate_id == Certificate.id).where(
    CertificateRevision.pdf_sha256 == bindparam("key")
)
REVISIONS = (
    select(CertificateRevision.pdf_sha256, CertificateRevision.level, CertificateRevision.stored_at)
    .where(
        CertificateRevision.certificate_id
        == select(CertificateRevision.certificate_id)
        .where(CertificateRevision.pdf_sha256 == bindparam("key"))
        .scalar_subquery()
    )
    .order_by(CertificateRevision.id)
)

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

EXTRACT = select(Certificate.content, Certificate.storage_key).where(
    Certificate.serial == bindparam("serial"), Certificate.kind == Kind.EXTRACT.value
)


@dataclass(frozen=True)
class Standing:
    """How a document stands now. `content` is what it says; `number` is None until the signature stood in the register.

    `ended_on` is the day on which the signature was withdrawn, delisted or superseded, `revoked_at` the moment the
    document itself was, for a reason that `revoked_for` names by its code.
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
    revoked_for: str | None = None
    has_credential: bool = False


@dataclass(frozen=True)
class StoredRevision:
    """One sealed state of a document's file that was stored: the `place`-th of `count`, with its PAdES level."""

    place: int
    count: int
    level: str
    stored_at: datetime


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
class ExtractFile:
    """An extract of the register by its serial; without a storage key it is still being made."""

    content: ExtractContent
    storage_key: str | None


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


def revision_by_digest(pdf_sha256: str) -> StoredRevision | None:
    """Return which stored state of its document a file is, by the SHA-256 of its bytes; None when it is none."""
    with reading() as connection:
        rows = connection.execute(REVISIONS, {"key": pdf_sha256}).all()
    return next(
        (
            StoredRevision(place, len(rows), row.level, row.stored_at)
            for place, row in enumerate(rows, 1)
            if row.pdf_sha256 == pdf_sha256
        ),
        None,
    )


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


def extract_file(serial: str) -> ExtractFile | None:
    """Return the extract of that serial (in its normal form); None when there is none."""
    with reading() as connection:
        row = connection.execute(EXTRACT, {"serial": serial}).one_or_none()
    return None if row is None else ExtractFile(ExtractContent.from_json(row.content), row.storage_key)


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
        is_superseded=row.successor is not None and row.kind != Kind.EXTRACT,
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
        revoked_for=row.revoked_reason,
        has_credential=row.has_credential,
    )
