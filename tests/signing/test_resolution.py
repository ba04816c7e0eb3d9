"""The model resolution: filled in, in any script, as a Word file at once and as a PDF by the worker."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import machine
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.signing import jobs, resolution
from coalition.signing.models import Draft
from coalition.storage.files import store
from tests.factories import browsing, signing
from tests.factories.browsing import PERSON, first_step, step

pytestmark = [pytest.mark.usefixtures("charter"), pytest.mark.one_database]
NAMES = (
    "Réseau des coopératives du Fleuve",
    "شبكة التعاونيات",
    "協同組合ネットワーク",
    "<b>&amp; \u202eCo",
    "A" * 300,
)


@pytest.fixture(autouse=True)
def no_files_of_before(app: Flask) -> None:
    """Begin without what another test has made: the same facts are the same file."""
    shutil.rmtree(app.config["STORAGE_DIR"] / "resolution", ignore_errors=True)


@pytest.fixture
def person(client: FlaskClient) -> FlaskClient:
    """Somebody who has come to the step for proof."""
    client.post(first_step(), data=browsing.ORGANISATION)
    client.post(step("representative"), data=PERSON)
    return client


def file_of(language: str, kind: str) -> str:
    return step(f"{language}/resolution.{kind}")


def cells(data: bytes) -> list[list[str]]:
    """The first table of a Word file: labels and facts."""
    return [[cell.text for cell in row.cells] for row in docx.Document(BytesIO(data)).tables[0].rows]


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "x.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", folder / "x.pdf", "-"], capture_output=True, check=True)
    return told.stdout.decode()


def test_word_file_when_asked_for_is_filled_in(person) -> None:
    answer = person.get(file_of("en", "docx"))
    assert answer.headers["Content-Disposition"] == "attachment; filename=resolution-en.docx"
    sha256 = resolution.of_draft(db.session.scalars(select(Draft)).one(), "en").sha256
    assert cells(answer.data) == [
        ["Organisation", browsing.ORGANISATION["official_name"]],
        ["Text to be signed", "Charter of the International Coalition of Social and Solidarity Economy"],
        ["Version", "1"],
        ["Fingerprint of the authentic text (SHA-256)", sha256],
        ["Person who signs", "Awa N’Diaye"],
        ["Role", "Secretary general"],
    ]


def test_word_file_when_in_the_other_language_says_it_in_that(person) -> None:
    document = docx.Document(BytesIO(person.get(file_of("fr", "docx")).data))
    assert document.paragraphs[0].text == "Délibération de l’organe dirigeant"
    assert [cell.text for cell in document.tables[2].rows[0].cells] == ["Nom", "Fonction", "Signature"]
    assert document.core_properties.language == "fr"


@pytest.mark.parametrize("name", NAMES)
def test_word_file_when_a_name_is_unusual_holds_it_as_it_is_kept(name: str) -> None:
    facts = resolution.of_signature(signing.verified(official_name=name), "en")
    assert cells(resolution.word_file(facts))[0] == ["Organisation", facts.organisation]
    assert facts.organisation == name.replace("\u202e", "")


@pytest.mark.parametrize("language", ["es", "xx", "..", "en-GB"])
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_resolution_when_in_no_language_of_ours_is_a_404(person, language: str, kind: str) -> None:
    assert person.get(file_of(language, kind)).status_code == 404


def test_resolution_when_nothing_was_begun_leads_back(client) -> None:
    assert client.get(file_of("en", "docx")).location == step("representative")
    assert client.post(file_of("en", "pdf")).location == step("representative")


@pytest.mark.pdf
def test_pdf_when_asked_for_is_made_by_the_worker_and_handed_out(person, worker, tmp_path) -> None:
    path = file_of("fr", "pdf")
    assert "Refresh" in person.get(path).headers
    assert db.session.scalars(select(Job.name).where(Job.name == "signing.make_resolution")).all() == []
    assert [person.post(path).status_code for _twice in range(2)] == [303, 303]
    assert len(db.session.scalars(select(Job.name).where(Job.name == "signing.make_resolution")).all()) == 1
    assert person.get(path).headers["Refresh"] == "2"
    worker()
    answer = person.get(path)
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "application/pdf",
        "attachment; filename=resolution-fr.pdf",
    )
    told = text_of(answer.data, tmp_path)
    assert "Délibération de l’organe dirigeant" in told
    assert browsing.ORGANISATION["official_name"] in told
    assert person.post(path).data == answer.data


@pytest.mark.pdf
@pytest.mark.parametrize("name", NAMES)
def test_pdf_when_a_name_is_unusual_has_every_font_in_it(name: str, tmp_path) -> None:
    signature = signing.verified(official_name=name)
    facts = resolution.of_signature(signature, "en")
    jobs.make_resolution(owner=f"signature:{signature.public_id}", language="en")
    made = store().get(facts.storage_key)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
    (tmp_path / "x.pdf").write_bytes(made)
    fonts = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, check=True, text=True).stdout
    assert [line.split()[-5] for line in fonts.splitlines()[2:] if line.split()[-5] != "yes"] == []


@pytest.mark.pdf
def test_pdf_when_a_day_is_over_is_deleted(clock, person, worker) -> None:
    person.post(file_of("en", "pdf"))
    worker()
    key = resolution.of_draft(db.session.scalars(select(Draft)).one(), "en").storage_key
    assert store().exists(key)
    clock.shift(timedelta(days=1, minutes=1))
    worker()
    assert not store().exists(key)


def test_pdf_when_the_machine_cannot_make_it_is_not_offered_and_the_word_file_is(person, monkeypatch) -> None:
    lacking = [machine.Missing("the Pango library", "libpango-1.0-0")]
    assert person.get(step("proof")).text.count("resolution.pdf") == 2
    monkeypatch.setattr(machine, "missing_for_documents", lambda: lacking)
    page = person.get(step("proof")).text
    assert (page.count("resolution.pdf"), page.count("resolution.docx")) == (0, 2)
    assert "A PDF cannot be made at the moment: take the Word file." in page
    person.post(file_of("en", "pdf"))
    jobs.make_resolution(owner=f"draft:{db.session.scalars(select(Draft.public_id)).one()}", language="en")
    assert not store().exists(resolution.of_draft(db.session.scalars(select(Draft)).one(), "en").storage_key)


@pytest.mark.parametrize("owner", ["draft:no-such", "signature:no-such", "x"])
def test_pdf_when_what_it_was_for_is_gone_is_not_made(owner: str) -> None:
    jobs.make_resolution(owner=owner, language="en")
    assert db.session.scalars(select(Job.name)).all() == []


def test_resolution_when_its_facts_change_is_another_file() -> None:
    signature = signing.verified()
    before = resolution.of_signature(signature, "en")
    assert before.storage_key != resolution.of_signature(signature, "fr").storage_key
    signature.representative.role = "President"
    assert before.storage_key != resolution.of_signature(signature, "en").storage_key
    signature.representative = None
    assert resolution.of_signature(signature, "en").person == ""


def test_word_file_when_a_name_runs_from_the_right_says_so_of_it_alone() -> None:
    data = resolution.word_file(resolution.of_signature(signing.verified(official_name="شبكة التعاونيات"), "en"))
    rows = docx.Document(BytesIO(data)).tables[0].rows
    assert [row.cells[1].paragraphs[0].runs[0].font.rtl for row in rows] == [True, None, None, None, None, None]
    assert [len(row.cells[1].paragraphs[0].paragraph_format.element.xpath("w:pPr/w:bidi")) for row in rows] == [
        1,
        0,
        0,
        0,
        0,
        0,
    ]
