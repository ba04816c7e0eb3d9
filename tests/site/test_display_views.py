"""The choice of light or dark: kept in a cookie that a small sheet alone reads, so that no page varies by it."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition.web.caching import MicroCache

pytestmark = pytest.mark.one_database
HERE = "http://coalition.test"
PARTS = Path(__file__).parents[2] / "static" / "css"
PAGES = ("/en/", "/fr/", "/en/privacy/", "/en/register/", "/en/charters/icsse-charter/", "/en/api/v1/", "/en/nothing/")


def chosen(client: FlaskClient, value: str, referer: str = f"{HERE}/en/about/") -> Any:
    return client.post("/display.css", data={"display": value}, headers={"Referer": referer})


def tokens(text: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", text))


@pytest.mark.parametrize(("value", "part"), [("light", "11-light.css"), ("dark", "12-dark.css")])
def test_sheet_when_something_was_chosen_holds_the_site_sheets_own_colours(
    client: FlaskClient, value: str, part: str
) -> None:
    chosen(client, value)
    sheet = client.get("/display.css")
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
    assert tokens(sheet.text) == tokens((PARTS / part).read_text())
    assert f"color-scheme:{value}" in sheet.text
    assert "prefers-color-scheme" not in sheet.text
    assert sheet.text.startswith("@media screen{")  # paper stays light
    assert sheet.text.count("{") == sheet.text.count("}")
    assert f'[value="{value}"]::before' in sheet.text


@pytest.mark.parametrize("cookie", [None, "system", "purple", "../../etc/passwd", "dark\x00"])
def test_sheet_when_nothing_of_ours_was_chosen_follows_the_device(client: FlaskClient, cookie: str | None) -> None:
    if cookie is not None:
        client.set_cookie("display", cookie)
    sheet = client.get("/display.css")
    assert sheet.text == '[name="display"][value="system"]::before{content:"✓ "}\n'
    assert "Set-Cookie" not in sheet.headers


def test_sheet_when_asked_for_again_is_held_by_its_reader_alone(client: FlaskClient) -> None:
    chosen(client, "dark")
    sheet = client.get("/display.css")
    assert sheet.headers["Cache-Control"] == "private, no-cache"
    assert sheet.headers["Vary"] == "Cookie"
    held = {"If-None-Match": sheet.headers["ETag"]}
    assert client.get("/display.css", headers=held).status_code == 304
    chosen(client, "light")
    assert client.get("/display.css", headers=held).status_code == 200


def test_choice_when_sent_is_kept_for_a_year_and_leads_back(client: FlaskClient) -> None:
    answer = chosen(client, "dark", f"{HERE}/en/register/?q=a%20b")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/register/?q=a%20b")
    assert sorted(answer.headers["Set-Cookie"].split("; ")[:1]) == ["display=dark"]
    assert {"HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_choice_over_https_is_sent_over_https_alone(client: FlaskClient, settings: MutableMapping[str, Any]) -> None:
    settings["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in chosen(client, "light").headers["Set-Cookie"].split("; ")


def test_choice_of_the_device_forgets_the_cookie(client: FlaskClient) -> None:
    chosen(client, "dark")
    chosen(client, "system")
    assert client.get_cookie("display") is None


@pytest.mark.parametrize("value", ["", "purple", "dark;x", "\x00"])
def test_choice_of_something_else_changes_nothing(client: FlaskClient, value: str) -> None:
    answer = chosen(client, value)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("", "/en/"),
        ("https://evil.example/en/about/", "/en/"),
        (f"{HERE}.evil.example/en/", "/en/"),
        (f"{HERE}//evil.example/", "/en/"),
        (f"{HERE}/\\evil.example/", "/en/"),
        ("http://[", "/en/"),
        ("javascript:alert(1)", "/en/"),
        (HERE, "/en/"),
        (f"{HERE}/fr/about/#part", "/fr/about/"),
        ("http://localhost/en/about/", "/en/about/"),
    ],
)
def test_way_back_never_leads_to_another_site(client: FlaskClient, referer: str, leads_to: str) -> None:
    assert chosen(client, "dark", referer).headers["Location"] == leads_to


@pytest.mark.parametrize("path", PAGES)
def test_page_when_something_was_chosen_is_the_same_to_the_byte(app: Flask, charter: str, path: str) -> None:
    plain, choosing = app.test_client(), app.test_client()
    chosen(choosing, "dark")
    first, second = plain.get(path), choosing.get(path)
    assert first.data == second.data
    assert list(first.headers) == list(second.headers)
    assert "Set-Cookie" not in first.headers
    assert "Cookie" not in first.headers.get("Vary", "")
    assert first.text.count('<link rel="stylesheet" href="/display.css">') == 1


def test_sheet_when_served_is_not_kept_for_the_next_reader(client: FlaskClient) -> None:
    assert MicroCache.MARK not in client.get("/display.css").request.environ
