"""What does an export cost beside the driver's own cursor with the same guard, and how much memory does it take?"""

from __future__ import annotations

import csv
import io
import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from benchmarks.measuring import Figure, in_turns, limit_figure, quiet_environment, ratio_figure
from benchmarks.sample import CATEGORIES, COUNTRIES, NAMES, site
from coalition.organisations.names import name_key, search_words
from coalition.register.entry import OPEN_DATA, name_to_sort_by
from coalition.register.exports import BATCH, FIELDS, csv_file, guarded, headings, json_lines
from coalition.register.models import RegisterEntry
from coalition.register.search import Search
from coalition.transactions import transaction, writer

ENTRIES = 200_000
MEMORY = """
import resource, sys
from coalition.app import create_app
from coalition.register import exports
from coalition.register.search import Search
app = create_app()
with app.app_context():
    next(exports.csv_file(Search.of_query({"q": "nobody-has-this-name"})))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for part in exports.csv_file(Search()):
        pass
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000)
"""


def measure() -> list[Figure]:
    """Export a large register, in turns with the bare driver; then weigh a process that does it."""
    with site() as app:
        _fill(app)
        path = str(app.config["DATA_DIR"] / "coalition.sqlite3")
        with app.app_context():
            assert _size(csv_file(Search())) == _size(_raw_csv(path))
            assert _size(json_lines(Search())) == _size(_raw_lines(path))
            found = [
                _compare("CSV", lambda: csv_file(Search()), lambda: _raw_csv(path), goal=0.85),
                _compare("JSON Lines", lambda: json_lines(Search()), lambda: _raw_lines(path), goal=0.8),
            ]
        environment = quiet_environment(COALITION_DATA_DIR=str(app.config["DATA_DIR"]))
        done = [
            subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True, env=environment)
            for _ in range(3)
        ]
        found.append(
            limit_figure(
                f"export memory, {ENTRIES:,} entries as CSV",
                ours=[float(one.stdout) for one in done],
                anchor="the same process before the export",
                goal=15.0,
                unit="MB",
            )
        )
    return found


def _compare(
    name: str, ours: Callable[[], Iterable[bytes]], anchor: Callable[[], Iterable[bytes]], *, goal: float
) -> Figure:
    def cost(make: Callable[[], Iterable[bytes]]) -> float:
        before = _cpu()
        _size(make())
        return _cpu() - before

    mine, theirs = in_turns(lambda: cost(ours), lambda: cost(anchor), rounds=5)
    return ratio_figure(f"{name}, {ENTRIES:,} entries", ours=mine, anchor=theirs, goal=goal)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _size(parts: Iterable[bytes]) -> int:
    return sum(map(len, parts))


def _rows(path: str) -> Iterator[list[tuple[Any, ...]]]:
    connection = sqlite3.connect(path)
    shown = "capacity = 'signatory' AND status IN ('active', 'suspended')"
    cursor = connection.execute(f"SELECT {', '.join(OPEN_DATA)} FROM register_entries WHERE {shown} ORDER BY id DESC")
    while rows := cursor.fetchmany(BATCH):
        yield rows
    connection.close()


def _raw_csv(path: str) -> Iterator[bytes]:
    place = OPEN_DATA.index("extra")
    buffer = io.StringIO()
    lines = csv.writer(buffer)
    lines.writerow(headings(()))
    for rows in _rows(path):
        for row in rows:
            cells = (*row[:place], *row[place + 1 :])
            lines.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _raw_lines(path: str) -> Iterator[bytes]:
    for rows in _rows(path):
        objects = [dict(zip(OPEN_DATA, row, strict=True)) for row in rows]
        for one in objects:
            one["extra"] = json.loads(one["extra"])
        yield "".join(f"{json.dumps(one, ensure_ascii=False, separators=(',', ':'))}\n" for one in objects).encode()


def _fill(app: Flask) -> None:
    """Write the rows at once: publishing one by one is not what is measured here."""
    with app.app_context(), transaction():
        connection = writer()
        for start in range(1, ENTRIES + 1, 5000):
            connection.execute(insert(RegisterEntry.__table__), [_row(number) for number in range(start, start + 5000)])
        connection.execute(text("INSERT INTO register_heads VALUES ('ICSSE', :last, :last)"), {"last": ENTRIES})


def _row(number: int) -> dict[str, Any]:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    signed = date(2014, 1, 1) + timedelta(days=number % 4000)
    empty = {field: "" for field in (*FIELDS, "representative") if field not in ("ended_on", "charter_version")}
    return {
        **empty,
        "number": f"ICSSE-{number:05d}",
        "charter": "icsse-charter",
        "charter_version": 1,
        "capacity": "signatory",
        "status": "active",
        "official_name": name,
        "latin_name": f"Network {number}",
        "country": COUNTRIES[number % len(COUNTRIES)],
        "organisation_form": "network",
        "category": CATEGORIES[number % len(CATEGORIES)],
        "website": f"https://n{number}.example.org/",
        "description": "We bring together cooperatives around the river.",
        "extra": {},
        "signed_on": signed,
        "published_on": signed + timedelta(days=20),
        "ended_on": None,
        "signed_year": signed.year,
        "sort_name": name_to_sort_by(name, f"Network {number}"),
        "name_key": name_key(name),
        "search": " ".join(search_words(name)),
    }
