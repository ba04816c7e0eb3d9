"""The project's own sources, read once for the tests that look at their shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "coalition"
TEMPLATES = ROOT / "templates"


def name_of(path: Path) -> str:
    """The path as a developer writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the application by its path, parsed."""
    paths = sorted([*PACKAGE.rglob("*.py"), ROOT / "config.py"])
    return {name_of(path): ast.parse(path.read_text("utf-8")) for path in paths}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a tree, inner ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
