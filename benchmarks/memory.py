"""How much memory does a web worker hold once it has served pages? Its proportional share (PSS), before any upload."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Figure, limit_figure
from benchmarks.running import COALITION, Site

GOAL = 110.0
PAGES = (
    "/en/",
    "/fr/",
    "/en/charters/icsse-charter/",
    "/en/charters/icsse-charter/eligibility/",
    "/en/charters/icsse-charter/sign/organisation",
    "/en/register/",
    "/fr/register/",
    "/en/verify/",
    "/api/v1/signatories",
    "/admin/login",
)
IMPORTED = "import flask_sqlalchemy, flask_wtf, flask_babel; print(open('/proc/self/smaps_rollup').read())"


def measure() -> list[Figure]:
    """Run two web workers, ask for every kind of page many times, and weigh each worker."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site([*COALITION, "serve", "--setup", "--workers", "2"], Path(folder))
        site.start()
        try:
            for _ in range(30):
                for page in PAGES:
                    site.get(page)
            workers = site.processes()[1:]
            ours = [pss(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in workers]
        finally:
            site.stop()
    done = subprocess.run([sys.executable, "-c", IMPORTED], check=True, capture_output=True, text=True)
    anchor = f"{pss(done.stdout):.0f} MB (a process that imported Flask, SQLAlchemy, WTForms, Babel)"
    return [
        limit_figure(
            "memory of a web worker",
            ours=[max(ours), statistics.median(ours), max(ours)],
            anchor=anchor,
            goal=GOAL,
            unit="MB",
        )
    ]


def pss(rollup: str) -> float:
    """Return the proportional set size in MB."""
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found.group(1)) / 1000 if found else float("nan")
