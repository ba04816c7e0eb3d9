"""Can a name be printed? Which of its characters no font of our documents has; pure.

What the fonts have stands in `printable.txt`, so that no form has to load them; `documents.letters` writes it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

from coalition.organisations.names import JOINERS, clean_name

VARIATIONS = range(0xFE00, 0xFE10)  # they choose the form of the character before them and are never seen


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters of a name that would be printed as empty boxes, each once, in their order."""
    return tuple(dict.fromkeys(letter for letter in clean_name(text) if not _is_printable(letter)))


def _is_printable(letter: str) -> bool:
    place = ord(letter)
    if place in VARIATIONS or letter in JOINERS or unicodedata.category(letter) == "Zs":
        return True
    return bisect_right(_borders(), place) % 2 == 1


@cache
def _borders() -> list[int]:
    """Return where runs of known characters begin and where the gaps behind them do, in turns."""
    borders: list[int] = []
    for run in Path(__file__).with_name("printable.txt").read_text(encoding="ascii").split():
        first, _, last = run.partition("-")
        borders += (int(first, 16), int(last or first, 16) + 1)
    return borders
