"""What did a crash leave behind? Documents without file and job, and files without a row; each is put right.

A document whose signature stands is made after all: its serial was given out already. One that has nothing left to tell
is revoked. A file is removed only where its document is known and has another one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import recording, waiting
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind, RevocationReason
from coalition.certificates.waiting import CERTIFICATE_OF, MAKE_JOB
from coalition.extensions import db
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED

AGE = timedelta(hours=1)
GIVEN_UP_FOR = timedelta(days=1)
REASON = RevocationReason.DEFECTIVE_FILE


def mend(*, actor: Actor, now: datetime) -> tuple[list[str], list[str]]:
    """Queue documents that nothing will make, or revoke those with nothing left to tell; return both lists of serials.

    A job that was given up gets another chance after a day.
    """
    found = waiting.without_job(before=now - AGE)
    failed = set(db.session.scalars(select(CERTIFICATE_OF).where(*_failed(found), Job.failed_at > now - GIVEN_UP_FOR)))
    asked = select(Certificate, Signature.state).join(Signature, Signature.id == Certificate.signature_id)
    orphans = asked.where(Certificate.id.in_(set(found) - failed)).order_by(Certificate.id)
    queued, revoked = [], []
    for certificate, state in db.session.execute(orphans).all():
        db.session.execute(delete(Job).where(*_failed([certificate.id])))
        if certificate.kind == Kind.CERTIFICATE and state not in PUBLISHED:
            _revoke(certificate, actor=actor, now=now)
            revoked.append(certificate.serial)
        else:
            queue.put(MAKE_JOB, args={"certificate_id": certificate.id}, now=now)
            queued.append(certificate.serial)
    return queued, revoked


def without_row(storage_keys: list[str]) -> tuple[list[str], list[str]]:
    """Return which of these stored files to remove, and which belong to documents that the database does not know.

    The first are what two workers or a kill left of documents that have their file. The others are kept: a database
    older than they are was put back, and they may be all that is left of what it lost.
    """
    serials = {key: key.rpartition("/")[2].partition("-")[0] for key in storage_keys}
    keys, documents = waiting.known_files(storage_keys, list(serials.values()))
    unknown = [key for key in storage_keys if key not in keys]
    lost = [key for key in unknown if serials[key] not in documents]
    return [key for key in unknown if key not in lost], lost


def _failed(ids: Collection[int]) -> tuple[Any, ...]:
    return (Job.name == MAKE_JOB, Job.failed_at.is_not(None), CERTIFICATE_OF.in_(ids))


def _revoke(certificate: Certificate, *, actor: Actor, now: datetime) -> None:
    certificate.revoked_at, certificate.revoked_reason = now, REASON.value
    db.session.flush()
    subject = f"certificate:{certificate.serial}"
    record.append(actor=actor, act="revoke", subject=subject, reason=REASON.value, now=now)
    recording.ended(certificate.serial, ended=recording.REVOKED, reason=REASON.value, now=now)
