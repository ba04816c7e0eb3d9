"""Which steps of bringing in a list does the worker do? Each may be repeated; a long one goes on in its next job."""

from __future__ import annotations

from datetime import timedelta

from coalition import clock
from coalition.audit.record import Actor
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk import import_work as work
from coalition.desk.import_states import Act as Step
from coalition.jobs import queue
from coalition.storage.files import store
from coalition.transactions import transaction

WORKER = Actor.system("worker")
SECONDS = 20.0  # well within a job's lease, so that no second worker begins the same
UNCLAIMED_JOB = "desk.delete_unclaimed"
CLAIMED_WITHIN = timedelta(hours=1)


def check_import(*, public_id: str) -> None:
    """Judge every row of a list."""
    work.check(public_id, actor=WORKER)


def apply_import(*, public_id: str) -> None:
    """Bring a list in, for a while; then make room for other jobs and go on."""
    if not work.apply(public_id, actor=WORKER, seconds=SECONDS):
        with transaction():
            queue.put(operations.JOBS[Step.APPLY], args={"public_id": public_id}, now=clock.now())


def undo_import(*, public_id: str) -> None:
    """Take back all that a list had brought."""
    work.undo(public_id, actor=WORKER)


def delete_unclaimed(*, storage_key: str) -> None:
    """Remove a list that was written and whose import never came."""
    if not queries.claimed(storage_key):
        store().delete(storage_key)
