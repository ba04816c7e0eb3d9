"""What runs beside the web server? The worker: jobs, mails, and what is due by the clock."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.audit import sequencing
from coalition.certificates.jobs import check_sealing_key
from coalition.errors import DomainError
from coalition.extensions import db
from coalition.jobs import embedded, queue
from coalition.mail import delivery
from coalition.mail.transport import Transport, open_transport
from coalition.transactions import transaction, without_values
from coalition.web import throttling

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
MAILS_A_ROUND = 20
HOURLY = (
    "audit.make_checkpoint",
    "mail.take_bounces",
    "signing.expire",
    "signing.remind",
    "desk.keep_to_periods",
    "review.expire_claims",
    "accounts.reseal",
    "desk.end_outside",
    "standing.keep",
    "review.follow_questions",
    "review.count_figures",
    "review.send_digests",
)


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
    """Do one job, send what waits, number the audit log's new lines; no mail waits for a queue of documents."""
    done = embedded.run_due(jobs=current_app.extensions["coalition.jobs"], worker=name, most=1)
    for _ in range(MAILS_A_ROUND):
        if stop.is_set() or not delivery.run_due(transport=transport, most=1):
            break
        done += 1
    return done + sequencing.number_waiting()


def _hourly() -> None:
    with transaction():
        for job in HOURLY:
            queue.put(job, args={}, now=clock.now(), key=job)
    throttling.forget_past()
