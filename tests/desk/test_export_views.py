"""What may each role take out, is it safe to open, and does it name nobody who must not be named?"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import load_workbook
from sqlalchemy import select, update

from coalition.accounts.models import Officer, OfficerSession
from coalition.accounts.permissions import Role, Scope
from coalition.audit.models import AuditRecord
from coalition.desk import exports
from coalition.desk.exports import Wanted, What
from coalition.extensions import db
from coalition.register.exports import SheetTooLong
from coalition.transactions import transaction
from tests.factories import imports, register, signing
from tests.factories.charters import SLUG, load
from tests.factories.officers import browser_of, officer, signed_in


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    load()
    return signed_in(app)


def taken(client: FlaskClient, what: str, form: str = "csv", **more: str) -> str:
    path = "/admin/export/people" if what == "people" else "/admin/export"
    answer = client.post(path, data={"what": what, "format": form, **more})
    assert answer.status_code == 200
    return answer.text


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_applications_when_taken_out_name_no_person(app: Flask, ada: FlaskClient) -> None:
    signature = signing.verified(official_name="Alpha")
    text = taken(ada, "applications")
    [row] = table(text)
    assert (row["reference"], row["official_name"], row["state"]) == (signature.reference, "Alpha", "submitted")
    person = signature.representative
    assert person is not None
    assert [word for word in (person.email, person.full_name, "email") if word in text] == []


def test_people_when_taken_out_are_noted_in_the_audit_log(app: Flask, ada: FlaskClient) -> None:
    signature = signing.verified(official_name="Alpha")
    [row] = table(taken(ada, "people"))
    assert signature.representative is not None
    assert (row["official_name"], row["email"]) == ("Alpha", signature.representative.email)
    line = db.session.execute(select(AuditRecord.subject, AuditRecord.reason).where(AuditRecord.act == "export"))
    assert [tuple(one) for one in line] == [("export:people", "csv")]


def test_people_when_the_factor_is_not_fresh_are_asked_for_it(app: Flask, ada: FlaskClient) -> None:
    signing.verified()
    with transaction():
        db.session.execute(update(OfficerSession).values(proved_at=None))
    answer = ada.post("/admin/export/people", data={"what": "people", "format": "csv"})
    assert "text/csv" not in answer.content_type
    assert "example.org" not in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
def test_people_when_asked_for_by_another_role_are_refused(app: Flask, ada: FlaskClient, role: Role) -> None:
    client = signed_in(app, role=role)
    assert client.post("/admin/export/people", data={"what": "people", "format": "csv"}).status_code == 403
    assert client.post("/admin/export", data={"what": "people", "format": "csv"}).status_code == 422
    assert "people" not in client.get("/admin/export").text


@pytest.mark.parametrize(("what", "form"), [("", "csv"), ("all", "csv"), ("applications", "pdf"), ("parties", "")])
def test_export_when_not_offered_is_refused(app: Flask, ada: FlaskClient, what: str, form: str) -> None:
    assert ada.post("/admin/export", data={"what": what, "format": form}).status_code == 422


def test_cells_when_they_look_like_formulas_are_guarded(app: Flask, ada: FlaskClient) -> None:
    signing.verified(official_name="=cmd|' /C calc'!A0", acronym="@x", description="+1")
    [row] = table(taken(ada, "applications"))
    assert (row["official_name"][:2], row["acronym"], row["description"]) == ("'=", "'@x", "'+1")
    data = ada.post("/admin/export", data={"what": "applications", "format": "xlsx"}).data
    head, cells = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert cells[head.index("official_name")] == "'=cmd|' /C calc'!A0"


def test_json_lines_when_taken_out_hold_one_object_a_row(app: Flask, ada: FlaskClient) -> None:
    first, second = signing.verified(), signing.active()
    rows = [json.loads(line) for line in taken(ada, "applications", "jsonl").splitlines()]
    assert [row["reference"] for row in rows] == [first.reference, second.reference]
    assert rows[1]["register_number"] == second.register_number


def test_register_when_taken_out_holds_ended_entries_and_open_fields_alone(app: Flask, ada: FlaskClient) -> None:
    number = register.published(representative="Awa N’Diaye", extra={"members": "12"})
    register.ended(number)
    text = taken(ada, "signatories")
    [row] = table(text)
    assert (row["number"], row["status"], row["extra"]) == (number, "withdrawn", '{"members": "12"}')
    assert "Awa" not in text
    assert taken(ada, "signatories", charter="no-such-charter").count("\n") == 1
    assert taken(ada, "signatories", state="active").count("\n") == 1


def test_parties_when_taken_out_say_where_they_stand(app: Flask, ada: FlaskClient) -> None:
    roster = (imports.ROSTERS / "roster-2017-07-08.csv").read_bytes()
    imports.applied(roster, imports.organisations("Members"))
    rows = table(taken(ada, "parties"))
    assert len(rows) == 37
    [undp] = [row for row in rows if row["listed_name"] == "UNDP"]
    assert (undp["umbrella"][:14], undp["list_title"], undp["row_number"]) == ("United Nations", "Members", "22")


def test_export_when_the_officer_is_limited_keeps_to_it(app: Flask, ada: FlaskClient) -> None:
    seen, other = signing.verified(), signing.verified()
    register.published(charter="another-charter", prefix="X")
    with transaction():
        bo, out = officer("Bo", Role.AUDITOR), officer("Out", Role.OUTSIDE)
        db.session.execute(update(Officer).where(Officer.id == bo.id).values(charters=["another-charter"]))
        db.session.execute(update(Officer).where(Officer.id == out.id).values(only_reference=seen.reference))
    limited = browser_of(db.session.get_one(Officer, bo.id), app)
    assert table(taken(limited, "applications")) == []
    assert [row["charter"] for row in table(taken(limited, "signatories"))] == ["another-charter"]
    outside = browser_of(db.session.get_one(Officer, out.id), app)
    text = taken(outside, "applications")
    assert (seen.reference in text, other.reference in text) == (True, False)
    assert table(taken(outside, "parties")) == []


def test_applications_when_narrowed_by_state_are_those(app: Flask, ada: FlaskClient) -> None:
    signing.verified()
    active = signing.active()
    assert [row["reference"] for row in table(taken(ada, "applications", state="active"))] == [active.reference]
    assert len(table(taken(ada, "applications", state="nonsense", charter=SLUG))) == 2


def test_spreadsheet_when_it_cannot_hold_all_is_refused(app: Flask) -> None:
    load()
    signing.verified()
    signing.verified()
    wanted: Any = Wanted(What.APPLICATIONS, Scope())
    exports.sheet_of(wanted, io.BytesIO(), most=2)
    with pytest.raises(SheetTooLong):
        exports.sheet_of(wanted, io.BytesIO(), most=1)
