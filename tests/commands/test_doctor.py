from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from coalition import machine
from coalition.transactions import transaction
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker


def test_doctor_where_nothing_is_missing_says_so(runner: FlaskCliRunner) -> None:
    found = runner.invoke(args=["doctor"])
    assert (found.exit_code, found.output) == (0, "Nothing is missing.\n")


def test_doctor_of_tables_that_are_not_the_codes_names_the_line_that_mends_it(runner: FlaskCliRunner) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    found = runner.invoke(args=["doctor"])
    assert (found.exit_code, found.output) == (1, "The database is not at the newest migration.\n  coalition init\n")


@pytest.mark.one_database
def test_doctor_of_a_mail_server_that_nothing_speaks_with_names_the_setting(
    runner: FlaskCliRunner, settings: MutableMapping[str, Any]
) -> None:
    settings["MAIL_URL"] = "pigeon://mail.example.org"
    found = runner.invoke(args=["doctor"])
    sentence = "COALITION_MAIL_URL must begin with smtp:, smtps: or file:, not 'pigeon'."
    assert (found.exit_code, found.output) == (1, f"{sentence}\n  set COALITION_MAIL_URL\n")


@pytest.mark.one_database
def test_doctor_of_a_machine_that_cannot_make_documents_names_the_packages(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "LIBRARIES", (("the Pango library", "libnowhere.so.0", "libpango-1.0-0"),))
    monkeypatch.setattr(machine, "FONTS", (("the Noto fonts", Path("/nowhere.ttf"), "fonts-noto-core"),))
    found = runner.invoke(args=["doctor"])
    assert found.exit_code == 1
    assert found.output == (
        "Receipts and certificates wait for the Pango library, the Noto fonts.\n"
        "  apt-get install libpango-1.0-0 fonts-noto-core\n"
    )


@pytest.mark.one_database
def test_doctor_of_a_sealing_key_that_is_not_there_names_the_settings(
    runner: FlaskCliRunner, settings: MutableMapping[str, Any]
) -> None:
    settings["CERTIFICATE_KEY"] = "/nowhere/seal.p12"
    found = runner.invoke(args=["doctor"])
    told, mend = found.output.splitlines()
    assert (found.exit_code, "/nowhere/seal.p12" in told) == (1, True)
    assert mend == "  set COALITION_CERTIFICATE_KEY and COALITION_CERTIFICATE_KEY_PASSPHRASE"


@pytest.mark.one_database
def test_doctor_of_a_timestamp_authority_that_does_not_answer_names_the_setting(
    runner: FlaskCliRunner, settings: MutableMapping[str, Any]
) -> None:
    settings["TIMESTAMP_URL"] = "http://127.0.0.1:9/none"
    found = runner.invoke(args=["doctor"])
    told, mend = found.output.splitlines()
    assert (found.exit_code, "authority 127.0.0.1 gave no timestamp: no answer" in told) == (1, True)
    assert mend.startswith("  check COALITION_TIMESTAMP_URL")


@pytest.fixture
def lost_app(makers: Callable[[str], Maker], database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is not there."""
    url = makers(database).empty()
    gone = "sqlite:////nowhere/at/all.sqlite3" if database == "sqlite" else url.replace("/test_", "/no_test_")
    app = build(gone, tmp_path)
    app.test_cli_runner_class = FlaskCliRunner
    yield app
    close(app)


def test_doctor_of_a_database_that_does_not_answer_names_the_setting(lost_app: Flask) -> None:
    found = lost_app.test_cli_runner().invoke(args=["doctor"])
    assert (found.exit_code, found.output) == (1, "The database does not answer.\n  check COALITION_DATABASE_URL\n")


@pytest.mark.one_database
def test_command_that_is_not_known_is_bad_usage(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["doctors"]).exit_code == 2
    assert runner.invoke(args=["doctor", "--all"]).exit_code == 2
