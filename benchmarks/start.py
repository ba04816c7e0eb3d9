"""How many CPU seconds does a web process need until it answers? Beside a process that imports Flask-SQLAlchemy."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Figure, limit_figure
from benchmarks.running import COALITION, Site

GOAL = 2.0


def measure() -> list[Figure]:
    """Start one web process without setup and worker, several times on one prepared data folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        site = Site([*COALITION, "init"], place)
        subprocess.run(site.command, env=site.environment, cwd=Path.cwd(), check=True, stdout=subprocess.DEVNULL)
        ours = [_ready(place) for _ in range(6)][1:]
    anchor = statistics.median([_imported() for _ in range(6)][1:])
    name = "CPU until a web process answers"
    return [limit_figure(name, ours=ours, anchor=f"{anchor:.2f} s (`import flask_sqlalchemy`)", goal=GOAL, unit="s")]


def _ready(folder: Path) -> float:
    site = Site([*COALITION, "serve", "--workers", "1"], folder)
    site.start()
    try:
        return site.cpu_seconds()
    finally:
        site.stop()


def _imported() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import flask_sqlalchemy"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
