"""How is a figure measured? Ours beside its anchor in one run, in turns, medians of rounds.

What is measured does not belong here.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ROUNDS = 7
HOLDS = {True: "yes", False: "NO", None: "–"}


@dataclass(frozen=True)
class Figure:
    """One line of the table: ours, the anchor of the same run, and what was promised; `holds` is None of no promise."""

    name: str
    ours: str
    anchor: str
    result: str
    goal: str
    holds: bool | None


def ratio_figure(name: str, *, ours: list[float], anchor: list[float], goal: float, unit: str = "ms") -> Figure:
    """Compare seconds a piece, round by round: the ratio is anchor ÷ ours, so that 1 means "as fast as the anchor"."""
    ratio = statistics.median(a / o for a, o in zip(anchor, ours, strict=True))
    mine, theirs = (f"{statistics.median(seconds) * 1000:.3f} {unit}" for seconds in (ours, anchor))
    return Figure(name, mine, theirs, f"{ratio:.2f} ×", f"≥ {goal:.2f} ×", ratio >= goal)


def times_figure(name: str, *, ours: list[float], anchor: list[float], goal: float) -> Figure:
    """Compare seconds a piece, round by round: the ratio is ours ÷ anchor, "so many times the anchor"."""
    ratio = statistics.median(o / a for a, o in zip(anchor, ours, strict=True))
    mine, theirs = (f"{statistics.median(seconds) * 1000:.3f} ms" for seconds in (ours, anchor))
    return Figure(name, mine, theirs, f"{ratio:.1f} ×", f"≤ {goal:g} ×", ratio <= goal)


def limit_figure(name: str, *, ours: list[float], anchor: str, goal: float, unit: str) -> Figure:
    """Compare the median with a limit that must not be passed."""
    median = statistics.median(ours)
    return Figure(name, f"{median:.2f} {unit}", anchor, f"{median:.2f} {unit}", f"≤ {goal:g} {unit}", median <= goal)


def in_turns(
    ours: Callable[[], float], anchor: Callable[[], float], *, rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Measure both in turns and return a value a round of each, after one round that does not count."""
    pairs = [(ours(), anchor()) for _ in range(rounds + 1)][1:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def quiet_environment(**settings: str) -> dict[str, str]:
    """Return this environment without anything that configures the site, but for `settings`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COALITION_", "PORT"))}
    return own | settings


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    head = "| figure | ours | anchor in the same run | result | goal | holds |\n|---|---|---|---|---|---|"
    rows = [f"| {f.name} | {f.ours} | {f.anchor} | {f.result} | {f.goal} | {HOLDS[f.holds]} |" for f in figures]
    return "\n".join([head, *rows])
