from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound

from coalition.web.caching import public_page

pytestmark = pytest.mark.one_database


def etag_of(app: Flask, path: str, version: str = "1", **headers: str) -> str:
    with app.test_request_context(path, headers=headers):
        return public_page(version, lambda: "page").headers["ETag"]


def test_page_that_nobody_holds_is_rendered_and_may_be_kept(app: Flask) -> None:
    with app.test_request_context("/en/register/"):
        answer = public_page("1", lambda: "page")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "page")
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert answer.headers["ETag"].startswith('W/"')


def test_page_that_the_reader_holds_costs_no_template(app: Flask) -> None:
    held = etag_of(app, "/en/register/")

    def render() -> str:
        raise AssertionError("rendered for nothing")

    for spelling in (held, f'"other", {held}', held.removeprefix("W/")):
        with app.test_request_context("/en/register/", headers={"If-None-Match": spelling}):
            answer = public_page("1", render)
        assert (answer.status_code, answer.get_data()) == (304, b"")
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (held, "public, max-age=30")


def test_page_of_another_version_is_rendered_anew(app: Flask) -> None:
    with app.test_request_context("/en/register/", headers={"If-None-Match": etag_of(app, "/en/register/")}):
        answer = public_page("2", lambda: "newer")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "newer")


def test_tags_of_pages_that_differ_in_anything_differ(app: Flask) -> None:
    tags = [
        etag_of(app, "/en/register/"),
        etag_of(app, "/en/register/", version="2"),
        etag_of(app, "/fr/register/"),
        etag_of(app, "/en/register/?q=a"),
        etag_of(app, "/en/register/?q=b"),
        etag_of(app, "/en/register/?q=a&q=b"),
        etag_of(app, "/en/register/?q=%00"),
        etag_of(app, "/en/register/?q=%ff"),
        etag_of(app, "/api/v1/signatories", Accept="application/json"),
        etag_of(app, "/api/v1/signatories", Accept="text/html"),
    ]
    assert len(set(tags)) == len(tags)
    assert etag_of(app, "/en/register/", Accept="text/html") == tags[0]


def test_page_that_says_how_it_is_answered_keeps_that(app: Flask) -> None:
    with app.test_request_context("/en/charters/x/text.md"):
        answer = public_page("1", lambda: Response("# Charter", mimetype="text/markdown"))
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/markdown", "public, max-age=30")


def test_page_that_is_not_there_is_not_there(app: Flask) -> None:
    def render() -> str:
        raise NotFound

    with app.test_request_context("/en/register/X-1/"), pytest.raises(NotFound):
        public_page("1", render)


@pytest.mark.parametrize(
    "path",
    ["/en/charters/", "/en/charters/icsse-charter/", "/en/register/", "/fr/register/?q=a", "/api/v1/signatories"],
)
def test_public_page_sets_no_cookie_and_is_answered_with_304_when_held(
    client: FlaskClient, charter: str, path: str
) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers
    assert "Cookie" not in first.headers.get("Vary", "")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("query", [b"q=\xff", b"\xff\xfe", b"q=%ff%00", b"after=\xc3", b"q=" + b"a" * 4000])
def test_public_page_with_a_query_of_any_bytes_is_a_page(client: FlaskClient, charter: str, query: bytes) -> None:
    for path in ("/en/register/", "/en/charters/", "/api/v1/signatories"):
        answer = client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
        assert answer.status_code == 200
