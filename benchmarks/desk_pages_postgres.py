"""What do the same officers' pages cost on PostgreSQL? The web process's CPU and the server's, together, a page.

The two sites are two databases of one private server, as it comes out of the box.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.desk_pages import FEW, MANY, Clock, compared, ready
from benchmarks.measuring import Figure
from benchmarks.sample import DISK, site
from tests.fixtures.postgres import Cluster


def measure() -> list[Figure]:
    """Ask both sites for every page in turns."""
    with ExitStack() as stack:
        cluster = Cluster(Path(stack.enter_context(tempfile.TemporaryDirectory(dir=DISK))), settings=())
        stack.callback(cluster.stop)
        cluster.start()
        few, many = (
            stack.enter_context(site(SQLALCHEMY_DATABASE_URI=cluster.create(name))) for name in ("few", "many")
        )
        large, small = ready(many, MANY), ready(few, FEW)
        return compared(large, small, name="desk with 100,000, PostgreSQL", clock=used_with(cluster))


def used_with(cluster: Cluster) -> Clock:
    """Return a clock of the CPU seconds of this process and of the server's that are connected to it."""

    def used() -> float:
        assert cluster.process is not None
        first = cluster.process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return time.process_time() + sum(_seconds_of(child) for child in children)

    return used


def _seconds_of(pid: str) -> float:
    """Return a process's CPU seconds by the scheduler's own count; 0 of one that has ended since it was listed."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return 0.0
