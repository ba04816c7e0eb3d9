from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import current_app
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from coalition.transparency import checkpoints, mirroring, published, recovery, sequencing, verification
from coalition.transparency.verification import LogBroken
from tests.factories import log

pytestmark = pytest.mark.one_database


@pytest.fixture
def copy(session: Session, tmp_path: Path) -> Path:
    """A copy of a log of 250 leaves that has gone on to 300."""
    log.entries(250)
    sequencing.place_all()
    mirror(tmp_path / "copy")
    log.entries(50, first=251)
    sequencing.place_all()
    return tmp_path / "copy"


def mirror(folder: Path) -> int:
    return mirroring.mirror(published.in_folder(recovery.folder()), folder, checkpoints.public_key())


def test_copy_takes_what_is_new_and_is_whole(copy: Path) -> None:
    assert mirror(copy) == 300
    assert verification.verify(published.in_folder(copy), checkpoints.public_key()).head.size == 300
    assert not (copy / "tile" / "0" / "000.p").exists()


def test_copy_of_a_log_that_was_cut_stays_as_it_is(copy: Path) -> None:
    here = recovery.folder()
    current_app.config["LOG_DIR"], newer = copy, here
    with pytest.raises(LogBroken, match="the log was cut: it had 300 leaves, and now has 250"):
        mirror(newer)
    assert verification.verify(published.in_folder(newer), checkpoints.public_key()).head.size == 300


def test_copy_of_a_log_that_lacks_a_file_keeps_its_head(copy: Path) -> None:
    (recovery.folder() / "tile/0/000").unlink()
    with pytest.raises(LogBroken, match="tile/0/000 is missing"):
        mirror(copy)
    assert verification.opened_head(published.in_folder(copy), checkpoints.public_key()).size == 250


def test_folder_that_was_lost_is_filled_from_a_copy_by_command(runner: FlaskCliRunner, copy: Path) -> None:
    mirror(copy)
    shutil.rmtree(recovery.folder())
    words = ["audit", "mirror-log", str(copy), str(recovery.folder()), "--key", checkpoints.public_key()]
    answer = runner.invoke(args=words)
    assert (answer.exit_code, answer.stdout) == (0, f"300 leaves are in {recovery.folder()}.\n")
    log.entries(1, first=301)
    sequencing.place_all()
    assert verification.verify(published.in_folder(recovery.folder()), checkpoints.public_key()).head.size == 301
    words[-1] = "no key"
    assert runner.invoke(args=words).stderr == "Error: this is no public key of a log.\n"
