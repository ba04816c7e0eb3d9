"""Who does the waiting jobs? An engine in our own database, on SQLite and PostgreSQL alike.

A job is claimed by one UPDATE with a lease: a worker killed in the middle loses nothing, because its lease ends and
another takes the job. So every job must be safe to repeat. What a job does is its capability's business.
"""

from __future__ import annotations

import importlib
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from traceback import format_tb
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.errors import Unavailable
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.transactions import transaction, without_values

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=90)
LAST_ATTEMPT = 12
WAIT_FOR_MACHINE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Claimed:
    """A job in this worker's hands."""

    id: int
    name: str
    args: Mapping[str, Any]
    attempts: int


class WorkerLost(Exception):
    """Every attempt at a job ended with its worker: one more would end this one too."""


def worker_name() -> str:
    """Return a name that no other worker has."""
    return f"{os.uname().nodename[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


def claim(*, worker: str, now: datetime, only: str | None = None) -> Claimed | None:
    """Take the job that has waited longest, for the length of a lease; None when nothing is due.

    `only` names the one kind of job that this worker takes.
    """
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    due = select(Job.id).where(Job.failed_at.is_(None), Job.run_at <= now, free).order_by(Job.run_at, Job.id).limit(1)
    if only:
        due = due.where(Job.name == only)
    # Looking first costs a read; taking the write lock to find nothing would make the public wait for an idle worker.
    if db.session.scalar(due) is None:
        return None
    with transaction() as session:
        row = session.execute(
            update(Job)
            .where(Job.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(leased_until=now + LEASE, leased_by=worker, attempts=Job.attempts + 1)
            .returning(Job.id, Job.name, Job.args, Job.attempts)
        ).first()
    return Claimed(*row) if row else None


def perform(job: Claimed, *, worker: str, jobs: Mapping[str, str]) -> bool:
    """Run one claimed job and say whether it was done; a failure waits longer each time."""
    try:
        _resolve(job, jobs)(**job.args)
    except Exception as error:  # noqa: BLE001 - whatever a job raises, the worker goes on and the row tells
        db.session.rollback()
        _put_back(job, worker=worker, error=error)
        return False
    with transaction() as session:
        session.execute(delete(Job).where(Job.id == job.id, Job.leased_by == worker))
    return True


def _resolve(job: Claimed, jobs: Mapping[str, str]) -> Callable[..., None]:
    if job.attempts > LAST_ATTEMPT:
        raise WorkerLost
    module, _, name = jobs[job.name].rpartition(".")
    function: Callable[..., None] = getattr(importlib.import_module(module), name)
    return function


def _put_back(job: Claimed, *, worker: str, error: Exception) -> None:
    """Let the job wait for its next attempt. What the machine cannot do yet is no attempt and is never given up."""
    moment = clock.now()
    waits = isinstance(error, Unavailable)
    gives_up = job.attempts >= LAST_ATTEMPT and not waits
    wait = WAIT_FOR_MACHINE if waits else min(timedelta(seconds=2 ** min(job.attempts, 14)), LONGEST_WAIT)
    changes: dict[str, object] = {
        "leased_until": None,
        "leased_by": None,
        "run_at": moment + wait,
        "attempts": job.attempts - waits,
        "failed_at": moment if gives_up else None,
        "last_error": _reason(error)[:500],
    }
    if gives_up:
        changes["key"] = None  # a job that stays failed does not keep its like from being queued
    _log(job, error=error)
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job.id, Job.leased_by == worker).values(**changes))


def _reason(error: Exception) -> str:
    return without_values(error) if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"


def _log(job: Claimed, *, error: Exception) -> None:
    told = {"job": job.name, "job_id": job.id, "error": type(error).__name__}
    if isinstance(error, Unavailable):
        log.warning("job waits: %s", error, extra=told)
    else:
        stack = "".join(format_tb(error.__traceback__))  # without the error's words, which may quote a person's data
        log.error("job %s failed: %s\n%s", job.name, told["error"], stack, extra=told)


def run_due(*, jobs: Mapping[str, str], worker: str, most: int = 100, only: str | None = None) -> int:
    """Do up to `most` jobs that are due now, of one kind where `only` names it; return how many were tried."""
    for tried in range(most):
        job = claim(worker=worker, now=clock.now(), only=only)
        db.session.remove()
        if job is None:
            return tried
        perform(job, worker=worker, jobs=jobs)
        db.session.remove()
    return most
