"""Are there three answers for every file, and never a good one for a file that was touched?"""

from __future__ import annotations

import fcntl
import hashlib
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.audit.record import Actor
from coalition.certificates import inspection
from coalition.certificates.inspection import inspect
from coalition.certificates.models import Certificate, SealedText, SealingCertificate
from coalition.certificates.queries import StoredRevision
from coalition.certificates.seals import Fault
from coalition.certificates.states import Kind, Status
from coalition.certificates.text_queries import TextName
from coalition.documents import archiving, keys
from coalition.documents.keys import SealingKey
from coalition.documents.timestamps import Authority
from coalition.errors import Unavailable
from coalition.signing import operations as signing_operations
from coalition.transactions import transaction
from tests.certificates.conftest import Issued, add_revision, on_record
from tests.factories import documents, touching
from tests.factories.authority import answering

pytestmark = pytest.mark.pdf


def answers(data: bytes) -> tuple[bool, bool, bool, Status]:
    found = inspect(data)
    return found.intact, found.sealed_by_us, found.registered, found.status


class TestGenuine:
    def test_file_when_genuine_is_intact_ours_registered_and_active(self, issued: Issued) -> None:
        found = inspect(issued.pdf)
        assert answers(issued.pdf) == (True, True, True, Status.ACTIVE)
        assert (found.fault, found.serial, found.pdf_sha256) == (
            None,
            "7KQF93MDXW2P",
            hashlib.sha256(issued.pdf).hexdigest(),
        )
        assert found.seal is not None
        assert (found.seal.subject, found.seal.is_development) == ("Coalition register seal (development)", True)
        assert found.standing is not None
        assert found.standing.kind is Kind.CERTIFICATE
        assert found.standing.content == documents.certificate()

    def test_status_when_the_signature_is_withdrawn_changes_at_once(self, issued: Issued) -> None:
        with transaction():
            signing_operations.withdraw(signature=issued.signature, actor=Actor.person(), now=clock_module.now())
        found = inspect(issued.pdf)
        assert (found.intact, found.sealed_by_us, found.registered, found.status) == (
            True,
            True,
            True,
            Status.WITHDRAWN,
        )
        assert found.standing is not None
        assert isinstance(found.standing.ended_on, date)

    def test_status_when_the_document_is_revoked_or_superseded_says_so(
        self, issued: Issued, session: scoped_session[Session]
    ) -> None:
        newer = on_record(
            issued.signature, documents.certificate(serial="NEWER0000001", language="fr"), b"newer", Kind.CERTIFICATE
        )
        with transaction():
            session.get_one(Certificate, issued.certificate.id).superseded_by_id = newer.certificate.id
        found = inspect(issued.pdf)
        assert found.status is Status.SUPERSEDED
        assert found.standing is not None
        assert found.standing.superseded_by == "NEWER0000001"
        with transaction():
            session.get_one(Certificate, issued.certificate.id).revoked_at = clock_module.now()
        assert inspect(issued.pdf).status is Status.REVOKED

    def test_receipt_when_under_review_is_a_receipt_of_unknown_status(self, received: Issued) -> None:
        found = inspect(received.pdf)
        assert answers(received.pdf) == (True, True, True, Status.UNKNOWN)
        assert found.standing is not None
        assert (found.standing.kind, found.standing.number) == (Kind.RECEIPT, None)

    def test_file_when_sealed_with_our_key_but_never_issued_is_not_registered(
        self, known_seal: SealingCertificate, seal: Callable[..., bytes]
    ) -> None:
        assert answers(seal(documents.certificate())) == (True, True, False, Status.UNKNOWN)

    def test_file_when_sealed_with_an_older_key_of_ours_is_still_ours(
        self, issued: Issued, session: scoped_session[Session]
    ) -> None:
        with transaction():
            moment = clock_module.now()
            session.add(
                SealingCertificate(
                    fingerprint="f" * 64,
                    pem="",
                    subject="Newer",
                    not_before=moment,
                    not_after=moment,
                    development=False,
                    first_used_at=moment,
                )
            )
        assert answers(issued.pdf) == (True, True, True, Status.ACTIVE)


@pytest.mark.one_database
class TestTouched:
    def test_file_when_any_byte_is_changed_is_never_taken_for_the_one_issued(self, issued: Issued) -> None:
        chance = random.Random(7)
        size = len(issued.pdf)
        places = {0, 1, 7, size - 1, size - 7} | {chance.randrange(size) for _ in range(60)}
        for place in sorted(places):
            found = inspect(touching.flipped(issued.pdf, place, chance.randrange(8)))
            assert not found.registered, place
            assert found.status is Status.UNKNOWN, place
            assert not found.intact or _is_within_seal(issued.pdf, place), place

    @pytest.mark.parametrize(
        ("touch", "fault"),
        [
            (lambda pdf: pdf + b"\n", Fault.APPENDED),
            (touching.edited, Fault.UPDATED),
            (touching.saved_anew, Fault.SAVED_ANEW),
            (touching.unsealed, Fault.UNSEALED),
            (lambda pdf: touching.flipped(pdf, pdf.index(b"stream") + 20), Fault.CHANGED),
        ],
        ids=["appended", "updated", "saved anew", "unsealed", "changed"],
    )
    def test_file_when_touched_is_told_how(self, issued: Issued, touch: Callable[[bytes], bytes], fault: Fault) -> None:
        changed = touch(issued.pdf)
        assert (inspect(changed).fault, answers(changed)) == (fault, (False, False, False, Status.UNKNOWN))

    def test_file_when_somebody_adds_a_signature_is_told_so(self, issued: Issued, sealing_key: SealingKey) -> None:
        found = inspect(touching.signed(issued.pdf, sealing_key))
        assert (found.fault, found.intact, found.registered) == (Fault.SEVERAL_SEALS, False, False)


def _is_within_seal(pdf: bytes, place: int) -> bool:
    """Whether a byte belongs to the seal itself, which cannot seal itself."""
    start = pdf.index(b"/Contents <")
    return start < place < pdf.index(b">", start)


@pytest.mark.one_database
class TestRevisions:
    def test_file_when_several_states_were_stored_says_which_it_is(self, issued: Issued) -> None:
        with answering() as running:
            authority = Authority(running.url)
            authority.introduce()
            later = archiving.dated(issued.pdf, authority=authority)
            strange = archiving.dated(issued.pdf, authority=authority)
        certificate_id = issued.certificate.id
        with transaction():
            add_revision(certificate_id, later, "B-T")
        for pdf, place, level in ((issued.pdf, 1, "B-B"), (later, 2, "B-T")):
            found = inspect(pdf)
            assert answers(pdf) == (True, True, True, Status.ACTIVE)
            assert found.revision == StoredRevision(place, 2, level, documents.CREATED)
        self.check_dates_of_others(strange)

    @staticmethod
    def check_dates_of_others(pdf: bytes) -> None:
        """Dates that somebody else added leave the file intact and ours, but it is not the one that we issued."""
        found = inspect(pdf)
        assert (found.intact, found.sealed_by_us, found.registered, found.status, found.revision) == (
            (True, True, False, Status.UNKNOWN, None)
        )
        assert found.within is not None
        assert found.within.serial == "7KQF93MDXW2P"

    def test_file_when_it_is_the_text_of_a_charter_is_registered_and_has_no_status(
        self, known_seal: SealingCertificate, seal: Callable[..., bytes]
    ) -> None:
        pdf = seal(documents.certificate())
        with transaction() as session:
            session.add(
                SealedText(
                    charter="icsse-charter",
                    version=1,
                    language="en",
                    text_sha256="0" * 64,
                    made_at=documents.CREATED,
                    storage_key="texts/one.pdf",
                    pdf_sha256=hashlib.sha256(pdf).hexdigest(),
                    size=len(pdf),
                )
            )
        found = inspect(pdf)
        assert (found.text, found.standing) == (TextName("icsse-charter", 1, "en"), None)
        assert answers(pdf) == (True, True, True, Status.UNKNOWN)


@pytest.mark.one_database
class TestOthers:
    def test_file_when_sealed_by_another_authority_of_the_same_names_is_called_by_that(
        self, issued: Issued, seal: Callable[..., bytes], tmp_path: Path
    ) -> None:
        other = keys.development_key(tmp_path, now=documents.CREATED)
        found = inspect(seal(documents.certificate(), other))
        assert other.subject == "Coalition register seal (development)"
        assert (found.intact, found.sealed_by_us, found.registered, found.status, found.fault, found.seal) == (
            (True, False, False, Status.UNKNOWN, Fault.SAME_NAME, None)
        )

    def test_file_when_sealed_by_another_register_is_none_of_ours(
        self, issued: Issued, seal: Callable[..., bytes], session: scoped_session[Session]
    ) -> None:
        with transaction():
            session.query(SealingCertificate).update({"subject": "Seal of Ours", "fingerprint": "f" * 64})
        found = inspect(issued.pdf)
        assert (found.intact, found.sealed_by_us, found.fault) == (True, False, Fault.SEALED_BY_OTHERS)
        assert (found.status, found.seal) == (Status.UNKNOWN, None)

    @pytest.mark.parametrize(
        ("data", "fault"),
        [
            (b"", Fault.NOT_A_PDF),
            (b"hello", Fault.NOT_A_PDF),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, Fault.NOT_A_PDF),
            (b"PK\x03\x04" + b"\0" * 99, Fault.NOT_A_PDF),
            (b"%PDF-1.7\n" + b"\xff" * 5000, Fault.UNREADABLE),
        ],
        ids=["empty", "text", "picture", "archive", "noise"],
    )
    def test_file_when_it_is_no_document_of_ours_is_told_why(self, app: Flask, data: bytes, fault: Fault) -> None:
        assert (inspect(data).fault, answers(data)) == (fault, (False, False, False, Status.UNKNOWN))

    def test_file_when_it_is_a_scan_or_a_bomb_is_told_so(self, app: Flask) -> None:
        assert inspect(touching.scanned()).fault is Fault.SCAN
        assert inspect(touching.bomb()).fault is Fault.UNPACKS_TOO_FAR

    def test_file_when_too_large_is_not_read(self, app: Flask, settings: dict[str, Any]) -> None:
        assert inspect(b"%PDF-1.7\n" + b"\0" * settings["INSPECTION_BYTES"]).fault is Fault.TOO_LARGE
        assert inspection.too_large().fault is Fault.TOO_LARGE


@pytest.mark.one_database
def test_inspection_when_all_places_are_taken_asks_to_come_back(issued: Issued, settings: dict[str, Any]) -> None:
    inspect(issued.pdf)
    places = [(settings["DATA_DIR"] / "inspections" / str(place)).open("wb") for place in range(inspection.AT_ONCE)]
    for place in places:
        fcntl.flock(place, fcntl.LOCK_EX)
    with pytest.raises(Unavailable, match="Try again in a minute"):
        inspect(issued.pdf)
    places.pop().close()
    assert inspect(issued.pdf).sealed_by_us
    for place in places:
        place.close()


class TestStanding:
    @pytest.mark.parametrize("typed", ["7KQF93MDXW2P", "7kqf-93md-xw2p", " 7KQF 93MD XW2P "])
    def test_standing_when_asked_by_serial_is_found_however_typed(self, issued: Issued, typed: str) -> None:
        found = inspection.standing(typed)
        assert found is not None
        assert (found.serial, found.status, found.number) == (
            "7KQF93MDXW2P",
            Status.ACTIVE,
            issued.signature.register_number,
        )

    @pytest.mark.parametrize("typed", ["", "7KQF93MDXW2Q", "ICSSE-00001", "x" * 100_000, "%00"])
    def test_standing_when_there_is_no_such_document_is_none(self, issued: Issued, typed: str) -> None:
        assert inspection.standing(typed) is None

    def test_standing_when_suspended_says_so(self, issued: Issued, session: scoped_session[Session]) -> None:
        from sqlalchemy import text

        with transaction():
            session.execute(text("UPDATE signatures SET state = 'suspended'"))
        found = inspection.standing("7KQF93MDXW2P")
        assert found is not None
        assert (found.status, found.ended_on) == (Status.SUSPENDED, None)
