"""`coalition officers …` as an operator types it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from coalition.accounts.errors import LastSecretariatOfficer
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.accounts.proving import code
from tests.factories import officers

INVITE = ["officers", "invite", "ada@coalition.example", "--name", "Ada", "--role", "secretariat"]


def test_invite_when_typed_prints_the_link_alone(runner: FlaskCliRunner) -> None:
    told = runner.invoke(args=INVITE)
    assert told.exit_code == 0
    assert re.fullmatch(r"http://coalition\.test/admin/invitations/\S+\n", told.output)


@pytest.mark.parametrize(
    "words",
    [
        ["officers", "invite", "nobody", "--name", "Ada", "--role", "secretariat"],
        ["officers", "invite", "ada@coalition.example", "--name", " ", "--role", "secretariat"],
        ["officers", "invite", "ada@coalition.example", "--name", "Ada", "--role", "king"],
        ["officers", "invite", "ada@coalition.example", "--role", "secretariat"],
    ],
)
@pytest.mark.one_database
def test_invite_when_misused_ends_with_two(runner: FlaskCliRunner, words: list[str]) -> None:
    assert runner.invoke(args=words).exit_code == 2


def test_list_when_typed_shows_each_officer_with_standing(runner: FlaskCliRunner) -> None:
    with transaction():
        officers.officer("Ben", email="ben@coalition.example")
        officers.officer("Cleo", email="cleo@coalition.example")
    runner.invoke(args=INVITE)
    runner.invoke(args=["officers", "disable", "cleo@coalition.example"])
    assert runner.invoke(args=["officers", "list"]).output.splitlines() == [
        "ada@coalition.example\tAda\tsecretariat\tinvited",
        "ben@coalition.example\tBen\tsecretariat\tactive",
        "cleo@coalition.example\tCleo\tsecretariat\tdisabled",
    ]


def test_recover_when_typed_prints_a_link_that_sets_the_account_up_anew(
    runner: FlaskCliRunner, client: FlaskClient, app: Flask
) -> None:
    with transaction():
        ben = officers.officer("Ben", email="ben@coalition.example")
    browser = officers.browser_of(ben, app)
    told = runner.invoke(args=["officers", "recover", "BEN@coalition.example"])
    assert told.exit_code == 0
    assert re.fullmatch(r"http://coalition\.test/admin/invitations/\S+\n", told.output)
    assert browser.get("/admin/account/").status_code == 200  # until it is followed nothing ends
    path = told.output.strip().removeprefix("http://coalition.test")
    fresh = {"password": "marigold bridge comet 7", "password_again": "marigold bridge comet 7"}
    chosen = client.post(path, data=fresh)
    assert browser.get("/admin/account/").status_code == 302
    half = {"email": "ben@coalition.example", "password": fresh["password"], "code": code()}
    assert app.test_client().post("/admin/login", data=half).status_code == 422
    secret = re.search(r'data-secret="([A-Z2-7]+)"', client.get(chosen.location).text)
    assert secret is not None
    done = client.post(chosen.location, data={"code": code(secret.group(1))})
    assert (done.status_code, client.get("/admin/account/").status_code) == (302, 200)
    changes = [mail.values["change"] for mail in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]
    assert changes == ["recovery_link", "enrol_totp"]


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("eve@coalition.example", "No officer has the address eve@coalition.example"),
        ("cleo@coalition.example", "The account of cleo@coalition.example is closed."),
    ],
)
def test_recover_when_there_is_no_open_account_says_so(runner: FlaskCliRunner, email: str, told: str) -> None:
    with transaction():
        officers.officer("Ben")
        officers.officer("Cleo", email="cleo@coalition.example")
    runner.invoke(args=["officers", "disable", "cleo@coalition.example"])
    refused = runner.invoke(args=["officers", "recover", email])
    assert (refused.exit_code, str(refused.exception).startswith(told)) == (1, True)


def test_disable_when_nobody_would_be_left_says_so(runner: FlaskCliRunner) -> None:
    with transaction():
        officers.officer("Ben", email="ben@coalition.example")
    told = runner.invoke(args=["officers", "disable", "ben@coalition.example"])
    assert isinstance(told.exception, LastSecretariatOfficer)
    assert str(told.exception) == "This is the last officer of the secretariat. Invite another one first."
