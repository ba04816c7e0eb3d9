"""What may stand in one place only: the commit, the writer of a signature's state, the clock."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tests.architecture.sources import functions, modules

CLOCK_READERS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
CLOCKS = {"datetime", "date", "time"}


def places(is_it: Callable[[ast.AST], bool]) -> dict[str, list[int]]:
    """Line numbers, by module, of the nodes that `is_it` says yes to."""
    found = {path: sorted(node.lineno for node in ast.walk(tree) if is_it(node)) for path, tree in modules().items()}
    return {path: lines for path, lines in found.items() if lines}


def is_commit(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"


def is_clock_read(node: ast.AST) -> bool:
    """`datetime.now()`, `date.today()`, `time.time()` and the like; `time.monotonic()` measures and is no clock."""
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        return any(name.name in CLOCK_READERS for name in node.names)
    if not isinstance(node, ast.Attribute) or node.attr not in CLOCK_READERS:
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", None)
    return owner in CLOCKS


def assigns_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store)


def updates_state(function: ast.AST) -> bool:
    """Whether it holds an UPDATE of signatures and names the column, as a keyword or in a mapping."""
    nodes = list(ast.walk(function))
    updates = any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "update"
        and [getattr(argument, "id", "") for argument in node.args] == ["Signature"]
        for node in nodes
    )
    keywords = {word.arg for node in nodes if isinstance(node, ast.Call) and is_values(node) for word in node.keywords}
    keys = {
        key.value for node in nodes if isinstance(node, ast.Dict) for key in node.keys if isinstance(key, ast.Constant)
    }
    return updates and "state" in keywords | keys


def is_values(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "values"


def test_commit_when_searched_for_stands_in_transactions_alone() -> None:
    found = places(is_commit)
    assert list(found) == ["coalition/transactions.py"]
    assert len(found["coalition/transactions.py"]) == 1


def test_clock_when_searched_for_is_read_in_one_module() -> None:
    assert list(places(is_clock_read)) == ["coalition/clock.py"]


def test_signature_state_when_searched_for_is_written_by_change_state_alone() -> None:
    writers = {
        (path, function.name)
        for path, tree in modules().items()
        for function in functions(tree)
        if updates_state(function)
    }
    assert writers == {("coalition/signing/operations.py", "change_state")}
    assert places(assigns_state) == {}
