from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import inspect, text

from coalition.extensions import db
from coalition.transactions import reading
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker


@pytest.fixture
def fresh_app(makers: Callable[[str], Maker], database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database."""
    url = makers(database).empty()
    app = build(url, tmp_path / "data")
    app.test_cli_runner_class = FlaskCliRunner
    yield app
    close(app)
    makers(database).drop(url)


def counts(app: Flask) -> dict[str, int]:
    """How many rows every table holds."""
    with app.app_context(), reading() as connection:
        names = inspect(db.engine).get_table_names()
        return {name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names}


def test_init_of_an_empty_folder_makes_it_ready_and_again_changes_nothing(fresh_app: Flask) -> None:
    run = fresh_app.test_cli_runner()
    first = run.invoke(args=["init"])
    assert (first.exit_code, first.output) == (0, f"Ready: {fresh_app.config['DATA_DIR']}\n")
    made = counts(fresh_app)
    assert (made["charters"], made["alembic_version"], made["signatures"]) == (2, 1, 0)
    assert fresh_app.config["STORAGE_DIR"].is_dir()
    again = run.invoke(args=["init"])
    assert (again.exit_code, again.output) == (0, first.output)
    assert counts(fresh_app) == made


def listed(app: Flask) -> list[str]:
    """Every charter with its place and whether it is shown."""
    return app.test_cli_runner().invoke(args=["charters", "list"]).output.splitlines()


ICSSE, DECLARATION = "icsse-charter\tICSSE\tversion 1", "ilgsse-declaration\tILGSSE\tsummary"


def test_init_without_built_in_charters_loads_none_and_takes_off_those_that_were_there(fresh_app: Flask) -> None:
    run = fresh_app.test_cli_runner()
    fresh_app.config["BUILT_IN_CHARTERS"] = ()
    assert run.invoke(args=["init"]).exit_code == 0
    assert listed(fresh_app) == []
    fresh_app.config["BUILT_IN_CHARTERS"] = ("ilgsse-declaration",)
    assert run.invoke(args=["init"]).exit_code == 0
    assert listed(fresh_app) == [f"{DECLARATION}\tenabled"]
    fresh_app.config["BUILT_IN_CHARTERS"] = ("icsse-charter",)
    assert run.invoke(args=["init"]).exit_code == 0
    assert listed(fresh_app) == [f"{DECLARATION}\tdisabled", f"{ICSSE}\tenabled"]
    fresh_app.config["BUILT_IN_CHARTERS"] = ()
    assert run.invoke(args=["init"]).exit_code == 0
    assert listed(fresh_app) == [f"{DECLARATION}\tdisabled", f"{ICSSE}\tdisabled"]


@pytest.mark.one_database
def test_init_with_a_built_in_charter_that_does_not_exist_says_which_there_are(fresh_app: Flask) -> None:
    fresh_app.config["BUILT_IN_CHARTERS"] = ("icsse",)
    result = fresh_app.test_cli_runner().invoke(args=["init"])
    assert str(result.exception) == (
        "COALITION_BUILT_IN_CHARTERS names icsse; what is built in is icsse-charter, ilgsse-declaration."
    )
