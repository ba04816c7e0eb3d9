"""Can people read the log, find their line in it, and see why it stands there?"""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from coalition import clock
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.transactions import transaction
from coalition.transparency import history
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.forgetting import forget_leaf
from coalition.transparency.sequencing import place_all
from tests.factories import register


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert "Set-Cookie" not in answer.headers
    return unescape(answer.text)


def forgotten(place: int) -> None:
    with transaction():
        forget_leaf(place=place, actor=Actor.system("tests"), now=clock.now())


def test_log_when_empty_says_so(client: FlaskClient) -> None:
    assert "Nothing yet." in page(client, "/en/log/")


def test_log_when_acts_were_done_shows_the_newest_first_and_pages_on(app: Flask, client: FlaskClient) -> None:
    numbers = [register.published() for _ in range(history.PAGE + 1)]
    place_all()
    first = page(client, "/en/log/")
    assert first.index(numbers[-1]) < first.index(numbers[1])
    assert numbers[0] not in first
    assert numbers[0] in page(client, "/en/log/?before=1")


def test_receipt_code_when_typed_leads_to_the_line(app: Flask, client: FlaskClient) -> None:
    register.published()
    number = register.published()
    code = history.receipt_of(number)
    assert code is not None
    assert "in a moment" in page(client, f"/en/log/?q={code}")
    place_all()
    answer = client.get(f"/en/log/?q={code.lower()}")
    assert (answer.status_code, answer.location) == (302, "/en/log/1/")
    shown = page(client, "/en/log/1/")
    leaf = history.leaf_at(1)
    assert leaf is not None
    for expected in (code, number, leaf.salt, leaf.text, "Réseau du Fleuve"):
        assert str(expected) in shown


@pytest.mark.one_database
def test_thing_with_several_lines_when_typed_lists_them(app: Flask, client: FlaskClient) -> None:
    number = register.published()
    register.ended(number)
    place_all()
    shown = page(client, f"/en/log/?q={number.lower()}")
    assert shown.index("Entry changed") < shown.index("Entered into the register")


@pytest.mark.one_database
@pytest.mark.parametrize("asked", ["ICSSE-99999", "7KQF-93MD-XW2P-04AZ", "%00", "<b>"])
def test_thing_unknown_to_the_log_is_explained(client: FlaskClient, asked: str) -> None:
    assert "The log has nothing under this name" in page(client, f"/en/log/?q={asked}", 404)


@pytest.mark.one_database
@pytest.mark.parametrize("place", ["0", "2147483646", "99999999999"])
def test_line_that_is_not_there_is_not_found(client: FlaskClient, place: str) -> None:
    page(client, f"/en/log/{place}/", 404)


def test_line_when_forgotten_keeps_its_place_and_its_proof_and_says_nothing(app: Flask, client: FlaskClient) -> None:
    number = register.published(official_name="Réseau du Fleuve")
    place_all()
    code, before = history.receipt_of(number), page(client, "/en/log/0/")
    for _ in range(2):
        forgotten(0)
    after = page(client, "/en/log/0/")
    assert "Réseau du Fleuve" in before
    assert "Réseau du Fleuve" not in after
    assert "was forgotten" in after
    assert history.receipt_of(number) == code
    assert str(code) in after
    lines = db.session.query(AuditRecord).filter_by(act="forget_leaf").all()
    assert [line.subject for line in lines] == ["leaf:0"]


def test_line_when_there_is_none_cannot_be_forgotten(app: Flask) -> None:
    with pytest.raises(LeafUnknown):
        forgotten(0)


def test_line_when_forgotten_by_command_is_forgotten_in_what_is_published(app: Flask, runner: FlaskCliRunner) -> None:
    register.published(official_name="Réseau du Fleuve")
    place_all()
    told_once = published(app)
    told = runner.invoke(args=["audit", "forget-leaf", "0", "--yes"])
    assert (told.exit_code, "Line 0 says nothing any more" in told.output) == (0, True)
    assert "Réseau du Fleuve".encode() in told_once
    assert "Réseau du Fleuve".encode() not in published(app)
    assert runner.invoke(args=["audit", "forget-leaf", "7", "--yes"]).exit_code == 1


def published(app: Flask) -> bytes:
    """Return every byte of the log's files."""
    return b"".join(path.read_bytes() for path in sorted(app.config["LOG_DIR"].rglob("*")) if path.is_file())
