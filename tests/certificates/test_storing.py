"""Are rows about sealed bytes written once, in order, and never over a newer state?"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.certificates import published_keys, queries, storing
from coalition.certificates.models import Certificate, CertificateRevision, SealingCertificate, TimestampAuthority
from coalition.certificates.states import Kind, Level
from coalition.certificates.storing import StoredBytes
from coalition.transactions import transaction
from tests.certificates.conftest import Issued

WORKER = Actor.system("worker")


def stored(letter: str, level: Level = Level.B_T) -> StoredBytes:
    return StoredBytes(f"certificates/{letter * 2}/{letter * 20}.pdf", letter * 64, 9, level)


def revise(issued: Issued, before: str, letter: str, level: Level = Level.B_T) -> bool:
    with transaction():
        return storing.store_revision(
            certificate_id=issued.certificate.id,
            before=before,
            stored=stored(letter, level),
            actor=WORKER,
            now=clock.now(),
        )


def test_sealing_certificate_when_recorded_twice_stands_once(
    session: scoped_session[Session], known_seal: SealingCertificate
) -> None:
    again: dict[str, Any] = {"fingerprint": known_seal.fingerprint, "pem": "x", "subject": "x", "development": False}
    moment = clock.now()
    with transaction():
        storing.record_sealing_certificate(valid=(moment, moment), now=moment, **again)
    assert session.scalars(select(SealingCertificate.subject)).all() == ["Coalition register seal (development)"]


def test_authority_when_recorded_twice_stands_once_and_its_newest_root_counts(
    session: scoped_session[Session],
) -> None:
    for letter in "aab":
        with transaction():
            storing.record_authority(
                address="http://dates.example/", fingerprint=letter * 64, subject=letter, pem=letter, now=clock.now()
            )
    assert session.scalars(select(TimestampAuthority.subject)).all() == ["a", "b"]
    assert published_keys.newest_root_of("http://dates.example/") == "b"
    assert published_keys.newest_root_of("http://others.example/") is None


def test_file_when_another_worker_stored_one_first_is_not_taken(
    session: scoped_session[Session], issued: Issued
) -> None:
    kept = issued.certificate.pdf_sha256
    with transaction():
        is_kept = storing.store_sealed(
            certificate_id=issued.certificate.id, stored=stored("b"), actor=WORKER, now=clock.now()
        )
    assert not is_kept
    assert session.scalars(select(Certificate.pdf_sha256)).one() == kept
    assert len(session.scalars(select(CertificateRevision)).all()) == 1


def test_file_when_stored_is_the_first_revision_with_its_level(
    session: scoped_session[Session], issued: Issued
) -> None:
    with transaction():
        row = session.get_one(Certificate, issued.certificate.id)
        row.storage_key = row.pdf_sha256 = row.size = row.issued_at = None
    with transaction():
        assert storing.store_sealed(
            certificate_id=issued.certificate.id, stored=stored("b"), actor=WORKER, now=clock.now()
        )
    newest = session.scalars(select(CertificateRevision).order_by(CertificateRevision.id.desc())).first()
    assert newest is not None
    assert (newest.level, newest.pdf_sha256, newest.size) == ("B-T", "b" * 64, 9)
    line = session.scalars(select(AuditRecord).where(AuditRecord.act == "seal")).one()
    assert line.to_state == "B-T"


def test_revision_when_it_continues_the_newest_is_the_newest_and_the_old_one_stays(
    session: scoped_session[Session], issued: Issued
) -> None:
    first = str(issued.certificate.pdf_sha256)
    assert revise(issued, first, "b")
    assert revise(issued, "b" * 64, "c", Level.B_LTA)
    assert session.scalars(select(Certificate.pdf_sha256)).one() == "c" * 64
    levels = session.scalars(select(CertificateRevision.level).order_by(CertificateRevision.id)).all()
    assert levels == ["B-B", "B-T", "B-LTA"]
    for digest in (first, "b" * 64, "c" * 64):
        standing = queries.standing_by_digest(digest)
        assert standing is not None
        assert standing.serial == issued.certificate.serial
    acts = session.scalars(select(AuditRecord.act).where(AuditRecord.act.like("% seal")).order_by(AuditRecord.id))
    assert list(acts) == ["date seal", "archive seal"]


def test_revision_when_another_worker_was_first_is_not_taken(session: scoped_session[Session], issued: Issued) -> None:
    first = str(issued.certificate.pdf_sha256)
    assert revise(issued, first, "b")
    assert not revise(issued, first, "c")
    assert session.scalars(select(Certificate.pdf_sha256)).one() == "b" * 64


@pytest.mark.parametrize("end", ["revoked", "superseded"])
def test_revision_when_the_document_has_ended_is_not_taken(
    session: scoped_session[Session], issued: Issued, end: str
) -> None:
    with transaction():
        row = session.get_one(Certificate, issued.certificate.id)
        if end == "revoked":
            row.revoked_at = clock.now()
        else:
            row.superseded_by_id = row.id
    assert not revise(issued, str(issued.certificate.pdf_sha256), "b")
    assert queries.live_certificate(issued.signature.id, kind=Kind.CERTIFICATE, language="en") is None
