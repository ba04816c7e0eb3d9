"""Can anybody ask, by number, code or file, and are they told everything in words, and nothing that is private?"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from coalition.certificates.models import Certificate, SealedText, SealingCertificate
from coalition.certificates.seals import Fault
from coalition.certificates.states import Kind
from coalition.documents import archiving
from coalition.documents.timestamps import Authority
from coalition.transactions import transaction
from tests.certificates.conftest import Issued, on_record
from tests.factories import documents, touching
from tests.factories.authority import answering

pytestmark = pytest.mark.pdf
SERIAL = "7KQF93MDXW2P"


def words(response: TestResponse) -> str:
    """What a reader reads in the page's main part."""
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def send(client: FlaskClient, data: bytes, language: str = "en") -> TestResponse:
    """Send a file as a browser does; the body is made here, because the test client leaves its large ones open."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\n\r\n'
    body = head + data + b"\r\n--cut--\r\n"
    return client.post(f"/{language}/verify/", data=body, content_type="multipart/form-data; boundary=cut")


class TestByNumber:
    def test_page_when_opened_needs_no_session_and_sets_no_cookie(
        self, client: FlaskClient, counted_queries: Callable[[], AbstractContextManager[list[str]]]
    ) -> None:
        answer = client.get("/en/verify/")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "csrf_token" not in answer.text

    def test_number_when_typed_leads_to_its_document(self, client: FlaskClient, issued: Issued) -> None:
        answer = client.get("/en/verify/", query_string={"number": "7kqf-93md-xw2p "})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/en/verify/{SERIAL}/")

    def test_document_when_asked_by_number_says_what_was_issued_and_what_was_not_checked(
        self, client: FlaskClient, issued: Issued
    ) -> None:
        answer = client.get(f"/en/verify/{SERIAL}/")
        told = words(answer)
        assert answer.status_code == 200
        assert "Active: the signature stands today" in told
        assert documents.certificate().organisation in told
        assert "7KQF-93MD-XW2P" in told
        assert "The file or paper that you hold" in told
        assert "unchanged since it was sealed" not in told
        assert "Our only address is coalition.test" in told
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"

    def test_document_when_shown_is_never_called_valid_alone(self, client: FlaskClient, issued: Issued) -> None:
        for page in (client.get(f"/en/verify/{SERIAL}/"), send(client, issued.pdf)):
            headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page.text, re.DOTALL)
            assert [heading for heading in headings if "alid" in heading] == []
            assert "good standing" not in page.text

    @pytest.mark.parametrize("typed", ["7kqf93mdxw2p", "7KQF-93MD-XW2P"])
    def test_document_when_its_number_is_written_otherwise_has_one_address(
        self, client: FlaskClient, issued: Issued, typed: str
    ) -> None:
        assert client.get(f"/en/verify/{typed}/").headers["Location"] == f"/en/verify/{SERIAL}/"

    @pytest.mark.parametrize("path", ["/v/", "/V/", "/v"])
    def test_address_without_its_serial_leads_to_the_page_that_asks_for_it(self, client, path: str) -> None:
        answer = client.get(path, headers={"Accept-Language": "fr"}, follow_redirects=True)
        assert (answer.status_code, answer.request.path) == (200, "/fr/verify/")

    @pytest.mark.parametrize("path", ["/v/7KQF93MDXW2P", "/v/7kqf-93md-xw2p", "/V/7KQF93MDXW2P"])
    def test_code_when_scanned_leads_to_the_page_in_the_readers_language(self, client: FlaskClient, path: str) -> None:
        answer = client.get(path, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/fr/verify/{SERIAL}/")
        assert answer.headers["Vary"] == "Accept-Language"

    @pytest.mark.parametrize(
        ("typed", "heading"),
        [
            ("ICSSE-00042", "This is a number of the register"),
            ("A-7K3F9Q2M", "This is the reference of an application"),
            ("7KQF-93MD-XW2Q", "We issued no document with this number"),
            ("<script>alert(1)</script>", "This is no serial number"),
            ("x" * 100_000, "This is no serial number"),
            ("\x00\x1b", "This is no serial number"),
        ],
    )
    def test_number_when_it_names_no_document_is_explained(self, client: FlaskClient, typed: str, heading: str) -> None:
        by_form = client.get("/en/verify/", query_string={"number": typed[:5000]})
        assert by_form.status_code == 200
        assert heading in words(by_form)
        assert "<script>" not in by_form.text

    def test_document_when_unknown_is_not_found_and_explained(self, client: FlaskClient) -> None:
        answer = client.get("/en/verify/7KQF-93MD-XW2Q/")
        assert answer.status_code == 404
        assert "We issued no document with this number" in words(answer)

    @pytest.mark.parametrize(
        ("state", "heading"),
        [
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
            ("delisted", "Revoked"),
            ("superseded", "Superseded"),
            ("submitted", "Unknown"),
        ],
    )
    def test_document_when_its_signature_ended_has_words_of_its_own(
        self, client: FlaskClient, issued: Issued, session: scoped_session[Session], state: str, heading: str
    ) -> None:
        with transaction():
            session.execute(text("UPDATE signatures SET state = :state, ended_on = '2026-05-01'"), {"state": state})
        answer = client.get(f"/en/verify/{SERIAL}/")
        told = words(answer)
        assert f"{heading}: " in told
        assert ("Active: the signature stands today" in told) == (state == "active")
        assert f'data-status="{heading.lower()}"' in answer.text
        assert f"status now: {heading.lower()}" in told.replace("’s", "")
        if state in {"withdrawn", "delisted"}:
            assert "1 May 2026" in told

    @pytest.mark.parametrize("reason", ["wrong_facts", "issued_by_mistake", "defective_file", "key_misused"])
    def test_document_when_revoked_for_an_error_says_which_and_leads_to_the_correct_one(
        self, client: FlaskClient, issued: Issued, reason: str
    ) -> None:
        newer = on_record(
            issued.signature, documents.certificate(serial="NEWER0000001", language="fr"), b"new", Kind.CERTIFICATE
        )
        with transaction() as session:
            row = session.get_one(Certificate, issued.certificate.id)
            row.revoked_at, row.revoked_reason = documents.CREATED, reason
            row.superseded_by_id = newer.certificate.id
        answer = client.get(f"/en/verify/{SERIAL}/")
        told = words(answer)
        assert "Revoked: this certificate was in error" in told
        assert "The signature itself was not revoked" in told
        assert 'href="/en/verify/NEWER0000001/"' in answer.text
        assert len(re.findall("It says something|It should not have been|Its file is|The key that sealed", told)) == 1

    def test_receipt_when_asked_by_number_names_nobody_and_tells_no_outcome(
        self, client: FlaskClient, received: Issued, session: scoped_session[Session]
    ) -> None:
        told = []
        for state in ("submitted", "in_review", "declined", "withdrawn"):
            with transaction():
                session.execute(text("UPDATE signatures SET state = :state"), {"state": state})
            page = client.get("/en/verify/RECE1PT00001/", headers={"X": "1"})
            told.append(re.sub(r"<time[^>]*>.*?</time>", "", page.text))
        assert len(set(told)) == 1
        assert "This is a receipt, not a certificate" in told[0]
        assert documents.receipt().organisation not in told[0]
        assert received.signature.reference not in told[0]

    def test_page_when_in_french_is_served(self, client: FlaskClient, issued: Issued) -> None:
        assert client.get("/fr/verify/").status_code == 200
        assert client.get(f"/fr/verify/{SERIAL}/").status_code == 200


@pytest.mark.one_database
class TestByFile:
    def test_file_when_genuine_gets_three_answers(self, client: FlaskClient, issued: Issued) -> None:
        answer = send(client, issued.pdf)
        told = words(answer)
        assert answer.status_code == 200
        assert (
            "The whole file is unchanged since it was sealed with our key: Coalition register seal (development)"
            in told
        )
        assert "It is the very file that we issued" in told
        assert "status now: active" in told
        assert "(development)" in told
        assert "Set-Cookie" not in answer.headers

    def test_file_when_changed_is_called_changed_and_shows_none_of_its_claims(
        self, client: FlaskClient, issued: Issued
    ) -> None:
        told = words(send(client, touching.flipped(issued.pdf, issued.pdf.index(b"stream") + 20)))
        assert "This file was changed" in told
        assert "we rely on no number in such a file" in told
        assert documents.certificate().organisation not in told

    def test_receipt_when_sent_is_called_a_receipt(self, client: FlaskClient, received: Issued) -> None:
        told = words(send(client, received.pdf))
        assert "This is a receipt, not a certificate" in told
        assert "Active: the signature stands today" not in told

    def test_file_when_sealed_by_us_but_not_on_record_is_not_relied_on(
        self, client: FlaskClient, known_seal: SealingCertificate, seal: Callable[..., bytes]
    ) -> None:
        told = words(send(client, seal(documents.certificate())))
        assert "Sealed by us, but not in our register" in told
        assert "we rely on no number in such a file" in told

    def test_file_when_it_is_none_of_ours_has_a_sentence_of_its_own_for_every_fault(self, app: Flask) -> None:
        with app.test_request_context("/en/verify/"):
            answers = app.jinja_env.get_template("certificates/_answers.html").make_module({"_": str})
            told = [(answers.fault_heading(fault.value), answers.fault_words(fault.value)) for fault in Fault]
        assert len({heading for heading, _ in told}) == len({sentence for _, sentence in told}) == len(Fault)
        assert [words for pair in told for words in pair if "valid" in words] == []

    @pytest.mark.parametrize(
        ("touch", "heading"),
        [
            (lambda pdf: pdf + b"junk", "Something was written behind the sealed file"),
            (touching.edited, "This file was changed after it was sealed"),
            (touching.saved_anew, "Another program has saved this file anew"),
            (lambda pdf: touching.scanned(), "This is a scan or a picture of a sheet"),
            (lambda pdf: touching.bomb(), "This file unpacks into far more than it shows"),
        ],
        ids=["appended", "updated", "saved anew", "scan", "bomb"],
    )
    def test_file_when_touched_is_told_how(
        self, client: FlaskClient, issued: Issued, touch: Callable[[bytes], bytes], heading: str
    ) -> None:
        told = words(send(client, touch(issued.pdf)))
        assert heading in told
        assert documents.certificate().organisation not in told

    @pytest.mark.parametrize(
        ("data", "heading"),
        [(b"hello", "This is no PDF file"), (b"%PDF-1.7 nonsense", "We cannot read this file")],
    )
    def test_file_when_it_is_none_of_ours_is_told_why(self, client: FlaskClient, data: bytes, heading: str) -> None:
        answer = send(client, data)
        assert (answer.status_code, heading in words(answer)) == (200, True)

    def test_file_when_unsealed_is_told_so(self, client: FlaskClient, rendered: Callable[..., bytes]) -> None:
        assert "This file bears no seal" in words(send(client, rendered(documents.certificate())))

    @pytest.mark.parametrize(("name", "data"), [("other", b"x"), ("file", b"")])
    def test_form_when_no_file_is_chosen_says_so(self, client: FlaskClient, name: str, data: bytes) -> None:
        answer = client.post("/en/verify/", data={name: (io.BytesIO(data), "x.pdf"), "text": "x"})
        assert answer.status_code == 422
        assert "Choose the PDF file that you want to check." in words(answer)

    def test_file_when_just_too_large_is_told_so(self, client: FlaskClient, settings: dict[str, Any]) -> None:
        answer = send(client, b"%PDF-1.7" + b"\0" * settings["INSPECTION_BYTES"])
        assert "This file is too large to be one of ours" in words(answer)

    def test_file_when_far_too_large_is_told_so_and_not_opened(self, client: FlaskClient) -> None:
        body = io.BytesIO(b"\0" * 60_000_000)
        answer = client.post(
            "/en/verify/", input_stream=body, content_length=60_000_000, content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 413
        assert "This file is too large to be one of ours" in words(answer)
        assert "so it was not opened" in words(answer)

    def test_files_when_sent_too_often_are_refused_for_a_while(
        self, client: FlaskClient, settings: dict[str, Any], clock: time_machine.Traveller
    ) -> None:
        settings["RATE_LIMITS"] = True
        statuses = [send(client, b"hello").status_code for _ in range(62)]
        assert statuses == [200] * 60 + [429] * 2

    def test_form_when_sent_without_a_token_is_taken(self, client: FlaskClient, settings: dict[str, Any]) -> None:
        settings["WTF_CSRF_ENABLED"] = True
        assert send(client, b"hello").status_code == 200


@pytest.mark.one_database
def test_text_when_sent_is_called_a_text(
    client: FlaskClient, icsse: None, known_seal: SealingCertificate, seal: Callable[..., bytes]
) -> None:
    pdf = seal(documents.certificate())
    text_ = {"charter": "icsse-charter", "version": 1, "language": "en", "text_sha256": "0" * 64}
    stored = {"storage_key": "texts/one.pdf", "pdf_sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf)}
    with transaction() as session:
        session.add(SealedText(**text_, **stored, made_at=documents.CREATED))
    told = words(send(client, pdf))
    assert "This is the text of a charter, as we published it" in told
    assert "status now" not in told


@pytest.mark.one_database
def test_dates_of_others_when_found_lead_to_the_document_that_was_issued(client: FlaskClient, issued: Issued) -> None:
    with answering() as running:
        authority = Authority(running.url)
        authority.introduce()
        strange = archiving.dated(issued.pdf, authority=authority)
    answer = send(client, strange)
    assert "Our file, to which somebody has added dates" in words(answer)
    assert f'href="/en/verify/{SERIAL}/"' in answer.text


def test_public_certificates_when_fetched_are_all_there(client: FlaskClient, known_seal: SealingCertificate) -> None:
    answer = client.get("/.well-known/coalition/certificates.pem")
    assert answer.mimetype == "application/x-pem-file"
    found = x509.load_pem_x509_certificates(answer.data)
    assert [one.subject.rfc4514_string() for one in found] == [
        "CN=Coalition register seal (development)",
        "CN=Coalition root (development)",
    ]


def test_public_certificates_when_nothing_was_sealed_are_none(client: FlaskClient) -> None:
    assert client.get("/.well-known/coalition/certificates.pem").data == b""
