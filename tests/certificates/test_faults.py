"""Disk full, key gone, passphrase wrong, machine lacking: the signature stands, its certificate waits and says why."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.certificates import jobs, operations, waiting
from coalition.certificates.models import Certificate, CertificateRevision
from coalition.certificates.states import Kind
from coalition.jobs.models import Job
from coalition.signing.models import Signature
from coalition.storage.files import FileStore
from coalition.transactions import transaction
from tests.documents.test_sealing import bundle
from tests.factories import signing

pytestmark = [
    pytest.mark.pdf,
    pytest.mark.one_database,
    pytest.mark.usefixtures("icsse"),
]


@pytest.fixture
def certificate(
    settings: dict[str, Any], tmp_path: Path, clock: time_machine.Traveller, session: scoped_session[Session]
) -> int:
    """A certificate whose job waits, and nothing else."""
    settings["STORAGE_DIR"], settings["DATA_DIR"] = tmp_path / "files", tmp_path
    signature_id = signing.active(official_name="Réseau des mutuelles").id
    with transaction():
        session.execute(delete(Job))
        operations.issue(
            signature_id=signature_id, kind=Kind.CERTIFICATE, language="en", actor=jobs.WORKER, now=clock_module.now()
        )
    found: int = session.scalars(select(Certificate.id)).one()
    return found


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let the kernel refuse every byte of a file behind the `size`-th, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def waits_for(session: scoped_session[Session], sentence: str) -> None:
    """The signature is on the register, nothing is half issued, and the desk is told why."""
    session.expire_all()
    assert session.scalars(select(Signature.state)).one() == "active"
    row = session.scalars(select(Certificate)).one()
    assert (row.storage_key, row.pdf_sha256, row.issued_at, row.revoked_at) == (None, None, None, None)
    assert session.scalars(select(CertificateRevision.id)).all() == []
    (told,) = waiting.waiting_documents(now=clock_module.now())
    assert (told.serial, told.organisation, str(told.sentence)) == (row.serial, "Réseau des mutuelles", sentence)
    assert session.scalars(select(Job.failed_at).where(Job.name == "certificates.make")).all() == [None]


def test_disk_when_full_lets_the_certificate_wait_and_leaves_no_half_file(
    certificate: int,
    session: scoped_session[Session],
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
) -> None:
    genuine = FileStore.put

    def full(self: FileStore, key: str, data: bytes) -> None:
        with small_files(4096):
            genuine(self, key, data)

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "put", full)
        for _ in range(14):  # more often than a job that fails is tried
            worker(failures=True)
            clock.shift(timedelta(minutes=2))
    waits_for(session, "The file cannot be stored: the disk may be full.")
    assert [path for path in settings["STORAGE_DIR"].rglob("*") if path.is_file()] == []
    worker()
    assert session.get_one(Certificate, certificate).storage_key
    assert waiting.waiting_documents(now=clock_module.now()) == []


def test_key_when_its_file_is_gone_or_its_passphrase_wrong_lets_the_certificate_wait(
    certificate: int,
    session: scoped_session[Session],
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    settings: dict[str, Any],
    tmp_path: Path,
) -> None:
    settings["CERTIFICATE_KEY"], settings["CERTIFICATE_KEY_PASSPHRASE"] = str(tmp_path / "seal.p12"), "wrong"
    worker(failures=True)
    waits_for(session, "The sealing key cannot be used.")
    bundle(tmp_path / "seal.p12", ec.generate_private_key(ec.SECP256R1()))
    clock.move_to(clock_module.now() + timedelta(days=40))
    worker(failures=True)
    waits_for(session, "The sealing key cannot be used.")
    (told,) = waiting.waiting_documents(now=clock_module.now())
    assert "is the passphrase right?" in told.detail
    assert "wrong" not in told.detail
    settings["CERTIFICATE_KEY_PASSPHRASE"] = "secret"
    clock.shift(timedelta(minutes=2))
    worker()
    assert session.get_one(Certificate, certificate).storage_key


def test_device_when_it_fails_in_the_middle_of_a_seal_lets_the_certificate_wait(
    certificate: int, session: scoped_session[Session], worker: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from coalition.documents import sealing
    from coalition.documents.errors import KeyUnusable

    def failing(*_: object, **__: object) -> bytes:
        raise KeyUnusable("The device coalition failed: DeviceRemoved.")

    monkeypatch.setattr(sealing, "seal", failing)
    worker(failures=True)
    waits_for(session, "The sealing key cannot be used.")


class TestWords:
    def test_certificate_when_no_worker_runs_says_so_after_a_while(
        self, certificate: int, session: scoped_session[Session], clock: time_machine.Traveller
    ) -> None:
        waits_for(session, "It is being made.")
        clock.shift(timedelta(minutes=6))
        waits_for(session, "No worker has taken it up yet: is the worker running?")
        assert waiting.waiting_count() == 1

    def test_certificate_when_its_job_failed_otherwise_is_tried_again(
        self, certificate: int, session: scoped_session[Session]
    ) -> None:
        with transaction():
            session.scalars(select(Job)).one().last_error = "RuntimeError: what"
        waits_for(session, "It failed; it is tried again.")

    def test_certificate_when_it_has_no_job_yet_is_about_to_be_made(
        self, certificate: int, session: scoped_session[Session]
    ) -> None:
        with transaction():
            session.execute(delete(Job))
        (told,) = waiting.waiting_documents(now=clock_module.now())
        assert (str(told.sentence), told.detail) == ("It is being made.", "")
