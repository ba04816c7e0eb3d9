"""Does the command tell three answers and end well for a current certificate alone?"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from coalition.certificates import queries
from coalition.transactions import transaction
from tests.certificates.conftest import Issued

pytestmark = [pytest.mark.pdf, pytest.mark.one_database]


def test_command_when_the_file_is_current_prints_three_answers_and_ends_well(
    runner: FlaskCliRunner, issued: Issued, sealed: Path
) -> None:
    done = runner.invoke(args=["certificates", "verify", str(sealed)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "intact and sealed by us: yes, sealed with Coalition register seal (development)",
        "registered: yes, certificate 7KQF-93MD-XW2P, state 1 of 1 (B-B)",
        "status now: active",
    ]


def test_command_when_the_signature_ended_fails_with_one_sentence(
    runner: FlaskCliRunner, issued: Issued, sealed: Path, session: scoped_session[Session]
) -> None:
    with transaction():
        session.execute(text("UPDATE signatures SET state = 'withdrawn'"))
    done = runner.invoke(args=["certificates", "verify", str(sealed)])
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "status now: withdrawn"
    assert done.stderr == f"Error: {sealed} is not the intact file of an active signature.\n"


def test_command_when_the_file_was_changed_says_so(runner: FlaskCliRunner, issued: Issued, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(issued.pdf + b"\n")
    done = runner.invoke(args=["certificates", "verify", str(tmp_path / "x.pdf")])
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "intact and sealed by us: no (appended)",
        "registered: no",
        "status now: unknown",
    ]


def test_command_when_there_is_no_such_file_is_bad_usage(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["certificates", "verify", "/nothing.pdf"]).exit_code == 2


def test_reissue_when_the_document_is_live_names_the_new_one(runner: FlaskCliRunner, issued: Issued) -> None:
    done = runner.invoke(args=["certificates", "reissue", "7kqf-93md-xw2p"])
    assert done.exit_code == 0
    new = done.stdout.removeprefix("7KQF-93MD-XW2P is superseded by ").removesuffix(".\n")
    found = queries.standing_by_serial("7KQF93MDXW2P")
    assert found is not None
    assert (found.status.value, found.superseded_by) == ("superseded", new.replace("-", ""))


@pytest.mark.parametrize("serial", ["nonsense", "0000-0000-0000"])
def test_reissue_when_there_is_no_such_document_fails(runner: FlaskCliRunner, issued: Issued, *, serial: str) -> None:
    done = runner.invoke(args=["certificates", "reissue", serial])
    assert (done.exit_code, str(done.exception)) == (
        1,
        "There is no document with this number. Compare it with the certificate.",
    )
