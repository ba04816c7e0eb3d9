"""What does the worker do for the review? Give back what nobody has worked on for too long."""

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
