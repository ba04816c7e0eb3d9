from __future__ import annotations

from collections.abc import MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from coalition.extensions import db
from coalition.transactions import transaction, writer
from coalition.transparency import placing, recovery, sequencing
from coalition.transparency.models import LogLeaf
from tests.factories import log, officers

LATER = log.NOW + timedelta(hours=1)
SENTENCE = "Public acts wait to be published in the log since 2026-11-22 12:00 UTC."


def test_log_that_goes_on_needs_no_warning(session: Session) -> None:
    log.entries(2)
    assert recovery.warning(now=log.NOW + timedelta(minutes=10)) is None
    sequencing.place_all()
    assert recovery.warning(now=LATER) is None


def test_act_that_waits_too_long_is_warned_of(session: Session) -> None:
    log.entries(2)
    assert str(recovery.warning(now=LATER)).startswith(SENTENCE)


def test_act_that_has_its_place_and_no_signed_head_is_warned_of(session: Session) -> None:
    log.entries(2)
    leaves = {leaf.id: placing.bytes_of(leaf) for leaf in session.query(LogLeaf)}
    placing.place(writer(), leaves, size=0)
    assert str(recovery.warning(now=LATER)).startswith(SENTENCE)


@pytest.mark.one_database
def test_doctor_and_desk_tell_of_a_log_that_is_behind(runner: FlaskCliRunner, app: Flask, session: Session) -> None:
    log.entries(2)
    sequencing.place_all()
    with_nothing = [table.delete() for table in reversed(db.metadata.sorted_tables) if table.name.startswith("log_")]
    with transaction():
        for statement in with_nothing:
            writer().execute(statement)
    told = runner.invoke(args=["doctor"])
    sentence = f"The database is older than the public log in {recovery.folder()}."
    assert told.exit_code == 1
    assert sentence in told.output
    assert "\n  coalition init\n" in told.output
    assert str(recovery.folder()) in officers.signed_in(app).get("/admin/").text


@pytest.mark.one_database
def test_key_of_the_log_that_cannot_be_read_is_told_by_the_doctor(
    runner: FlaskCliRunner, session: Session, settings: MutableMapping[str, Any], tmp_path: Path
) -> None:
    log.entries(2)
    sequencing.place_all()
    settings["LOG_KEY"] = str(tmp_path / "none.pem")
    told = runner.invoke(args=["doctor"])
    assert f"The key {tmp_path / 'none.pem'} must be an Ed25519 key" in told.output
    assert "set COALITION_LOG_KEY" in told.output
