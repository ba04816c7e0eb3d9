"""When are documents made? After the commit that asked for them: a job fetches by id, makes one file, stores it once.

Each job may be killed anywhere and repeated, and two workers may do the same one. What cannot be done now waits and
says for what; the signature stands as it was approved. What is done to files later belongs to `upkeep_jobs`.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.certificates import credential, credentialing, operations, published_keys, queries, storing
from coalition.certificates.content import DocumentContent, grouped
from coalition.certificates.errors import KeyWaits, MachineLacks, StorageFails
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind, Level
from coalition.certificates.storing import StoredBytes
from coalition.errors import mark
from coalition.extensions import db
from coalition.i18n import force_language
from coalition.i18n import gettext as _
from coalition.jobs import queue
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.transparency import sequencing

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")
DATE_JOB = "certificates.date"


@dataclass(frozen=True)
class Ordered:
    """What a job has read of a document before it lets go of the database."""

    id: int
    kind: Kind
    text: str
    digest: str
    created_at: datetime
    content: DocumentContent


def issue_receipt(*, signature: str) -> None:
    """Issue the receipt of a confirmed signature, named by its public id."""
    with transaction():
        row = db.session.scalars(select(Signature).where(Signature.public_id == signature)).one()
        operations.issue(signature_id=row.id, kind=Kind.RECEIPT, language=row.language, actor=WORKER, now=clock.now())


def make(*, certificate_id: int) -> None:
    """Make, seal and store the file of one document.

    Raises Unavailable while it cannot be made: the job then waits, and its row says for what.
    """
    row = db.session.get_one(Certificate, certificate_id)
    if row.storage_key or row.revoked_at or row.superseded_by_id:
        return
    require_machine()
    content = queries.content_of(row.kind, row.content)
    ordered = Ordered(row.id, Kind(row.kind), row.content, row.content_sha256, row.created_at, content)
    db.session.rollback()  # rendering takes its time: no transaction stays open meanwhile
    pdf, level = _sealed(ordered)
    _keep(ordered, pdf, level)


def require_machine() -> None:
    """Raise MachineLacks while this machine lacks what documents need."""
    if lacking := machine.missing_for_documents():
        raise MachineLacks(
            mark("Documents wait until this machine has %(what)s: %(line)s"),
            what=", ".join(lack.what for lack in lacking),
            line=machine.mending_line(lacking),
        )


def check_sealing_key() -> None:
    """Open the sealing key and seal one blank page. Raises DomainError with one sentence when that is not good."""
    from coalition.documents import sealing

    sealing.prove(_opened_key())


def check_timestamps() -> None:
    """Ask the timestamp authority once, where one is set. Raises DomainError with one sentence when it fails."""
    timestamp_authority()


def sealing_key() -> Any:
    """Return the key that the settings name; its public certificate is on record before it seals anything.

    Raises KeyWaits when it cannot be used now.
    """
    from coalition.documents.errors import KeyUnusable

    try:
        key = _opened_key()
    except KeyUnusable as unusable:
        raise KeyWaits(unusable.message, **unusable.values) from None
    certificate = key.certificate
    with transaction():
        storing.record_sealing_certificate(
            fingerprint=key.fingerprint,
            pem=key.pem,
            subject=key.subject,
            valid=(certificate.not_valid_before_utc, certificate.not_valid_after_utc),
            development=key.is_development,
            now=clock.now(),
        )
    return key


def timestamp_authority(*, anew: bool = False) -> Any:
    """Return the authority that the settings name, None without one; its root is on record before it dates anything.

    `anew` takes the root that it names now for the one to trust. Raises TimestampMissing.
    """
    from coalition.documents import timestamps

    url = current_app.config["TIMESTAMP_URL"]
    if not url:
        return None
    address = timestamps.address_of(url)
    known = None if anew else published_keys.newest_root_of(address)
    authority = timestamps.authority(url, root_pem=known)
    if known is None:
        root = authority.introduce(anew=anew)
        with transaction():
            storing.record_authority(address=address, **timestamps.told_of(root), now=clock.now())
    return authority


def seal(pdf: bytes, *, key: Any, name: str, reason: str) -> bytes:
    """Return a rendered PDF with its seal, dated where that can be had; `name` and `reason` are for its readers."""
    return _dated_seal(pdf, key=key, name=name, reason=reason)[0]


def _dated_seal(pdf: bytes, *, key: Any, name: str, reason: str) -> tuple[bytes, Level]:
    """Seal with a timestamp. Without one the file is sealed all the same, is said to bear none, and gets one later."""
    from coalition.documents import sealing
    from coalition.documents.errors import KeyUnusable, TimestampMissing

    try:
        try:
            authority = timestamp_authority()
            sealed = sealing.seal(pdf, key=key, name=name, reason=reason, authority=authority)
        except TimestampMissing as missing:
            log.warning("sealed without a timestamp: %s", missing)
            return sealing.seal(pdf, key=key, name=name, reason=reason), Level.B_B
    except KeyUnusable as unusable:
        raise KeyWaits(unusable.message, **unusable.values) from None
    return sealed, Level.B_T if authority else Level.B_B


def _sealed(ordered: Ordered) -> tuple[bytes, Level]:
    """Render and seal; the two heavy libraries are loaded here."""
    from coalition.documents import isolation, page

    key, content = sealing_key(), ordered.content
    with force_language(content.language):
        description, reason = _words(ordered.kind)
    order = page.document_order(
        f"documents/{ordered.kind}.html",
        content,
        serial=grouped(content.serial),
        verify_url=f"{current_app.config['PUBLIC_URL']}/v/{content.serial}",
        digest=ordered.digest,
        created=ordered.created_at,
        is_development=key.is_development,
        attachments=tuple(_attachments(ordered, description)),
    )
    return _dated_seal(isolation.press().render(order), key=key, name=content.coalition, reason=reason)


def _attachments(ordered: Ordered, description: str) -> list[Any]:
    """Return what travels within the file: its facts, and a certificate's credential with its place in the log."""
    from coalition.documents.order import Attachment

    serial = ordered.content.serial
    found = [Attachment(f"{ordered.kind}-{serial}.json", ordered.text.encode(), description)]
    if ordered.kind is Kind.CERTIFICATE:
        sequencing.place_all()
        signed = credentialing.credential_for(ordered.id)
        with force_language(ordered.content.language):
            words = _("The signed credential of this certificate, for programs")
        found.append(Attachment(f"credential-{serial}.json", credential.enveloped(signed), words, "application/vc"))
    return found


def _words(kind: Kind) -> tuple[str, str]:
    """Return what the attached data are called, and what the seal stands for."""
    if kind is Kind.RECEIPT:
        return _("The facts of this receipt, for programs"), _("Receipt of an application")
    if kind is Kind.EXTRACT:
        return _("The facts of this extract, for programs"), _("Extract of the register")
    return _("The facts of this certificate, for programs"), _("Entry in the register of signatories")


def _opened_key() -> Any:
    from coalition.documents import keys

    settings, now = current_app.config, clock.now()
    if settings["CERTIFICATE_KEY"]:
        return keys.production_key(
            settings["CERTIFICATE_KEY"], passphrase=settings["CERTIFICATE_KEY_PASSPHRASE"], now=now
        )
    return keys.development_key(settings["DATA_DIR"] / "keys", now=now)


def put_bytes(serial: str, pdf: bytes, level: Level) -> StoredBytes:
    """Store a document's bytes. Raises StorageFails when the disk is full or does not take them."""
    digest = hashlib.sha256(pdf).hexdigest()
    storage_key = f"certificates/{digest[:2]}/{serial}-{digest[:16]}.pdf"
    try:
        store().put(storage_key, pdf)
    except OSError as failed:
        raise StorageFails(mark("The file cannot be stored: %(why)s."), why=failed.strerror or "unknown") from None
    return StoredBytes(storage_key, digest, len(pdf), level)


def _keep(ordered: Ordered, pdf: bytes, level: Level) -> None:
    """Store the bytes, then the row. Of two workers each stores its file under its key; the row keeps one of them."""
    serial, now = ordered.content.serial, clock.now()
    stored = put_bytes(serial, pdf, level)
    with transaction():
        kept = storing.store_sealed(certificate_id=ordered.id, stored=stored, actor=WORKER, now=now)
        if kept and level is Level.B_B and current_app.config["TIMESTAMP_URL"]:
            queue.put(DATE_JOB, args={"after": 0}, now=now, key=DATE_JOB)
    if not kept:
        store().delete(stored.storage_key)
        log.info("document was already stored", extra={"serial": serial})
