"""Does every seal get its date and every date its renewal, whoever is down; is what crashes left put right?"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.certificates import inspection, jobs, operations, orphans, queries, upkeep_jobs, waiting
from coalition.certificates.errors import AuthorityWaits
from coalition.certificates.models import Certificate, CertificateRevision, TimestampAuthority
from coalition.certificates.states import Kind, Level
from coalition.jobs.models import Job
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.authority import TimestampServer, answering

pytestmark = [
    pytest.mark.pdf,
    pytest.mark.one_database,
    pytest.mark.usefixtures("icsse"),
]


@pytest.fixture(scope="session")
def running() -> Iterator[TimestampServer]:
    with answering() as one:
        yield one


@pytest.fixture
def server(running: TimestampServer) -> TimestampServer:
    running.fault = ""
    running.be("Test authority")
    return running


@pytest.fixture(autouse=True)
def own_files(settings: dict[str, Any], server: TimestampServer, tmp_path: Path) -> None:
    """Files and keys of this test alone, and an authority under an address that no other test asked."""
    settings["STORAGE_DIR"] = tmp_path / "files"
    settings["DATA_DIR"] = tmp_path
    settings["TIMESTAMP_URL"] = f"{server.url}{tmp_path.name}"


def levels(session: scoped_session[Session]) -> list[str]:
    return list(session.scalars(select(CertificateRevision.level).order_by(CertificateRevision.id)))


def stored(session: scoped_session[Session]) -> list[bytes]:
    keys = session.scalars(select(CertificateRevision.storage_key).order_by(CertificateRevision.id)).all()
    return [store().get(key) for key in keys]


def issue(*, hours_ago: int = 0) -> int:
    """The certificate of an active signature, its job waiting; the signature's other jobs are left out."""
    signature_id = signing.active(official_name=f"Organisation {secrets.token_hex(4)}").id
    now = clock_module.now() - timedelta(hours=hours_ago)
    with transaction() as session:
        session.execute(delete(Job).where(Job.name == "certificates.issue_receipt"))
        operations.issue(signature_id=signature_id, kind=Kind.CERTIFICATE, language="en", actor=jobs.WORKER, now=now)
        newest: int = session.scalars(select(Certificate.id).order_by(Certificate.id.desc())).first()
    return newest


def made(seals: int = 1) -> None:
    """Certificates of active signatures, made by their jobs."""
    for _ in range(seals):
        jobs.make(certificate_id=issue())


def test_seal_when_the_authority_answers_is_dated_at_once_and_its_root_is_published(
    session: scoped_session[Session], server: TimestampServer
) -> None:
    made()
    assert levels(session) == ["B-T"]
    assert waiting.undated_documents() is None
    root = session.scalars(select(TimestampAuthority)).one()
    assert root.subject == "CN=Test authority root"
    assert root.address.startswith(server.url)


def test_seal_when_the_authority_is_down_is_told_to_bear_no_date_and_gets_one_later(
    session: scoped_session[Session],
    server: TimestampServer,
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fault = "down"
    with caplog.at_level(logging.WARNING):
        made()
    assert "sealed without a timestamp: The timestamp authority 127.0.0.1 gave no timestamp" in caplog.text
    assert levels(session) == ["B-B"]
    worker(failures=True)
    undated = waiting.undated_documents()
    assert undated is not None
    assert (undated.count, str(undated.sentence)) == (1, "The timestamp authority gives no timestamp.")
    assert "AuthorityWaits: The timestamp authority 127.0.0.1" in undated.detail
    server.fault = ""
    clock.shift(timedelta(minutes=2))
    worker(failures=True)
    assert levels(session) == ["B-B", "B-T"]
    assert waiting.undated_documents() is None
    before, after = stored(session)
    assert after.startswith(before)
    for pdf in (before, after):
        answer = inspection.inspect(pdf)
        assert (answer.sealed_by_us, answer.registered) == (True, True)


def test_dates_when_a_year_old_are_renewed_and_only_then(
    session: scoped_session[Session], worker: Callable[..., int], clock: time_machine.Traveller
) -> None:
    made()
    clock.shift(timedelta(days=360))
    upkeep_jobs.archive(after=0)
    assert levels(session) == ["B-T"]
    clock.shift(timedelta(days=10))
    upkeep_jobs.keep()
    worker()
    assert levels(session) == ["B-T", "B-LTA"]
    upkeep_jobs.archive(after=0)
    assert levels(session) == ["B-T", "B-LTA"]
    clock.shift(timedelta(days=366))
    upkeep_jobs.archive(after=0)
    assert levels(session) == ["B-T", "B-LTA", "B-LTA"]
    newest = inspection.inspect(stored(session)[-1])
    assert (newest.intact, newest.sealed_by_us, newest.registered) == (True, True, True)


def test_job_when_its_while_is_over_hands_on_behind_the_last_document(
    session: scoped_session[Session],
    server: TimestampServer,
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.fault = "down"
    made(2)
    server.fault = ""
    clock.shift(timedelta(minutes=2))
    monkeypatch.setattr(upkeep_jobs, "AT_ONCE", 1)
    monkeypatch.setattr(upkeep_jobs, "A_WHILE", timedelta(seconds=-1))
    upkeep_jobs.date(after=0)
    assert levels(session) == ["B-B", "B-B", "B-T"]
    worker()
    assert levels(session) == ["B-B", "B-B", "B-T", "B-T"]


def test_revision_when_another_worker_was_first_leaves_no_file(
    session: scoped_session[Session], settings: dict[str, Any], server: TimestampServer, clock: time_machine.Traveller
) -> None:
    server.fault = "down"
    made()
    server.fault = ""
    clock.shift(timedelta(minutes=2))
    (document,) = waiting.to_date(after=0, most=5)
    upkeep_jobs.date(after=0)
    upkeep_jobs._revise_one(document, lambda pdf: (pdf + b"\n", Level.B_T))
    assert levels(session) == ["B-B", "B-T"]
    assert len(list((settings["STORAGE_DIR"] / "certificates").rglob("*.pdf"))) == 2


def test_file_when_it_is_gone_or_broken_is_told_and_the_others_are_dated(
    session: scoped_session[Session],
    server: TimestampServer,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fault = "down"
    made(2)
    server.fault = ""
    clock.shift(timedelta(minutes=2))
    store().delete(str(session.scalars(select(Certificate.storage_key).order_by(Certificate.id)).first()))
    upkeep_jobs.date(after=0)
    assert levels(session) == ["B-B", "B-B", "B-T"]
    assert "no later revision: This file is no longer kept." in caplog.text


def test_jobs_when_no_authority_is_set_date_nothing(session: scoped_session[Session], settings: dict[str, Any]) -> None:
    settings["TIMESTAMP_URL"] = ""
    made()
    upkeep_jobs.date(after=0)
    upkeep_jobs.archive(after=0)
    upkeep_jobs.keep()
    assert levels(session) == ["B-B"]
    assert session.scalars(select(Job.id).where(Job.name.in_([jobs.DATE_JOB, upkeep_jobs.ARCHIVE_JOB]))).all() == []


def test_authority_when_its_root_changes_is_refused_until_an_operator_accepts_it(
    session: scoped_session[Session],
    server: TimestampServer,
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    runner: Any,
) -> None:
    made()
    server.be("Another authority")
    issue()
    worker(failures=True)
    assert levels(session) == ["B-T", "B-B"]
    assert "The worker asks the authority" in runner.invoke(args=["certificates", "accept-authority"]).output
    clock.shift(timedelta(minutes=2))
    worker(failures=True)
    clock.shift(timedelta(minutes=2))
    worker(failures=True)
    assert levels(session) == ["B-T", "B-B", "B-T"]
    subjects = session.scalars(select(TimestampAuthority.subject).order_by(TimestampAuthority.id)).all()
    assert subjects == ["CN=Test authority root", "CN=Another authority root"]


def test_authority_when_it_fails_lets_the_job_wait(server: TimestampServer) -> None:
    server.fault = "down"
    with pytest.raises(AuthorityWaits, match="status 503"):
        upkeep_jobs.date(after=0)


class TestOrphans:
    @pytest.fixture(autouse=True)
    def no_authority(self, settings: dict[str, Any]) -> None:
        settings["TIMESTAMP_URL"] = ""

    @pytest.fixture
    def orphan(self, session: scoped_session[Session]) -> Certificate:
        """A certificate's row whose job is gone, two hours ago."""
        issue(hours_ago=2)
        with transaction():
            session.execute(delete(Job).where(Job.name == "certificates.make"))
        return session.scalars(select(Certificate)).one()

    def test_row_when_its_signature_stands_is_made_after_all(
        self, session: scoped_session[Session], worker: Callable[..., int], orphan: Certificate
    ) -> None:
        (told,) = waiting.waiting_documents(now=clock_module.now())
        assert str(told.sentence) == "Nothing is queued for it; it will be queued again within the hour."
        upkeep_jobs.keep()
        upkeep_jobs.keep()
        assert len(session.scalars(select(Job.id).where(Job.name == "certificates.make")).all()) == 1
        worker()
        assert session.get_one(Certificate, orphan.id).storage_key

    def test_row_when_its_signature_has_ended_is_revoked(
        self, session: scoped_session[Session], orphan: Certificate
    ) -> None:
        from coalition.signing.models import Signature

        serial = orphan.serial
        with transaction():
            session.execute(update(Signature).values(state="withdrawn"))
        upkeep_jobs.keep()
        row = session.scalars(select(Certificate)).one()
        assert (row.revoked_reason, row.storage_key) == ("defective_file", None)
        standing = queries.standing_by_serial(serial)
        assert standing is not None
        assert standing.status == "revoked"

    def test_row_when_its_job_was_given_up_gets_another_chance_after_a_day(
        self,
        session: scoped_session[Session],
        clock: time_machine.Traveller,
        orphan: Certificate,
    ) -> None:
        job = {"name": "certificates.make", "args": {"certificate_id": orphan.id}, "run_at": clock_module.now()}
        with transaction():
            session.add(Job(failed_at=clock_module.now(), last_error="DocumentFailed: hang", attempts=12, **job))
        (told,) = waiting.waiting_documents(now=clock_module.now())
        assert (str(told.sentence)[:27], told.detail) == ("It was tried many times in ", "DocumentFailed: hang")
        with transaction():
            assert orphans.mend(actor=jobs.WORKER, now=clock_module.now()) == ([], [])
        clock.shift(timedelta(days=2))
        with transaction():
            assert orphans.mend(actor=jobs.WORKER, now=clock_module.now()) == ([orphan.serial], [])
        assert session.scalars(select(Job.failed_at).where(Job.name == "certificates.make")).all() == [None]

    def test_file_without_a_row_when_its_document_has_another_is_removed(
        self, settings: dict[str, Any], session: scoped_session[Session], caplog: pytest.LogCaptureFixture
    ) -> None:
        made()
        row = session.scalars(select(Certificate)).one()
        loser = f"certificates/ab/{row.serial}-{'a' * 16}.pdf"
        foreign = f"certificates/cd/000000000000-{'c' * 16}.pdf"
        fresh = f"certificates/ef/{row.serial}-{'e' * 16}.pdf"
        for key in (loser, foreign, fresh):
            store().put(key, b"%PDF")
        left = settings["STORAGE_DIR"] / "certificates" / "ab" / ".0123456789abcdef"
        left.write_bytes(b"half")
        two_hours_ago = clock_module.now().timestamp() - 7200
        for path in (settings["STORAGE_DIR"] / loser, settings["STORAGE_DIR"] / foreign, left):
            os.utime(path, (two_hours_ago, two_hours_ago))
        os.utime(settings["STORAGE_DIR"] / str(row.storage_key), (two_hours_ago, two_hours_ago))
        upkeep_jobs.keep()
        assert [store().exists(key) for key in (loser, foreign, fresh)] == [False, True, True]
        assert not left.exists()
        assert hashlib.sha256(store().get(str(row.storage_key))).hexdigest() == row.pdf_sha256
        assert "1 files are of documents that the database does not know" in caplog.text
