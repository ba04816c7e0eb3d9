"""How does a document come to be? Its words and number first, in the act's own transaction; its bytes by a job, once.

Whatever is interrupted is done again: each act here may be repeated. How a document is drawn and sealed belongs to
`jobs`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates.content import (
    CertificateContent,
    DocumentContent,
    ReceiptContent,
    canonical_json,
    digest,
    new_serial,
)
from coalition.certificates.models import Certificate, SealingCertificate
from coalition.certificates.queries import live_certificate
from coalition.certificates.states import Kind
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.i18n import localised
from coalition.jobs import queue
from coalition.signing.models import Signature
from coalition.territories import names as territories


def issue(
    *,
    signature_id: int,
    kind: Kind,
    language: str,
    actor: Actor,
    now: datetime,
    definition: CharterDefinition | None = None,
) -> str:
    """Give a signature its receipt or certificate in `language` and return the serial; the file follows by a job.

    Done before, it changes nothing and returns the serial there is. The serial and the digest of the content last from
    here on, so that even a file that was never finished can be named and revoked. `definition` is that of the version
    signed, where the caller has read it.
    """
    if found := live_certificate(signature_id, kind=kind, language=language):
        return found.serial
    signature = db.session.get_one(Signature, signature_id)
    definition = definition or charters.definition_of(signature.charter, signature.charter_version)
    content = _content(signature, definition, kind=kind, language=language, now=now)
    certificate = Certificate(
        serial=content.serial,
        kind=kind.value,
        signature_id=signature_id,
        language=language,
        content=canonical_json(content).decode(),
        content_sha256=digest(content),
        created_at=now,
    )
    db.session.add(certificate)
    db.session.flush()
    queue.put("certificates.make", args={"certificate_id": certificate.id}, now=now)
    record.append(actor=actor, act=f"issue {kind.value}", subject=_subject(content.serial), now=now)
    return content.serial


def record_sealing_certificate(
    *, fingerprint: str, pem: str, subject: str, valid: tuple[datetime, datetime], development: bool, now: datetime
) -> None:
    """Keep the public certificate that is about to seal, before it does: a seal without its row would be nobody's."""
    if (
        db.session.scalar(select(SealingCertificate.id).where(SealingCertificate.fingerprint == fingerprint))
        is not None
    ):
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


def store_sealed(
    *, certificate_id: int, storage_key: str, pdf_sha256: str, size: int, actor: Actor, now: datetime
) -> bool:
    """Note where the sealed bytes lie and say whether these are the ones; False when another worker's came first."""
    taken = db.session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.storage_key.is_(None))
        .values(storage_key=storage_key, pdf_sha256=pdf_sha256, size=size, issued_at=now)
        .returning(Certificate.serial)
    ).scalar()
    if taken is None:
        return False
    record.append(actor=actor, act="seal", subject=_subject(taken), now=now)
    return True


def _content(
    signature: Signature, definition: CharterDefinition, *, kind: Kind, language: str, now: datetime
) -> DocumentContent:
    organisation = signature.organisation
    shared: dict[str, Any] = {
        "serial": new_serial(),
        "language": language,
        "coalition": localised(definition.owner, language),
        "charter": signature.charter,
        "charter_title": localised(definition.title, language),
        "charter_kind": definition.kind.value,
        "charter_version": signature.charter_version,
        "charter_sha256": signature.text_sha256,
        "the_text": localised(definition.nouns.the_text, language),
        "signatories": localised(definition.nouns.signatories, language),
        "seal_strands": definition.seal.strands,
        "organisation": organisation.official_name,
        "latin_name": organisation.latin_name,
        "country": organisation.country,
        "country_name": territories.name(organisation.country, language) if organisation.country else "",
        "capacity": signature.capacity,
        "signed_on": signature.signed_on,
        "issued_on": now.date(),
    }
    if kind is Kind.RECEIPT:
        return ReceiptContent(reference=signature.reference, **shared)
    category = definition.category(signature.category or "")
    if signature.register_number is None:
        raise ValueError(f"signature {signature.public_id} has no place in the register and gets no certificate")
    return CertificateContent(
        number=signature.register_number, category=localised(category.label, language) if category else "", **shared
    )


def _subject(serial: str) -> str:
    return f"certificate:{serial}"
