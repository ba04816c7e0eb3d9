"""What does the worker do about mails that were sent? It takes in the reports of servers further on."""

from __future__ import annotations

import logging

from flask import current_app

from coalition import clock
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.mail import bounces
from coalition.mail.postbox import open_postbox
from coalition.mail.reports import Report, reports_in
from coalition.transactions import transaction

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")
MOST_LETTERS = 200


def take_bounces() -> None:
    """Read the mailbox for reports, each letter in a transaction of its own; it is marked after the commit.

    A worker killed between the two reads the letter again, which changes nothing twice.
    """
    url = current_app.config["BOUNCE_URL"]
    if not url:
        return
    with open_postbox(url) as postbox:
        for name, data in postbox.unread(MOST_LETTERS):
            found = reports_in(data)
            taken = sum(_take(report) for report in found)
            postbox.mark(name, is_report=bool(found))
            log.info("delivery reports", extra={"reports": len(found), "taken": taken})


def _take(report: Report) -> bool:
    now = clock.now()
    with transaction():
        taken = bounces.take(report, trusts_address=False, now=now)
        if taken is not None and taken.is_new:
            record.append(actor=WORKER, act="report_mail", subject=taken.about, now=now, reason=taken.event.value)
    return taken is not None
