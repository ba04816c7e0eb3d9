"""The step for proof, as a browser without script meets it: several files, bad ones among them, too large requests."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from coalition.extensions import db
from coalition.signing.models import Draft, ProofDocument
from coalition.storage.files import store
from tests.factories import browsing
from tests.factories.browsing import PERSON, fill_in, first_step, sign, step
from tests.factories.pictures import halves, photograph, written

pytestmark = pytest.mark.usefixtures("charter")
PDF = b"%PDF-1.4 minutes\n%%EOF\n"
PAGE = step("proof")


@pytest.fixture
def person(client: FlaskClient) -> FlaskClient:
    """Somebody who has come to the step for proof."""
    client.post(first_step(), data=browsing.ORGANISATION)
    client.post(step("representative"), data=PERSON)
    return client


def send(client: FlaskClient, *files: tuple[str, bytes], **fields: Any) -> TestResponse:
    sent = {"mandate_document": [(BytesIO(data), name) for name, data in files], **fields}
    return client.post(PAGE, data=sent, content_type="multipart/form-data")


def kept() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ProofDocument.filename).order_by(ProofDocument.id)))


def test_proof_when_nothing_is_sent_goes_on(person) -> None:
    assert send(person).location == step("review")
    assert person.get(step("review")).status_code == 200


def test_proof_when_files_are_sent_keeps_each_once_and_goes_on(person) -> None:
    answer = send(person, ("minutes.pdf", PDF), ("../../evil.exe", written(halves(), "PNG")), ("again.pdf", PDF))
    assert (answer.status_code, answer.location) == (302, step("review"))
    assert kept() == ["minutes.pdf", "evil.png"]


def test_proof_when_files_are_added_to_those_sent_before_keeps_all(person) -> None:
    assert send(person, ("a.pdf", PDF), stay="y").location == PAGE
    assert send(person, ("b.pdf", PDF + b"2"), stay="y").location == PAGE
    assert kept() == ["a.pdf", "b.pdf"]
    assert re.findall(r'<bdi dir="auto">([^<]+)</bdi> <span class="muted">', person.get(PAGE).text) == [
        "a.pdf",
        "b.pdf",
    ]
    assert person.get(step("review")).location == PAGE


def test_proof_when_one_file_is_bad_keeps_the_good_ones_and_what_was_typed(person) -> None:
    answer = send(person, ("a.pdf", PDF), ("b.exe", b"MZ"), ("c.jpg", b"\xff\xd8\xff"), ("d.pdf", PDF + b"2"))
    assert answer.status_code == 422
    # above, and at the field
    assert answer.text.count("“b.exe” is not a PDF") == answer.text.count("“c.jpg” is damaged") == 2
    assert kept() == ["a.pdf", "d.pdf"]
    assert [name in answer.text for name in kept()] == [True, True]
    assert 'value="Awa N’Diaye"' in person.get(step("representative")).text


def test_proof_when_a_file_is_removed_deletes_its_bytes_and_keeps_the_others(person, worker) -> None:
    send(person, ("a.pdf", PDF), ("b.pdf", PDF + b"2"))
    found = select(ProofDocument.public_id, ProofDocument.storage_key).order_by(ProofDocument.id)
    public_id, key = db.session.execute(found).first()
    assert person.post(PAGE, data={"remove": public_id}).location == PAGE
    worker()
    assert (kept(), store().exists(key)) == (["b.pdf"], False)


def test_proof_when_there_are_too_many_keeps_what_may_be_kept(person, settings) -> None:
    settings["PROOF_FILES"] = 2
    answer = send(person, *((f"{n}.pdf", PDF + bytes([n])) for n in range(3)))
    assert (answer.status_code, "“2.pdf” was not kept: you can send up to 2 files" in answer.text) == (422, True)
    assert kept() == ["0.pdf", "1.pdf"]


def test_proof_when_its_limits_are_other_says_them(person, settings) -> None:
    settings["PROOF_FILES"], settings["PROOF_FILE_BYTES"] = 3, 4 * 1024 * 1024
    assert "up to 4 MB each and 3 files in all" in person.get(PAGE).text


@pytest.mark.parametrize("checked", [True, False])
def test_proof_when_a_request_is_too_large_shows_the_page_again_with_what_was_sent(
    person, settings, checked: bool
) -> None:
    send(person, ("a.pdf", PDF), stay="y")
    settings["PROOF_FILES"], settings["PROOF_FILE_BYTES"] = 1, 1024
    settings["WTF_CSRF_ENABLED"] = checked
    answer = person.post(PAGE, **browsing.multipart("b.pdf", PDF + bytes(2 * 1024 * 1024)))
    assert answer.status_code == 413
    assert "These files are too large together" in answer.text
    assert "a.pdf" in answer.text
    assert kept() == ["a.pdf"]


@pytest.mark.parametrize("path", [PAGE, PAGE.replace("icsse", "no-such"), step("review")])
def test_step_when_a_strangers_request_is_too_large_is_an_error_page(client, settings, path: str) -> None:
    settings["PROOF_FILES"], settings["PROOF_FILE_BYTES"] = 1, 1024
    settings["MAX_CONTENT_LENGTH"] = 1024 * 1024
    settings["WTF_CSRF_ENABLED"] = True
    answer = client.post(path, **browsing.multipart("b.pdf", bytes(2 * 1024 * 1024)))
    assert (answer.status_code, "This is too large" in answer.text) == (413, True)


def test_proof_when_a_photograph_is_large_and_the_token_is_checked_is_kept_smaller(client, settings) -> None:
    settings["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(first_step()).text)[1]
    client.post(first_step(), data={**browsing.ORGANISATION, "csrf_token": token})
    client.post(step("representative"), data={**PERSON, "csrf_token": token})
    sent = photograph()
    answer = client.post(PAGE, **browsing.multipart("photo.jpg", sent, csrf_token=token))
    assert (answer.status_code, answer.location) == (302, step("review"))
    assert [size < len(sent) for size in db.session.scalars(select(ProofDocument.size))] == [True]


def test_proof_when_nothing_was_begun_leads_back(client) -> None:
    assert client.get(PAGE).location == step("representative")
    assert send(client, ("a.pdf", PDF)).location == step("representative")
    assert kept() == []


def test_proof_when_saved_for_later_keeps_the_files_and_stays_to_be_done(person) -> None:
    assert send(person, ("a.pdf", PDF), save_later="y").location == step("save")
    assert kept() == ["a.pdf"]
    assert db.session.scalars(select(Draft.proof_seen)).one() is False


def test_proof_when_signed_goes_with_the_signature(client) -> None:
    fill_in(client, files={"mandate_document": (BytesIO(PDF), "minutes.pdf")})
    sign(client)
    assert [row.signature_id is not None for row in db.session.scalars(select(ProofDocument))] == [True]


def test_proof_when_the_charter_asks_for_it_says_what_waits_for_it(person, requiring_proof) -> None:
    sentence = "This text asks for proof: your organisation is published only once it is there."
    assert sentence not in person.get(PAGE).text
    requiring_proof()
    assert sentence in person.get(PAGE).text
