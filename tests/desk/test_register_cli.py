"""How does the register take in and give out lists on the command line?"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from coalition.desk.import_models import Import
from coalition.errors import DomainError
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.organisations import queries
from coalition.register.models import RegisterEntry
from coalition.signing.models import Signature
from tests.factories import imports, register
from tests.factories.charters import DECLARATION, SLUG, load

ROSTER = imports.ROSTERS / "roster-2014-09-17.csv"


def run(runner: FlaskCliRunner, *words: object) -> Result:
    return runner.invoke(args=["register", *map(str, words)])


def paper(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "papers.csv"
    path.write_bytes(imports.csv_bytes(imports.SIGNED, *rows))
    return path


def count(table: type) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_roster_when_imported_names_its_parties(runner: FlaskCliRunner) -> None:
    done = run(runner, "import", ROSTER, "--organisations", "--title", "Stakeholders", "--listed-on", "2014-09-17")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Checking 31 rows …",
        "31 rows: 31 new, 0 known, 0 with problems",
        "Importing 31 rows …",
        "Imported: 31 new, 0 known.",
    ]
    assert [(one.title, str(one.listed_on)) for one in queries.lists()] == [("Stakeholders", "2014-09-17")]
    assert (len(queries.page_of_parties().rows), count(Job)) == (12, 0)


def test_import_when_only_tried_brings_nothing_in(runner: FlaskCliRunner) -> None:
    done = run(runner, "import", ROSTER, "--organisations", "--dry-run")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing was imported.")
    assert (queries.lists(), db.session.scalars(select(Import.state)).all()) == ([], ["discarded"])


def test_import_when_rows_are_bad_says_which_and_brings_in_what_may(runner: FlaskCliRunner, tmp_path: Path) -> None:
    load()
    path = paper(tmp_path, imports.paper_row("Alpha"), imports.paper_row("Beta", country="Atlantis"))
    refused = run(runner, "import", path, "--charter", SLUG)
    assert (refused.exit_code, count(Signature)) == (1, 0)
    assert refused.stderr.startswith("row 3, country: This country is not known.")
    done = run(runner, "import", path, "--charter", SLUG, "--leave-out", "--active")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Imported: 1 new, 0 known.")
    assert (count(Signature), count(RegisterEntry)) == (1, 1)
    with pytest.raises(DomainError):
        raise run(runner, "import", path, "--charter", SLUG, "--leave-out").exception or AssertionError


def test_import_when_many_rows_are_bad_says_how_many_more(runner: FlaskCliRunner, tmp_path: Path) -> None:
    load()
    path = paper(tmp_path, *(imports.paper_row(f"A {n}", country="Atlantis") for n in range(60)))
    done = run(runner, "import", path, "--charter", SLUG, "--dry-run")
    assert (done.exit_code, "… and 10 more" in done.stderr) == (1, True)


def test_import_when_asked_wrongly_says_how(runner: FlaskCliRunner, tmp_path: Path) -> None:
    load(DECLARATION)
    path = paper(tmp_path, imports.paper_row("Alpha"))
    assert run(runner, "import", path).exit_code == 2
    assert run(runner, "import", path, "--charter", SLUG, "--organisations").exit_code == 2
    assert isinstance(run(runner, "import", path, "--charter", DECLARATION).exception, DomainError)
    path.write_bytes(b"")
    assert str(run(runner, "import", path, "--organisations").exception) == "The file is empty. Choose the file again."


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "xlsx"])
def test_register_when_exported_holds_open_fields(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path, ending: str
) -> None:
    load()
    number = register.published(official_name="Alpha", representative="Awa")
    path = tmp_path / f"register.{ending}"
    assert run(runner, "export", "--format", ending, "--output", path).exit_code == 0
    data = path.read_bytes()
    assert (b"Awa" in data, len(data) > 100) == (False, True)
    if ending == "csv":
        assert [row["number"] for row in csv.DictReader(io.StringIO(data.decode()))] == [number]
    if ending == "json":
        assert json.loads(data)["total"] == 1


def test_register_when_exported_as_of_a_day_is_as_it_stood(app: Flask, runner: FlaskCliRunner) -> None:
    load()
    register.published(official_name="Alpha")
    assert "Alpha" in run(runner, "export", "--format", "jsonl", "--as-of", "2026-03-09").stdout
    assert run(runner, "export", "--format", "jsonl", "--as-of", "2026-03-08").stdout == ""
    assert "Alpha" not in run(runner, "export", "--format", "csv", "--charter", "another").stdout
