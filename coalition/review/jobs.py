"""What does the worker do for the review? It gives back what nobody works on, and forgets words in time."""

from __future__ import annotations

from coalition import clock
from coalition.audit.record import Actor
from coalition.review import operations
from coalition.transactions import transaction

WORKER = Actor.system("worker")


def expire_claims() -> None:
    """Release every application whose claim ran out."""
    with transaction():
        operations.release_expired(actor=WORKER, now=clock.now())


def forget_words(*, signature_id: int) -> None:
    """Take the free words out of a review that ended long ago."""
    with transaction():
        operations.forget_words(signature_id=signature_id)
