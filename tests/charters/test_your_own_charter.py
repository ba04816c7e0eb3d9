"""Does the walk-through for another coalition tell the truth? Its snippets, its keys and every command in it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from coalition.charters.definition import check
from tests.architecture.sources import ROOT
from tests.charters.folders import CLIMATE, change, climate_folder, load_folder

PAGE = (ROOT / "docs" / "your-own-charter.md").read_text("utf-8")
DATA = (CLIMATE / "charter.toml").read_text("utf-8")
VARIABLE = re.compile(r"[A-Z_]+=")


def blocks(kind: str) -> list[str]:
    """The code blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("toml"))
def test_snippet_of_the_page_stands_in_the_fixture_word_for_word(block: str) -> None:
    assert block in DATA


def test_text_of_the_page_stands_in_the_fixture_word_for_word() -> None:
    (block,) = blocks("markdown")
    assert block in (CLIMATE / "text.en.md").read_text("utf-8")


def test_page_shows_every_kind_of_table_and_every_single_key_of_the_fixture() -> None:
    shown = "".join(blocks("toml"))
    wanted = set(re.findall(r"^\[+[a-z_.]+\]+$|^[a-z_]+(?=[ .])", DATA, re.MULTILINE))
    assert wanted == set(re.findall(r"^\[+[a-z_.]+\]+$|^[a-z_]+(?=[ .])", shown, re.MULTILINE))


def test_files_of_the_page_are_those_of_the_fixture() -> None:
    listed = re.search(r"^climate-charter/\n((?:  \S+.*\n)+)", PAGE, re.MULTILINE)
    assert listed is not None
    assert {line.split()[0] for line in listed[1].splitlines()} == {path.name for path in CLIMATE.iterdir()}


def test_fault_that_the_page_shows_is_the_one_that_check_tells(tmp_path: Path) -> None:
    folder = climate_folder(tmp_path)
    change(folder, "charter.toml", "proof_required", "proof_requird")
    assert f"\n{check(folder)[0]}\n" in PAGE


def test_every_command_of_the_page_does_what_it_says(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CLIMATE.parent)
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    told = {}
    for command in commands:
        words = [word for word in shlex.split(command) if not VARIABLE.match(word)]
        if words[1] == "init":
            continue  # makes a database: tests/browser walks that way
        assert words[0] == "coalition"
        result = runner.invoke(args=words[1:])
        assert result.exit_code == 0, (command, result.output)
        told[" ".join(words[2:])] = result.output.strip()
    assert told == {
        "check climate-charter": "climate-charter: no fault found",
        "load climate-charter": "climate-charter: version 1, new version",
        "list": "climate-charter\tCLIMA\tversion 1\tenabled",
        "first climate-charter": "climate-charter: first",
        "disable climate-charter": "climate-charter: disabled",
        "enable climate-charter": "climate-charter: enabled",
    }


def test_change_of_the_folder_does_what_the_table_of_the_page_says(runner: FlaskCliRunner, tmp_path: Path) -> None:
    folder = climate_folder(tmp_path)
    load_folder(folder)
    told = re.findall(r"^\| [^|]+ \| `([^`]+)` \|", PAGE[PAGE.index("## 8.") :], re.MULTILINE)
    new_version, new_data, new_translation, unchanged = told

    def load() -> str:
        return str(runner.invoke(args=["charters", "load", str(folder)]).output.strip().partition(": ")[2])

    assert load() == unchanged
    change(folder, "charter.toml", 'label.en = "No inventory"', 'label.en = "No inventory at all"')
    assert load() == new_data
    french = folder / "text.fr.md"
    kept = french.read_text("utf-8")
    french.write_text(kept.replace("Mesurer", "Compter"), "utf-8")
    assert load() == new_version
    assert new_translation == "version 1, new translation"  # tests/charters/test_operations.py adds one
