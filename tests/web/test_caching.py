from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, session
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound

from coalition.web import caching
from coalition.web.caching import Kept, public_page
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker

pytestmark = pytest.mark.one_database


def etag_of(app: Flask, path: str, version: str = "1") -> str:
    with app.test_request_context(path):
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
        etag_of(app, "/en/charters/"),
    ]
    assert len(set(tags)) == len(tags)
    assert etag_of(app, "/en/register/") == tags[0]


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
    asked = {"QUERY_STRING": query.decode("latin-1")}
    for path in ("/en/register/", "/en/charters/"):
        assert client.get(path, environ_overrides=asked).status_code == 200
    problem = client.get("/api/v1/signatories", environ_overrides=asked)  # says what it cannot read
    assert problem.status_code == (200 if query in (b"q=\xff", b"q=%ff%00") else 422)


@pytest.fixture
def keeping(makers: Callable[[str], Maker], tmp_path: Path) -> Iterator[Flask]:
    """An application that keeps its public pages for a moment, with a page that counts how often it is made."""
    app = build(makers("sqlite").migrated(), tmp_path, VERSION_SECONDS=0.2)
    app.test_client_class = FlaskClient
    app.extensions["made"] = []

    @app.get("/en/kept/")
    def kept() -> Response:
        return public_page("1", lambda: made("kept"))

    @app.get("/en/greeting/")
    def greeting() -> Response:
        return public_page("1", lambda: made(f"hello {session.setdefault('name', 'Awa')}"))

    @app.get("/en/missing/")
    def missing() -> Response:
        raise NotFound

    @app.get("/en/large/")
    def large() -> Response:
        return public_page("1", lambda: made("x" * (caching.LARGEST_PAGE + 1)))

    def made(text: str) -> str:
        app.extensions["made"].append(text)
        return text

    yield app
    close(app)


def test_page_that_was_just_made_is_answered_again_without_the_application(
    keeping: Flask, counted_queries: Callable[[], Any]
) -> None:
    client = keeping.test_client()
    first = client.get("/en/kept/")
    with counted_queries() as statements:
        again, held = client.get("/en/kept/"), client.get("/en/kept/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.data, again.headers) == (first.data, first.headers)
    assert (held.status_code, held.data, held.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert held.headers["Cache-Control"] == "public, max-age=30"
    assert statements == []
    assert keeping.extensions["made"] == ["kept"]


def test_page_that_was_kept_for_its_moment_is_made_anew(keeping: Flask) -> None:
    client = keeping.test_client()
    client.get("/en/kept/")
    time.sleep(0.25)
    assert client.get("/en/kept/").data == b"kept"
    assert keeping.extensions["made"] == ["kept", "kept"]


def test_page_that_only_its_holder_asked_for_is_made_for_the_next_reader(keeping: Flask) -> None:
    client = keeping.test_client()
    etag = client.get("/en/kept/").headers["ETag"]
    time.sleep(0.25)
    assert client.get("/en/kept/", headers={"If-None-Match": etag}).status_code == 304
    answer = client.get("/en/kept/")
    assert (answer.status_code, answer.data) == (200, b"kept")


def test_page_at_another_address_is_another_page(keeping: Flask) -> None:
    client = keeping.test_client()
    for path in ("/en/kept/", "/en/kept/?q=a", "/en/kept/?q=b"):
        assert client.get(path).status_code == 200
    assert client.post("/en/kept/").status_code == 405
    assert len(keeping.extensions["made"]) == 3


def test_page_that_sets_a_cookie_is_kept_for_nobody(keeping: Flask) -> None:
    """A mistake in a page must not hand one reader's session to the next."""
    for _ in range(2):
        assert "Set-Cookie" in keeping.test_client().get("/en/greeting/").headers
    assert len(keeping.extensions["made"]) == 2


@pytest.mark.parametrize(("path", "status"), [("/en/missing/", 404), ("/en/large/", 200)])
def test_page_that_is_missing_or_very_large_is_not_kept(keeping: Flask, path: str, status: int) -> None:
    client = keeping.test_client()
    assert [client.get(path).status_code for _ in range(2)] == [status] * 2
    assert len(keeping.extensions["made"]) == (2 if status == 200 else 0)


def test_release_when_python_compiles_a_module_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "ROOT", tmp_path)
    (tmp_path / "coalition" / "__pycache__").mkdir(parents=True)
    (tmp_path / "coalition" / "app.py").touch()
    before = caching.release.__wrapped__()
    (tmp_path / "coalition" / "__pycache__" / "app.cpython-311.pyc").touch()
    assert caching.release.__wrapped__() == before
    (tmp_path / "coalition" / "clock.py").touch()
    assert caching.release.__wrapped__() != before


def test_kept_values_beyond_their_number_make_room_for_the_newest() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "c"):
        kept.put(key, key.upper(), seconds=5)
    kept.put("d", "D", seconds=0)
    assert [kept.get(key) for key in "abcd"] == [None, None, "C", None]
