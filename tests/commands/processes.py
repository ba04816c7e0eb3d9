"""What runs beneath a process? Read from /proc, as an operator would see it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started and that still run."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == pid]


def _parent(path: Path) -> int | None:
    try:
        state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)


def words_of(pid: int) -> list[str]:
    """Return the words that a process was started with."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def setting_of(pid: int, name: str) -> str | None:
    """Return a variable of the environment that a process was started with."""
    pairs = dict(pair.partition("=")[::2] for pair in Path(f"/proc/{pid}/environ").read_text().split("\0"))
    return pairs.get(name)


def is_worker(pid: int) -> bool:
    """Tell the worker from the web processes."""
    return "--with-parent" in words_of(pid)


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    return _parent(Path(f"/proc/{pid}")) is not None


def wait_for(ask: Callable[[], Found], *, seconds: float = 20) -> Found:
    """Ask until the answer is true; returns it."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found
