from __future__ import annotations

import re
from collections.abc import MutableMapping
from html import unescape
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from coalition.web.languages import language_links

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("path", "asked", "location"),
    [
        ("/about/", "fr", "/fr/about/"),
        ("/about/", "de", "/en/about/"),
        ("/about", "fr", "/fr/about"),
        ("/register/?q=a%20b&q=c", "en", "/en/register/?q=a%20b&q=c"),
        ("/register/?q=%00%ff&next=%0d%0aX:", "en", "/en/register/?q=%00%ff&next=%0d%0aX:"),
        ("/charters/a%0d%0aSet-Cookie:%20x/", "en", "/en/charters/a%0D%0ASet-Cookie:%20x/"),
        ("/charters/a%3Fb/", "en", "/en/charters/a%3Fb/"),
        ("/charters/%C3%A9/", "en", "/en/charters/%C3%A9/"),
    ],
)
def test_page_without_its_language_leads_to_the_one_the_browser_asks_for(
    client: FlaskClient, path: str, asked: str, location: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": asked})
    assert (answer.status_code, answer.headers["Location"]) == (302, location)
    assert answer.headers["Vary"] == "Accept-Language"
    assert "Set-Cookie" not in answer.headers


def test_raw_bytes_in_a_query_when_redirected_are_escaped(client: FlaskClient) -> None:
    answer = client.get("/register/", environ_overrides={"QUERY_STRING": "q=\xff<\x01"})
    assert answer.headers["Location"] == "/en/register/?q=%FF%3C%01"


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/xx/about/", "/english/", "/en/nothing/", "/api/about/"],
)
def test_page_that_is_in_no_language_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_page_whose_path_looks_like_another_site_stays_on_this_one(client: FlaskClient) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": "//evil.example/about/"})
    assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_form_that_is_sent_without_its_language_is_not_redirected(client: FlaskClient) -> None:
    assert client.post("/about/").status_code == 404


@pytest.mark.parametrize(("path", "language"), [("/fr/nothing/", "fr"), ("/en/nothing/", "en"), ("/nothing/", "fr")])
def test_page_that_is_not_there_says_so_in_the_readers_language(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert re.search(r'<html[^>]* lang="(\w+)"', answer.text)[1] == language  # type: ignore[index]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", "/api/v2/"])
def test_page_that_is_not_there_under_the_api_is_a_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": "There is no page here",
        "status": 404,
        "detail": "Check the address, or begin at the home page.",
    }


def test_address_that_is_built_has_the_present_language_unless_another_is_named(app: Flask) -> None:
    with app.test_request_context("/fr/about/"):
        app.preprocess_request()
        assert url_for("site.about") == "/fr/about/"
        assert url_for("site.about", language="en") == "/en/about/"
        assert url_for("machine.healthz") == "/healthz"


@pytest.mark.parametrize(
    "query",
    [
        "q=a%20b&after=3",
        "_external=1",
        "_scheme=javascript&_external=1",
        "_anchor=x&_method=POST&language=de&endpoint=site.home&values=1",
        "q=%00",
        "q=%ff%fe",
        "q=%22%3E%3Cscript%3E",
        "a&&=&b",
    ],
)
def test_language_links_with_any_query_keep_it_as_it_is(app: Flask, query: str) -> None:
    with app.test_request_context(f"/en/register/?{query}"):
        app.preprocess_request()
        assert language_links() == [
            ("en", "English", f"/en/register/?{query}"),
            ("fr", "Français", f"/fr/register/?{query}"),
        ]


def test_language_links_on_a_page_stay_on_the_page_and_escape_what_was_typed(client: FlaskClient, charter: str) -> None:
    answer = client.get("/en/register/?q=\"'<>&_external=1&_scheme=javascript")
    links = re.findall(r'<a[^>]+href="([^"]+)"[^>]* hreflang="fr"', answer.text)
    found = links or re.findall(r'href="(/fr/register/[^"]*)"', answer.text)
    assert {unescape(link) for link in found} == {"/fr/register/?q=%22'%3C%3E&_external=1&_scheme=javascript"}
    assert "<>&_external" not in answer.text


def test_language_links_of_raw_bytes_are_addresses(client: FlaskClient, charter: str) -> None:
    answer = client.get("/en/register/", environ_overrides={"QUERY_STRING": "q=\xff\xfe<"})
    assert answer.status_code == 200
    assert 'href="/fr/register/?q=%FF%FE%3C"' in answer.text


@pytest.mark.parametrize(
    ("path", "method"), [("/admin/login", "GET"), ("/en/nothing/?q=a", "GET"), ("/healthz", "GET")]
)
def test_language_links_of_what_is_in_no_language_lead_home(app: Flask, path: str, method: str) -> None:
    with app.test_request_context(path, method=method):
        assert language_links() == [("en", "English", "/en/"), ("fr", "Français", "/fr/")]


def test_language_links_name_the_languages_of_the_settings(app: Flask, settings: MutableMapping[str, Any]) -> None:
    settings["LOCALES"] = ("fr", "en")
    with app.test_request_context("/fr/about/"):
        assert [code for code, _, _ in language_links()] == ["fr", "en"]
