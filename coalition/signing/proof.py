"""Which files show that the representative may sign? Kept for a draft or a signature, each once, within a limit.

The bytes are on the disk before their row is, and never without a job that takes them away again should the row not
follow. Whether a file can be used at all belongs to `uploads`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from coalition import clock, tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.jobs import queue
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.errors import StateChanged
from coalition.signing.mails import about
from coalition.signing.models import Draft, ProofDocument, Signature
from coalition.signing.states import OPEN
from coalition.storage.files import store
from coalition.transactions import transaction

UNCLAIMED_JOB = "signing.delete_unclaimed"
CLAIMED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class File:
    """A document as it is kept: judged by its bytes, pictures made anew."""

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class StoredFile:
    """A document whose bytes are on the disk and whose row is to follow."""

    filename: str
    media_type: str
    size: int
    sha256: str
    storage_key: str


def reserve(number: int) -> list[str]:
    """Return so many keys for files, in a transaction of its own: what no row claims within the hour is deleted.

    The process may be killed between the bytes and their row; nobody's minutes shall stay behind then.
    """
    codes = [tokens.new_code(16) for _ in range(number)]
    keys = [f"proof/{code[:2].lower()}/{code}" for code in codes]
    now = clock.now()
    with transaction():
        queue.put(UNCLAIMED_JOB, args={"keys": keys}, now=now, run_at=now + CLAIMED_WITHIN)
    return keys


def put(file: File, *, key: str) -> StoredFile:
    """Write the bytes of a file under a reserved key."""
    store().put(key, file.data)
    sha256 = hashlib.sha256(file.data).hexdigest()
    return StoredFile(file.filename, file.media_type, len(file.data), sha256, key)


def keep(draft: Draft, *, files: Sequence[StoredFile], most: int, now: datetime) -> list[str]:
    """Let files belong to a draft; returns the names of those for which there was no room."""
    return _add(draft, files, most=most, now=now)[1]


def add_late(*, signature: Signature, files: Sequence[StoredFile], most: int, actor: Actor, now: datetime) -> list[str]:
    """Let files belong to a signature under review; returns the names of those for which there was no room.

    The digest that approvals are bound to stays: a file that comes later is evidence, not part of what was affirmed,
    and nobody shall undo a colleague's approval by sending one. Officers see each file and when it came.
    Raises StateChanged once the review has ended.
    """
    signature = db.session.get_one(Signature, signature.id, with_for_update={"of": Signature}, populate_existing=True)
    if signature.state not in OPEN:
        raise StateChanged
    added, left_out = _add(signature, files, most=most, now=now)
    if added:
        record.append(actor=actor, act="add_proof", subject=about(signature), now=now)
    return left_out


def _add(
    owner: Draft | Signature, files: Sequence[StoredFile], *, most: int, now: datetime
) -> tuple[list[str], list[str]]:
    """Add files that are not there yet; returns the names of those that were added and of those that were left out."""
    known = {document.sha256 for document in owner.documents}
    added, left_out = [], []
    for file in files:
        if file.sha256 in known:
            continue
        if len(owner.documents) >= most:
            left_out.append(file.filename)
            continue
        known.add(file.sha256)
        added.append(file.filename)
        owner.documents.append(ProofDocument(public_id=tokens.new_public_id(), created_at=now, **vars(file)))
    return added, left_out


def remove(draft: Draft, *, public_id: str, now: datetime) -> None:
    """Take a document out of a draft; its bytes go after the commit. Does nothing if it is not there."""
    for document in [found for found in draft.documents if found.public_id == public_id]:
        draft.documents.remove(document)
        db.session.delete(document)
        queue.put(DELETE_FILES_JOB, args={"keys": [document.storage_key]}, now=now)


def unclaimed(keys: Sequence[str]) -> list[str]:
    """Return those of the reserved keys that no row has claimed."""
    claimed = set(db.session.scalars(select(ProofDocument.storage_key).where(ProofDocument.storage_key.in_(keys))))
    return [key for key in keys if key not in claimed]
