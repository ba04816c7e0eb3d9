from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from time_machine import Traveller

from coalition.audit import checkpoints, jobs, note, sequencing
from coalition.audit.models import AuditCheckpoint, AuditLink
from coalition.audit.note import Checkpoint
from coalition.errors import Unavailable
from coalition.transactions import transaction
from tests.architecture.sources import ROOT
from tests.factories.audit import NOW, lines

VERIFIER = ROOT / "docs" / "verify-audit-log.py"


def independent(*words: Any) -> subprocess.CompletedProcess[str]:
    """Run the auditor's program as anybody would, in a folder that holds nothing of ours."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


@pytest.fixture
def exported(runner: FlaskCliRunner, tmp_path: Path) -> Path:
    """An export of twelve lines, one of them forgotten, beside its checkpoint and the public key."""
    lines(10)
    sequencing.number_all()
    runner.invoke(args=["audit", "forget", "5", "--yes"])
    lines(2)
    (tmp_path / "checkpoint").write_text(runner.invoke(args=["audit", "checkpoint"]).stdout)
    (tmp_path / "key").write_text(runner.invoke(args=["audit", "key"]).stdout)
    assert runner.invoke(args=["audit", "export", str(tmp_path / "log.jsonl")]).exit_code == 0
    return tmp_path


def asked(folder: Path) -> list[Any]:
    key = (folder / "key").read_text()
    return [folder / "log.jsonl", "--checkpoint", folder / "checkpoint", "--key", key]


def changed(folder: Path, change: Any) -> None:
    path = folder / "log.jsonl"
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(told)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in told), "utf-8")


def test_log_that_is_whole_is_said_to_be(runner: FlaskCliRunner, session: Session) -> None:
    lines(3)
    runner.invoke(args=["audit", "checkpoint"])
    lines(2)
    answer = runner.invoke(args=["audit", "verify"])
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (
        0,
        "3 lines are whole, 1 checkpoints agree, 2 lines wait for their number.",
    )


def test_log_with_a_forgotten_line_is_whole(runner: FlaskCliRunner, exported: Path) -> None:
    answer = runner.invoke(args=["audit", "verify", "--checkpoint", str(exported / "checkpoint")])
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (
        0,
        "13 lines are whole, 2 checkpoints agree, 1 lines were emptied on record.",
    )


def test_log_that_was_cut_fails_in_one_sentence(runner: FlaskCliRunner, exported: Path) -> None:
    key = checkpoints.signing_key()
    last = note.opened((exported / "checkpoint").read_text(), key.public_key())
    (exported / "later").write_text(note.signed(Checkpoint(last.origin, 20, "ab" * 32), key))
    answer = runner.invoke(args=["audit", "verify", "--checkpoint", str(exported / "later")])
    assert (answer.exit_code, answer.stderr) == (1, "Error: The log was cut: line 14 and what followed it are gone.\n")


def test_checkpoint_of_somebody_else_is_not_relied_on(runner: FlaskCliRunner, exported: Path) -> None:
    path = exported / "checkpoint"
    path.write_text(path.read_text().replace("13", "14", 1))
    answer = runner.invoke(args=["audit", "verify", "--checkpoint", str(path)])
    sentence = "Error: A checkpoint cannot be relied on: this checkpoint is not signed with the key of this site.\n"
    assert (answer.exit_code, answer.stderr) == (1, sentence)


def test_kept_checkpoint_under_another_length_is_not_relied_on(runner: FlaskCliRunner, session: Session) -> None:
    lines(2)
    made = checkpoints.make(now=NOW)
    with transaction():
        session.execute(insert(AuditCheckpoint).values(size=1, made_at=NOW, note=made))
    answer = runner.invoke(args=["audit", "verify"])
    assert (answer.exit_code, answer.stderr) == (
        1,
        "Error: A checkpoint cannot be relied on: one of this database stands under another length than it says.\n",
    )


def test_checkpoint_when_asked_twice_of_the_same_log_is_the_same(session: Session) -> None:
    lines(2)
    assert checkpoints.make(now=NOW) == checkpoints.make(now=NOW + timedelta(days=1))
    assert [size for size, _ in checkpoints.kept()] == [2]


def test_checkpoint_of_an_empty_log_is_one_too(session: Session) -> None:
    found = note.opened(checkpoints.make(now=NOW), checkpoints.signing_key().public_key())
    assert (found.size, found.head) == (0, "0" * 64)


def test_checkpoint_of_the_day_is_made_once(session: Session, clock: Traveller) -> None:
    jobs.make_checkpoint()
    lines(1)
    jobs.make_checkpoint()
    assert [size for size, _ in checkpoints.kept()] == [0]
    clock.shift(timedelta(hours=25))
    jobs.make_checkpoint()
    assert [size for size, _ in checkpoints.kept()] == [0, 1]


def test_checkpoint_when_asked_for_is_public(client: FlaskClient, session: Session) -> None:
    assert client.get("/.well-known/coalition/audit-checkpoint").status_code == 404
    lines(2)
    made = checkpoints.make(now=NOW)
    answer = client.get("/.well-known/coalition/audit-checkpoint")
    assert (answer.text, answer.mimetype, answer.headers.get("Set-Cookie")) == (made, "text/plain", None)
    assert client.get("/.well-known/coalition/audit-checkpoint.vkey").text == f"{checkpoints.public_key()}\n"


def test_key_when_made_is_for_its_owner_alone(settings: Mapping[str, Any], tmp_path: Path) -> None:
    settings["DATA_DIR"] = tmp_path  # type: ignore[index]
    first = checkpoints.public_key()
    assert checkpoints.public_key() == first
    path = tmp_path / "keys" / "checkpoint.pem"
    assert [stat.S_IMODE(path.stat().st_mode), [kept.name for kept in path.parent.iterdir()]] == [
        0o600,
        ["checkpoint.pem"],
    ]


@pytest.mark.parametrize("what", ["missing", "rubbish", "rsa"])
def test_key_that_is_none_is_refused_in_one_sentence(
    runner: FlaskCliRunner, settings: Mapping[str, Any], tmp_path: Path, what: str
) -> None:
    path = tmp_path / "key.pem"
    if what == "rubbish":
        path.write_text("no key")
    if what == "rsa":
        made = rsa.generate_private_key(65537, 1024)
        encodings = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(made.private_bytes(*encodings))
    settings["CHECKPOINT_KEY"] = str(path)  # type: ignore[index]
    with pytest.raises(Unavailable, match="must be an Ed25519 key in PEM without a passphrase"):
        checkpoints.signing_key()


def test_export_when_checked_by_the_independent_program_is_whole(exported: Path) -> None:
    answer = independent(*asked(exported))
    told = answer.stdout.splitlines()
    assert (answer.returncode, answer.stderr) == (0, "")
    assert told[0].startswith("lines 1 to 13 are whole, 1 of them say nothing here; head ")
    assert told[1] == "checkpoint of coalition.test/audit at 13: agrees"


def test_export_when_written_to_the_screen_is_the_same(runner: FlaskCliRunner, exported: Path) -> None:
    assert runner.invoke(args=["audit", "export"]).stdout == (exported / "log.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda told: told[3].update(line=told[3]["line"].replace("claim", "named")), "line 3 was altered"),
        (lambda told: told.pop(7), "line 7 was removed"),
        (
            lambda told: told.pop(),
            "the log was cut: line 13 and what followed it are gone (coalition.test/audit had 13)",
        ),
        (lambda told: told[9].update(head="ab" * 32), "line 9 was altered or does not follow from the one before"),
        (lambda told: [told[9].pop(name) for name in ("line", "salt")], "line 9 was emptied, and no line says so"),
        (lambda told: told[0].update(head="ab" * 32), "the log does not begin at its beginning"),
        (lambda told: told[0].update(format="x"), "this file is no export of an audit log"),
        (lambda told: told[2].pop("commitment"), "the file cannot be read as an audit log (KeyError)"),
    ],
    ids=["altered", "removed", "cut", "head", "emptied", "beginning", "format", "no_commitment"],
)
def test_export_that_was_changed_is_found_by_the_independent_program(
    exported: Path, change: Any, sentence: str
) -> None:
    changed(exported, change)
    answer = independent(*asked(exported))
    assert (answer.returncode, answer.stderr) == (1, f"BROKEN: {sentence}\n")


def test_checkpoint_of_another_key_is_found_by_the_independent_program(exported: Path) -> None:
    path = exported / "checkpoint"
    path.write_text(path.read_text().replace("coalition.test", "another.test", 1))
    answer = independent(*asked(exported))
    assert (answer.returncode, answer.stderr) == (1, "BROKEN: the checkpoint is not signed with this key\n")


def test_independent_program_when_read_is_short_and_knows_nothing_of_ours() -> None:
    source = VERIFIER.read_text("utf-8")
    assert len(source.splitlines()) <= 150
    assert "import coalition" not in source
    assert "from coalition" not in source


def test_line_when_emptied_on_the_command_line_is_asked_for_twice(runner: FlaskCliRunner, session: Session) -> None:
    lines(2)
    sequencing.number_all()
    assert runner.invoke(args=["audit", "forget", "1"], input="n\n").exit_code == 1
    assert session.scalars(select(AuditLink.salt).where(AuditLink.number == 1)).one() is not None
    assert runner.invoke(args=["audit", "forget", "1"], input="y\n").exit_code == 0
    session.rollback()
    assert session.scalars(select(AuditLink.salt).where(AuditLink.number == 1)).one() is None
