"""At which line of a TOML document does a value stand?

The reader of the standard library does not say. What stands there belongs to `reading`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from coalition.charters.reading import Place

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=\s*(.*)$")


def line_numbers(source: str) -> dict[Place, int]:
    """Return where each key of a TOML document stands: place → line, counted from 1."""
    found: dict[Place, int] = {}
    counts: Counter[Place] = Counter()
    table: Place = ()
    for number, line in _statements(source):
        if head := _TABLE.match(line):
            table = _table_place(head.group(2), counts, is_list=head.group(1) == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = tuple(part.strip() for part in key.group(1).split("."))
            for end in range(1, len(path) + 1):
                found.setdefault((*table, *path[:end]), number)
    return found


def _table_place(name: str, counts: Counter[Place], *, is_list: bool) -> Place:
    """Return the place of a table's head; a list of tables counts its own, below the newest table around it."""
    place: Place = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for position, part in enumerate(parts):
        place = (*place, part)
        if is_list and position == len(parts) - 1:
            counts[place] += 1
        if counts[place]:
            place = (*place, counts[place] - 1)
    return place


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that begin a statement; those inside a text of several lines are passed over."""
    quote = ""
    for number, line in enumerate(source.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        yield number, line
        opened = re.search(r'=\s*("""|\'\'\')', line)
        if opened and line.count(opened.group(1)) == 1:
            quote = opened.group(1)


def line_of(place: Place, lines: Mapping[Place, int]) -> int:
    """Return the line of the nearest thing around `place` that has one; 1 for the whole."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
