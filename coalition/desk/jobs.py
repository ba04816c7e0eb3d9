"""What does the worker do for the desk? It keeps to the periods, wipes what was erased, makes evidence files.

Each job may be killed anywhere and repeated.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.certificates.jobs import seal, sealing_key
from coalition.desk import erasure, evidence, evidence_operations, evidence_words, retention, wiping
from coalition.desk.evidence import Enclosed
from coalition.desk.models import EvidenceFile
from coalition.errors import Unavailable, mark
from coalition.extensions import db
from coalition.i18n import force_language, localised
from coalition.i18n import gettext as _
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.transactions import transaction

WORKER = Actor.system("worker")
MOST_PAGES = 60
VERIFIER = Path("docs") / "verify-audit-log.py"


def keep_to_periods() -> None:
    """Once a day let go of everything that was kept long enough."""
    now = clock.now()
    if not retention.ran_on(now.date()):
        retention.keep_to_periods(now=now)


def forget(*, signature_id: int) -> None:
    """Take the person out of every row about a signature that ended long ago."""
    with transaction() as session:
        signature = session.get_one(Signature, signature_id)
        erasure.forget(signature=signature, actor=WORKER, now=clock.now())


def wipe() -> None:
    """Let bytes that were erased leave the disk."""
    wiping.wipe()


def make_evidence(*, evidence_id: int) -> None:
    """Put together, render, seal and store one evidence file, unless it is no longer wanted.

    Raises Unavailable while this machine lacks what documents need.
    """
    asked = db.session.get(EvidenceFile, evidence_id)
    if asked is None or asked.made_at is not None:
        return
    if lacking := machine.missing_for_documents():
        raise Unavailable(
            mark("Documents wait until this machine has %(what)s: %(line)s"),
            what=", ".join(lack.what for lack in lacking),
            line=machine.mending_line(lacking),
        )
    signature = db.session.get_one(Signature, asked.signature_id)
    if signature.representative is None:
        return
    now, language, name, signature_id = clock.now(), asked.language, asked.public_id, signature.id
    files = _enclosed(signature, now=now)  # first: it numbers the lines of the audit log that the facts name
    facts = evidence.facts_of(db.session.get_one(Signature, signature_id))
    db.session.rollback()  # rendering takes its time: no transaction stays open meanwhile
    files.insert(0, evidence.as_json(facts))
    summary = _summary(facts, files, language=language, now=now)
    _keep(evidence_id, name, evidence.archive([summary, *files], made_at=now))


def _enclosed(signature: Signature, *, now: datetime) -> list[Enclosed]:
    """Return the files beside the summary; the chain comes first, since numbering its lines opens a transaction."""
    signature_id, subject = signature.id, about(signature)
    chain = evidence.chain_of(subject, now=now)
    signature = db.session.get_one(Signature, signature_id)
    proofs = evidence.proofs_to_enclose(signature.documents)
    program = Path(current_app.root_path).parent / VERIFIER
    return [
        evidence.text_of(signature),
        *chain,
        Enclosed(f"audit/{program.name}", program.read_bytes()),
        *(Enclosed(name, store().get(key)) for name, key in proofs),
    ]


def _summary(facts: dict[str, Any], files: list[Enclosed], *, language: str, now: datetime) -> Enclosed:
    """Render and seal the summary; the two heavy libraries are loaded here."""
    from coalition.documents import isolation, page

    key = sealing_key()
    with force_language(language):
        owner = localised(facts["owner"])
        order = page.paper_order(
            "documents/evidence.html",
            sheet="evidence.css",
            language=language,
            digest=hashlib.sha256(files[0].data).hexdigest(),
            created=now,
            language_code=language,
            owner=owner,
            reference=facts["signature"]["reference"],
            organisation=facts["organisation"]["official_name"],
            made_at=now,
            shows=evidence_words.shows(owner=owner),
            shows_not=evidence_words.shows_not(is_development=key.is_development),
            sections=evidence_words.sections(facts, files),
        )
        reason = _("Evidence of a signature")
    made = isolation.press().render(replace(order, most_pages=MOST_PAGES))
    return Enclosed("evidence.pdf", seal(made, key=key, name=owner, reason=reason))


def _keep(evidence_id: int, name: str, data: bytes) -> None:
    """Store the bytes, then the row; whoever was erased meanwhile leaves no file behind."""
    digest = hashlib.sha256(data).hexdigest()
    storage_key = f"evidence/{digest[:2]}/{name}-{digest[:16]}.zip"
    store().put(storage_key, data)
    with transaction():
        kept = evidence_operations.keep(
            evidence_id=evidence_id, storage_key=storage_key, sha256=digest, size=len(data), now=clock.now()
        )
    if not kept:
        store().delete(storage_key)
