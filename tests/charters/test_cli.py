"""Do `coalition charters load` and `check` tell what was done, and every fault?"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from coalition.charters import queries
from tests.charters.folders import CLIMATE, POCKET, change, load_folder, pocket_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pocket charter's folder, to be changed."""
    return pocket_folder(tmp_path)


def test_load_folder_makes_the_charter(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["charters", "load", str(POCKET)])
    assert (result.exit_code, result.output) == (0, "pocket-charter: version 1, new version\n")
    assert queries.charter_page("pocket-charter").number == 1
    again = runner.invoke(args=["charters", "load", str(POCKET)])
    assert (again.exit_code, again.output) == (0, "pocket-charter: version 1, unchanged\n")


@pytest.mark.one_database
@pytest.mark.parametrize("command", ["load", "check"])
def test_command_broken_folder_tells_every_fault_and_fails(runner: FlaskCliRunner, folder: Path, command: str) -> None:
    change(folder, "charter.toml", "approvers = 1", "approvers = 9")
    (folder / "text.en.md").unlink()
    result = runner.invoke(args=["charters", command, str(folder)])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "charter.toml:9: “approvers” has to be a whole number from 1 to 5",
        "text.en.md:0: the file cannot be read: No such file or directory",
    ]
    assert queries.charter_list() == ()


@pytest.mark.one_database
def test_check_faultless_folder_says_so_and_loads_nothing(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["charters", "check", str(POCKET)])
    assert (result.exit_code, result.output) == (0, f"{POCKET}: no fault found\n")
    assert queries.charter_list() == ()


@pytest.mark.one_database
@pytest.mark.parametrize("words", [["load"], ["check", "/no/such/folder"], ["burn", "x"]])
def test_command_bad_usage_exits_with_two(runner: FlaskCliRunner, words: list[str]) -> None:
    assert runner.invoke(args=["charters", *words]).exit_code == 2


@pytest.mark.one_database
def test_disable_and_enable_take_a_charter_off_the_pages_and_back(runner: FlaskCliRunner) -> None:
    load_folder(POCKET)
    result = runner.invoke(args=["charters", "disable", "pocket-charter"])
    assert (result.exit_code, result.output) == (0, "pocket-charter: disabled\n")
    assert queries.charter_list() == ()
    result = runner.invoke(args=["charters", "enable", "pocket-charter"])
    assert (result.exit_code, result.output) == (0, "pocket-charter: enabled\n")
    assert len(queries.charter_list()) == 1


def test_list_and_first_tell_and_change_whom_the_site_speaks_for(runner: FlaskCliRunner) -> None:
    load_folder(POCKET)
    load_folder(CLIMATE)
    pocket, climate = "pocket-charter\tPOCKET\tversion 1", "climate-charter\tCLIMA\tversion 1"
    assert runner.invoke(args=["charters", "list"]).output.splitlines() == [f"{pocket}\tenabled", f"{climate}\tenabled"]
    for _ in range(2):
        result = runner.invoke(args=["charters", "first", "climate-charter"])
        assert (result.exit_code, result.output) == (0, "climate-charter: first\n")
    runner.invoke(args=["charters", "disable", "pocket-charter"])
    assert runner.invoke(args=["charters", "list"]).output.splitlines() == [
        f"{climate}\tenabled",
        f"{pocket}\tdisabled",
    ]


@pytest.mark.one_database
@pytest.mark.parametrize("command", ["first", "enable", "disable"])
def test_command_unknown_charter_says_so(runner: FlaskCliRunner, command: str) -> None:
    result = runner.invoke(args=["charters", command, "none"])
    assert str(result.exception) == "There is no such charter here. Look at the list of charters."
