"""What do rendering processes hold and do together? Their memory at work, and two of them beside one.

Wall time, for two are only worth something where the machine has two processors to spare.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from benchmarks.measuring import Figure, in_turns, ratio_figure
from coalition.documents.isolation import Limits, Press
from coalition.documents.order import Order

WARM, EACH, LIFE = 40, 15, 300
MOST_MB, MOST_MORE_MB, TWICE = 220, 25, 1.8
RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")


def figures(orders: Sequence[Order]) -> list[Figure]:
    """Return what one process holds after 300 documents in many scripts, and how much faster two are than one."""
    presses = [Press(Limits(orders=10 * LIFE)) for _ in range(2)]
    try:
        for press in presses:
            _render(press, orders, WARM)
        return [*_memory(presses[0], orders), _together(presses, orders)]
    finally:
        for press in presses:
            press.close()


def _memory(press: Press, orders: Sequence[Order]) -> list[Figure]:
    warm = _resident(press)
    _render(press, orders, LIFE)
    full = _resident(press)
    more = full - warm
    return [
        _limit("memory of a rendering process", f"{full:.0f} MB", f"≤ {MOST_MB} MB", holds=full <= MOST_MB),
        _limit(f"and more in {LIFE} documents", f"{more:+.0f} MB", f"≤ +{MOST_MORE_MB} MB", holds=more <= MOST_MORE_MB),
    ]


def _limit(name: str, ours: str, goal: str, *, holds: bool) -> Figure:
    return Figure(name, ours, "", ours, goal, holds)


def _together(presses: Sequence[Press], orders: Sequence[Order]) -> Figure:
    with ThreadPoolExecutor(2) as pool:
        two, one = in_turns(
            lambda: _wall(lambda: list(pool.map(lambda press: _render(press, orders, EACH), presses))) / (2 * EACH),
            lambda: _wall(lambda: _render(presses[0], orders, EACH)) / EACH,
            rounds=3,
        )
    return ratio_figure("two rendering processes, beside one", ours=two, anchor=one, goal=TWICE)


def _render(press: Press, orders: Sequence[Order], number: int) -> None:
    for order in islice(cycle(orders), number):
        press.render(order)


def _resident(press: Press) -> float:
    """Return the megabytes that the press's process holds."""
    process = press._process  # its size is nobody's business but this file's
    found = RESIDENT.search(Path(f"/proc/{process.pid}/status").read_text()) if process else None
    return int(found[1]) / 1024 if found else 0.0


def _wall(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
