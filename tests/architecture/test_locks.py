"""Do the locks pin what `pyproject.toml` asks for, by hash, and name no place to fetch it from?"""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.sources import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text("utf-8")


def pins(lock: str) -> set[tuple[str, str]]:
    return {(name, version) for name, version in PINNED.findall(text_of(lock))}


def asked_for(*, extra: bool) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"]["dev"] if extra else [])
    return {re.split(r"[\[<>=]", name)[0].lower() for name in wanted}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_when_read_names_no_address(lock: str) -> None:
    assert re.findall(r"https?:|--index|--extra-index|file:", text_of(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_when_read_pins_every_package_by_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", text_of(lock).strip())
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) == len(PINNED.findall(text_of(lock)))


@pytest.mark.parametrize(("lock", "extra"), [(LOCKS[0], False), (LOCKS[1], True)])
def test_lock_when_compared_holds_what_is_asked_for(lock: str, extra: bool) -> None:
    assert asked_for(extra=extra) - {name for name, _ in pins(lock)} == set()


def test_development_lock_when_compared_holds_the_same_versions() -> None:
    assert pins(LOCKS[0]) - pins(LOCKS[1]) == set()
