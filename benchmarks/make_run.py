"""How long from `make run` on a warm machine to the first page? The anchor: the same server without make and setup."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.measuring import Figure, limit_figure
from benchmarks.running import COALITION, Site

GOAL = 5.0


def measure() -> list[Figure]:
    """Start both in turns on a data folder that is set up, five times each after one that does not count."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pairs = [(_first_page(["make", "run"], place), _first_page([*COALITION, "serve"], place)) for _ in range(6)][1:]
    anchor = statistics.median(pair[1] for pair in pairs)
    ours = [pair[0] for pair in pairs]
    return [
        limit_figure(
            "`make run`, warm, to the first page",
            ours=ours,
            anchor=f"{anchor:.2f} s (`coalition serve`)",
            goal=GOAL,
            unit="s",
        )
    ]


def _first_page(command: list[str], folder: Path) -> float:
    site = Site(command, folder)
    try:
        return site.start()
    finally:
        site.stop()
