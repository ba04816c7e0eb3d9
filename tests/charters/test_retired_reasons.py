"""May a folder retire reasons, and only those that are there?"""

from __future__ import annotations

from pathlib import Path

import pytest

from coalition.charters.definition import check, load
from tests.charters.folders import change, pocket_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pocket charter's folder, to be changed."""
    return pocket_folder(tmp_path)


def retire(folder: Path, keys: str) -> None:
    change(folder, "charter.toml", "approvers = 1", f"approvers = 1\nretired_reasons = {keys}")


def test_retired_reason_of_a_folder_is_not_offered_and_still_read(folder: Path) -> None:
    before = [reason.key for reason in load(folder).definition.reasons]
    retire(folder, f'["{before[0]}"]')
    found = load(folder).definition
    assert [reason.key for reason in found.reasons] == before[1:]
    assert [reason.key for reason in found.retired_reasons] == before[:1]
    assert found.reason(before[0]) == found.retired_reasons[0]


def test_retired_reason_that_is_not_there_is_a_fault(folder: Path) -> None:
    retire(folder, '["nothing"]')
    assert [str(fault) for fault in check(folder)] == ["charter.toml:10: there is no reason “nothing” to retire"]


def test_retired_reasons_that_leave_none_are_a_fault(folder: Path) -> None:
    keys = [reason.key for reason in load(folder).definition.reasons]
    retire(folder, str(keys).replace("'", '"'))
    assert [str(fault) for fault in check(folder)] == ["charter.toml:10: “retired_reasons” leaves no reason to choose"]
