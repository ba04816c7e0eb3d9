"""Can a stranger check the log and the register? By our command, and by a program that knows none of ours."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.serving import make_server

from coalition.commands import public_log
from coalition.extensions import db
from coalition.register import jobs, queries
from coalition.register.entry import Status
from coalition.transactions import transaction
from coalition.transparency import checkpoints, publishing, recovery, sequencing, verification
from tests.architecture.sources import ROOT
from tests.factories import log, register

VERIFIER = ROOT / "docs" / "verify-public-log.py"
KEY_NOTE = "The key was taken from the log itself"


def independent(*words: Any) -> subprocess.CompletedProcess[str]:
    """Run the stranger's program as anybody would, in a folder that holds nothing of ours."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def signed_up() -> None:
    """Three entries, one of them withdrawn, one an endorser's; their leaves have no places yet."""
    register.published(official_name="Réseau du Fleuve", extra={"size": "large"})
    register.ended(register.published(official_name="Union d’hier"), status=Status.WITHDRAWN, on=date(2026, 5, 1))
    register.published(official_name="Amis\u2028de la charte", capacity="endorser", category="")


@pytest.fixture
def folder(app: Flask) -> Path:
    """A published log with the register beside it."""
    signed_up()
    jobs.publish_state()
    return recovery.folder()


def verify(runner: FlaskCliRunner, *words: Any) -> tuple[int, list[str], str]:
    answer = runner.invoke(args=["audit", "verify", *map(str, words)])
    return answer.exit_code, answer.stdout.splitlines(), answer.stderr


def test_published_log_is_whole_for_both_verifiers(runner: FlaskCliRunner, folder: Path, tmp_path: Path) -> None:
    key = runner.invoke(args=["audit", "log-key"]).stdout.strip()
    kept = tmp_path / "kept"
    kept.write_text(checkpoints.newest() or "")
    told = verify(runner, "--log", folder, "--key", key, "--checkpoint", kept)
    assert (told[0], told[2]) == (0, "")
    assert told[1][0] == (
        "4 leaves of coalition.test/log are whole, the register of 3 entries agrees, 1 older checkpoints agree."
    )
    answer = independent(folder, "--key", key, "--checkpoint", kept)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "4 leaves are whole, 1 older checkpoints agree, the register of 3 entries agrees\n"


def test_key_beside_the_log_is_taken_and_named(runner: FlaskCliRunner, folder: Path) -> None:
    code, told, _ = verify(runner, "--log", folder)
    assert code == 0
    assert told[2].startswith(KEY_NOTE)
    assert told[3] == checkpoints.public_key()
    (folder / "key").unlink()
    assert verify(runner, "--log", folder)[2] == "Error: there is no key beside the log; give one with --key.\n"


def test_checkpoint_of_somebody_else_is_not_relied_on(runner: FlaskCliRunner, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text((folder / "checkpoint").read_text().replace("4", "5", 1))
    code, _, error = verify(runner, "--log", folder, "--checkpoint", tmp_path / "kept")
    assert (code, error) == (1, "Error: this checkpoint is not signed with the key of this site.\n")


def test_leaf_when_forgotten_by_command_is_counted(runner: FlaskCliRunner, folder: Path) -> None:
    assert runner.invoke(args=["audit", "forget-leaf", "0", "--yes"]).exit_code == 0
    told = verify(runner, "--log", folder)[1][0]
    assert told.endswith("agrees, 1 leaves were forgotten and can no longer be compared.")


def tampered(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    held = path.read_bytes()
    assert before.encode() in held
    path.write_bytes(held.replace(before.encode(), after.encode()))


@pytest.mark.parametrize(
    ("name", "before", "after", "ours", "theirs"),
    [
        ("register.jsonl", "Union d’hier", "Union d’avant", "the register says another “official_name”", "differ"),
        ("openings/000.p/4", "Union d’hier", "Union d’avant", "place 1 opens to was changed", "place 1 opens to"),
        ("tile/entries/000.p/4", "change", "chance", "the first 4 leaves are not", "the first 4 leaves are not"),
        ("checkpoint", "\n4\n", "\n3\n", "is not signed with the key of this site", "is not signed with this key"),
    ],
)
@pytest.mark.one_database
def test_tampering_is_found_by_both_verifiers(
    runner: FlaskCliRunner, folder: Path, name: str, before: str, after: str, ours: str, theirs: str
) -> None:
    tampered(folder, name, before, after)
    code, _, error = verify(runner, "--log", folder)
    assert code == 1
    assert ours in error
    answer = independent(folder, "--key", checkpoints.public_key())
    assert answer.returncode == 1
    assert theirs in answer.stderr


@pytest.mark.one_database
def test_log_over_a_bundle_is_whole_for_the_independent_verifier(app: Flask, tmp_path: Path) -> None:
    log.entries(100)
    sequencing.place_all()
    (tmp_path / "kept").write_text(checkpoints.newest() or "")
    log.entries(420, first=101)
    sequencing.place_all()
    words = (recovery.folder(), "--key", checkpoints.public_key(), "--checkpoint", tmp_path / "kept")
    answer = independent(*words)
    assert (
        answer.stdout
        == "520 leaves are whole, 1 older checkpoints agree, no register of this size lies beside the log\n"
    )


def test_independent_program_when_read_is_short_and_knows_nothing_of_ours() -> None:
    source = VERIFIER.read_text("utf-8")
    assert len(source.splitlines()) <= 150
    assert "import coalition" not in source
    assert "from coalition" not in source


def test_log_when_published_elsewhere_is_whole_there(runner: FlaskCliRunner, folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "mirror"
    answer = runner.invoke(args=["audit", "publish-log", str(there)])
    assert (answer.exit_code, answer.stdout) == (0, f"Published in {there}.\n")
    assert verify(runner, "--log", there)[0] == 0
    assert {path.name for path in there.iterdir()} >= {"checkpoint", "key", "tile", "openings", "register.jsonl"}


def test_register_is_not_published_while_an_act_waits_for_its_place(app: Flask) -> None:
    log.entries(1)
    assert publishing.publish_register(jobs.states) is False
    sequencing.place_all()
    assert publishing.publish_register(lambda connection: []) is True
    assert json.loads((recovery.folder() / "register.jsonl").read_text()) == {"size": 1}


def test_register_when_acts_never_stop_is_published_another_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(publishing, "publish_register", asked.append)
    jobs.publish_state()
    assert len(asked) == jobs.ATTEMPTS


@pytest.fixture
def site(committed_app: Flask) -> Iterator[str]:
    """The address of a site that is served over HTTP, with a register and its log."""
    with committed_app.app_context():
        signed_up()
        sequencing.place_all()
        db.session.remove()
    server = make_server("127.0.0.1", 0, committed_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.one_database
def test_log_of_a_site_is_checked_over_http_with_its_register(
    committed_app: Flask, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = committed_app.test_cli_runner()
    monkeypatch.setattr(public_log, "ENTRIES_AT_ONCE", "1")
    monkeypatch.setattr(verification, "PAUSE_SECONDS", 0)
    with committed_app.app_context():
        key = checkpoints.public_key()
        code, told, error = verify(runner, "--log", f"{site}/log")
        assert (code, error) == (0, "")
        assert told[0] == "4 leaves of coalition.test/log are whole, the register of 3 entries agrees."
        answer = independent(f"{site}/log/", "--key", key)
        assert (answer.returncode, answer.stdout.split(",")[0]) == (0, "4 leaves are whole")
        number = queries.recent_entries(1)[0].number
        with transaction() as session:
            session.execute(db.text("UPDATE register_entries SET country = 'FR' WHERE number = :n"), {"n": number})
            session.execute(db.text("UPDATE register_heads SET version = version + 1"))
        _, _, error = verify(runner, "--log", site)
        assert f"{number}: the register says another “country” than the leaf at place" in error
        db.session.remove()


@pytest.mark.one_database
def test_log_of_a_site_that_does_not_answer_is_said_to_be_unreachable(runner: FlaskCliRunner) -> None:
    code, _, error = verify(runner, "--log", "http://127.0.0.1:9/log")
    assert (code, error) == (1, "Error: http://127.0.0.1:9/log does not answer.\n")
    with pytest.raises(verification.LogBroken, match=r"the register at .* cannot be read"):
        list(public_log.register_of("http://127.0.0.1:9/log"))
