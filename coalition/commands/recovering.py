"""Was an old backup put back, or is this the first start with a log? Looked at before anybody acts, at every start."""

from __future__ import annotations

import logging

from coalition import clock
from coalition.certificates import recording as certificates
from coalition.charters import recording as charters
from coalition.desk import restoring
from coalition.errors import Unavailable
from coalition.register import recording as register
from coalition.transactions import transaction

log = logging.getLogger(__name__)


def recover() -> None:
    """Take back what a restored database lacks and erase again who was erased.

    Where the log cannot be taken back the site goes on, and its log waits: doctor and desk say why.
    """
    try:
        restoring.restore(now=clock.now())
    except Unavailable as unusable:
        log.error("the public log waits: %s", unusable)


def tell_what_stood_before() -> None:
    """Give everything public that stood before the log its leaf; what has one is left alone."""
    with transaction():
        charters.publish_missing(now=clock.now())
    for tell in (register.enter_missing, certificates.tell_missing):
        told = 1
        while told:
            with transaction():
                told = tell(now=clock.now())
