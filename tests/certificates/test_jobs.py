"""Does every document get its file, once, whatever is killed, missing or done twice?"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition import machine
from coalition.certificates import inspection, jobs, operations, queries, storing
from coalition.certificates.models import Certificate, SealingCertificate
from coalition.certificates.states import Kind, Level, Status
from coalition.jobs.models import Job
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import signing
from tests.fixtures.devices import PIN, Device

pytestmark = [pytest.mark.pdf, pytest.mark.usefixtures("icsse")]


def stored_files(settings: dict[str, Any]) -> list[Path]:
    return sorted((settings["STORAGE_DIR"] / "certificates").rglob("*.pdf"))


@pytest.fixture(autouse=True)
def empty_storage(settings: dict[str, Any], tmp_path: Path) -> None:
    """Files and keys of this test alone."""
    settings["STORAGE_DIR"] = tmp_path / "files"
    settings["DATA_DIR"] = tmp_path


def test_receipt_when_the_mailbox_is_confirmed_is_made_sealed_and_stored(
    session: scoped_session[Session], worker: Callable[..., int], settings: dict[str, Any]
) -> None:
    signature = signing.verified(official_name="شبكة تعاونيات المتوسط", country="TN")
    assert queries.documents_of(signature.id) == []
    worker()
    (document,) = queries.documents_of(signature.id)
    assert document.is_ready
    assert document.storage_key is not None
    data = store().get(document.storage_key)
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (document.pdf_sha256, document.size)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (attached,) = pdf.attachments.values()
        told = json.loads(attached.get_file().read_bytes())
    assert (told["kind"], told["organisation"], told["reference"]) == (
        "receipt",
        "شبكة تعاونيات المتوسط",
        signature.reference,
    )
    answer = inspection.inspect(data)
    assert (answer.intact, answer.sealed_by_us, answer.registered, answer.serial) == (True, True, True, document.serial)
    assert answer.status is Status.UNKNOWN  # it is under review, which is nobody else's business
    seal = session.scalars(select(SealingCertificate)).one()
    assert (seal.development, answer.seal and answer.seal.fingerprint) == (True, seal.fingerprint)
    assert stored_files(settings) == [settings["STORAGE_DIR"] / document.storage_key]


@pytest.mark.one_database
def test_certificate_when_issued_in_french_is_made_in_french_and_valid_for_other_tools(
    session: scoped_session[Session], settings: dict[str, Any], text_of: Callable[[bytes], str]
) -> None:
    signature_id = signing.active(official_name="Liên minh Hợp tác xã", country="VN").id
    with transaction():
        operations.issue(
            signature_id=signature_id, kind=Kind.CERTIFICATE, language="fr", actor=jobs.WORKER, now=clock_module.now()
        )
    jobs.make(certificate_id=session.scalars(select(Certificate.id)).one())
    (file,) = stored_files(settings)
    text = text_of(file.read_bytes())
    assert "Liên minh Hợp tác xã" in text
    assert "Charte de la Coalition internationale" in text
    told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told


@pytest.mark.one_database
class TestMaking:
    @pytest.fixture
    def certificate_id(self, session: scoped_session[Session]) -> int:
        jobs.issue_receipt(signature=signing.verified().public_id)
        found: int = session.scalars(select(Certificate.id)).one()
        return found

    def test_job_when_done_twice_changes_nothing(
        self, session: scoped_session[Session], certificate_id: int, settings: dict[str, Any]
    ) -> None:
        jobs.make(certificate_id=certificate_id)
        before = session.scalars(select(Certificate.pdf_sha256)).one()
        jobs.make(certificate_id=certificate_id)
        assert session.scalars(select(Certificate.pdf_sha256)).one() == before
        assert len(stored_files(settings)) == 1

    def test_job_when_two_workers_do_it_keeps_the_first_file_alone(
        self, session: scoped_session[Session], certificate_id: int, settings: dict[str, Any]
    ) -> None:
        row = session.get_one(Certificate, certificate_id)
        content = queries.content_of(row.kind, row.content)
        ordered = jobs.Ordered(row.id, Kind(row.kind), row.content, row.content_sha256, row.created_at, content)
        session.rollback()
        first, second = (jobs._sealed(ordered)[0] for _ in range(2))
        assert first != second
        jobs._keep(ordered, first, Level.B_B)
        jobs._keep(ordered, second, Level.B_B)
        assert session.scalars(select(Certificate.pdf_sha256)).one() == hashlib.sha256(first).hexdigest()
        (kept,) = stored_files(settings)
        assert kept.read_bytes() == first

    def test_job_when_killed_between_file_and_row_is_done_again(
        self, session: scoped_session[Session], certificate_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(**_: object) -> bool:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(storing, "store_sealed", killed)
            with pytest.raises(KeyboardInterrupt):
                jobs.make(certificate_id=certificate_id)
        assert session.scalars(select(Certificate.storage_key)).one() is None
        jobs.make(certificate_id=certificate_id)
        key = session.scalars(select(Certificate.storage_key)).one()
        digest = session.scalars(select(Certificate.pdf_sha256)).one()
        assert hashlib.sha256(store().get(key)).hexdigest() == digest

    def test_unsigned_bytes_when_the_job_is_repeated_are_the_same(
        self, session: scoped_session[Session], certificate_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from coalition.documents import sealing

        unsigned: list[bytes] = []
        genuine = sealing.seal
        monkeypatch.setattr(sealing, "seal", lambda pdf, **words: unsigned.append(pdf) or genuine(pdf, **words))
        monkeypatch.setattr(storing, "store_sealed", lambda **_: False)
        jobs.make(certificate_id=certificate_id)
        jobs.make(certificate_id=certificate_id)
        assert unsigned[0] == unsigned[1]

    def test_seal_when_set_is_on_record_before(
        self, session: scoped_session[Session], certificate_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from coalition.documents import sealing

        def stopped(pdf: bytes, **words: object) -> bytes:
            raise RuntimeError("killed before the seal")

        monkeypatch.setattr(sealing, "seal", stopped)
        with pytest.raises(RuntimeError):
            jobs.make(certificate_id=certificate_id)
        assert len(session.scalars(select(SealingCertificate)).all()) == 1

    def test_document_when_revoked_before_it_was_made_is_not_made(
        self, session: scoped_session[Session], certificate_id: int, settings: dict[str, Any]
    ) -> None:
        row = session.get_one(Certificate, certificate_id)
        row.revoked_at = row.created_at
        session.flush()
        jobs.make(certificate_id=certificate_id)
        assert stored_files(settings) == []


@pytest.mark.one_database
def test_job_when_the_machine_lacks_pango_waits_says_why_and_is_done_later(
    session: scoped_session[Session],
    worker: Callable[..., int],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signature = signing.verified()
    with monkeypatch.context() as patch:
        patch.setattr(
            machine, "missing_for_documents", lambda: [machine.Missing("the Pango library", "libpango-1.0-0")]
        )
        for _ in range(14):
            worker(failures=True)
            clock.shift(timedelta(hours=7))
        (job,) = session.scalars(select(Job).where(Job.name == "certificates.make"))
        assert job.failed_at is None
        assert job.last_error is not None
        assert (
            "Documents wait until this machine has the Pango library: apt-get install libpango-1.0-0" in job.last_error
        )
    worker(failures=True)
    assert [document.is_ready for document in queries.documents_of(signature.id)] == [True]


@pytest.mark.one_database
def test_document_when_the_coalition_has_its_own_key_is_sealed_with_that(
    app: Flask, session: scoped_session[Session], settings: dict[str, Any], tmp_path: Path, sealing_key: Any
) -> None:
    from tests.documents.test_sealing import bundle

    path = bundle(tmp_path / "seal.p12", sealing_key.private_key, name="Seal of the coalition", days=9000)
    settings["CERTIFICATE_KEY"], settings["CERTIFICATE_KEY_PASSPHRASE"] = str(path), "secret"
    jobs.issue_receipt(signature=signing.verified().public_id)
    jobs.make(certificate_id=session.scalars(select(Certificate.id)).one())
    seal = session.scalars(select(SealingCertificate)).one()
    assert (seal.subject, seal.development) == ("Seal of the coalition", False)
    assert not (tmp_path / "keys").exists()


@pytest.mark.one_database
def test_document_when_the_key_is_on_a_device_is_sealed_there(
    session: scoped_session[Session], settings: dict[str, Any], device: Device
) -> None:
    settings["CERTIFICATE_KEY"], settings["CERTIFICATE_KEY_PASSPHRASE"] = device.address(), PIN
    jobs.check_sealing_key()
    jobs.issue_receipt(signature=signing.verified().public_id)
    jobs.make(certificate_id=session.scalars(select(Certificate.id)).one())
    (file,) = stored_files(settings)
    answer = inspection.inspect(file.read_bytes())
    assert (answer.intact, answer.sealed_by_us) == (True, True)
    assert answer.seal is not None
    assert (answer.seal.subject, answer.seal.is_development) == ("Coalition seal", False)


@pytest.mark.one_database
def test_documents_when_the_key_is_changed_stay_ours_and_its_certificate_stays_published(
    session: scoped_session[Session], settings: dict[str, Any], tmp_path: Path, client: Any
) -> None:
    from tests.documents.test_sealing import bundle

    settings["CERTIFICATE_KEY_PASSPHRASE"] = "secret"
    for name in ("First seal", "Second seal"):
        key = ec.generate_private_key(ec.SECP256R1())
        settings["CERTIFICATE_KEY"] = str(bundle(tmp_path / f"{name}.p12", key, name=name, days=9000))
        jobs.issue_receipt(signature=signing.verified().public_id)
        jobs.make(certificate_id=session.scalars(select(Certificate.id).order_by(Certificate.id.desc())).first())
    answers = [inspection.inspect(file.read_bytes()) for file in stored_files(settings)]
    assert {answer.seal.subject for answer in answers if answer.seal} == {"First seal", "Second seal"}
    assert all(answer.sealed_by_us and answer.registered for answer in answers)
    assert client.get("/.well-known/coalition/roots.pem").data.count(b"BEGIN CERTIFICATE") == 2
