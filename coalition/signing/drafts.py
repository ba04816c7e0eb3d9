"""What is being filled in? A draft on the server, step by step, found by the browser that began it.

Nothing is signed here; that is `operations.submit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from coalition import tokens
from coalition.extensions import db
from coalition.jobs import queue
from coalition.mail import outbox
from coalition.signing.application import digest
from coalition.signing.errors import StateChanged
from coalition.signing.models import Draft

DELETE_FILES_JOB = "signing.delete_files"
STEPS = ("organisation", "representative", "proof", "review")
UNFINISHED = "unfinished"


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


def hold(draft_id: int, *, handed_over_at: datetime | None) -> Draft:
    """Hold a draft's row until the end of the transaction, if it is still in the hands in which it was read.

    Raises StateChanged when it was signed, handed over or discarded in the meantime.
    """
    found = db.session.scalar(select(Draft.id).where(Draft.id == draft_id).with_for_update())
    # read after the lock: one statement that waits would not see the signature that was inserted meanwhile
    draft = db.session.get(Draft, draft_id, populate_existing=True) if found else None
    if draft is None or draft.signature_id is not None or draft.handed_over_at != handed_over_at:
        raise StateChanged
    return draft


def keep_organisation(
    draft: Draft,
    *,
    typed: Mapping[str, str],
    extra: Mapping[str, str],
    answers: Mapping[str, str],
    charter_version: int,
    is_finished: bool,
) -> None:
    """Keep what was typed of the organisation, and the answers with the form it chose.

    A draft of an older version goes on for `charter_version`: what was typed before stays.
    """
    draft.organisation, draft.extra, draft.answers = _marked(typed, is_finished=is_finished), dict(extra), dict(answers)
    draft.charter_version = charter_version


def keep_representative(
    draft: Draft, *, typed: Mapping[str, object], preparer: Mapping[str, str] | None, is_finished: bool
) -> None:
    """Keep what was typed of the representative, and who fills in the form for them: {} is nobody, None as before."""
    draft.representative = _marked(typed, is_finished=is_finished)
    if preparer is not None:
        draft.preparer = dict(preparer) if is_finished else {}


def change_email(draft: Draft, *, email: str) -> None:
    """Correct the representative's address."""
    draft.representative = {**draft.representative, "email": email}


def _marked(typed: Mapping[str, Any], *, is_finished: bool) -> dict[str, Any]:
    """Return what was typed; what nobody has judged yet carries a mark and counts as a step still to be done."""
    return dict(typed) if is_finished else {**typed, UNFINISHED: True}


def first_unfinished(draft: Draft) -> str:
    """Name the first step that has still to be done; the last one when all are."""
    for step, typed in (("organisation", draft.organisation), ("representative", draft.representative)):
        if not typed or UNFINISHED in typed:
            return step
    return "review" if draft.proof_seen else "proof"


def content_sha256(draft: Draft) -> str:
    """Return the digest of all that the last page shows of a draft and its signer affirms."""
    typed = (draft.organisation, draft.representative, draft.extra, draft.answers, draft.charter_version)
    return digest({"typed": typed})


def is_filled_in(draft: Draft, *, before: str) -> bool:
    """Tell whether every step before one is done."""
    return STEPS.index(first_unfinished(draft)) >= STEPS.index(before)


def subject_of(draft: Draft) -> str:
    """Return the name under which mails about a draft are kept."""
    return f"draft:{draft.public_id}"


def forget_person(draft: Draft) -> None:
    """Remove the people and all that was typed, here and from the mails about it."""
    outbox.forget(about=subject_of(draft))
    draft.representative, draft.organisation, draft.extra, draft.preparer = {}, {}, {}, {}


def discard(draft: Draft, *, now: datetime) -> None:
    """Remove a draft whose time is over; files that belong to no signature go with it."""
    loose = [document for document in draft.documents if document.signature_id is None]
    for document in loose:
        db.session.delete(document)
    if loose:
        queue.put(DELETE_FILES_JOB, args={"keys": [document.storage_key for document in loose]}, now=now)
    outbox.forget(about=subject_of(draft))
    db.session.delete(draft)
