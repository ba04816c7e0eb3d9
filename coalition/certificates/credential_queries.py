"""Which credentials are signed, with which keys, and which of them have ended? Reads alone, for programs by Core."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from coalition.certificates.content import CertificateContent
from coalition.certificates.credential import Certified
from coalition.certificates.models import Certificate, CredentialKey
from coalition.certificates.states import Kind, Status, status_of
from coalition.certificates.status_list import BITS, Purpose, ids_of, index_of
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import reading

IS_CERTIFICATE = Certificate.kind == Kind.CERTIFICATE.value
_STORED = select(Certificate.credential).where(IS_CERTIFICATE, Certificate.serial == bindparam("serial"))
_CERTIFIED = select(
    Certificate.id, Certificate.content, Certificate.content_sha256, Certificate.created_at, Certificate.credential
).where(IS_CERTIFICATE, Certificate.id == bindparam("certificate_id"))
_KEYS = select(CredentialKey.jwk).order_by(CredentialKey.first_used_at, CredentialKey.thumbprint)
_LAST = select(func.max(Certificate.id))
_NOT_ACTIVE = (
    select(
        Certificate.id, Certificate.revoked_at, Certificate.superseded_by_id, Signature.state, Signature.register_number
    )
    .join(Signature, Signature.id == Certificate.signature_id)
    .where(
        IS_CERTIFICATE,
        Certificate.id.between(bindparam("first"), bindparam("last")),
        or_(
            Certificate.revoked_at.is_not(None),
            Certificate.superseded_by_id.is_not(None),
            Signature.state != State.ACTIVE.value,
        ),
    )
)


@dataclass(frozen=True)
class Signable:
    """A certificate as its credential tells it, and the credential that was signed for it before, if any."""

    certified: Certified
    signed: str | None


def stored_credential(serial: str) -> str | None:
    """Return the signed credential of the certificate with that serial (in its normal form), if there is one."""
    with reading() as connection:
        return connection.execute(_STORED, {"serial": serial}).scalar()


def signable(certificate_id: int) -> Signable:
    """Return what a certificate's credential tells. Raises NoResultFound for what is no certificate."""
    with reading() as connection:
        row = connection.execute(_CERTIFIED, {"certificate_id": certificate_id}).one()
    content = CertificateContent.from_json(row.content)
    certified = Certified(id=row.id, content=content, content_sha256=row.content_sha256, created_at=row.created_at)
    return Signable(certified, row.credential)


def public_keys() -> list[dict[str, Any]]:
    """Return every public key that credentials were ever signed with as JWK, the oldest first."""
    with reading() as connection:
        return [json.loads(jwk) for jwk in connection.execute(_KEYS).scalars()]


def list_count() -> int:
    """Return how many stretches of certificates have a status list; the first is there before its first certificate."""
    with reading() as connection:
        return int(connection.execute(_LAST).scalar() or 0) // BITS + 1


def set_bits(number: int, purpose: Purpose) -> Iterator[int]:
    """Return the indices whose bit is set in a status list, as the certificates stand now.

    Whatever is neither active nor suspended counts as revoked: an unknown standing is never told as a good one.
    """
    ids = ids_of(number)
    with reading() as connection:
        rows = connection.execute(_NOT_ACTIVE, {"first": ids.start, "last": ids.stop - 1}).all()
    for row in rows:
        status = status_of(
            row.state,
            was_published=row.register_number is not None,
            is_revoked=row.revoked_at is not None,
            is_superseded=row.superseded_by_id is not None,
        )
        if purpose is (Purpose.SUSPENSION if status is Status.SUSPENDED else Purpose.REVOCATION):
            yield index_of(row.id)
