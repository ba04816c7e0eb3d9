"""What is known of a signature, for whoever has to judge it later? Facts alone, as plain values, and the files beside.

A fixed number of reads. How the facts are worded belongs to `evidence_words`, how the file is made to `jobs`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from coalition.accounts.models import Officer
from coalition.audit import checkpoints, exports
from coalition.audit.models import AuditLink, AuditRecord
from coalition.certificates.models import Certificate
from coalition.charters import queries as charters
from coalition.errors import Conflict, mark
from coalition.extensions import db
from coalition.mail.models import MailEvent, OutboxMessage
from coalition.review.models import Decision
from coalition.signing.mails import about
from coalition.signing.models import MailedLink, ProofDocument, Signature
from coalition.transactions import snapshot

FORMAT = "coalition-evidence/1"
MOST_PROOF_BYTES = 50 * 1024 * 1024
"""Larger proofs together stay on the desk: their digests are in the file."""


SIGNATURE = (
    *("reference", "state", "charter", "charter_version", "text_language", "text_sha256", "capacity", "language"),
    *("mandate", "content_sha256", "category", "register_number", "contact"),
    *("submitted_at", "confirmed_at", "signed_on", "decided_at", "ended_on"),
)
ORGANISATION = (
    *("official_name", "latin_name", "acronym", "aliases", "organisation_form", "country", "website"),
    "registration_number",
)
PERSON = ("full_name", "role", "email", "typed_name", "preparer_name", "preparer_email")
PROOF = ("filename", "media_type", "size", "sha256", "created_at", "forgotten_at")
LINK = ("purpose", "created_at", "expires_at", "ended_at")
DOCUMENT = ("kind", "serial", "language", "created_at", "pdf_sha256", "revoked_at")
DECISION = ("verdict", "category", "mandate_basis", "reason_code", "content_sha256", "decided_at", "voided_at")
MAIL = ("message_id", "template", "recipient", "created_at", "state", "sent_at", "bounced_at")
RECORD = ("at", "actor_kind", "actor_id", "act", "from_state", "to_state", "reason")


class NothingToProve(Conflict):
    """The person was erased, or the application never confirmed: there is nothing that a file could show."""

    def __init__(self) -> None:
        super().__init__(mark("This application names nobody any more. There is nothing left that could be shown."))


@dataclass(frozen=True)
class Enclosed:
    """A file of the archive: its name, bytes and digest."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def facts_of(signature: Signature) -> dict[str, Any]:
    """Return everything that is known, as values that JSON can hold; moments are ISO 8601 in UTC.

    Raises NothingToProve once the person is gone.
    """
    person = signature.representative
    if person is None:
        raise NothingToProve
    definition = charters.definition_of(signature.charter, signature.charter_version)
    return {
        "format": FORMAT,
        "title": dict(definition.title),
        "owner": dict(definition.owner),
        "signature": _columns(signature, SIGNATURE),
        "organisation": _columns(signature.organisation, ORGANISATION),
        "representative": _columns(person, PERSON),
        "answers": dict(signature.answers),
        "assessment": dict(signature.assessment),
        "statements": [_columns(one, ("key", "words", "language", "affirmed_at")) for one in signature.attestations],
        "proofs": [_columns(one, PROOF) for one in signature.documents],
        "links": _listed(select(*_of(MailedLink, LINK)).where(MailedLink.signature_id == signature.id), MailedLink.id),
        "mails": _mails(about(signature)),
        "decisions": _decisions(signature.id),
        "documents": _listed(
            select(*_of(Certificate, DOCUMENT)).where(Certificate.signature_id == signature.id), Certificate.id
        ),
        "history": history(about(signature)),
    }


def history(subject: str) -> list[dict[str, Any]]:
    """Return the lines of the audit log about a thing, each with its number in the chain and its officer's name."""
    statement = (
        select(AuditLink.number, *_of(AuditRecord, RECORD), Officer.name.label("officer"))
        .outerjoin(AuditLink, AuditLink.record_id == AuditRecord.id)
        .outerjoin(Officer, Officer.public_id == AuditRecord.actor_id)
        .where(AuditRecord.subject == subject)
    )
    return _listed(statement, AuditRecord.id)


def text_of(signature: Signature) -> Enclosed:
    """Return the very bytes of the text that was signed."""
    page = charters.charter_page(signature.charter, signature.charter_version)
    text = next(text for text in page.texts if text.sha256 == signature.text_sha256)
    name = f"text/{signature.charter}-v{signature.charter_version}.{text.language}.md"
    return Enclosed(name, charters.markdown_of(text).encode())


def chain_of(subject: str, *, now: datetime) -> list[Enclosed]:
    """Return the part of the audit log's chain from the thing's first line on, and what vouches for it."""
    note = checkpoints.make(now=now)
    with snapshot() as connection:
        first = connection.execute(
            select(AuditLink.number)
            .join(AuditRecord, AuditRecord.id == AuditLink.record_id)
            .where(AuditRecord.subject == subject)
            .order_by(AuditLink.number)
            .limit(1)
        ).scalar_one()
        lines = "".join(exports.json_lines(connection, first=first, subject=subject))
    return [
        Enclosed("audit/chain.jsonl", lines.encode()),
        Enclosed("audit/checkpoint.txt", note.encode()),
        Enclosed("audit/key.txt", f"{checkpoints.public_key()}\n".encode()),
    ]


def proofs_to_enclose(documents: Iterable[ProofDocument]) -> list[tuple[str, str]]:
    """Return the name in the archive and the storage key of each proof that is kept, as long as there is room."""
    found, size = [], 0
    for number, document in enumerate(documents, start=1):
        size += document.size
        if document.forgotten_at is None and size <= MOST_PROOF_BYTES:
            ending = document.media_type.rpartition("/")[2]
            found.append((f"proof/{number}.{ending}", document.storage_key))
    return found


def as_json(facts: Mapping[str, Any]) -> Enclosed:
    """Return the facts for programs."""
    return Enclosed("facts.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())


def archive(files: Sequence[Enclosed], *, made_at: datetime) -> bytes:
    """Return the ZIP of the files, in their order, all of one moment."""
    kept = io.BytesIO()
    moment = made_at.timetuple()[:6]
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in files:
            entry = zipfile.ZipInfo(file.name, date_time=moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            opened.writestr(entry, file.data)
    return kept.getvalue()


def _mails(subject: str) -> list[dict[str, Any]]:
    statement = select(OutboxMessage.id, *_of(OutboxMessage, MAIL)).where(OutboxMessage.about == subject)
    rows = _listed(statement, OutboxMessage.id)
    events: dict[int, list[dict[str, Any]]] = {}
    told = select(MailEvent.mail_id, MailEvent.at, MailEvent.kind, MailEvent.detail)
    for row in _listed(told.where(MailEvent.mail_id.in_([row["id"] for row in rows])), MailEvent.id):
        events.setdefault(row.pop("mail_id"), []).append(row)
    return [{**row, "events": events.get(row.pop("id"), [])} for row in rows]


def _decisions(signature_id: int) -> list[dict[str, Any]]:
    statement = select(*_of(Decision, DECISION), Officer.name.label("officer")).join(Officer)
    return _listed(statement.where(Decision.signature_id == signature_id), Decision.id)


def _of(table: Any, names: Sequence[str]) -> list[Any]:
    return [getattr(table, name) for name in names]


def _listed(statement: Any, key: Any) -> list[dict[str, Any]]:
    rows = db.session.execute(statement.order_by(key)).mappings().all()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
