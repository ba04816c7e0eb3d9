"""Addresses that were meant otherwise: another language, a slash too many, capitals. Nothing leads off the site."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database
FRENCH = {"Accept-Language": "fr"}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/privacy/", "/fr/privacy/"),
        ("/es/privacy/", "/fr/privacy/"),
        ("/de/register/?q=a%20b", "/fr/register/?q=a%20b"),
        ("/pt-BR/", "/fr/"),
        ("/en-GB/about/", "/en/about/"),
        ("/EN/about/", "/en/about/"),
        ("/en/About/", "/en/about/"),
        ("/en/charters/icsse-charter/sign/organisation/", "/en/charters/icsse-charter/sign/organisation"),
        ("/healthz/", "/healthz"),
        ("/api/v1/charters/", "/api/v1/charters"),
        ("/display.css/", "/display.css"),
    ],
)
def test_address_when_the_page_that_was_meant_is_plain_leads_there(
    client: FlaskClient, charter: str, asked: str, meant: str
) -> None:
    answer = client.get(asked, headers=FRENCH)
    assert (answer.status_code, answer.headers["Location"]) == (302, meant)
    assert answer.headers["Vary"] == "Accept-Language"
    assert client.get(meant).status_code in (200, 302)


@pytest.mark.parametrize(
    "asked",
    [
        "/es/nothing/", "/dev/about/", "/xx/about/", "/fr/es/about/",
        "/en/register/ICSSE-99999/", "/en/signatures/confirm/ABC/", "/API/v1/nothing", "/%00/about/", "/\u0130/about/",
        "/..%2f/about/", "/api/v1/signatories/NOBODY/",
    ],
)  # fmt: skip
def test_address_when_nothing_is_plain_is_not_there(client: FlaskClient, charter: str, asked: str) -> None:
    answer = client.get(asked, headers=FRENCH, follow_redirects=True)
    assert answer.status_code == 404
    assert answer.request.host == "localhost"


@pytest.mark.parametrize("asked", ["//evil.example/", "//healthz/", "///", "/\\\\evil.example/"])
def test_address_when_it_could_name_another_site_never_leads_there(client: FlaskClient, asked: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": asked})
    leads_to = answer.headers.get("Location", "/")
    assert leads_to.startswith("/")
    assert leads_to[1:2] not in ("/", "\\")


@pytest.mark.parametrize("asked", ["/es/privacy/", "/privacy/", "/healthz/"])
def test_address_when_something_is_sent_to_it_leads_nowhere(client: FlaskClient, charter: str, asked: str) -> None:
    assert client.post(asked).status_code == 404


def test_texts_name_in_capitals_leads_to_the_text(client: FlaskClient, charter: str) -> None:
    answer = client.get("/en/charters/ICSSE-Charter/eligibility/?independent=yes")
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "/en/charters/icsse-charter/eligibility/?independent=yes",
    )
    unknown = client.get("/en/charters/No-Such-Charter/", follow_redirects=True)
    assert (unknown.status_code, unknown.request.path) == (404, "/en/charters/no-such-charter/")


@pytest.mark.parametrize("method", ["get", "head"])
def test_other_language_without_any_charter_still_leads_on(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/es/about/").headers["Location"] == "/en/about/"
