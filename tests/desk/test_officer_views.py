"""The officers' pages: invited, confirmed by a second one, limited, away, shut out; and somebody from outside."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition import clock, tokens
from coalition.accounts import queries, staff
from coalition.accounts.models import Officer, OfficerInvitation
from coalition.accounts.permissions import Role
from coalition.desk import outside_access
from coalition.extensions import db
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import charters, officers, signing

PASSWORD = officers.PASSWORD
CLEO = {"name": "Cleo", "email": "cleo@coalition.example", "role": "reviewer"}


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return officers.signed_in(app)


@pytest.fixture
def ben(app: Flask) -> FlaskClient:
    return officers.signed_in(app, "Ben")


def named(email: str = CLEO["email"]) -> Officer:
    found = queries.officer_of(email)
    assert found is not None
    return found


def page_of(email: str = CLEO["email"]) -> str:
    return f"/admin/officers/{named(email).public_id}/"


def request_on(page: str) -> str:
    found = re.search(r"/admin/officers/requests/[^\"]+", page)
    assert found is not None
    return found.group(0)


def enter(app: Flask) -> tuple[FlaskClient, Any]:
    """Follow the newest invitation to its end, in a browser of its own."""
    open_ones = select(OfficerInvitation.public_id).where(OfficerInvitation.used_at.is_(None))
    name = db.session.scalars(open_ones.order_by(OfficerInvitation.id.desc())).first() or ""
    client, path = app.test_client(), f"/admin/invitations/{tokens.sign(Purpose.INVITATION, name)}"
    chosen = client.post(path, data={"password": PASSWORD, "password_again": PASSWORD})
    secret = re.search(r'data-secret="([A-Z2-7]+)"', client.get(chosen.location).text)
    assert secret is not None
    return client, client.post(chosen.location, data={"code": pyotp.TOTP(secret.group(1)).at(clock.now())})


def test_officer_when_invited_by_one_and_confirmed_by_another_comes_in(
    app: Flask, ada: FlaskClient, ben: FlaskClient
) -> None:
    done = ada.post("/admin/officers/", data=CLEO)
    assert (done.status_code, done.location) == (303, page_of())
    own = ada.get("/admin/officers/").text
    assert "It takes another officer of the secretariat to confirm it." in own
    asked = request_on(ben.get("/admin/officers/").text)
    assert ada.post(asked, data={"decision": "confirm"}).status_code == 403
    assert ben.post(asked, data={"decision": "confirm"}).status_code == 303
    assert ben.post(asked, data={"decision": "refuse"}).status_code == 409
    client, last = enter(app)
    assert (last.status_code, last.location) == (302, "/admin/applications/")
    assert client.get("/admin/applications/").status_code == 200
    assert client.get("/admin/officers/").status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "\u202e"}, "Enter the name."),
        ({"email": "nobody"}, "Enter an email address in the correct format, like name@example.org."),
        ({"email": ""}, "Enter the email address."),
        ({"role": "outside"}, "Choose a role."),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_invitation_when_something_is_wrong_is_shown_again(ada: FlaskClient, typed: dict[str, str], told: str) -> None:
    refused = ada.post("/admin/officers/", data=CLEO | typed)
    assert (refused.status_code, told in refused.text) == (422, True)
    assert "<title>Error: Officers" in refused.text


@pytest.mark.one_database
def test_invitation_when_the_person_is_an_officer_says_so(ada: FlaskClient) -> None:
    email = db.session.scalars(select(Officer.email)).one()
    refused = ada.post("/admin/officers/", data=CLEO | {"email": email.upper()})
    assert (refused.status_code, "can sign in already" in refused.text) == (422, True)


def test_role_when_changed_on_the_page_is_lowered_at_once(ada: FlaskClient, ben: FlaskClient) -> None:
    ben_email = db.session.scalars(select(Officer.email).where(Officer.name == "Ben")).one()
    assert ada.post(f"{page_of(ben_email)}role", data={"role": "auditor"}).status_code == 303
    assert named(ben_email).role == "auditor"
    assert ben.get("/admin/officers/").status_code == 403
    assert ada.post(f"{page_of(ben_email)}role", data={"role": "king"}).status_code == 422
    refused = ada.post(f"{page_of(ben_email)}role", data={"role": "secretariat"})
    assert (refused.status_code, "Invite a second one first." in refused.text) == (409, True)


def test_limits_when_kept_narrow_what_the_officer_reaches(app: Flask, charter: str, ada: FlaskClient) -> None:
    charters.load(charters.DECLARATION)
    with transaction():
        cleo = officers.officer("Cleo", Role.REVIEWER, email=CLEO["email"])
    browser, waiting = officers.browser_of(cleo, app), signing.verified()
    address = f"/admin/applications/{waiting.reference}/"
    assert browser.get(address).status_code == 200
    sent = {"charters": "ilgsse-declaration", "networks": " Réseau  du Fleuve \nriver.example\nriver.example\n"}
    assert ada.post(f"{page_of()}limits", data=sent).status_code == 303
    assert named().networks == ["Réseau du Fleuve", "river.example"]
    assert browser.get(address).status_code == 404
    shown = ada.get(page_of()).text
    assert 'value="ilgsse-declaration" checked' in shown
    assert "river.example" in shown
    refused = ada.post(f"{page_of()}limits", data={"charters": "no-such-charter", "networks": "x" * 5000})
    assert refused.status_code == 422
    assert "Name fewer networks." in ada.post(f"{page_of()}limits", data={"networks": "x\n" + "y" * 300}).text


def test_limited_officer_when_asking_for_officers_is_refused(app: Flask, ada: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(Officer).values(charters=["icsse-charter"]))
    assert ada.get("/admin/officers/").status_code == 403
    assert ada.post("/admin/officers/", data=CLEO).status_code == 403
    assert ada.get("/admin/account/").status_code == 200


def test_officer_when_shut_out_recovered_and_signed_out_is_told(app: Flask, ada: FlaskClient) -> None:
    with transaction():
        cleo = officers.officer("Cleo", Role.REVIEWER, email=CLEO["email"])
    browser = officers.browser_of(cleo, app)
    assert ada.post(f"{page_of()}sessions/end").status_code == 303
    assert browser.get("/admin/account/").status_code == 302
    sent = ada.post(f"{page_of()}recover")
    assert "The link is on its way." in ada.get(sent.location).text
    client, last = enter(app)
    assert (last.status_code, client.get("/admin/account/").status_code) == (302, 200)
    assert ada.post(f"{page_of()}disable").status_code == 303
    assert client.get("/admin/account/").status_code == 302
    assert "The account is closed." in ada.get(page_of()).text
    assert ada.post(f"{page_of()}recover").status_code == 409


def test_absence_when_entered_for_a_colleague_is_shown_in_the_list(ada: FlaskClient) -> None:
    with transaction():
        officers.officer("Cleo", Role.REVIEWER, email=CLEO["email"])
    today = clock.today()
    days = {"first_on": today.isoformat(), "last_on": (today + timedelta(days=3)).isoformat()}
    assert ada.post(f"{page_of()}absences", data=days).status_code == 303
    assert "Away until" in ada.get("/admin/officers/").text
    assert ada.post(f"{page_of()}absences", data={}).status_code == 422
    name = staff.absences_of(named().id, today=today)[0].public_id
    assert ada.post(f"{page_of()}absences/{name}/remove").status_code == 303
    assert "Away until" not in ada.get("/admin/officers/").text


def test_case_when_laid_before_somebody_from_outside_is_all_that_person_sees(
    app: Flask, charter: str, ada: FlaskClient
) -> None:
    given, other = signing.verified(), signing.verified()
    ours, theirs = given.reference, other.reference
    page = f"/admin/applications/{ours}/outside"
    assert ada.get(page).status_code == 200
    refused = ada.post(page, data={"name": "Zoé", "email": "nobody"})
    assert refused.status_code == 422
    assert ada.post(page, data={"name": "Zoé", "email": "zoe@elsewhere.example"}).status_code == 303
    assert "Zoé" in ada.get(page).text
    zoe, _ = enter(app)
    assert zoe.get(f"/admin/applications/{ours}/").status_code == 200
    assert zoe.get(f"/admin/applications/{theirs}/").status_code == 404
    assert theirs not in zoe.get("/admin/applications/").text
    assert ada.post(page, data={"name": "Zoé", "email": "zoe@elsewhere.example"}).status_code == 422
    outside_access.end_decided()
    assert zoe.get("/admin/account/").status_code == 200
    with transaction() as session:
        session.execute(update(Officer).where(Officer.only_reference == ours).values(only_reference="A-GONE"))
    outside_access.end_decided()
    outside_access.end_decided()
    assert zoe.get("/admin/account/").status_code == 302
    assert named("zoe@elsewhere.example").disabled_at is not None


def test_case_when_nothing_is_to_be_decided_is_not_laid_before_anybody(
    app: Flask, charter: str, ada: FlaskClient
) -> None:
    reference = signing.active().reference
    assert ada.get(f"/admin/applications/{reference}/outside").status_code == 409
    assert ada.get("/admin/applications/A-ZZZZZZZZ/outside").status_code == 404
