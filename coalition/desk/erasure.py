"""How is a person erased? Out of every row about a signature, at once; the signature itself stays, naming nobody.

An application that is still open is withdrawn first: nobody could answer for it any more. What stands on the register
stays there, as the organisation's act. Files go after the commit, bytes on the disk by `wiping`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.desk import journal
from coalition.desk.import_models import Import, ImportProblem
from coalition.desk.models import EvidenceFile
from coalition.enquiries import retention as enquiries
from coalition.extensions import db
from coalition.i18n import known_languages
from coalition.jobs import queue
from coalition.mail import outbox
from coalition.organisations.models import OrganisationSource
from coalition.review import operations as review
from coalition.signing import mails, publication, resolution, verification
from coalition.signing import operations as signing
from coalition.signing import retention as signatures
from coalition.signing.drafts import DELETE_FILES_JOB, subject_of
from coalition.signing.models import Draft, Representative, Signature
from coalition.signing.states import OPEN, PUBLISHED, Act, State
from coalition.standing import operations as standing
from coalition.standing.models import ChangeRequest, Succession
from coalition.standing.states import ChangeOutcome
from coalition.tokens import Purpose

WIPE_JOB = "desk.wipe"
ERASED = "erased"


def erase(*, signature_id: int, actor: Actor, now: datetime) -> Sequence[str]:
    """Forget the person of a signature everywhere; return the storage keys of the files that have to go too.

    A job deletes the files and another rewrites the database's; whoever cannot wait deletes and wipes after the commit.
    Erased before, it does the same again and says so again: something may have come in since.
    """
    signature = db.session.get_one(Signature, signature_id, with_for_update={"of": Signature}, populate_existing=True)
    keys = [*_files_of(signature)]
    _forget_letters(signature, actor=actor, now=now)  # who never confirmed is gone with the application's end
    _close(signature, actor=actor, now=now)
    keys += forget(signature=signature, actor=actor, now=now)
    signature.anonymised_at = signature.anonymised_at or now
    queue.put(WIPE_JOB, args={}, now=now, key=WIPE_JOB)
    record.append(actor=actor, act="erase", subject=mails.about(signature), now=now)
    db.session.flush()
    journal.note(signature.public_id, now=now)  # last: the disk has it before the commit, and no backup replaces it
    return keys


def others_of(signature: Signature) -> Sequence[str]:
    """Return the references of other signatures whose representative has the same mailbox: each is erased by itself."""
    person = signature.representative
    if person is None:
        return ()
    statement = (
        select(Signature.reference)
        .join(Representative, Representative.signature_id == Signature.id)
        .where(Representative.email_key == person.email_key, Signature.id != signature.id)
        .order_by(Signature.id)
    )
    return db.session.scalars(statement).all()


def forget(*, signature: Signature, actor: Actor, now: datetime) -> Sequence[str]:
    """Take the person out of every row about a signature; return the storage keys of the files that have to go too."""
    keys = _files_of(signature)
    draft = db.session.get(Draft, signature.draft_id) if signature.draft_id is not None else None
    _forget_letters(signature, actor=actor, now=now)
    signing.forget_person(signature, now=now)
    for about in [mails.about(signature), *([subject_of(draft)] if draft is not None else [])]:
        outbox.erase(about=about)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    signature.extra = definition.public_extra(signature.extra)
    publication.show_representative(signature)
    enquiries.forget_of_signature(signature_id=signature.id, actor=actor, now=now)
    review.forget_words(signature_id=signature.id)
    standing.forget_words(signature_id=signature.id)
    db.session.execute(update(Succession).where(Succession.signature_id == signature.id).values(note=""))
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.signature_id == signature.id))
    keys += _forget_import(signature.id)
    if keys:
        queue.put(DELETE_FILES_JOB, args={"keys": keys}, now=now)
    return keys


def _forget_letters(signature: Signature, *, actor: Actor, now: datetime) -> None:
    """Forget what the person's mailbox has written to the secretariat, wherever it belongs."""
    if signature.representative is not None:
        enquiries.forget_of_mailbox(sender_key=signature.representative.email_key, actor=actor, now=now)


def _close(signature: Signature, *, actor: Actor, now: datetime) -> None:
    """Let nothing wait for the person any more, and no link of theirs open anything."""
    if signature.state == State.PENDING_VERIFICATION:
        signatures.expire(signature=signature, actor=actor, now=now)
    elif signature.state == State.REFERRED and signature.register_number is not None:  # an appeal against delisting
        signing.change_state(signature=signature, act=Act.UPHOLD_DELISTING, actor=actor, now=now, reason=ERASED)
    elif signature.state in OPEN:
        signing.change_state(signature=signature, act=Act.WITHDRAW, actor=actor, now=now, reason=ERASED)
    review.end_review(signature_id=signature.id, now=now)
    if signature.state in PUBLISHED:
        asked = (ChangeRequest.signature_id == signature.id, ChangeRequest.closed_at.is_(None))
        closed = {"closed_at": now, "outcome": ChangeOutcome.OVERTAKEN.value}
        db.session.execute(update(ChangeRequest).where(*asked).values(closed))
    else:
        standing.overtake(signature_id=signature.id, now=now)
    for purpose in (Purpose.CONFIRM, Purpose.MANAGE):
        verification.end_links(signature, purpose=purpose, now=now)


def _files_of(signature: Signature) -> list[str]:
    """Return what was uploaded, and the model resolutions that may have been made in the person's name."""
    keys = [document.storage_key for document in signature.documents]
    if signature.representative is not None:
        keys += [resolution.of_signature(signature, language).storage_key for language in known_languages()]
    draft = db.session.get(Draft, signature.draft_id) if signature.draft_id is not None else None
    if draft is not None and draft.representative:
        keys += [resolution.of_draft(draft, language).storage_key for language in known_languages()]
    evidence = select(EvidenceFile.storage_key).where(
        EvidenceFile.signature_id == signature.id, EvidenceFile.storage_key.is_not(None)
    )
    return keys + [str(key) for key in db.session.scalars(evidence)]


def _forget_import(signature_id: int) -> list[str]:
    """Let go of the file that a paper signature was brought in by, and what was said of its row."""
    lines = (
        select(Import.id, Import.storage_key, OrganisationSource.row_number)
        .join(OrganisationSource, OrganisationSource.import_id == Import.id)
        .join(Signature, Signature.organisation_id == OrganisationSource.organisation_id)
        .where(Signature.id == signature_id, Import.ended_at.is_not(None))
    )
    keys = []
    for import_id, key, row in db.session.execute(lines).all():
        of_row = (ImportProblem.import_id == import_id, ImportProblem.row_number == row)
        db.session.execute(update(ImportProblem).where(*of_row).values(detail="", text=""))
        if key is not None:
            db.session.execute(update(Import).where(Import.id == import_id).values(storage_key=None))
            keys.append(key)
    return keys
