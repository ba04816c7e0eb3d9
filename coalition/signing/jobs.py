"""Which of signing's acts does the worker do?"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask import current_app

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.errors import Conflict
from coalition.extensions import db
from coalition.jobs import queue
from coalition.signing import drafts, operations, proof, queries, resolution, retention
from coalition.signing.application import SigningRules
from coalition.storage.files import store
from coalition.transactions import transaction

WORKER = Actor.system("worker")
RESOLUTION_KEPT = timedelta(days=1)


def note_undelivered(*, about: str, recipient_key: str) -> None:
    """Remember on a signature that its mailbox refuses mail for good."""
    kind, _, public_id = about.partition(":")
    if kind != "signature":
        return
    with transaction():
        signature = queries.signature_of(public_id)
        if signature is not None:
            operations.note_undelivered(signature=signature, recipient=recipient_key, actor=WORKER, now=clock.now())


def expire_unverified() -> None:
    """End signatures whose mailbox was not confirmed in time, each in a transaction of its own."""
    public_ids = [signature.public_id for signature in queries.unverified_past(clock.now())]
    for public_id in public_ids:
        with suppress(Conflict), transaction():  # a conflict: the mailbox was confirmed in the meantime
            signature = queries.signature_of(public_id)
            if signature is not None:
                retention.expire(signature=signature, actor=WORKER, now=clock.now())


def remind() -> None:
    """Remind mailboxes of signatures that wait for them, each in a transaction of its own."""
    settings, now = current_app.config, clock.now()
    due = queries.unreminded(now, after=settings["REMINDERS_AFTER"], gap=settings["REMINDER_GAP"])
    for public_id, number in due:
        with suppress(Conflict), transaction():  # a conflict: confirmed, disowned or reminded in the meantime
            signature = queries.signature_of(public_id)
            if signature is not None:
                operations.remind(
                    signature=signature, number=number, rules=SigningRules.of(settings), actor=WORKER, now=clock.now()
                )


def keep_to_periods() -> None:
    """Let go what has been kept long enough. A month counts 30 days, so that nothing stays longer than is promised."""
    settings, now = current_app.config, clock.now()
    with transaction():
        for signature in queries.with_proof_past(now - timedelta(days=30 * settings["PROOF_RETENTION_MONTHS"])):
            retention.forget_proof(signature=signature, actor=WORKER, now=now)
    with transaction():
        for signature in queries.ended_past(now - timedelta(days=30 * settings["PERSONAL_DATA_RETENTION_MONTHS"])):
            retention.anonymise(signature=signature, actor=WORKER, now=now)


def discard_drafts() -> None:
    """Remove drafts whose time is over."""
    with transaction():
        for draft in queries.drafts_past(clock.now()):
            drafts.discard(draft, now=clock.now())


def make_resolution(*, owner: str, language: str) -> None:
    """Make the PDF of a model resolution from what its draft or signature says now; it is deleted after a day."""
    facts = _resolution_of(owner, language)
    if facts is None or store().exists(facts.storage_key) or machine.missing_for_documents():
        return
    from coalition.documents import isolation, page

    db.session.rollback()  # rendering takes its time: no transaction stays open meanwhile
    now = clock.now()
    order = page.paper_order(
        "documents/resolution.html",
        sheet="resolution.css",
        language=language,
        digest=facts.digest(),
        created=now,
        resolution=facts,
        words=resolution.words(facts),
    )
    made = isolation.press().render(order)
    with transaction():  # first: a file that names people never stays because the worker was killed
        queue.put(drafts.DELETE_FILES_JOB, args={"keys": [facts.storage_key]}, now=now, run_at=now + RESOLUTION_KEPT)
    store().put(facts.storage_key, made)


def _resolution_of(owner: str, language: str) -> resolution.Resolution | None:
    kind, _, public_id = owner.partition(":")
    if kind == "draft":
        draft = queries.draft_of(public_id, now=clock.now())
        return resolution.of_draft(draft, language) if draft is not None else None
    signature = queries.signature_of(public_id)
    return resolution.of_signature(signature, language) if signature is not None else None


def delete_unclaimed(*, keys: list[str]) -> None:
    """Remove files that were written and whose row never came."""
    delete_files(keys=proof.unclaimed(keys))


def delete_files(*, keys: list[str]) -> None:
    """Remove files whose rows are gone."""
    for key in keys:
        store().delete(key)
