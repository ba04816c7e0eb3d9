from __future__ import annotations

import errno
import logging
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from coalition import errors
from coalition.errors import DomainError, mark
from coalition.extensions import db
from coalition.transactions import reading, transaction
from coalition.web import error_pages
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker

SECRET = "awa@reseau.example.org"
FAULTS: dict[str, Callable[[], object]] = {}


def fault(act: Callable[[], object]) -> Callable[[], object]:
    """Name a way in which a page can fail."""
    FAULTS[act.__name__] = act
    return act


@fault
def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device", SECRET)


@fault
def lost_file() -> None:
    Path("/nowhere/at/all").read_bytes()


@fault
def lost_database() -> None:
    raise OperationalError("SELECT 1", {"email": SECRET}, ConnectionError("connection refused"))


@fault
def no_connection_left() -> None:
    raise PoolTimeout("QueuePool limit")


@fault
def mistake_of_ours() -> None:
    raise ZeroDivisionError(SECRET)


@fault
def mistake_in_a_statement() -> None:
    with transaction() as session:
        values = {"key": SECRET}
        session.execute(text("INSERT INTO throttle_counters (key, ends_at, count) VALUES (:key, 1, NULL)"), values)


@fault
def unknown_person() -> None:
    raise DomainError(mark("Wait for %(what)s."), what="A & <b>")


@fault
def silent_refusal() -> None:
    raise errors.Refused


@fault
def too_large() -> object:
    return request.form["x"]


@pytest.fixture
def faulty(makers: Callable[[str], Maker], database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application with a page for every fault, as it runs outside of tests."""
    url = makers(database).migrated()
    app = build(url, tmp_path, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=True)
    app.test_client_class = FlaskClient
    for name, act in FAULTS.items():
        for path in (f"/en/{name}/", f"/fr/{name}/", f"/api/v1/{name}"):
            app.add_url_rule(path, f"{name}{path}", act, methods=["GET", "POST"])
    app.add_url_rule("/en/abort/<int:code>/", "abort", abort)
    yield app
    close(app)
    makers(database).drop(url)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.Refused, 403),
        (errors.TooMany, 429),
        (errors.Invalid, 422),
        (errors.Unavailable, 503),
        (DomainError, 422),
    ],
)
@pytest.mark.parametrize("start", ["/en", "/api/v1"])
def test_error_of_the_domain_is_answered_with_its_status_and_its_sentence(
    faulty: Flask, kind: type[DomainError], status: int, start: str
) -> None:
    def refuse() -> None:
        raise kind(mark("Wait for %(what)s."), what="A & <b>")

    faulty.add_url_rule(f"{start}/refused/", "refused", refuse)
    answer = faulty.test_client().get(f"{start}/refused/")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("30" if status in (429, 503) else None)
    assert answer.headers["Cache-Control"] == "no-store"
    if start == "/en":
        assert "Wait for A &amp; &lt;b&gt;." in answer.text
    else:
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert (answer.json["status"], answer.json["detail"]) == (status, "Wait for A & <b>.")


def test_error_of_every_kind_has_a_status() -> None:
    kinds = set(DomainError.__subclasses__())
    assert {kind for kind in kinds if kind.__module__ == "coalition.errors"} == set(error_pages.STATUS)


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["en", "fr"])
def test_error_without_a_sentence_says_what_can_be_done(faulty: Flask, language: str) -> None:
    answer = faulty.test_client().get(f"/{language}/silent_refusal/")
    assert answer.status_code == 403
    assert "Project-Id-Version" not in answer.text
    lead = re.search(r'<p class="lead">(.*?)</p>', answer.text)
    assert lead is not None
    assert len(lead[1]) > 20


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("full_disk", 503),
        ("lost_database", 503),
        ("no_connection_left", 503),
        ("lost_file", 500),
        ("mistake_of_ours", 500),
        ("mistake_in_a_statement", 500),
    ],
)
def test_fault_of_the_machine_passes_and_a_mistake_of_ours_does_not(
    faulty: Flask, caplog: pytest.LogCaptureFixture, name: str, status: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        page, problem = (faulty.test_client().get(path) for path in (f"/en/{name}/", f"/api/v1/{name}"))
    for answer in (page, problem):
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        assert "Error(" not in answer.text
    assert (page.mimetype, problem.mimetype) == ("text/html", "application/problem+json")
    assert "<h1>" in page.text
    assert name in caplog.text  # where it happened is told to the operator


@pytest.mark.parametrize("name", ["lost_database", "mistake_in_a_statement"])
def test_log_of_a_database_error_quotes_nobody(faulty: Flask, caplog: pytest.LogCaptureFixture, name: str) -> None:
    with caplog.at_level(logging.DEBUG):
        faulty.test_client().get(f"/en/{name}/")
    assert "database error" in caplog.text
    assert SECRET not in caplog.text + str([vars(one) for one in caplog.records])


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("code", "title"),
    [
        (400, "We could not read this request"),
        (403, "You may not do this"),
        (404, "There is no page here"),
        (405, "This page cannot be used in this way"),
        (409, "Somebody else was first"),
        (410, "This page is gone"),
        (413, "This is too large"),
        (415, "We cannot read this kind of content"),
        (418, "We could not use this request"),
        (422, "Something is missing or cannot be used"),
        (429, "Too many attempts"),
        (500, "Something went wrong on our side"),
        (501, "Something went wrong on our side"),
        (503, "The service is busy for a moment"),
    ],
)
def test_page_of_any_status_says_what_happened_and_leads_on(faulty: Flask, code: int, title: str) -> None:
    answer = faulty.test_client().get(f"/en/abort/{code}/")
    assert answer.status_code == code
    assert re.findall(r"<h1>(.*?)</h1>", answer.text) == [title]
    assert 'href="/en/"' in answer.text


@pytest.mark.one_database
def test_form_without_its_token_is_told_what_to_do_in_its_language(faulty: Flask) -> None:
    sentence = (
        "This page was open too long, or your browser keeps no cookies. Go back: what you typed is usually still "
        "there. Copy what took you long, load the page again, and send it once more."
    )
    client = faulty.test_client()
    english, french = (client.post(f"/{code}/mistake_of_ours/", data={"csrf_token": "x"}) for code in ("en", "fr"))
    assert (english.status_code, french.status_code) == (400, 400)
    assert 'href="/en/mistake_of_ours/">Load the page again</a>' in english.text
    assert sentence in unescape(english.text)
    assert sentence not in unescape(french.text)
    problem = client.post("/api/v1/mistake_of_ours")
    assert (problem.status_code, problem.json and problem.json["detail"]) == (400, sentence)


@pytest.mark.one_database
def test_form_that_is_too_large_is_told_so(faulty: Flask) -> None:
    faulty.config["WTF_CSRF_ENABLED"] = False
    answer = faulty.test_client().post("/en/too_large/", data={"x": "a" * 2_000_000})
    assert answer.status_code == 413
    assert "Send a smaller file or a shorter text." in answer.text


def lose_database(app: Flask) -> None:
    """Point the application at a database that is not there, as after a crash of its machine."""
    with app.app_context():
        db.engine.dispose()
        lost = "postgresql+psycopg://nobody@127.0.0.1:1/none" if db.engine.dialect.name != "sqlite" else None
        replaced = db._make_engine(None, {"url": lost or "sqlite:////nowhere/at/all.sqlite3"}, app)
        db.engines[None] = replaced  # type: ignore[index]


@pytest.mark.parametrize("path", ["/en/", "/en/register/", "/fr/charters/", "/api/v1/signatories"])
def test_page_while_the_database_is_lost_says_that_it_passes(faulty: Flask, path: str) -> None:
    lose_database(faulty)
    answer = faulty.test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("<h1>" in answer.text) == (not path.startswith("/api/"))


def test_page_that_is_not_there_while_the_database_is_lost_is_not_there(faulty: Flask) -> None:
    lose_database(faulty)
    assert faulty.test_client().get("/en/nothing/").status_code == 404
    assert faulty.test_client().get("/healthz").status_code == 200


def test_request_after_one_that_failed_in_the_database_is_answered(faulty: Flask) -> None:
    client = faulty.test_client()
    assert client.get("/en/mistake_in_a_statement/").status_code == 500
    assert client.get("/en/register/").status_code == 200
    with faulty.app_context(), reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM throttle_counters")).scalar_one() == 0


@pytest.mark.parametrize("value", ["\x00", "a\x00b"])
def test_value_that_the_database_cannot_hold_is_nobodys_fault(faulty: Flask, database: str, value: str) -> None:
    def search() -> str:
        with reading() as connection:
            statement = text("SELECT count(*) FROM jobs WHERE name = :name")
            return str(connection.execute(statement, {"name": request.args["name"]}).scalar_one())

    faulty.add_url_rule("/en/search/", "search", search)
    answer = faulty.test_client().get("/en/search/", query_string={"name": value})
    assert answer.status_code == {"sqlite": 200, "postgresql": 404}[database]


@pytest.mark.one_database
def test_answer_that_a_view_made_itself_is_left_as_it_is(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/en/"):
        made: Any = app.make_response(("busy", 503))
        from werkzeug.exceptions import ServiceUnavailable

        answer = error_pages._http(ServiceUnavailable(response=made))
    assert answer is made
