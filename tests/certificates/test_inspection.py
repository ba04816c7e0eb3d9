"""Are there three answers for every file, and never a good one for a file that was touched?"""

from __future__ import annotations

import fcntl
import hashlib
import io
import random
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.audit.record import Actor
from coalition.certificates import inspection
from coalition.certificates.inspection import Fault, inspect
from coalition.certificates.models import Certificate, SealingCertificate
from coalition.certificates.states import Kind, Status
from coalition.errors import Unavailable
from coalition.signing import operations as signing_operations
from coalition.transactions import transaction
from tests.certificates.conftest import Issued, on_record
from tests.factories import documents

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
            changed = bytearray(issued.pdf)
            changed[place] ^= 1 << chance.randrange(8)
            found = inspect(bytes(changed))
            assert not found.registered, place
            assert found.status is Status.UNKNOWN, place
            assert not found.intact or _is_within_seal(issued.pdf, place), place

    @pytest.mark.parametrize(
        "junk", [b"\n", b"%%EOF\n", b"\x00" * 100, b"1 0 obj<<>>endobj\n%%EOF"], ids=["line", "end", "zeros", "object"]
    )
    def test_file_when_junk_is_appended_is_not_intact(self, issued: Issued, junk: bytes) -> None:
        assert answers(issued.pdf + junk) == (False, False, False, Status.UNKNOWN)

    def test_file_when_bytes_stand_before_it_is_not_intact(self, issued: Issued) -> None:
        assert answers(b"%PDF-1.7\n" + issued.pdf)[:3] == (False, False, False)

    def test_file_when_updated_by_an_editor_is_not_intact(self, issued: Issued, tmp_path: Path) -> None:
        from pyhanko.pdf_utils.generic import TextStringObject
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        writer = IncrementalPdfFileWriter(io.BytesIO(issued.pdf))
        writer.root["/Lang"] = TextStringObject("xx")
        writer.update_root()
        changed = io.BytesIO()
        writer.write(changed)
        assert changed.getvalue().startswith(issued.pdf)
        assert answers(changed.getvalue()) == (False, False, False, Status.UNKNOWN)
        assert inspect(changed.getvalue()).fault is Fault.CHANGED

    def test_file_when_saved_anew_has_no_seal_that_fits(self, issued: Issued) -> None:
        with pikepdf.open(io.BytesIO(issued.pdf)) as pdf:
            anew = io.BytesIO()
            pdf.save(anew)
        assert answers(anew.getvalue())[:3] == (False, False, False)

    def test_seal_when_its_padding_holds_something_is_not_intact(self, issued: Issued) -> None:
        end = issued.pdf.index(b"0000>") + 4
        hidden = bytearray(issued.pdf)
        hidden[end - 4 : end] = b"CAFE"
        assert inspect(bytes(hidden)).fault is Fault.CHANGED


def _is_within_seal(pdf: bytes, place: int) -> bool:
    """Whether a byte belongs to the seal itself, which cannot seal itself."""
    start = pdf.index(b"/Contents <")
    return start < place < pdf.index(b">", start)


@pytest.mark.one_database
class TestOthers:
    def test_file_when_sealed_by_another_authority_of_the_same_names_is_not_ours(
        self, issued: Issued, seal: Callable[..., bytes], tmp_path: Path
    ) -> None:
        from coalition.documents import keys

        other = keys.development_key(tmp_path, now=documents.CREATED)
        found = inspect(seal(documents.certificate(), other))
        assert other.subject == "Coalition register seal (development)"
        assert (found.intact, found.sealed_by_us, found.registered, found.status) == (
            True,
            False,
            False,
            Status.UNKNOWN,
        )
        assert (found.fault, found.seal) == (Fault.SEALED_BY_OTHERS, None)

    def test_file_when_it_carries_our_certificate_beside_another_key_is_not_ours(
        self, issued: Issued, seal: Callable[..., bytes], sealing_key: Any
    ) -> None:
        from coalition.documents import keys

        thief = keys.SealingKey(ec.generate_private_key(ec.SECP256R1()), sealing_key.certificate, sealing_key.chain)
        found = inspect(seal(documents.certificate(), thief))
        assert (found.intact, found.sealed_by_us, found.registered) == (False, False, False)

    @pytest.mark.parametrize(
        ("data", "fault"),
        [
            (b"", Fault.NOT_A_PDF),
            (b"hello", Fault.NOT_A_PDF),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, Fault.NOT_A_PDF),
            (b"PK\x03\x04" + b"\0" * 99, Fault.NOT_A_PDF),
            (b"%PDF-1.7", Fault.UNREADABLE),
            (b"%PDF-1.7\n" + b"\xff" * 5000, Fault.UNREADABLE),
            (b"%PDF-1.7\nstartxref\n999999\n%%EOF", Fault.UNREADABLE),
            (b"%PDF-1.7\nxref\n0 1\ntrailer<</Root 1 0 R/Prev 9>>startxref\n9\n%%EOF", Fault.UNREADABLE),
            (b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF", Fault.UNREADABLE),
        ],
        ids=["empty", "text", "picture", "archive", "head", "noise", "nowhere", "loop", "deep"],
    )
    def test_file_when_it_is_no_document_of_ours_is_told_why(self, app: Flask, data: bytes, fault: Fault) -> None:
        found = inspect(data)
        assert (found.intact, found.sealed_by_us, found.registered, found.status) == (
            False,
            False,
            False,
            Status.UNKNOWN,
        )
        assert found.fault is fault

    def test_file_when_unsealed_is_told_so(self, app: Flask, rendered: Callable[..., bytes]) -> None:
        assert inspect(rendered(documents.certificate())).fault is Fault.UNSEALED

    def test_file_when_sealed_twice_is_not_taken(
        self, known_seal: SealingCertificate, rendered: Callable[..., bytes], sealing_key: Any
    ) -> None:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        from coalition.documents import sealing

        pdf = rendered(documents.certificate())
        for name in ("First", "Second"):
            metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=fields.SigSeedSubFilter.PADES)
            signer = signers.PdfSigner(metadata, sealing._signer(sealing_key))
            signed = io.BytesIO()
            signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=signed)
            pdf = signed.getvalue()
        assert inspect(pdf).fault is Fault.SEVERAL_SEALS

    def test_file_when_too_large_is_not_read(self, app: Flask, settings: dict[str, Any]) -> None:
        assert inspect(b"%PDF-1.7\n" + b"\0" * settings["INSPECTION_BYTES"]).fault is Fault.TOO_LARGE

    def test_file_when_it_unpacks_into_a_thousand_times_its_size_is_given_up(self, app: Flask) -> None:
        packed = zlib.compress(b"\0" * 64 * 1024 * 1024, 9)
        head = b"%PDF-1.7\n"
        table = b"1 0 obj<</Type/XRef/Size 99999999/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(
            packed
        )
        bomb = head + table + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)
        assert len(bomb) < 100_000
        assert inspect(bomb).fault is Fault.UNREADABLE

    def test_file_when_its_filters_are_stacked_is_given_up(self, app: Flask) -> None:
        packed = zlib.compress(zlib.compress(b"\0" * 50 * 1024 * 1024, 9), 9)
        head = b"%PDF-1.7\n"
        table = (
            b"1 0 obj<</Type/XRef/Size 9/W[1 4 2]/Root 2 0 R/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n"
            % len(packed)
        )
        bomb = head + table + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)
        assert inspect(bomb).fault is Fault.UNREADABLE


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
