"""When are documents made? After the commit that asked for them: a job fetches by id, makes one file, stores it once.

The only room that reaches `documents`. Each job may be killed anywhere and repeated, and two workers may do the same
one.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.certificates import operations, queries
from coalition.certificates.content import DocumentContent, grouped
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.errors import Unavailable, mark
from coalition.extensions import db
from coalition.i18n import force_language
from coalition.i18n import gettext as _
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.transactions import transaction

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")


def issue_receipt(*, signature: str) -> None:
    """Issue the receipt of a confirmed signature, named by its public id."""
    with transaction():
        row = db.session.scalars(select(Signature).where(Signature.public_id == signature)).one()
        operations.issue(signature_id=row.id, kind=Kind.RECEIPT, language=row.language, actor=WORKER, now=clock.now())


def make(*, certificate_id: int) -> None:
    """Make, seal and store the file of one document.

    Raises Unavailable while this machine lacks what documents need: the job then waits, and its row says for what.
    """
    certificate = db.session.get_one(Certificate, certificate_id)
    if certificate.storage_key or certificate.revoked_at or certificate.superseded_by_id:
        return
    if lacking := machine.missing_for_documents():
        raise Unavailable(
            mark("Documents wait until this machine has %(what)s: %(line)s"),
            what=", ".join(lack.what for lack in lacking),
            line=machine.mending_line(lacking),
        )
    content = queries.content_of(certificate.kind, certificate.content)
    stored = (certificate.kind, certificate.content, certificate.content_sha256, certificate.created_at)
    db.session.rollback()  # rendering takes its time: no transaction stays open meanwhile
    _keep(certificate_id, content.serial, _sealed(content, stored))


def check_sealing_key() -> None:
    """Open the sealing key as a job would. Raises DomainError with one sentence when it cannot be used."""
    sealing_key()


def _sealed(content: DocumentContent, stored: tuple[Any, ...]) -> bytes:
    """Render and seal; the two heavy libraries are loaded here."""
    from coalition.documents import isolation, page, sealing
    from coalition.documents.order import Attachment, Order

    kind, text, digest, created_at = stored
    key = sealing_key()
    verify_url = f"{current_app.config['PUBLIC_URL']}/v/{content.serial}"
    with force_language(content.language):
        description, reason = _words(kind)
    order = Order(
        html=page.page_html(
            f"documents/{kind}.html",
            content,
            serial=grouped(content.serial),
            verify_url=verify_url,
            is_development=key.is_development,
        ),
        sheet=page.page_sheet(),
        assets=page.page_assets(content, digest=digest),
        identifier=bytes.fromhex(digest)[:16],
        created=created_at,
        attachment=Attachment(f"{kind}-{content.serial}.json", text.encode(), description),
    )
    return sealing.seal(isolation.press().render(order), key=key, name=content.coalition, reason=reason)


def _words(kind: str) -> tuple[str, str]:
    """Return what the attached data are called, and what the seal stands for."""
    if kind == Kind.RECEIPT:
        return _("The facts of this receipt, for programs"), _("Receipt of an application")
    return _("The facts of this certificate, for programs"), _("Entry in the register of signatories")


def sealing_key() -> Any:
    """Return the key that the settings name; its public certificate is on record before it seals anything."""
    from coalition.documents import keys

    settings, now = current_app.config, clock.now()
    if settings["CERTIFICATE_KEY"]:
        path, passphrase = Path(settings["CERTIFICATE_KEY"]), settings["CERTIFICATE_KEY_PASSPHRASE"]
        key = keys.production_key(path, passphrase=passphrase, now=now)
    else:
        key = keys.development_key(settings["DATA_DIR"] / "keys", now=now)
    certificate = key.certificate
    with transaction():
        operations.record_sealing_certificate(
            fingerprint=key.fingerprint,
            pem=key.pem,
            subject=key.subject,
            valid=(certificate.not_valid_before_utc, certificate.not_valid_after_utc),
            development=key.is_development,
            now=now,
        )
    return key


def _keep(certificate_id: int, serial: str, pdf: bytes) -> None:
    """Store the bytes, then the row. Of two workers each stores its file under its key; the row keeps one of them."""
    digest = hashlib.sha256(pdf).hexdigest()
    storage_key = f"certificates/{digest[:2]}/{serial}-{digest[:16]}.pdf"
    store().put(storage_key, pdf)
    with transaction():
        kept = operations.store_sealed(
            certificate_id=certificate_id,
            storage_key=storage_key,
            pdf_sha256=digest,
            size=len(pdf),
            actor=WORKER,
            now=clock.now(),
        )
    if not kept:
        store().delete(storage_key)
        log.info("document was already stored", extra={"serial": serial})
