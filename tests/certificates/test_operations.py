"""Is a document issued once, with its facts and number kept before anything is made?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.certificates import operations, queries
from coalition.certificates.errors import CertificateEnded, CertificateUnknown
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.charters import queries as charters
from coalition.jobs.models import Job
from coalition.signing import operations as signing_operations
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.certificates.conftest import Issued
from tests.factories import signing

OFFICER = Actor.officer("officer-1", "Ada")


def issue(signature: Signature, kind: Kind = Kind.CERTIFICATE, language: str = "en") -> str:
    signature_id = signature.id
    with transaction():
        return operations.issue(
            signature_id=signature_id, kind=kind, language=language, actor=OFFICER, now=clock_module.now()
        )


@pytest.mark.usefixtures("icsse")
class TestIssue:
    def test_certificate_when_issued_is_recorded_with_its_facts(
        self, session: scoped_session[Session], clock: time_machine.Traveller
    ) -> None:
        signature = signing.active(official_name="Rede Ipê", country="BR")
        serial = issue(signature)
        row = session.scalars(select(Certificate).where(Certificate.serial == serial)).one()
        told = json.loads(row.content)
        assert (row.kind, row.signature_id, row.language, row.storage_key) == ("certificate", signature.id, "en", None)
        assert told["serial"] == serial
        assert told["organisation"] == "Rede Ipê"
        assert told["country_name"] == "Brazil"
        assert told["coalition"] == "International Coalition of Social and Solidarity Economy"
        assert told["number"] == signature.register_number
        assert told["category"] == "Network or organisation with international dimensions"
        assert (told["signed_on"], told["issued_on"]) == ("2026-03-02", "2026-03-02")
        assert told["charter_sha256"] == signature.text_sha256
        assert (told["charter_version"], told["seal_strands"], told["charter_kind"]) == (1, 8, "charter")

    def test_document_when_its_charter_speaks_two_languages_holds_both(self, session: scoped_session[Session]) -> None:
        signature = signing.active(country="BR")
        charter = charters.definition_of(signature.charter, signature.charter_version)
        definition = replace(charter, certificate_languages=("en", "fr"))
        for kind in (Kind.CERTIFICATE, Kind.RECEIPT):
            operations.issue(
                signature_id=signature.id,
                kind=kind,
                language="fr",
                actor=OFFICER,
                now=clock_module.now(),
                definition=definition,
            )
            told = json.loads(session.scalars(select(Certificate).where(Certificate.kind == kind.value)).one().content)
            assert (told["language"], told["country_name"]) == ("fr", "Brésil")
            assert (told["second"]["language"], told["second"]["country_name"]) == ("en", "Brazil")
            assert told["second"]["category"] == "Network or organisation with international dimensions"

    def test_document_when_issued_names_no_person(self, session: scoped_session[Session]) -> None:
        signature = signing.active()
        issue(signature)
        issue(signature, Kind.RECEIPT)
        person = signature.representative
        assert person is not None
        for content in session.scalars(select(Certificate.content)):
            assert [word for word in (person.full_name, person.email, person.role) if word in content] == []

    def test_document_when_issued_queues_its_making_and_is_audited(self, session: scoped_session[Session]) -> None:
        signature = signing.active()
        serial = issue(signature)
        (job,) = session.scalars(select(Job).where(Job.name == "certificates.make"))
        row = session.scalars(select(Certificate)).one()
        assert job.args == {"certificate_id": row.id}
        line = session.scalars(select(AuditRecord).where(AuditRecord.subject == f"certificate:{serial}")).one()
        assert (line.act, line.actor_kind, line.actor_id) == ("issue certificate", "officer", "officer-1")

    def test_document_when_issued_again_is_the_same(self, session: scoped_session[Session]) -> None:
        signature = signing.active()
        assert issue(signature) == issue(signature)
        assert session.scalar(select(func.count(Certificate.id))) == 1
        assert session.scalar(select(func.count(Job.id)).where(Job.name == "certificates.make")) == 1

    def test_document_when_issued_in_another_language_or_kind_is_another(self) -> None:
        signature = signing.active()
        assert len({issue(signature), issue(signature, language="fr"), issue(signature, Kind.RECEIPT)}) == 3
        assert [(found.kind, found.language) for found in queries.documents_of(signature.id)] == [
            (Kind.CERTIFICATE, "en"),
            (Kind.CERTIFICATE, "fr"),
            (Kind.RECEIPT, "en"),
        ]

    def test_document_when_issued_in_french_is_worded_in_french(self, session: scoped_session[Session]) -> None:
        issue(signing.active(country="DE"), language="fr")
        told = json.loads(session.scalars(select(Certificate.content)).one())
        assert told["country_name"] == "Allemagne"
        assert told["coalition"] == "Coalition internationale de l’économie sociale et solidaire"

    def test_certificate_when_the_signature_is_not_on_the_register_is_not_issued(self) -> None:
        with pytest.raises(ValueError, match="no place in the register"):
            issue(signing.verified())

    def test_receipt_when_issued_tells_the_reference_and_no_number(self, session: scoped_session[Session]) -> None:
        signature = signing.verified()
        issue(signature, Kind.RECEIPT)
        told = json.loads(session.scalars(select(Certificate.content)).one())
        assert told["reference"] == signature.reference
        assert "number" not in told
        assert "category" not in told


def test_live_documents_when_two_would_stand_for_the_same_are_refused_by_the_database(
    session: scoped_session[Session], issued: Issued
) -> None:
    row = issued.certificate
    again = {"kind": row.kind, "signature_id": row.signature_id, "language": row.language, "content": "{}"}
    with pytest.raises(IntegrityError), transaction():
        session.add(Certificate(serial="0" * 12, content_sha256="0" * 64, created_at=clock_module.now(), **again))


def test_document_when_the_old_one_was_revoked_is_issued_anew(session: scoped_session[Session], issued: Issued) -> None:
    with transaction():
        session.get_one(Certificate, issued.certificate.id).revoked_at = clock_module.now()
    assert issue(issued.signature) != issued.certificate.serial


def serial_of_new(signature: Signature, kind: Kind = Kind.CERTIFICATE, language: str = "en") -> str:
    """The serial of the live document."""
    found = queries.live_certificate(signature.id, kind=kind, language=language)
    assert found is not None
    return found.serial


def status_of(serial: str) -> tuple[str, str | None]:
    found = queries.standing_by_serial(serial)
    assert found is not None
    return found.status.value, found.superseded_by


def reissue(serial: str) -> str:
    with transaction():
        return operations.reissue(serial=serial, reason="reissue", actor=OFFICER, now=clock_module.now())


@pytest.mark.usefixtures("icsse")
class TestEnd:
    def test_certificates_when_revoked_are_ended_in_every_language_and_the_receipt_stays(
        self, session: scoped_session[Session]
    ) -> None:
        signature, other = signing.active(), signing.active()
        serials = [issue(signature), issue(signature, language="fr")]
        receipt, kept = issue(signature, Kind.RECEIPT), issue(other)
        signature_id = signature.id
        for expected in (serials, []):
            with transaction():
                ended = operations.revoke(
                    signature_id=signature_id, reason="delisted", actor=OFFICER, now=clock_module.now()
                )
            assert list(ended) == expected
        assert [status_of(serial)[0] for serial in (*serials, receipt, kept)] == [
            "revoked",
            "revoked",
            "active",
            "active",
        ]
        lines = session.execute(select(AuditRecord.subject, AuditRecord.reason).where(AuditRecord.act == "revoke"))
        assert [tuple(line) for line in lines] == [(f"certificate:{serial}", "delisted") for serial in serials]
        assert issue(signature) not in serials

    def test_certificates_when_superseded_lead_to_the_new_ones(self, session: scoped_session[Session]) -> None:
        signature = signing.active()
        old = [issue(signature), issue(signature, language="fr")]
        receipt, signature_id = issue(signature, Kind.RECEIPT), signature.id
        with transaction():
            new = operations.supersede(
                signature_id=signature_id, reason="organisation", actor=OFFICER, now=clock_module.now()
            )
        assert [status_of(serial) for serial in (*old, *new)] == [
            ("superseded", new[0]),
            ("superseded", new[1]),
            ("active", None),
            ("active", None),
        ]
        assert [serial_of_new(signature), serial_of_new(signature, language="fr")] == list(new)
        assert serial_of_new(signature, Kind.RECEIPT) == receipt
        jobs = session.scalars(select(func.count()).select_from(Job).where(Job.name == "certificates.make")).one()
        assert jobs == 5

    def test_document_when_reissued_is_of_the_same_kind_and_language(self) -> None:
        signature = signing.active()
        for serial in (issue(signature, language="fr"), issue(signature, Kind.RECEIPT)):
            new = reissue(serial)
            assert (status_of(serial), status_of(new)) == (("superseded", new), ("active", None))
            with pytest.raises(CertificateEnded):
                reissue(serial)
        assert serial_of_new(signature, language="fr")

    def test_certificate_when_its_signature_has_ended_is_not_reissued(self) -> None:
        signature = signing.active()
        serial = issue(signature)
        with transaction():
            signing_operations.withdraw(signature=signature, actor=OFFICER, now=clock_module.now())
        with pytest.raises(CertificateEnded):
            reissue(serial)
        with pytest.raises(CertificateUnknown):
            reissue("000000000000")
        assert status_of(serial) == ("withdrawn", None)
