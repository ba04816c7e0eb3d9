"""How does an evidence file come to be? Asked for by an officer, made by a job, deleted soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.desk.evidence import NothingToProve
from coalition.desk.models import EvidenceFile
from coalition.errors import NotFound, mark
from coalition.extensions import db
from coalition.jobs import queue
from coalition.signing.mails import about
from coalition.signing.models import Signature

MAKE_JOB = "desk.make_evidence"


class EvidenceUnknown(NotFound):
    """There is no such file, or it was deleted."""

    def __init__(self) -> None:
        super().__init__(mark("This evidence file is no longer kept. Ask for a new one."))


def ask(
    *, signature: Signature, officer_id: int, language: str, lifetime: timedelta, actor: Actor, now: datetime
) -> None:
    """Let the worker make a file in `language`; one that is still being made is not asked for twice.

    Raises NothingToProve once the person is gone.
    """
    held = db.session.get_one(Signature, signature.id, with_for_update={"of": Signature}, populate_existing=True)
    if held.representative is None:
        raise NothingToProve
    waiting = (EvidenceFile.signature_id == held.id, EvidenceFile.made_at.is_(None), EvidenceFile.expires_at > now)
    if db.session.scalar(select(EvidenceFile.id).where(*waiting, EvidenceFile.language == language)) is not None:
        return
    asked = EvidenceFile(
        public_id=tokens.new_public_id(),
        signature_id=held.id,
        officer_id=officer_id,
        language=language,
        asked_at=now,
        expires_at=now + lifetime,
    )
    db.session.add(asked)
    db.session.flush()
    queue.put(MAKE_JOB, args={"evidence_id": asked.id}, now=now)
    record.append(actor=actor, act="ask_evidence", subject=about(held), now=now)


def keep(*, evidence_id: int, storage_key: str, sha256: str, size: int, now: datetime) -> bool:
    """Note where the made file lies; False where it is no longer wanted: the person was erased meanwhile."""
    kept = db.session.execute(
        update(EvidenceFile)
        .where(EvidenceFile.id == evidence_id, EvidenceFile.made_at.is_(None))
        .values(storage_key=storage_key, sha256=sha256, size=size, made_at=now)
        .returning(EvidenceFile.id)
    ).scalar()
    return kept is not None


def files_of(signature_id: int, *, now: datetime) -> Sequence[EvidenceFile]:
    """Return the files of a signature that are kept or being made, newest first."""
    statement = select(EvidenceFile).where(EvidenceFile.signature_id == signature_id, EvidenceFile.expires_at > now)
    return db.session.scalars(statement.order_by(EvidenceFile.id.desc())).all()


def file_of(signature_id: int, public_id: str, *, now: datetime) -> EvidenceFile:
    """Return a made file of this signature. Raises EvidenceUnknown."""
    found: EvidenceFile | None = db.session.scalar(
        select(EvidenceFile).where(
            EvidenceFile.public_id == public_id,
            EvidenceFile.signature_id == signature_id,
            EvidenceFile.storage_key.is_not(None),
            EvidenceFile.expires_at > now,
        )
    )
    if found is None:
        raise EvidenceUnknown
    return found
