"""How is a figure measured? Ours beside its anchor in one run, in turns, medians of rounds.

What is measured does not belong here.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import EnvironBuilder

ROUNDS = 7


@dataclass(frozen=True)
class Figure:
    """One line of the table: ours, the anchor of the same run, and what was promised."""

    name: str
    ours: str
    anchor: str
    result: str
    goal: str
    holds: bool


def ratio_figure(name: str, *, ours: list[float], anchor: list[float], goal: float, unit: str = "ms") -> Figure:
    """Compare seconds a piece, round by round: the ratio is anchor ÷ ours, so that 1 means "as fast as the anchor"."""
    ratio = statistics.median(a / o for a, o in zip(anchor, ours, strict=True))
    mine, theirs = (f"{statistics.median(seconds) * 1000:.3f} {unit}" for seconds in (ours, anchor))
    return Figure(name, mine, theirs, f"{ratio:.2f} ×", f"≥ {goal:.2f} ×", ratio >= goal)


def limit_figure(name: str, *, ours: list[float], anchor: str, goal: float, unit: str) -> Figure:
    """Compare the median with a limit that must not be passed."""
    median = statistics.median(ours)
    return Figure(name, f"{median:.2f} {unit}", anchor, f"{median:.2f} {unit}", f"≤ {goal:g} {unit}", median <= goal)


def in_turns(
    ours: Callable[[], Any], anchor: Callable[[], Any], *, calls: int, rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Return CPU seconds a call of both, a value a round, after one round that does not count."""
    pairs = [(cpu_seconds(ours, calls), cpu_seconds(anchor, calls)) for _ in range(rounds + 1)][1:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def cpu_seconds(act: Callable[[], Any], calls: int) -> float:
    """Return the CPU seconds of one call: other work on the machine disturbs them least."""
    begun = time.process_time()
    for _ in range(calls):
        act()
    return (time.process_time() - begun) / calls


def request(
    app: Callable[..., Iterable[bytes]], path: str, headers: dict[str, str] | None = None
) -> Callable[[], tuple[str, bytes]]:
    """Return a call that asks a WSGI application for `path` and returns status and body."""
    environ = EnvironBuilder(path, headers=headers, base_url="http://127.0.0.1").get_environ()

    def call() -> tuple[str, bytes]:
        told: list[str] = []
        answer = app(dict(environ), lambda status, *_: told.append(status))
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return told[0], body

    return call


def quiet_environment(**settings: str) -> dict[str, str]:
    """Return this environment without anything that configures the site, but for `settings`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COALITION_", "PORT"))}
    return own | settings


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    head = "| figure | ours | anchor in the same run | result | goal | holds |\n|---|---|---|---|---|---|"
    rows = [
        f"| {f.name} | {f.ours} | {f.anchor} | {f.result} | {f.goal} | {'yes' if f.holds else 'NO'} |" for f in figures
    ]
    return "\n".join([head, *rows])
