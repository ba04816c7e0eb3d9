"""What runs beside the web server? The worker: jobs, mails, and what is due by the clock."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.extensions import db
from coalition.jobs import embedded, queue
from coalition.mail import delivery
from coalition.mail.transport import open_transport
from coalition.transactions import transaction
from coalition.web import throttling

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
HOURLY = ("signing.expire", "signing.discard_drafts")


@click.command()
@click.option("--with-parent", is_flag=True, help="Stop when the process that started the worker is gone.")
@with_appcontext
def worker(*, with_parent: bool) -> None:
    """Send mails and do the waiting jobs until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop, parent=os.getppid() if with_parent else None)


def run(stop: threading.Event, *, parent: int | None = None) -> None:
    """Work until `stop` is set or the process `parent` is gone; a lost database is waited for."""
    name = embedded.worker_name()
    transport = open_transport(current_app.config["MAIL_URL"])
    next_hourly = clock.now()
    while not stop.is_set() and parent in (None, os.getppid()):
        try:
            if clock.now() >= next_hourly:
                _hourly()
                next_hourly = clock.now() + timedelta(hours=1)
            done = embedded.run_due(jobs=current_app.extensions["coalition.jobs"], worker=name, most=20)
            done += delivery.run_due(transport=transport, most=20)
        except DBAPIError as lost:
            log.error("database not answering: %s", type(lost).__name__)
            db.session.remove()
            done = 0
        if not done:
            stop.wait(PAUSE_SECONDS)


def _hourly() -> None:
    with transaction():
        for job in HOURLY:
            queue.put(job, args={}, now=clock.now(), key=job)
    throttling.forget_past()
