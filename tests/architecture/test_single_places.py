"""What may stand in one place only: the commit, the writer of a signature's state, the clock."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tests.architecture.sources import modules, within

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


def writes_state(node: ast.AST) -> bool:
    """An assignment to `.state`, or an UPDATE that sets the column."""
    if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store):
        return True
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"):
        return False
    return any(keyword.arg == "state" for keyword in node.keywords)


def test_commit_when_searched_for_stands_in_transactions_alone() -> None:
    found = places(is_commit)
    assert list(found) == ["coalition/transactions.py"]
    assert len(found["coalition/transactions.py"]) == 1


def test_clock_when_searched_for_is_read_in_one_module() -> None:
    assert list(places(is_clock_read)) == ["coalition/clock.py"]


def test_signature_state_when_searched_for_is_written_by_change_state_alone() -> None:
    path = "coalition/signing/operations.py"
    allowed = within(modules()[path], "change_state")
    elsewhere = {
        (place, node.lineno)
        for place, tree in modules().items()
        for node in ast.walk(tree)
        if writes_state(node) and node not in allowed and not place.startswith("coalition/mail/")  # a mail's own state
    }
    assert elsewhere == set()
    assert any(writes_state(node) for node in allowed)
