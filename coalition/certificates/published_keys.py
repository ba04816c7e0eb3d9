"""By which public certificates are seals and their dates checked? All that were ever used: what they seal stays good.

Certificates as text and values; whose seal a file bears is `inspection`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from sqlalchemy import bindparam, select

from coalition.certificates.models import SealingCertificate, TimestampAuthority
from coalition.transactions import reading

SEALS = select(SealingCertificate.pem, SealingCertificate.development, SealingCertificate.first_used_at).order_by(
    SealingCertificate.id
)
AUTHORITIES = select(TimestampAuthority.address, TimestampAuthority.pem, TimestampAuthority.first_used_at).order_by(
    TimestampAuthority.id
)
NEWEST_ROOT = (
    select(TimestampAuthority.pem)
    .where(TimestampAuthority.address == bindparam("address"))
    .order_by(TimestampAuthority.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class PublicCertificate:
    """A certificate as it is published. `fingerprint` is the SHA-256 of its DER form, in hexadecimal."""

    subject: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    pem: str

    @property
    def grouped(self) -> str:
        """The fingerprint as tools print it: pairs in capitals between colons."""
        pairs = (self.fingerprint[place : place + 2] for place in range(0, len(self.fingerprint), 2))
        return ":".join(pairs).upper()


@dataclass(frozen=True)
class PublishedSeal:
    """A certificate that documents were sealed with, and the root that its chain ends with."""

    certificate: PublicCertificate
    root: PublicCertificate
    chain_pem: str
    is_development: bool
    first_used_at: datetime


@dataclass(frozen=True)
class PublishedAuthority:
    """The root above an authority's timestamps, and the address at which it was asked."""

    address: str
    root: PublicCertificate
    first_used_at: datetime


def published_seals() -> list[PublishedSeal]:
    """Return every certificate that documents were sealed with, the oldest first."""
    with reading() as connection:
        rows = connection.execute(SEALS).all()
    found = []
    for pem, is_development, first_used_at in rows:
        chain = x509.load_pem_x509_certificates(pem.encode())
        found.append(PublishedSeal(_told(chain[0]), _told(chain[-1]), pem, is_development, first_used_at))
    return found


def published_authorities() -> list[PublishedAuthority]:
    """Return the root of every authority that dated a seal, the oldest first."""
    with reading() as connection:
        rows = connection.execute(AUTHORITIES).all()
    return [
        PublishedAuthority(address, _told(x509.load_pem_x509_certificate(pem.encode())), first_used_at)
        for address, pem, first_used_at in rows
    ]


def roots() -> list[PublicCertificate]:
    """Return what a check needs to trust: the roots of all seals, then those of all timestamps, each once."""
    seals = [seal.root for seal in published_seals()]
    return list(dict.fromkeys([*seals, *(authority.root for authority in published_authorities())]))


def newest_root_of(address: str) -> str | None:
    """Return the PEM of the root that timestamps of that authority must lead to; None before its first one."""
    with reading() as connection:
        pem: str | None = connection.execute(NEWEST_ROOT, {"address": address}).scalar()
    return pem


def _told(certificate: x509.Certificate) -> PublicCertificate:
    return PublicCertificate(
        certificate.subject.rfc4514_string(),
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )
