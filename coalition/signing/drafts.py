"""What is being filled in? A draft on the server, step by step, found by the browser that began it.

Nothing is signed here; that is `operations.submit`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coalition import tokens
from coalition.errors import Invalid, mark
from coalition.extensions import db
from coalition.jobs import queue
from coalition.signing.models import Draft, ProofDocument
from coalition.storage.files import store

DELETE_FILES_JOB = "signing.delete_files"


class TooManyFiles(Invalid):
    """More files than a draft may hold."""

    def __init__(self, most: int) -> None:
        super().__init__(mark("You can send up to %(most)s files. Remove one before you add another."), most=most)


@dataclass(frozen=True)
class File:
    """A proof document as it was sent, its type already judged by its bytes."""

    filename: str
    media_type: str
    data: bytes


def begin(
    *, charter: str, charter_version: int, answers: Mapping[str, str], lifetime: timedelta, now: datetime
) -> Draft:
    """Begin a draft for a version of a charter, with the answers that were given before."""
    draft = Draft(
        public_id=tokens.new_public_id(),
        charter=charter,
        charter_version=charter_version,
        answers=dict(answers),
        organisation={},
        representative={},
        proof_seen=False,
        created_at=now,
        expires_at=now + lifetime,
    )
    db.session.add(draft)
    return draft


def keep_organisation(draft: Draft, *, typed: Mapping[str, str], answers: Mapping[str, str]) -> None:
    """Keep what was typed of the organisation, and the answers with the form it chose."""
    draft.organisation, draft.answers = dict(typed), dict(answers)


def keep_representative(draft: Draft, *, typed: Mapping[str, object]) -> None:
    """Keep what was typed of the representative."""
    draft.representative = dict(typed)


def keep_files(draft: Draft, *, files: list[File], most: int, now: datetime) -> None:
    """Keep proof documents, each once. The bytes are on the disk before their row is. Raises TooManyFiles."""
    known = {document.sha256 for document in draft.documents}
    if len(draft.documents) + len(files) > most:
        raise TooManyFiles(most)
    for file in files:
        sha256 = hashlib.sha256(file.data).hexdigest()
        if sha256 not in known:
            known.add(sha256)
            draft.documents.append(_document(file, sha256=sha256, now=now))
    draft.proof_seen = True


def _document(file: File, *, sha256: str, now: datetime) -> ProofDocument:
    public_id = tokens.new_public_id()
    key = f"proof/{sha256[:2]}/{tokens.new_code(16)}"
    store().put(key, file.data)
    return ProofDocument(
        public_id=public_id,
        filename=file.filename,
        media_type=file.media_type,
        size=len(file.data),
        sha256=sha256,
        storage_key=key,
        created_at=now,
    )


def remove_file(draft: Draft, *, public_id: str, now: datetime) -> None:
    """Take a proof document out of a draft; its bytes go after the commit. Does nothing if it is not there."""
    for document in [found for found in draft.documents if found.public_id == public_id]:
        draft.documents.remove(document)
        db.session.delete(document)
        queue.put(DELETE_FILES_JOB, args={"keys": [document.storage_key]}, now=now)


def discard(draft: Draft, *, now: datetime) -> None:
    """Remove a draft whose time is over; files that belong to no signature go with it."""
    loose = [document for document in draft.documents if document.signature_id is None]
    for document in loose:
        db.session.delete(document)
    if loose:
        queue.put(DELETE_FILES_JOB, args={"keys": [document.storage_key for document in loose]}, now=now)
    db.session.delete(draft)
