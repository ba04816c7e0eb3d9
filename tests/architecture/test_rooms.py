"""Are the rooms the agreed ones, and does a package do nothing by being imported?"""

from __future__ import annotations

import ast
import tomllib

import pytest

from tests.architecture.sources import PACKAGE, ROOT, functions, modules, name_of

WITHOUT_A_QUESTION = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "service",
    "services",
    "manager",
    "base",
    "core",
    "lib",
}


@pytest.mark.parametrize("folder", ["coalition", "tests", "benchmarks", "migrations"])
def test_room_when_named_names_a_question(folder: str) -> None:
    named = [
        path for path in (ROOT / folder).rglob("*") if path.stem in WITHOUT_A_QUESTION and path.suffix in ("", ".py")
    ]
    assert [name_of(path) for path in named if "vendor" not in path.parts] == []


def test_package_when_imported_does_nothing() -> None:
    filled = [path for path in PACKAGE.rglob("__init__.py") if path.read_text("utf-8").strip()]
    assert [name_of(path) for path in filled] == ["coalition/__init__.py"]


def test_module_when_read_says_its_question_and_defers_annotations() -> None:
    def is_complete(tree: ast.Module) -> bool:
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        return bool(ast.get_docstring(tree)) and any(
            name.name == "annotations" for node in imports for name in node.names
        )

    bare = [path for path, tree in modules().items() if not path.endswith("__init__.py") and not is_complete(tree)]
    assert bare == []


def test_operation_when_declared_is_given_who_and_when_by_name() -> None:
    """What is acted on and which act it is may come first; everything else is keyword-only."""
    loose = [
        f"{path}:{function.name}"
        for path, tree in modules().items()
        if path.endswith("/operations.py")
        for function in functions(tree)
        if function in tree.body and not function.name.startswith("_")
        if len(function.args.args) > 2 or {"actor", "now"} & {argument.arg for argument in function.args.args}
    ]
    assert loose == []


def test_every_package_when_built_stands_in_the_import_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers, rooms = (contract for contract in contracts if contract["type"] == "layers")
    placed = {name.strip(" ()") for layer in layers["layers"] for name in layer.split("|")}
    built = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    optional = {name for layer in layers["layers"] for name in layer.split("|") if "(" in name}
    assert built <= placed
    assert {name.strip(" ()") for name in optional} & built == set()
    capabilities = {path.parent.name for path in PACKAGE.glob("*/models.py")} | {
        path.parent.name for path in PACKAGE.glob("*/views.py")
    }
    assert {f"coalition.{name}" for name in capabilities} <= set(rooms["containers"]) | {
        "coalition.mail",
        "coalition.audit",
        "coalition.jobs",
    }
