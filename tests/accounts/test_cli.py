"""`coalition officers …` as an operator types it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskCliRunner

from coalition.accounts.errors import LastSecretariatOfficer
from coalition.transactions import transaction
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


def test_disable_when_nobody_would_be_left_says_so(runner: FlaskCliRunner) -> None:
    with transaction():
        officers.officer("Ben", email="ben@coalition.example")
    told = runner.invoke(args=["officers", "disable", "ben@coalition.example"])
    assert isinstance(told.exception, LastSecretariatOfficer)
    assert str(told.exception) == "This is the last officer of the secretariat. Invite another one first."
