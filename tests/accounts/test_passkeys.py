"""Passkeys as a browser meets them: added, used to sign in and to confirm, refused where anything does not fit."""

from __future__ import annotations

import html
import json
import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition import clock
from coalition.accounts.models import Officer, OfficerPasskey, OfficerSession, SpentChallenge
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.accounts.proving import PRESENT, Passkey
from tests.factories import officers

ORIGIN = "https://coalition.test"
REFUSED = "This passkey was not accepted. Try again, or sign in with your password and a code."
ADD, SIGN_IN = "/admin/account/passkeys", "/admin/login/passkey"


@pytest.fixture(autouse=True)
def site(settings: MutableMapping[str, Any]) -> None:
    settings["PUBLIC_URL"] = ORIGIN


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return officers.signed_in(app)


def options(page: str) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]*)"', page)
    assert found is not None
    read: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return read


def added(browser: FlaskClient, passkey: Passkey | None = None, label: str = "My phone") -> Passkey:
    passkey = passkey or Passkey(ORIGIN)
    answer = passkey.make(options(browser.get(ADD).text))
    done = browser.post(ADD, data={"label": label, "passkey": answer})
    assert (done.status_code, done.location) == (303, "/admin/account/")
    return passkey


def signed_in_by(client: FlaskClient, passkey: Passkey, query: str = "") -> Any:
    asked = options(client.get(f"/admin/login{query}").text)
    return client.post(f"{SIGN_IN}{query}", data={"passkey": passkey.get(asked)})


def test_passkey_when_added_is_listed_noted_and_told_by_mail(ada: FlaskClient) -> None:
    added(ada, label="  My <phone> ")
    assert "My &lt;phone&gt;" in ada.get("/admin/account/").text
    assert db.session.scalars(select(AuditRecord.act)).all() == ["add_passkey"]
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.template, mail.values["change"], mail.values["detail"]) == (
        "accounts/account_changed",
        "add_passkey",
        "My <phone>",
    )


def test_passkey_when_it_answers_signs_in_and_counts_as_a_fresh_factor(app: Flask, ada: FlaskClient) -> None:
    passkey, other = added(ada), app.test_client()
    done = signed_in_by(other, passkey, "?next=/admin/account/")
    assert (done.status_code, done.location) == (303, "/admin/account/")
    assert other.get("/admin/account/password").status_code == 200
    kept = db.session.scalars(select(OfficerPasskey)).one()
    assert (kept.sign_count, kept.last_used_at is not None) == (1, True)
    line = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "sign_in")).one()
    assert line.reason == "passkey"


def test_passkey_when_asked_to_confirm_opens_what_weighs(ada: FlaskClient) -> None:
    passkey = added(ada)
    with transaction() as session:
        session.execute(update(OfficerSession).values(proved_at=None))
    invited = {"name": "Cleo", "email": "cleo@coalition.example", "role": "auditor"}
    asked = ada.post("/admin/officers/", data=invited)
    answer = passkey.get(options(asked.text))
    broken = ada.post("/admin/officers/", data=invited | {"factor_passkey": "{}"})
    assert (broken.status_code, REFUSED in broken.text) == (422, True)
    late = ada.post("/admin/officers/", data=invited | {"factor_passkey": answer})
    assert late.status_code == 422  # its challenge ended with the answer before
    done = ada.post("/admin/officers/", data=invited | {"factor_passkey": passkey.get(options(late.text))})
    assert done.status_code == 303


def test_passkey_when_it_is_a_colleagues_confirms_nothing(app: Flask, ada: FlaskClient) -> None:
    passkey, ben = added(officers.signed_in(app, "Ben")), ada
    with transaction() as session:
        session.execute(update(OfficerSession).values(proved_at=None))
    asked = ben.get("/admin/confirm")
    answer = ben.post("/admin/confirm", data={"factor_passkey": passkey.get(options(asked.text))})
    assert (answer.status_code, REFUSED in answer.text) == (422, True)


def test_answer_when_sent_again_opens_nothing(app: Flask, ada: FlaskClient) -> None:
    passkey, thief = added(ada), app.test_client()
    asked = options(thief.get("/admin/login").text)
    cookie = thief.get_cookie("coalition", domain="coalition.test") or thief.get_cookie("coalition")
    assert cookie is not None
    answer = passkey.get(asked)
    assert thief.post(SIGN_IN, data={"passkey": answer}).status_code == 303
    again = app.test_client()
    again.set_cookie("coalition", cookie.value)
    with transaction() as session:
        session.execute(update(OfficerPasskey).values(sign_count=0))
    assert again.post(SIGN_IN, data={"passkey": answer}).status_code == 422
    assert len(db.session.scalars(select(SpentChallenge)).all()) == 2


@pytest.mark.parametrize(
    "what", ["origin", "site", "unverified", "challenge", "count", "signature", "owner", "stranger"]
)
def test_answer_when_something_does_not_fit_is_refused(app: Flask, ada: FlaskClient, what: str) -> None:
    passkey, other = added(ada), app.test_client()
    asked = options(other.get("/admin/login").text)
    spoilt = {
        "origin": {"origin": "https://evil.example"},
        "site": {"rp_id": "evil.example"},
        "unverified": {"flags": PRESENT},
        "count": {"count": -1},
        "owner": {"handle": "c29tZWJvZHk"},
        "stranger": {"id": b"another"},
    }.get(what, {})
    if what == "count":
        signed_in_by(app.test_client(), passkey)
    for name, value in spoilt.items():
        setattr(passkey, name, value)
    answer = json.loads(passkey.get(asked | ({"challenge": "AAAA"} if what == "challenge" else {})))
    if what == "signature":
        answer["response"]["signature"] = "AAAA"
    refused = other.post(SIGN_IN, data={"passkey": json.dumps(answer)})
    assert (refused.status_code, REFUSED in refused.text) == (422, True)
    assert other.get("/admin/account/").location.startswith("/admin/login")


@pytest.mark.one_database
@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{", '{"rawId": "é"}', '{"rawId": "AA", "response": 3}', '{"rawId": 7}', "x" * 20_000]
)
def test_answer_when_it_is_none_is_refused(app: Flask, ada: FlaskClient, client: FlaskClient, answer: str) -> None:
    added(ada)
    client.get("/admin/login")
    assert client.post(SIGN_IN, data={"passkey": answer}).status_code == 422
    ada.get(ADD)
    made = ada.post(ADD, data={"label": "x", "passkey": answer})
    assert (made.status_code, REFUSED in made.text) == (422, True)


@pytest.mark.one_database
def test_challenge_when_its_time_is_over_is_answered_in_vain(app: Flask, ada: FlaskClient, client: FlaskClient) -> None:
    passkey = added(ada)
    asked = options(client.get("/admin/login").text)
    with time_machine.travel(clock.now() + timedelta(seconds=601)):
        assert client.post(SIGN_IN, data={"passkey": passkey.get(asked)}).status_code == 422
    assert app.test_client().post(SIGN_IN, data={"passkey": passkey.get(asked)}).status_code == 422


def test_passkey_when_its_officer_is_disabled_opens_nothing(app: Flask, ada: FlaskClient) -> None:
    passkey = added(ada)
    with transaction() as session:
        session.execute(update(Officer).values(disabled_at=clock.now()))
    assert signed_in_by(app.test_client(), passkey).status_code == 422


def test_passkey_when_removed_opens_nothing(app: Flask, ada: FlaskClient) -> None:
    passkey = added(ada)
    name = db.session.scalars(select(OfficerPasskey.public_id)).one()
    colleague = officers.signed_in(app, "Ben")
    assert colleague.post(f"{ADD}/{name}/remove").status_code == 404
    assert ada.post(f"{ADD}/{name}/remove").status_code == 303
    assert ada.post(f"{ADD}/{name}/remove").status_code == 404
    assert signed_in_by(app.test_client(), passkey).status_code == 422


def test_passkey_when_kept_already_is_refused(app: Flask, ada: FlaskClient) -> None:
    passkey = added(ada)
    assert [one["id"] for one in options(ada.get(ADD).text)["excludeCredentials"]] != []
    ben = officers.signed_in(app, "Ben")
    answer = passkey.make(options(ben.get(ADD).text))
    assert ben.post(ADD, data={"label": "Mine", "passkey": answer}).status_code == 409


@pytest.mark.one_database
@pytest.mark.parametrize("label", ["", "\u200b", "x" * 81])
def test_passkey_when_it_has_no_name_is_asked_for_one(ada: FlaskClient, label: str) -> None:
    answer = Passkey(ORIGIN).make(options(ada.get(ADD).text))
    refused = ada.post(ADD, data={"label": label, "passkey": answer})
    assert (refused.status_code, "Give the passkey a name." in refused.text) == (422, True)


@pytest.mark.one_database
@pytest.mark.parametrize("where", ["http://coalition.test", "https://127.0.0.1", "http://[::1]:8000"])
def test_passkeys_when_the_site_cannot_have_them_are_not_offered(
    ada: FlaskClient, client: FlaskClient, settings: MutableMapping[str, Any], where: str
) -> None:
    settings["PUBLIC_URL"] = where
    assert "data-passkey" not in client.get("/admin/login").text
    assert "data-passkey" not in ada.get(ADD).text
    assert "Passkeys need a site with a domain name" in ada.get("/admin/account/").text


@pytest.mark.one_database
def test_passkeys_when_served_on_the_own_machine_are_offered(
    client: FlaskClient, settings: MutableMapping[str, Any]
) -> None:
    settings["PUBLIC_URL"] = "http://localhost:8000"
    assert options(client.get("/admin/login").text)["rpId"] == "localhost"
