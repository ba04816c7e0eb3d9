"""Is a file or a function over its ceiling? Over it, two questions share a room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, functions, modules, name_of

MODULE, TEST, CONFTEST = 300, 400, 150
FUNCTION, VIEW, MODEL = 50, 30, 200


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(("folder", "ceiling"), [("coalition", MODULE), ("tests", TEST), ("benchmarks", MODULE)])
def test_file_when_measured_is_under_its_ceiling(folder: str, ceiling: int) -> None:
    limits = {path: CONFTEST if path.name == "conftest.py" else ceiling for path in python_files(folder)}
    over = {name_of(path): lines_of(path) for path, limit in limits.items() if lines_of(path) > limit}
    assert over == {}


def test_function_when_measured_is_under_its_ceiling() -> None:
    over = {
        f"{path}:{function.name}": length(function)
        for path, tree in modules().items()
        for function in functions(tree)
        if length(function) > (VIEW if is_view(function) else FUNCTION)
    }
    assert over == {}


def test_model_when_measured_is_under_its_ceiling() -> None:
    over = {
        f"{path}:{node.name}": length(node)
        for path, tree in modules().items()
        if path.endswith("/models.py")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and length(node) > MODEL
    }
    assert over == {}


def is_view(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a blueprint calls it: its decorator is `bp.get(…)`, `bp.post(…)` or `bp.route(…)`."""
    calls = [node.func for node in function.decorator_list if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ("get", "post", "route") for call in calls)
