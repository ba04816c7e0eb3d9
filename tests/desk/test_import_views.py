"""How does an officer bring in a list? Uploaded, its columns chosen, checked, brought in, taken back; and refused."""

from __future__ import annotations

import csv
import io
from collections.abc import MutableMapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from coalition.accounts.models import Officer, OfficerSession
from coalition.accounts.permissions import Role
from coalition.audit.models import AuditRecord
from coalition.desk.import_models import Import
from coalition.extensions import db
from coalition.jobs import embedded
from coalition.organisations.models import Organisation
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import imports
from tests.factories.browsing import multipart
from tests.factories.charters import DECLARATION, SLUG, load
from tests.factories.officers import browser_of, officer, signed_in

ROSTER = (imports.ROSTERS / "roster-2017-07-08.csv").read_bytes()
LIST = {"list_title": "Members", "listed_on": "2017-07-08"}
PAPER = {"list_title": "Papers", "listed_on": "2019-06-01", "charter": SLUG, "landing": "review"}


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    load()
    return signed_in(app)


def send(client: FlaskClient, data: bytes, kind: str = "organisations", **changes: str) -> TestResponse:
    fields = {**(LIST if kind == "organisations" else PAPER), **changes}
    sent = multipart("list.csv", data, **fields)  # written out: the test client would leave large files open
    sent["data"] = sent["data"].replace(b'name="mandate_document"', b'name="file"')
    return client.post(f"/admin/import?kind={kind}", **sent)


def place_of(client: FlaskClient, data: bytes, kind: str = "organisations", **changes: str) -> str:
    """Upload a file, take the columns that are suggested, and return the import's page."""
    columns = send(client, data, kind, **changes).headers["Location"]
    [found] = db.session.scalars(select(Import).order_by(Import.id.desc()).limit(1))
    chosen = {f"column-{place}": key for place, key in found.mapping.items()}
    return client.post(columns, data=chosen).headers["Location"]


def work(app: Flask) -> None:
    """Let the worker do what waits; whatever is due only later stays."""
    embedded.run_due(jobs=app.extensions["coalition.jobs"], worker="tests")


def count(table: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_roster_when_brought_in_by_an_officer_goes_from_page_to_page(app: Flask, ada: FlaskClient) -> None:
    place = place_of(ada, ROSTER)
    assert 'data-import-state="checking"' in ada.get(place).text
    work(app)
    page = ada.get(place).text
    assert 'data-import-state="checked"' in page
    assert count(Organisation) == 0
    assert ada.post(f"{place}apply").headers["Location"] == place
    work(app)
    assert 'data-import-state="applied"' in ada.get(place).text
    parties = ada.get("/admin/organisations/").text
    assert "Intercontinental Network for the Promotion of Social Solidarity Economy" in parties
    assert "UNDP" not in parties
    ada.post(f"{place}undo")
    work(app)
    assert 'data-import-state="undone"' in ada.get(place).text
    assert count(Organisation) == 0


def test_import_when_done_stands_in_the_audit_log(app: Flask, ada: FlaskClient) -> None:
    place = place_of(ada, ROSTER)
    work(app)
    ada.post(f"{place}apply")
    work(app)
    subject = f"import:{place.split('/')[-2]}"
    lines = db.session.execute(select(AuditRecord.act, AuditRecord.actor_kind).where(AuditRecord.subject == subject))
    assert [tuple(line) for line in lines] == [
        ("import upload", "officer"),
        ("import check", "officer"),
        ("import finish_check", "system"),
        ("import apply", "officer"),
        ("import finish", "system"),
    ]


def test_columns_when_chosen_are_remembered_for_the_same_headings(app: Flask, ada: FlaskClient) -> None:
    data = imports.csv_bytes(("Wer", "Wo"), ("Alpha", "France"))
    columns = send(ada, data).headers["Location"]
    assert "selected" not in ada.get(columns).text.partition("<main")[2]
    assert ada.post(columns, data={"column-0": "", "column-1": "country"}).status_code == 422
    assert ada.post(columns, data={"column-0": "country", "column-1": "country"}).status_code == 422
    ada.post(columns, data={"column-0": "official_name", "column-1": "country"})
    again = send(ada, data.replace(b"Wer", b"WER").replace(b"Alpha", b"Beta")).headers["Location"]
    page = ada.get(again).text
    assert page.count(" selected>") == 2
    assert '<option value="official_name" selected>' in page


def test_row_when_bad_is_told_by_row_and_column_and_keeps_all_out(app: Flask, ada: FlaskClient) -> None:
    data = imports.csv_bytes(("name", "country"), ("Alpha", "France"), ("Beta", "Atlantis"), ("", "France"))
    place = place_of(ada, data)
    work(app)
    page = ada.get(place).text
    assert "This country is not known" in page
    assert "<bdi>Atlantis</bdi>" in page
    refused = ada.post(f"{place}apply")
    assert (refused.status_code, "Nothing was imported. Rows with problems: 2." in refused.text) == (422, True)
    told = list(csv.reader(io.StringIO(ada.get(f"{place}problems.csv").text)))
    assert [row[:3] for row in told[1:]] == [["3", "country", "Atlantis"], ["4", "name", ""]]
    ada.post(f"{place}apply", data={"leaves_out": "y"})
    work(app)
    assert [one.official_name for one in db.session.scalars(select(Organisation))] == ["Alpha"]


def test_paper_when_brought_in_stands_in_the_queue(app: Flask, ada: FlaskClient) -> None:
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"))
    place = place_of(ada, data, "signatures")
    work(app)
    ada.post(f"{place}apply")
    work(app)
    assert "Alpha" in ada.get("/admin/applications/").text
    [signature] = db.session.scalars(select(Signature))
    page = ada.get(f"/admin/applications/{signature.reference}/").text
    assert "Brought in from Papers (1 June 2019), row 2." in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7 something", "neither a CSV nor an XLSX"),
        (b"name\n\x81\x8d\x8f\x90\x9d\n", "neither UTF-8, UTF-16 nor Windows-1252"),
        ("name\nЖанр культуры\n".encode("cp1251"), "neither UTF-8, UTF-16 nor Windows-1252"),
        (b"name,country\n", "no row under them"),
        (b"=A1,=B1\n=A2,=B2\n", "The first row must hold the headings"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected by a password"),
        (b"PK\x03\x04 no package", "damaged or not complete"),
        (b'name\n"never closed' + b"x" * 200_000, "a quotation mark is not closed"),
    ],
)
def test_file_when_unusable_gets_one_sentence(app: Flask, ada: FlaskClient, data: bytes, sentence: str) -> None:
    answer = send(ada, data)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # in the summary, and at the field
    assert count(Import) == 0


def test_file_when_too_large_is_refused_before_it_is_read(
    app: Flask, ada: FlaskClient, settings: MutableMapping[str, Any]
) -> None:
    settings["IMPORT_FILE_BYTES"] = 1024 * 1024
    answer = send(ada, b"name\n" + b"x" * 3 * 1024 * 1024)
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.text
    assert send(ada, b"name\n" + b"x\n" * 600_000).status_code == 422


def test_list_when_too_long_is_refused(app: Flask, ada: FlaskClient, settings: MutableMapping[str, Any]) -> None:
    settings["IMPORT_ROWS"] = 2
    assert "more than 2 rows" in send(ada, b"name\na\nb\nc\n").text


def test_declaration_without_a_text_when_named_takes_no_signature(app: Flask, ada: FlaskClient) -> None:
    load(DECLARATION)
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"))
    assert send(ada, data, "signatures", charter=DECLARATION).status_code == 422
    assert DECLARATION not in ada.get("/admin/import?kind=signatures").text


def test_form_when_stale_changes_nothing(app: Flask, ada: FlaskClient) -> None:
    place = place_of(ada, ROSTER)
    assert [ada.post(f"{place}{act}").status_code for act in ("apply", "undo")] == [409, 409]
    ada.post(f"{place}discard")
    work(app)
    assert 'data-import-state="discarded"' in ada.get(place).text
    assert [ada.post(f"{place}{act}").status_code for act in ("apply", "undo", "discard")] == [409, 409, 409]
    assert ada.get(f"{place}columns").headers["Location"] == place


def test_officer_of_one_charter_when_looking_sees_no_other_import(app: Flask, ada: FlaskClient) -> None:
    place = place_of(ada, ROSTER)
    with transaction():
        bo = officer("Bo")
        db.session.execute(update(Officer).where(Officer.id == bo.id).values(charters=[SLUG]))
    limited = browser_of(db.session.get_one(Officer, bo.id), app)
    assert limited.get(place).status_code == 404
    assert limited.post(f"{place}discard").status_code == 404
    assert place not in limited.get("/admin/import").text
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"))
    assert limited.get(place_of(limited, data, "signatures")).status_code == 200


def test_import_when_the_factor_is_not_fresh_asks_for_it(app: Flask, ada: FlaskClient) -> None:
    place = place_of(ada, ROSTER)
    work(app)
    with transaction():
        db.session.execute(update(OfficerSession).values(proved_at=None))
    ada.post(f"{place}apply")
    assert 'data-import-state="checked"' in ada.get(place).text


def test_file_when_imported_before_is_told(app: Flask, ada: FlaskClient) -> None:
    for _ in range(2):
        place = place_of(ada, ROSTER)
        work(app)
        page = ada.get(place).text
        ada.post(f"{place}apply")
        work(app)
    assert "This very file was imported on" in page


def test_model_when_asked_for_has_every_heading(app: Flask, ada: FlaskClient) -> None:
    assert ada.get("/admin/import/model-organisations.csv").text.strip("\ufeff\r\n").split(",")[0] == "official_name"
    assert "signed_on" in ada.get("/admin/import/model-signatures.csv").text


def test_page_of_a_party_when_opened_says_where_it_stands(app: Flask, ada: FlaskClient) -> None:
    imports.applied(ROSTER, imports.organisations("Members"))
    found = ada.get("/admin/organisations/?q=UNTFSSE").text
    path = found.partition('rowheader"><a href="')[2].partition('"')[0]
    page = ada.get(path).text
    assert ("20 affiliates" in page, "International organizations" in page) == (True, True)
    assert ada.get("/admin/organisations/no-such-party/").status_code == 404


def test_outside_decider_when_looking_for_lists_finds_none(app: Flask) -> None:
    with transaction():
        person = officer("Out", Role.OUTSIDE)
        db.session.execute(update(Officer).where(Officer.id == person.id).values(only_reference="A-ZZZZZZZZ"))
    browser = browser_of(db.session.get_one(Officer, person.id), app)
    assert browser.get("/admin/organisations/").status_code == 404
