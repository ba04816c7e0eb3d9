from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from coalition.web import headers

pytestmark = pytest.mark.one_database

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/", 200),
        ("/healthz", 200),
        ("/api/v1/charters", 200),
        ("/", 302),
        ("/about/", 302),
        ("/en/about", 308),
        ("/en/nothing/", 404),
        ("/api/v1/nothing", 404),
        ("/static/nothing.css", 404),
    ],
)
def test_answer_of_any_kind_carries_the_headers(client: FlaskClient, charter: str, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "Strict-Transport-Security" not in answer.headers
    assert [name for name, _ in answer.headers if name in ("Server", "X-Powered-By")] == []


def test_sign_in_page_alone_lets_its_own_script_ask_for_a_passkey(client: FlaskClient, charter: str) -> None:
    answer = client.get("/admin/login")
    policy = EXPECTED["Content-Security-Policy"]
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (200, f"{policy}; script-src 'self'")


def test_answer_to_a_method_that_a_page_does_not_know_carries_the_headers(client: FlaskClient) -> None:
    answer = client.put("/en/")
    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["GET", "HEAD", "OPTIONS"])
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED


def test_static_file_is_not_guessed_at(client: FlaskClient) -> None:
    with client.get("/static/site.css") as answer:
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_answer_over_https_asks_for_https_from_now_on(client: FlaskClient, settings: MutableMapping[str, Any]) -> None:
    settings["SESSION_COOKIE_SECURE"] = True
    assert client.get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_answer_that_says_nothing_of_keeping_is_not_kept(client: FlaskClient, charter: str) -> None:
    kept = {path: client.get(path).headers["Cache-Control"] for path in ("/admin/login", "/healthz", "/en/charters/")}
    assert kept == {"/admin/login": "no-store", "/healthz": "no-store", "/en/charters/": "public, max-age=30"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "[::1]:80", "coalition.test"])
def test_redirect_whatever_host_was_asked_for_stays_on_the_site(client: FlaskClient, host: str) -> None:
    answer = client.get("/en/register?q=a%20b", headers={"Host": host})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/en/register/?q=a%20b")


def test_redirect_to_another_site_is_left_as_it_is(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = app.process_response(Response(status=302, headers={"Location": "https://example.org/a"}))
    assert answer.headers["Location"] == "https://example.org/a"


@pytest.mark.parametrize("host", ["x" * 64, "x" * 5000, "a..b"])
def test_request_for_a_host_that_cannot_be_is_unreadable(client: FlaskClient, host: str) -> None:
    answer = client.get("/en/about", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED


def test_attachment_when_it_is_shown_after_all_is_powerless(app: Flask) -> None:
    answer = headers.as_attachment(Response(b"<script>alert(1)</script>", mimetype="text/html"))
    with app.test_request_context("/"):
        sent = app.process_response(answer)
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
