"""Which of signing's acts does the worker do?"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask import current_app

from coalition import clock
from coalition.audit.record import Actor
from coalition.errors import Conflict
from coalition.signing import drafts, operations, queries, retention
from coalition.storage.files import store
from coalition.transactions import transaction

WORKER = Actor.system("worker")


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


def delete_files(*, keys: list[str]) -> None:
    """Remove files whose rows are gone."""
    for key in keys:
        store().delete(key)
