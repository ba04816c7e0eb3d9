from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from coalition import clock as project_clock
from coalition import machine
from coalition.extensions import db
from coalition.mail import outbox as mails
from coalition.mail.message import Message
from coalition.site import queries
from coalition.transactions import transaction


def write_a_mail() -> None:
    message = Message(template="signing/confirm", to="awa@example.org", language="en", about="signature:x")
    with transaction():
        mails.put(message, now=project_clock.now())


@pytest.mark.one_database
def test_healthz_answers_without_asking_the_database(client: FlaskClient, counted_queries: Callable[..., Any]) -> None:
    with counted_queries() as statements:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert statements == []


def test_readyz_of_a_fresh_site_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert {name: answer.json[name] for name in ("status", "database", "migrations", "outbox")} == {
        "status": "ready",
        "database": "reachable",
        "migrations": "at head",
        "outbox": {"overdue_seconds": 0},
    }


def test_readyz_of_tables_that_are_not_the_codes_is_unready(client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrations"]) == (503, "not at head")  # type: ignore[index]


def test_readyz_tells_how_long_a_mail_has_been_due(client: FlaskClient, clock: time_machine.Traveller) -> None:
    write_a_mail()
    clock.shift(timedelta(minutes=10))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["outbox"]) == (200, {"overdue_seconds": 600})  # type: ignore[index]
    clock.shift(queries.MOST_OVERDUE)
    late = client.get("/readyz")
    assert (late.status_code, late.json["status"]) == (503, "unready")  # type: ignore[index]


def test_readyz_without_a_database_is_unready_and_not_an_error(client: FlaskClient) -> None:
    gone = OperationalError("SELECT 1", {}, OSError("gone"))
    with mock.patch.object(queries, "readiness", side_effect=gone):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "unreachable")  # type: ignore[index]


@pytest.mark.one_database
def test_readyz_without_pango_is_ready_and_says_so(client: FlaskClient) -> None:
    lacking = [machine.Missing("the Pango library", "libpango-1.0-0")]
    with mock.patch.object(machine, "missing_for_documents", return_value=lacking):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["documents"] == {"ready": False, "missing": ["libpango-1.0-0"]}  # type: ignore[index]


@pytest.mark.one_database
def test_robots_are_kept_out_of_what_mails_and_forms_lead_to(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert [line for line in answer.text.splitlines() if line.startswith("Disallow")] == [
        "Disallow: /admin/",
        "Disallow: /dev/",
        "Disallow: /*/charters/*/sign/",
        "Disallow: /*/my-signature/",
        "Disallow: /*/signatures/",
    ]


@pytest.mark.one_database
def test_guessed_icon_leads_to_the_icon(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/static/images/icon.svg")
    with client.get(answer.headers["Location"]) as icon:
        assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["", "some-mail/", "some-mail/html"])
@pytest.mark.parametrize(
    "changed", [{"ENVIRONMENT": "production"}, {"MAIL_URL": "smtp://localhost:25"}], ids=["production", "smtp"]
)
def test_mailbox_where_mails_really_go_out_is_not_there(
    client: FlaskClient, settings: MutableMapping[str, Any], changed: dict[str, str], path: str
) -> None:
    settings.update(changed)
    assert client.get(f"/dev/mailbox/{path}").status_code == 404
    db.session.rollback()
