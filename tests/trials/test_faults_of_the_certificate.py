"""The job that makes a certificate fails or is killed at each of its writes: in the end one file is on record."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from coalition import clock
from coalition.audit.models import AuditRecord
from coalition.certificates import jobs, operations
from coalition.certificates.jobs import Ordered
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind, Level
from coalition.extensions import db
from coalition.jobs import embedded
from coalition.jobs.models import Job
from coalition.storage.files import FileStore, store
from coalition.transactions import transaction
from tests.factories import signing
from tests.trials.ledger import count, damage
from tests.trials.sabotage import failing, killed, writes

Issue = Callable[[], str]
NUMBERS = itertools.count(1)


def pressed(ordered: Ordered) -> tuple[bytes, Level]:
    """Stand in for the press: other bytes at each attempt, as a seal has; key, log and credential are the real ones."""
    jobs.sealing_key()
    jobs._attachments(ordered, "facts")
    return f"%PDF-1.7 {ordered.content.serial} {next(NUMBERS)}".encode(), Level.B_B


@pytest.fixture
def issue(stage: Flask, monkeypatch: pytest.MonkeyPatch) -> Issue:
    """Returns what issues one more certificate and answers its serial; the file is for the worker to make."""
    monkeypatch.setattr(jobs, "_sealed", pressed)
    signature_id = signing.active().id
    with transaction() as session:
        session.execute(update(Job).values(failed_at=clock.now()))  # what signing itself left to be done

    def issued() -> str:
        with transaction() as session:
            session.execute(update(Certificate).values(revoked_at=clock.now()))
            return operations.issue(
                signature_id=signature_id, kind=Kind.CERTIFICATE, language="en", actor=signing.PERSON, now=clock.now()
            )

    return issued


def work() -> None:
    """Do what is due, as the worker's round does; a lost database is waited for."""
    try:
        embedded.run_due(jobs={"certificates.make": "coalition.certificates.jobs.make"}, worker="trial", most=3)
    except OperationalError:
        db.session.remove()


def later() -> None:
    """Let the leases of whoever was killed end, and the pauses after a failure."""
    db.session.remove()
    with transaction() as session:
        session.execute(update(Job).where(Job.failed_at.is_(None)).values(leased_until=None, run_at=clock.now()))


def check(serial: str, *, is_over: bool) -> None:
    """See that the row names a file exactly when the file is there and the audit log says so."""
    db.session.rollback()
    kept = db.session.scalars(select(Certificate).where(Certificate.serial == serial)).one()
    sealed = count(AuditRecord, AuditRecord.act == "seal", AuditRecord.subject == f"certificate:{serial}")
    assert sealed == (kept.storage_key is not None)
    if kept.storage_key is not None:
        assert hashlib.sha256(store().get(kept.storage_key)).hexdigest() == kept.pdf_sha256
    if is_over:
        assert kept.storage_key is not None
        assert count(Job, Job.failed_at.is_(None)) == 0


def writes_of_a_job(issue: Issue) -> int:
    issue()
    work()  # the first one also puts the sealing key on record
    serial = issue()
    with writes() as statements:
        work()
    check(serial, is_over=True)
    assert len(statements) > 3
    return len(statements)


def test_certificate_when_a_write_of_its_job_fails_is_made_once(issue: Issue) -> None:
    for place in range(writes_of_a_job(issue)):
        serial = issue()
        with failing(place):
            work()
        check(serial, is_over=False)
        later()
        work()
        check(serial, is_over=True)
    assert damage() == []


def test_certificate_when_its_worker_is_killed_at_a_write_is_made_once(issue: Issue) -> None:
    for place in range(writes_of_a_job(issue)):
        serial = issue()
        killed(work, place=place, total=-1)
        check(serial, is_over=False)
        later()
        work()
        check(serial, is_over=True)
    assert damage() == []


@pytest.mark.one_database
def test_certificate_when_the_disk_for_files_is_full_is_made_later(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = issue()
    with monkeypatch.context() as patched:
        patched.setattr(FileStore, "put", _no_space)
        work()
    check(serial, is_over=False)
    later()
    work()
    check(serial, is_over=True)


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")
