"""What runs beside the web server? The worker: jobs, mails, and what is due by the clock."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from datetime import timedelta
from functools import lru_cache

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.audit import sequencing
from coalition.certificates.jobs import check_sealing_key
from coalition.commands import recovering
from coalition.commands.timetable import HOURLY
from coalition.errors import DomainError, Unavailable
from coalition.extensions import db
from coalition.jobs import embedded, queue
from coalition.mail import delivery
from coalition.mail.transport import Transport, open_transport
from coalition.transactions import transaction, without_values
from coalition.transparency import sequencing as public_log
from coalition.web import throttling

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
MAILS_A_ROUND = 20


@click.command()
@click.option("--with-parent", type=int, metavar="PID", help="Stop when this process, which started the worker, ends.")
@with_appcontext
def worker(*, with_parent: int | None) -> None:
    """Send mails and do the waiting jobs until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        transport = open_transport(current_app.config["MAIL_URL"])
        if current_app.config["CERTIFICATE_KEY"]:
            check_sealing_key()
    except (ValueError, DomainError) as unusable:
        sys.exit(str(unusable))
    recovering.recover()
    run(stop, transport=transport, parent=with_parent)


def run(stop: threading.Event, *, transport: Transport, parent: int | None = None) -> None:
    """Work until `stop` is set or the process `parent` is gone; a lost database is waited for."""
    name = embedded.worker_name()
    next_hourly = clock.now()
    while not stop.is_set() and parent in (None, os.getppid()):
        try:
            if clock.now() >= next_hourly:
                _hourly()
                next_hourly = clock.now() + timedelta(hours=1)
            done = _round(stop, transport=transport, name=name)
        except DBAPIError as lost:
            log.error("database not answering: %s", without_values(lost))
            db.session.remove()
            done = 0
        if not done:
            stop.wait(PAUSE_SECONDS)


def _round(stop: threading.Event, *, transport: Transport, name: str) -> int:
    """Do one job, send what waits, number both logs' new lines; no mail waits for a queue of documents."""
    done = embedded.run_due(jobs=current_app.extensions["coalition.jobs"], worker=name, most=1)
    for _ in range(MAILS_A_ROUND):
        if stop.is_set() or not delivery.run_due(transport=transport, most=1):
            break
        done += 1
    return done + sequencing.number_waiting() + _place_leaves()


def _place_leaves() -> int:
    """Let the public log grow; where it cannot, acts and mails go on, and their leaves wait."""
    try:
        return public_log.place_waiting()
    except Unavailable as unusable:
        _complain(str(unusable), clock.now().hour)
        return 0


@lru_cache(maxsize=4)
def _complain(sentence: str, hour: int) -> None:
    """Say the same once an hour: a round comes twice a second."""
    log.error("the public log waits: %s", sentence)


def _hourly() -> None:
    with transaction():
        for job in HOURLY:
            queue.put(job, args={}, now=clock.now(), key=job)
    throttling.forget_past()
