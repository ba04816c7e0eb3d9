"""What ends by time? Signatures nobody confirmed, proof that has served, people in what ended long ago.

The periods are settings that the privacy page states; what a person decides belongs to `operations`.
"""

from __future__ import annotations

from datetime import datetime

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.jobs import queue
from coalition.signing import mails, operations, verification
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.tokens import Purpose

FORGET_WORDS_JOBS = ("review.forget_words", "standing.forget_words", "desk.forget")


def expire(*, signature: Signature, actor: Actor, now: datetime) -> None:
    """End a signature whose mailbox was not confirmed in time; signing again is allowed."""
    operations.change_state(signature=signature, act=Act.EXPIRE, actor=actor, now=now)
    verification.end_links(signature, purpose=Purpose.CONFIRM, now=now)
    operations.forget_person(signature, now=now)


def forget_proof(*, signature: Signature, actor: Actor, now: datetime) -> None:
    """Let the files of a decided application go; their names, sizes and digests stay as what the officers relied on."""
    kept = [document for document in signature.documents if document.forgotten_at is None]
    for document in kept:
        document.forgotten_at = now
    if kept:
        queue.put(DELETE_FILES_JOB, args={"keys": [document.storage_key for document in kept]}, now=now)
        record.append(actor=actor, act="forget_proof", subject=mails.about(signature), now=now)


def anonymise(*, signature: Signature, actor: Actor, now: datetime) -> None:
    """Take the people out of a signature that ended long ago; the organisation, the dates and the digests stay."""
    if signature.anonymised_at is not None:
        return
    operations.forget_person(signature, now=now)
    signature.anonymised_at = now
    for job in FORGET_WORDS_JOBS:
        queue.put(job, args={"signature_id": signature.id}, now=now, key=f"{job}:{signature.public_id}")
    record.append(actor=actor, act="anonymise", subject=mails.about(signature), now=now)
