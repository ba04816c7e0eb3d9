"""What does the worker do for the review? It gives back, reminds and ends what nobody works on, and forgets in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from flask import current_app

from coalition import clock
from coalition.audit.record import Actor
from coalition.errors import Conflict
from coalition.review import digest, dossier, figures, operations, questions
from coalition.transactions import transaction

WORKER = Actor.system("worker")


def expire_claims() -> None:
    """Release every application whose claim ran out."""
    with transaction():
        operations.release_expired(actor=WORKER, now=clock.now())


def follow_questions() -> None:
    """End what was not answered in time, and remind of what is due soon, each in a transaction of its own."""
    now = clock.now()
    _each(questions.lapse, dossier.questions_due(now))
    soon = now + current_app.config["QUESTION_REMINDER_BEFORE"]
    _each(questions.remind, dossier.questions_to_remind_of(now, due_by=soon))


def _each(act: Callable[..., Any], signature_ids: Sequence[int]) -> None:
    for signature_id in signature_ids:
        with suppress(Conflict), transaction():  # a conflict: answered, withdrawn or reminded in the meantime
            act(signature_id=signature_id, actor=WORKER, now=clock.now())


def forget_words(*, signature_id: int) -> None:
    """Take the free words out of a review that ended long ago."""
    with transaction():
        operations.forget_words(signature_id=signature_id)


def count_figures() -> None:
    """Count how the review stands, for the page of numbers."""
    with transaction():
        figures.count(now=clock.now(), limit=current_app.config["DECISION_WORKING_DAYS"])


def send_digests() -> None:
    """Write to every officer of what waits, once on a working day, from the hour on that the settings say."""
    now = clock.now()
    if now.hour < current_app.config["DIGEST_HOUR"]:
        return
    for officer_id in digest.unwritten(now=now):
        with transaction():
            digest.write_to(officer_id=officer_id, limit=current_app.config["DECISION_WORKING_DAYS"], now=now)
