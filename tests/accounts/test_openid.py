"""Signing in by an identity provider, against a small real one: connected by the officer alone, and nothing forged."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition import clock
from coalition.accounts.models import Officer, OfficerSession
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.transactions import transaction
from tests.accounts.provider import CLIENT, SECRET, Provider, running
from tests.factories import officers

BACK = "/admin/openid/back"
REFUSED = "The identity provider has not let you in. Begin again at the sign-in page."


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture
def provider(served: Provider, settings: MutableMapping[str, Any]) -> Provider:
    """The provider, in order and named by the settings."""
    served.claims, served.spoilt, served.subject = {}, "", "ada-at-the-ministry"
    settings["OPENID_ISSUER"], settings["OPENID_NAME"] = served.issuer, "the ministry"
    settings["OPENID_CLIENT_ID"], settings["OPENID_CLIENT_SECRET"] = CLIENT, SECRET
    return served


@pytest.fixture
def ada(app: Flask, provider: Provider) -> FlaskClient:
    """The browser of an officer who has connected the own account."""
    browser = officers.signed_in(app)
    assert connected(browser, provider).location == "/admin/account/"
    return browser


def way(page: str) -> str:
    found = re.search(r'href="([^"]+/authorize[^"]*)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def connected(browser: FlaskClient, provider: Provider) -> Any:
    asked = browser.post("/admin/openid/connect")
    return browser.get(BACK, query_string=provider.authorize(way(asked.text)))


def signed_in_by(client: FlaskClient, provider: Provider, next_: str = "/admin/account/") -> Any:
    left = client.get("/admin/openid/sign-in", query_string={"next": next_})
    assert left.status_code == 303
    return client.get(BACK, query_string=provider.authorize(left.location))


def test_officer_when_connected_signs_in_by_the_provider(app: Flask, ada: FlaskClient, provider: Provider) -> None:
    other = app.test_client()
    assert "Sign in by the ministry" in other.get("/admin/login").text
    done = signed_in_by(other, provider)
    assert (done.status_code, done.location) == (303, "/admin/account/")
    page = other.get("/admin/account/").text
    assert "End the connection" in page
    line = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "sign_in")).one()
    assert line.reason == "openid"


def test_sign_in_by_the_provider_when_something_weighs_asks_for_a_factor_of_ours(
    app: Flask, ada: FlaskClient, provider: Provider
) -> None:
    other = app.test_client()
    signed_in_by(other, provider)
    assert other.get("/admin/account/password").location.startswith("/admin/confirm")


def test_stranger_when_let_in_by_the_provider_is_nobody_here(client: FlaskClient, provider: Provider) -> None:
    answer = signed_in_by(client, provider)
    assert (answer.status_code, "No officer is connected with this account." in answer.text) == (422, True)
    assert client.get("/admin/account/").status_code == 302


def test_officer_when_disabled_or_disconnected_is_not_let_in(app: Flask, ada: FlaskClient, provider: Provider) -> None:
    with transaction() as session:
        session.execute(update(Officer).values(disabled_at=clock.now()))
    assert signed_in_by(app.test_client(), provider).status_code == 422
    with transaction() as session:
        session.execute(update(Officer).values(disabled_at=None))
    for _ in range(2):
        assert ada.post("/admin/openid/disconnect").status_code == 303
    assert signed_in_by(app.test_client(), provider).status_code == 422
    acts = db.session.scalars(select(AuditRecord.act)).all()
    assert acts == ["connect_openid", "disconnect_openid"]


def test_account_of_the_provider_when_a_colleague_has_it_is_refused(
    app: Flask, ada: FlaskClient, provider: Provider
) -> None:
    assert connected(ada, provider).status_code == 303
    assert connected(officers.signed_in(app, "Ben"), provider).status_code == 409


def test_way_back_when_another_browser_takes_it_leads_nowhere(app: Flask, ada: FlaskClient, provider: Provider) -> None:
    left = app.test_client().get("/admin/openid/sign-in")
    brought = provider.authorize(left.location)
    assert app.test_client().get(BACK, query_string=brought).status_code == 422
    other = app.test_client()
    other.get("/admin/openid/sign-in")
    assert other.get(BACK, query_string=brought).status_code == 422


def test_way_back_when_taken_twice_leads_nowhere(app: Flask, ada: FlaskClient, provider: Provider) -> None:
    other = app.test_client()
    brought = provider.authorize(other.get("/admin/openid/sign-in").location)
    assert other.get(BACK, query_string=brought).status_code == 303
    assert app.test_client().get(BACK, query_string=brought).status_code == 422
    assert other.get(BACK, query_string=brought).status_code == 422


def test_connecting_when_the_officer_changed_or_the_factor_is_stale_is_refused(app: Flask, provider: Provider) -> None:
    browser = officers.signed_in(app)
    brought = provider.authorize(way(browser.post("/admin/openid/connect").text))
    with transaction() as session:
        session.execute(update(OfficerSession).values(proved_at=None))
    assert browser.get(BACK, query_string=brought).status_code == 422
    assert db.session.scalars(select(Officer.openid_subject)).one() is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another site"},
        {"nonce": "another"},
        {"exp": 1_000_000_000},
        {"sub": None},
        {"azp": "another site"},
    ],
)
def test_token_when_a_claim_does_not_fit_is_refused(
    app: Flask, ada: FlaskClient, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    other = app.test_client()
    answer = signed_in_by(other, provider)
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert other.get("/admin/account/").status_code == 302


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("spoilt", "status"), [("key", 422), ("/keys", 503), ("list", 503), ("/token", 503), ("issuer", 503)]
)
def test_provider_when_it_is_out_of_order_lets_nobody_in(
    app: Flask, ada: FlaskClient, provider: Provider, spoilt: str, status: int
) -> None:
    other = app.test_client()
    brought = provider.authorize(other.get("/admin/openid/sign-in").location)
    provider.spoilt = spoilt
    assert other.get(BACK, query_string=brought).status_code == status
    assert other.get("/admin/account/").status_code == 302


@pytest.mark.one_database
def test_provider_when_it_is_away_says_so(client: FlaskClient, provider: Provider) -> None:
    provider.spoilt = "/.well-known/openid-configuration"
    answer = client.get("/admin/openid/sign-in")
    assert (answer.status_code, "Sign in with your password and a code." in answer.text) == (503, True)


@pytest.mark.one_database
@pytest.mark.parametrize("brought", [{}, {"code": "x"}, {"state": "é", "code": "x"}, {"error": "access_denied"}])
def test_way_back_when_it_brings_nothing_leads_nowhere(
    client: FlaskClient, provider: Provider, brought: dict[str, str]
) -> None:
    client.get("/admin/openid/sign-in")
    assert client.get(BACK, query_string=brought).status_code == 422


@pytest.mark.one_database
def test_code_when_it_is_not_the_providers_is_refused(client: FlaskClient, provider: Provider) -> None:
    left = client.get("/admin/openid/sign-in")
    state = provider.authorize(left.location)["state"]
    assert client.get(BACK, query_string={"code": "forged", "state": state}).status_code == 422


@pytest.mark.one_database
def test_site_when_it_names_no_provider_offers_none(app: Flask, client: FlaskClient) -> None:
    assert "Sign in by" not in client.get("/admin/login").text
    assert client.get("/admin/openid/sign-in").status_code == 404
    assert client.get(BACK).status_code == 422
    assert officers.signed_in(app).post("/admin/openid/connect").status_code == 404
