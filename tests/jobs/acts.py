"""Jobs that tests put, and a worker in a process of its own that is killed in the middle of one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import NoReturn

from coalition import clock
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.errors import Unavailable, mark
from coalition.jobs import embedded
from coalition.transactions import transaction
from tests.fixtures.apps import build

HERE = "tests.jobs.acts"
JOBS = {name: f"{HERE}.{name}" for name in ("note", "count", "fail", "quote", "wait", "die", "leave_open")}

counted: Counter[int] = Counter()
counting = threading.Lock()


def note(*, word: str) -> None:
    """Write a line that a test can find."""
    with transaction():
        record.append(actor=Actor.system("tests"), act="note", subject=word, now=clock.now())


def count(*, number: int) -> None:
    """Count how often each number was done in this process."""
    with counting:
        counted[number] += 1


def fail() -> NoReturn:
    """Fail, as a mistake of ours would."""
    raise ZeroDivisionError("by design")


def quote(*, address: str) -> None:
    """Fail in the database, whose words quote what was typed."""
    with transaction():
        for _ in range(2):
            record.append(actor=Actor(address * 40), act=address, subject=address, now=None)  # type: ignore[arg-type]


def wait() -> NoReturn:
    """Find that the machine cannot do it yet."""
    raise Unavailable(mark("Documents wait until this machine has %(what)s: %(line)s"), what="Pango", line="apt-get")


def die(*, word: str) -> None:
    """Do half of the work, then be killed."""
    with transaction():
        record.append(actor=Actor.system("tests"), act="begun", subject=word, now=clock.now())
    os.kill(os.getpid(), signal.SIGKILL)


def leave_open(*, word: str) -> NoReturn:
    """Fail with something unwritten in the session."""
    with transaction():
        record.append(actor=Actor.system("tests"), act="unwritten", subject=word, now=clock.now())
        raise ZeroDivisionError


if __name__ == "__main__":
    application = build(sys.argv[1], Path(sys.argv[2]))
    with application.app_context():
        embedded.run_due(jobs=JOBS, worker="the killed one")
