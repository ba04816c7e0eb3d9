"""How does a document come to be, and how does it end? Its words and number first, with the act; its bytes by a job.

Whatever is interrupted is done again: each act here may be repeated. How a document is drawn and sealed belongs to
`jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import recording
from coalition.certificates.content import (
    CertificateContent,
    DocumentContent,
    ExtractContent,
    ReceiptContent,
    SecondLanguage,
    canonical_json,
    digest,
    new_serial,
)
from coalition.certificates.errors import CertificateEnded, CertificateUnknown
from coalition.certificates.extract_facts import extract_facts
from coalition.certificates.models import Certificate
from coalition.certificates.queries import LIVING, live_certificate
from coalition.certificates.states import Kind
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.i18n import localised
from coalition.jobs import queue
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED
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
    return _write(signature, kind=kind, language=language, actor=actor, now=now, definition=definition).serial


def revoke(*, signature_id: int, reason: str, actor: Actor, now: datetime) -> Sequence[str]:
    """Let the live certificates of a signature count no more, for good, and return their serials; `reason` is a code.

    Its receipt stays: it tells of a signature that was received, and that remains true. A signature that comes back to
    the register is given a new certificate by `issue`.
    """
    ended = (
        update(Certificate)
        .where(Certificate.signature_id == signature_id, Certificate.kind == Kind.CERTIFICATE.value, *LIVING)
        .values(revoked_at=now, revoked_reason=reason)
        .returning(Certificate.serial)
    )
    serials = list(db.session.execute(ended).scalars())
    for serial in serials:
        record.append(actor=actor, act="revoke", subject=_subject(serial), reason=reason, now=now)
        recording.ended(serial, ended=recording.REVOKED, reason=reason, now=now)
    return serials


def supersede(
    *, signature_id: int, reason: str, actor: Actor, now: datetime, definition: CharterDefinition | None = None
) -> Sequence[str]:
    """Put a new certificate in the place of every live one of a signature; return the new serials.

    For when what a certificate says has changed. Each old one leads to the one that took its place.
    """
    live = (Certificate.signature_id == signature_id, Certificate.kind == Kind.CERTIFICATE.value, *LIVING)
    found = db.session.scalars(select(Certificate).where(*live).order_by(Certificate.id)).all()
    return [_replace(one, reason=reason, actor=actor, now=now, definition=definition) for one in found]


def reissue(*, serial: str, reason: str, actor: Actor, now: datetime) -> str:
    """Put a new document in the place of the one with that serial, of the same kind and language; return its serial.

    Raises CertificateUnknown, or CertificateEnded when there is nothing that a new one could tell.
    """
    found = _held(serial)
    signature = db.session.get_one(Signature, found.signature_id)
    if found.kind == Kind.CERTIFICATE and signature.state not in PUBLISHED:
        raise CertificateEnded
    return _replace(found, reason=reason, actor=actor, now=now)


def revoke_for_error(*, serial: str, reason: str, actor: Actor, now: datetime) -> str | None:
    """Let one certificate count no more, for good, because it should not be relied on; `reason` is a code.

    Where the signature stands, a new certificate with the same register number is issued and its serial returned: the
    revoked one leads to it. Raises CertificateUnknown or CertificateEnded.
    """
    found = _held(serial)
    if found.kind != Kind.CERTIFICATE:
        raise CertificateUnknown
    found.revoked_at, found.revoked_reason = now, reason
    db.session.flush()
    signature, new = db.session.get_one(Signature, found.signature_id), None
    if signature.state in PUBLISHED:
        kind, language = Kind.CERTIFICATE, found.language
        new = _write(signature, kind=kind, language=language, actor=actor, now=now, definition=None)
        found.superseded_by_id = new.id
    record.append(actor=actor, act="revoke", subject=_subject(serial), reason=reason, now=now)
    by = new.serial if new else None
    recording.ended(serial, ended=recording.REVOKED, reason=reason, by=by, now=now)
    return by


def _held(serial: str) -> Certificate:
    """Return a document that has not ended, its row held. Raises CertificateUnknown or CertificateEnded."""
    asked = select(Certificate).where(Certificate.serial == serial)
    found = db.session.scalars(asked.with_for_update(of=Certificate)).one_or_none()
    if found is None:
        raise CertificateUnknown
    if found.revoked_at is not None or found.superseded_by_id is not None:
        raise CertificateEnded
    return found


def _replace(
    old: Certificate, *, reason: str, actor: Actor, now: datetime, definition: CharterDefinition | None = None
) -> str:
    """Write the new document and lead the old one to it.

    Until the new one has its row the old one names itself: the database lets only one be live.
    """
    signature = db.session.get_one(Signature, old.signature_id)
    old.superseded_by_id = old.id
    db.session.flush()
    new = _write(signature, kind=Kind(old.kind), language=old.language, actor=actor, now=now, definition=definition)
    old.superseded_by_id = new.id
    db.session.flush()
    record.append(actor=actor, act="supersede", subject=_subject(old.serial), reason=reason, now=now)
    if old.kind == Kind.CERTIFICATE:
        recording.ended(old.serial, ended=recording.SUPERSEDED, reason=reason, by=new.serial, now=now)
    return new.serial


def _write(
    signature: Signature,
    *,
    kind: Kind,
    language: str,
    actor: Actor,
    now: datetime,
    definition: CharterDefinition | None,
) -> Certificate:
    """Write what a document says, and let a job make its file."""
    definition = definition or charters.definition_of(signature.charter, signature.charter_version)
    content = _content(signature, definition, kind=kind, language=language, now=now)
    certificate = Certificate(
        id=recording.next_index(),
        serial=content.serial,
        kind=kind.value,
        signature_id=signature.id,
        language=language,
        content=canonical_json(content).decode(),
        content_sha256=digest(content),
        created_at=now,
    )
    db.session.add(certificate)
    db.session.flush()
    queue.put("certificates.make", args={"certificate_id": certificate.id}, now=now)
    record.append(actor=actor, act=f"issue {kind.value}", subject=_subject(content.serial), now=now)
    if isinstance(content, CertificateContent):
        recording.certified(certificate, number=content.number, now=now)
    return certificate


def _content(
    signature: Signature, definition: CharterDefinition, *, kind: Kind, language: str, now: datetime
) -> DocumentContent:
    organisation = signature.organisation
    shared: dict[str, Any] = _words(signature, definition, language) | {
        "serial": new_serial(),
        "charter": signature.charter,
        "charter_kind": definition.kind.value,
        "charter_version": signature.charter_version,
        "charter_sha256": signature.text_sha256,
        "seal_strands": definition.seal.strands,
        "organisation": organisation.official_name,
        "latin_name": organisation.latin_name,
        "country": organisation.country,
        "capacity": signature.capacity,
        "signed_on": signature.signed_on,
        "issued_on": now.date(),
    }
    if second := definition.beside(language):
        shared["second"] = SecondLanguage(**_words(signature, definition, second))
    if kind is Kind.RECEIPT:
        del shared["category"]
        return ReceiptContent(reference=signature.reference, **shared)
    if signature.register_number is None:
        raise ValueError(f"signature {signature.public_id} has no place in the register and gets no certificate")
    shared["number"] = signature.register_number
    if kind is Kind.EXTRACT:
        return ExtractContent(**{**shared, **extract_facts(signature.register_number, now=now)})
    return CertificateContent(**shared)


def _words(signature: Signature, definition: CharterDefinition, language: str) -> dict[str, Any]:
    """Return what a document says in words of `language`."""
    category, country = definition.category(signature.category or ""), signature.organisation.country
    return {
        "language": language,
        "coalition": localised(definition.owner, language),
        "charter_title": localised(definition.title, language),
        "the_text": localised(definition.nouns.the_text, language),
        "signatories": localised(definition.nouns.signatories, language),
        "country_name": territories.name(country, language) if country else "",
        "category": localised(category.label, language) if category else "",
    }


def _subject(serial: str) -> str:
    return f"certificate:{serial}"
