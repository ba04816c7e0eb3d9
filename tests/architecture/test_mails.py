"""Has every mail its three parts, and is every mail that is written named by the code that writes it?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import TEMPLATES, modules, name_of

MAILS = TEMPLATES / "mail"
PARTS = {"subject.txt", "body.txt", "body.html"}


def folders() -> list[Path]:
    """The folder of every mail: `<capability>/<message>`."""
    return sorted(path for path in MAILS.glob("*/*") if path.is_dir())


def written() -> set[str]:
    """The templates that the `mails` rooms name."""
    constants = (
        (path.split("/")[1], node.value)
        for path, tree in modules().items()
        if path.endswith("/mails.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {value for capability, value in constants if re.fullmatch(rf"{capability}/[a-z_]+", value)}


def is_mail(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Message"


@pytest.mark.parametrize("folder", folders(), ids=name_of)
def test_mail_when_listed_has_three_parts(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == PARTS


def test_mails_when_compared_are_those_that_the_code_writes() -> None:
    assert {path.relative_to(MAILS).as_posix() for path in folders()} == written()


def test_mail_when_made_is_made_in_a_mails_room() -> None:
    rooms = {path for path, tree in modules().items() if any(is_mail(node) for node in ast.walk(tree))}
    assert {path for path in rooms if not path.endswith("/mails.py")} == set()


@pytest.mark.parametrize("folder", folders(), ids=name_of)
def test_mail_when_read_extends_the_base_and_names_the_same_links_in_both_forms(folder: Path) -> None:
    text, html = ((folder / name).read_text("utf-8") for name in ("body.txt", "body.html"))
    links = re.compile(r"links(?:\.|\[[\"'])(\w+)")
    assert '{% extends "mail/base.html" %}' in html
    assert set(links.findall(text)) == set(links.findall(html))


@pytest.mark.parametrize("folder", folders(), ids=name_of)
def test_mail_when_read_loads_nothing_from_elsewhere(folder: Path) -> None:
    assert re.findall(r"<img|<link|<script|url\(|src=", (folder / "body.html").read_text("utf-8")) == []
