"""How long do many certificates take? Their rows in batches, then their files by the jobs, as the command does it.

CPU seconds of one process and its press on a small number, whole: log, credential, page, seal, file on the disk. What
ten thousand would take is reckoned from that, not run.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from sqlalchemy import delete

from benchmarks.measuring import Figure
from benchmarks.sample import site
from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import issuing
from coalition.certificates.waiting import MAKE_JOB
from coalition.documents import isolation
from coalition.jobs import embedded
from coalition.jobs.models import Job
from coalition.transactions import transaction
from tests.factories import signing

SLUG = "icsse-charter"
MANY = 80
WARM = 20
A_BATCH = 50
TEN_THOUSAND = 10_000
TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> list[Figure]:
    """Issue and make certificates for so many signatories."""
    with site() as app, app.app_context():
        for number in range(MANY):
            signing.active(official_name=f"Coopérative {number}")
        with transaction() as session:
            session.execute(delete(Job))
        issued = _issue()
        jobs = app.extensions["coalition.jobs"]
        _made(jobs, WARM)
        made = [_made(jobs, WARM) for _ in range((MANY - WARM) // WARM)]
    a_file = statistics.median(made)
    minutes = TEN_THOUSAND * (issued + a_file) / 60
    return [
        Figure("certificate issued: row, log leaf, audit line, job", f"{issued * 1000:.1f} ms", "", "", "–", None),
        Figure("its file made by a job, whole", f"{a_file * 1000:.0f} ms", "", f"{1 / a_file:.1f}/s", "–", None),
        Figure("10,000 of them by one process, reckoned", f"{minutes:.0f} min", f"{MANY} were made", "", "–", None),
    ]


def _issue() -> float:
    begun, actor = _cpu(), Actor.system("benchmark")
    while True:
        with transaction():
            if not issuing.issue_some(SLUG, language=None, most=A_BATCH, actor=actor, now=clock.now()):
                return (_cpu() - begun) / MANY


def _cpu() -> float:
    """Return the CPU seconds of this process and of the press beside it, once that runs."""
    process = isolation.press()._process
    told = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split() if process else ["0"] * 13
    return time.process_time() + (int(told[11]) + int(told[12])) / TICKS


def _made(jobs: dict[str, str], count: int) -> float:
    """Return the seconds a file."""
    begun = _cpu()
    done = embedded.run_due(jobs=jobs, worker="benchmark", most=count, only=MAKE_JOB)
    if done != count:
        raise RuntimeError(f"{done} of {count} jobs were there")
    return (_cpu() - begun) / count
