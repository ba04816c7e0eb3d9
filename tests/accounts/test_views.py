"""The way in and out, as a browser meets it."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from coalition import clock
from coalition.accounts import cli
from coalition.accounts.models import OfficerSession
from coalition.accounts.permissions import Role
from coalition.extensions import db
from coalition.transactions import transaction
from tests.factories import officers

PASSWORD = officers.PASSWORD
FAILED = "Address, password and code do not match. Enter all three again; each code works once."


@pytest.fixture
def ada(app: Flask) -> str:
    """The address of an officer who can sign in."""
    with transaction():
        person = officers.officer(email="ada@coalition.example")
        officers.officer("Ben")
        return person.email


def code(secret: str = officers.SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def sign_in(client: FlaskClient, next_: str | None = None, **typed: str) -> Any:
    fields = {"email": "ada@coalition.example", "password": PASSWORD, "code": code()} | typed
    query = {"next": next_} if next_ is not None else {}
    return client.post("/admin/login", data=fields, query_string=query)


def path_of(link: str) -> str:
    return link.removeprefix("http://coalition.test")


def first_link() -> str:
    link = cli.first_officer_link()
    assert link is not None
    return path_of(link)


def enrolled(client: FlaskClient, path: str, **typed: str) -> Any:
    """Walk an invitation to its end and return the last answer."""
    chosen = client.post(path, data={"password": PASSWORD, "password_again": PASSWORD} | typed)
    secret = re.search(r'data-secret="([A-Z2-7]+)"', client.get(chosen.location).text)
    assert secret is not None
    return client.post(chosen.location, data={"code": code(secret.group(1))})


def test_first_officer_when_the_link_is_followed_is_signed_in(client: FlaskClient) -> None:
    link = first_link()
    assert client.get(link).status_code == 200
    done = enrolled(client, link, email="Ada@Coalition.Example ", name="  Ada  Lovelace ")
    assert (done.status_code, done.location) == (302, "/admin/applications/")
    assert client.get("/admin/").status_code == 200
    assert client.get(link).status_code == 404
    assert cli.first_officer_link() is None


def test_invitation_when_only_looked_at_changes_nothing(client: FlaskClient) -> None:
    link = first_link()
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.get(f"{link}/second-factor").location == link
    assert cli.first_officer_link() is not None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"password": "short", "password_again": "short"}, "Choose a password of 12 to 200 characters."),
        ({"password_again": "plum river lantern 5"}, "Enter the same password twice."),
        ({"email": "nobody"}, "Enter an email address in the correct format, like name@example.org."),
        ({"email": "a" * 300 + "@x.org"}, "Enter your email address."),
        ({"name": "\x00\u202e"}, "Enter your name."),
        ({"name": "a" * 5000}, "Enter your name."),
        ({"name": PASSWORD}, "Choose a password that is neither your name nor your address nor one sign repeated."),
        ({}, "Enter your name."),
    ],
)
@pytest.mark.one_database
def test_invitation_when_something_is_wrong_is_shown_again(
    client: FlaskClient, typed: dict[str, str], told: str
) -> None:
    sent = {"password": PASSWORD, "password_again": PASSWORD, "email": "ada@coalition.example", "name": "Ada"} | typed
    answer = client.post(first_link(), data=sent if typed else {})
    assert answer.status_code == 422
    assert told in answer.text
    assert "<title>Error: " in answer.text


def test_enrolment_when_the_code_is_wrong_is_shown_again_with_the_same_secret(client: FlaskClient) -> None:
    link = first_link()
    sent = {"password": PASSWORD, "password_again": PASSWORD, "email": "ada@coalition.example", "name": "Ada"}
    page = client.post(link, data=sent).location
    before = client.get(page).text
    answer = client.post(page, data={"code": "1"})
    assert answer.status_code == 422
    assert "Enter the code that your authenticator app shows now; each code works once." in answer.text
    assert re.findall('data-secret="([^"]*)"', answer.text) == re.findall('data-secret="([^"]*)"', before)


def test_enrolment_when_another_browser_has_the_link_shows_no_secret(app: Flask, client: FlaskClient) -> None:
    link = first_link()
    sent = {"password": PASSWORD, "password_again": PASSWORD, "email": "ada@coalition.example", "name": "Ada"}
    page = client.post(link, data=sent).location
    other = app.test_client().get(page)
    assert (other.status_code, other.location) == (302, link)


def test_invited_officer_when_the_link_is_followed_signs_in_with_the_address_invited(
    runner: FlaskCliRunner, client: FlaskClient, ada: str
) -> None:
    told = runner.invoke(
        args=["officers", "invite", "cleo@coalition.example", "--name", "Cleo Casandra", "--role", "auditor"]
    )
    link = path_of(told.output.strip())
    assert "Cleo Casandra" in client.get(link).text
    own = {"password": "cleo CASANDRA", "password_again": "cleo CASANDRA"}
    assert "neither your name nor your address" in client.post(link, data=own).text
    assert enrolled(client, link).location == "/admin/applications/"
    client.post("/admin/logout")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert client.get(link).status_code == 404


def test_session_when_in_use_is_noted_now_and_then(app: Flask) -> None:
    browser, began = officers.signed_in(app), clock.now()
    for minutes, noted in ((9, 0), (11, 11), (20, 11), (22, 22)):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            browser.get("/admin/")
        seen = db.session.scalars(select(OfficerSession.last_seen_at)).one()
        assert round((seen - began).total_seconds() / 60) == noted
        db.session.rollback()


@pytest.mark.parametrize("token", ["x", "é", "a" * 3000, "%00", "IjEi.sig"])
@pytest.mark.one_database
def test_invitation_when_the_token_is_broken_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/admin/invitations/{token}").status_code == 404


def test_sign_in_when_all_is_right_leads_to_the_page_asked_for(client: FlaskClient, ada: str) -> None:
    asked = client.get("/admin/?x=1")
    assert (asked.status_code, asked.location) == (302, "/admin/login?next=/admin/?x%3D1")
    done = sign_in(client, "/admin/?x=1")
    assert (done.status_code, done.location) == (302, "/admin/?x=1")
    assert client.get("/admin/login").location == "/admin/applications/"


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/admin/",
        "//evil.example/admin/",
        "/admin/\\evil",
        "/en/",
        "javascript:alert(1)",
        "/admin/\r\nX: y",
    ],
)
@pytest.mark.one_database
def test_sign_in_when_next_leads_elsewhere_goes_to_the_applications(client: FlaskClient, ada: str, next_: str) -> None:
    assert sign_in(client, next_).location == "/admin/applications/"


@pytest.mark.parametrize(
    "typed",
    [{"password": "plum river lantern 5"}, {"code": "000000"}, {"email": "eve@coalition.example"}, {"email": "\x00"}],
)
def test_sign_in_when_something_is_wrong_says_the_same(client: FlaskClient, ada: str, typed: dict[str, str]) -> None:
    answer = sign_in(client, **typed)
    assert answer.status_code == 422
    assert FAILED in answer.text
    assert client.get("/admin/").location.startswith("/admin/login")


@pytest.mark.parametrize("missing", ["email", "password", "code"])
@pytest.mark.one_database
def test_sign_in_when_a_field_is_missing_says_which(client: FlaskClient, ada: str, missing: str) -> None:
    answer = sign_in(client, **{missing: ""})
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text


def test_sign_in_when_a_code_was_used_is_refused(app: Flask, client: FlaskClient, ada: str) -> None:
    used = code()
    assert sign_in(client, code=used).status_code == 302
    assert sign_in(app.test_client(), code=used).status_code == 422


def test_sign_in_when_the_officer_is_disabled_is_refused(app: Flask, client: FlaskClient, ada: str) -> None:
    assert sign_in(client).status_code == 302
    assert app.test_cli_runner().invoke(args=["officers", "disable", ada]).exit_code == 0
    assert client.get("/admin/").location.startswith("/admin/login")
    assert FAILED in sign_in(client).text


def test_sign_in_when_tried_too_often_hashes_nothing_more(
    client: FlaskClient, ada: str, settings: MutableMapping[str, Any]
) -> None:
    settings["RATE_LIMITS"] = True
    statuses = [
        sign_in(client, email=f"{'ADA' if n % 2 else 'ada'}@coalition.example", code="1").status_code for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]
    assert sign_in(client).status_code == 429
    assert sign_in(client, email="eve@coalition.example").status_code == 422


def test_session_when_signed_out_cannot_be_replayed(app: Flask, client: FlaskClient, ada: str) -> None:
    sign_in(client)
    cookie = client.get_cookie("coalition", domain="coalition.test") or client.get_cookie("coalition")
    assert cookie is not None
    assert client.post("/admin/logout").location == "/admin/login"
    thief = app.test_client()
    thief.set_cookie("coalition", cookie.value)
    assert thief.get("/admin/").location.startswith("/admin/login")


def test_session_when_somebody_signs_in_holds_nothing_of_before(client: FlaskClient, ada: str) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by a stranger"
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after


def test_sign_out_when_only_opened_is_refused(app: Flask) -> None:
    browser = officers.signed_in(app)
    assert browser.get("/admin/logout").status_code == 405
    assert browser.get("/admin/").status_code == 200


def test_pages_when_the_officer_speaks_french_are_in_french(app: Flask) -> None:
    browser = officers.signed_in(app, language="fr")
    assert '<html lang="fr"' in browser.get("/admin/applications/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("role", Role)
def test_officer_of_any_role_when_signed_in_may_enter(app: Flask, role: Role) -> None:
    assert officers.signed_in(app, role=role).get("/admin/").status_code == 200
