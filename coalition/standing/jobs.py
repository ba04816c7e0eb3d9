"""What does the worker do for the register? Begins and ends suspensions, and closes what nobody can decide any more."""

from __future__ import annotations

from contextlib import suppress

from coalition import clock
from coalition.audit.record import Actor
from coalition.errors import Conflict
from coalition.standing import changes, operations, queue, revocations
from coalition.transactions import transaction

WORKER = Actor.system("worker")


def keep() -> None:
    """Do what is due, each signatory in a transaction of its own."""
    begin, over = queue.due_suspensions(clock.now())
    for suspension_id in begin:
        with suppress(Conflict), transaction():  # a conflict: withdrawn or removed in the meantime
            operations.begin_suspension(suspension_id=suspension_id, actor=WORKER, now=clock.now())
    for suspension_id in over:
        with suppress(Conflict), transaction():
            operations.end_suspension(suspension_id=suspension_id, actor=WORKER, now=clock.now())
    with transaction():
        changes.expire_unconfirmed(now=clock.now())
        revocations.overtake(now=clock.now())
        for signature_id in queue.ended_with_open_ends():
            operations.overtake(signature_id=signature_id, now=clock.now())


def forget_words(*, signature_id: int) -> None:
    """Take words and people out of what happened to a signature that ended long ago."""
    with transaction():
        operations.forget_words(signature_id=signature_id)
