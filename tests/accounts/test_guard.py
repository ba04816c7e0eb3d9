"""The fresh factor: asked before what weighs, kept for minutes, and nothing that was typed is lost."""

from __future__ import annotations

import io
import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from coalition import clock
from coalition.accounts.models import Officer, OfficerSession
from coalition.accounts.permissions import Role
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.transactions import transaction
from tests.accounts.proving import code
from tests.factories import officers

ASKS = "Confirm that it is you"
WRONG = "Enter the code that your authenticator app shows now; each code works once."
INVITED = {"name": "Cleo & co", "email": "cleo@coalition.example", "role": "reviewer"}


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser of the secretariat in which no factor was shown for long."""
    found = officers.signed_in(app)
    let_go_stale()
    return found


def let_go_stale() -> None:
    with transaction() as session:
        session.execute(update(OfficerSession).values(proved_at=clock.now() - timedelta(minutes=10)))


def officers_there() -> int:
    return db.session.scalar(select(func.count()).select_from(Officer)) or 0


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value.replace("&amp;", "&") for name, value in found if name != "csrf_token"}


def test_page_when_no_factor_is_fresh_asks_and_leads_on(browser: FlaskClient) -> None:
    asked = browser.get("/admin/account/password")
    assert (asked.status_code, asked.location) == (302, "/admin/confirm?next=/admin/account/password")
    assert ASKS in browser.get(asked.location).text
    wrong = browser.post(asked.location, data={"factor_code": "000000"})
    assert (wrong.status_code, WRONG in wrong.text) == (422, True)
    done = browser.post(asked.location, data={"factor_code": code()})
    assert (done.status_code, done.location) == (303, "/admin/account/password")
    assert browser.get("/admin/account/password").status_code == 200
    assert browser.get(asked.location).location == "/admin/account/password"


def test_act_when_no_factor_is_fresh_is_asked_about_and_then_done_with_what_was_typed(browser: FlaskClient) -> None:
    asked = browser.post("/admin/officers/", data=INVITED)
    assert (asked.status_code, ASKS in asked.text) == (422, True)
    assert hidden(asked.text) == INVITED
    assert officers_there() == 1
    again = browser.post("/admin/officers/", data=INVITED | {"factor_code": "000000"})
    assert (again.status_code, WRONG in again.text, officers_there()) == (422, True, 1)
    empty = browser.post("/admin/officers/", data=INVITED | {"factor_code": ""})
    assert (empty.status_code, officers_there()) == (422, 1)
    done = browser.post("/admin/officers/", data=hidden(again.text) | {"factor_code": code()})
    assert (done.status_code, officers_there()) == (303, 2)
    assert db.session.scalar(select(Officer.name).where(Officer.email == INVITED["email"])) == INVITED["name"]


def test_factor_when_shown_holds_for_ten_minutes(app: Flask) -> None:
    began, browser = clock.now(), officers.signed_in(app)
    for seconds, status in ((590, 200), (601, 302)):
        with time_machine.travel(began + timedelta(seconds=seconds), tick=False):
            assert browser.get("/admin/account/password").status_code == status


def test_factor_when_used_once_does_not_count_again(app: Flask, browser: FlaskClient) -> None:
    used = code()
    assert browser.post("/admin/confirm", data={"factor_code": used}).status_code == 303
    let_go_stale()
    assert browser.post("/admin/confirm", data={"factor_code": used}).status_code == 422


def test_factor_when_guessed_too_often_is_refused(browser: FlaskClient, settings: MutableMapping[str, Any]) -> None:
    settings["RATE_LIMITS"] = True
    statuses = [browser.post("/admin/confirm", data={"factor_code": "000000"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert browser.post("/admin/confirm", data={"factor_code": code()}).status_code == 429


def test_factor_when_shown_is_a_line_of_the_audit_log(browser: FlaskClient) -> None:
    browser.post("/admin/confirm", data={"factor_code": code()})
    assert db.session.scalars(select(AuditRecord.act)).all() == ["prove"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("http://coalition.test/admin/officers/", "/admin/officers/"),
        ("http://evil.example/admin/", "/admin/applications/"),
        (None, "/admin/applications/"),
    ],
)
def test_act_when_a_file_was_sent_leads_back_to_its_page(
    browser: FlaskClient, referrer: str | None, wanted: str
) -> None:
    sent = INVITED | {"file": (io.BytesIO(b"x"), "list.csv")}
    headers = {"Referer": referrer} if referrer else {}
    asked = browser.post("/admin/officers/", data=sent, content_type="multipart/form-data", headers=headers)
    assert (asked.status_code, asked.location) == (303, f"/admin/confirm?next={wanted}&again=1")
    assert "You will have to choose your file once more." in browser.get(asked.location).text


@pytest.mark.one_database
def test_stranger_when_asking_for_what_weighs_is_not_asked_for_a_factor(app: Flask, client: FlaskClient) -> None:
    assert client.post("/admin/officers/", data=INVITED).location.startswith("/admin/login")
    auditor = officers.signed_in(app, role=Role.AUDITOR)
    let_go_stale()
    assert auditor.post("/admin/officers/", data=INVITED).status_code == 403


@pytest.mark.one_database
def test_confirm_when_next_leads_elsewhere_goes_to_the_applications(browser: FlaskClient) -> None:
    done = browser.post("/admin/confirm?next=https://evil.example/", data={"factor_code": code()})
    assert done.location == "/admin/applications/"


@pytest.mark.one_database
def test_page_when_it_may_run_a_script_runs_ours_alone(app: Flask, browser: FlaskClient, client: FlaskClient) -> None:
    for answer in (browser.get("/admin/confirm"), client.get("/admin/login")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert policy.endswith("; script-src 'self'")
    assert "script-src" not in browser.get("/admin/account/").headers["Content-Security-Policy"]
