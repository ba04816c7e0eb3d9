"""How do files last? Jobs that date what bears no timestamp, renew dates each year, and put right what crashes left.

Each works for a short while and hands on to one that goes on behind it; each may be killed anywhere and repeated. How a
document is made and sealed belongs to `jobs`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from flask import current_app

from coalition import clock
from coalition.certificates import jobs, orphans, published_keys, storing, waiting
from coalition.certificates.errors import AuthorityWaits
from coalition.certificates.jobs import DATE_JOB, WORKER
from coalition.certificates.states import Level
from coalition.certificates.waiting import StoredDocument
from coalition.errors import NotFound
from coalition.extensions import db
from coalition.jobs import queue
from coalition.storage.files import store
from coalition.transactions import transaction

log = logging.getLogger(__name__)
ARCHIVE_JOB = "certificates.archive"
YEAR = timedelta(days=365)
A_WHILE = timedelta(seconds=30)
AT_ONCE = 20
FILES = "certificates"


def keep() -> None:
    """Queue what is due: dates that are missing or a year old; put right what crashes left behind. Once an hour."""
    now = clock.now()
    with transaction():
        queued, revoked = orphans.mend(actor=WORKER, now=now)
        if current_app.config["TIMESTAMP_URL"]:
            for job in (DATE_JOB, ARCHIVE_JOB):
                queue.put(job, args={"after": 0}, now=now, key=job)
    for word, serials in (("queued anew", queued), ("revoked", revoked)):
        if serials:
            log.warning("documents without file and job were %s: %s", word, ", ".join(serials))
    _sweep()


def date(*, after: int) -> None:
    """Add a timestamp to every sealed document behind the id `after` that bears none.

    Raises AuthorityWaits while the authority gives none: the job waits, and its row says why.
    """
    from coalition.documents import archiving

    authority = _authority()
    if authority is not None:
        _revise(
            DATE_JOB,
            after,
            find=lambda at: waiting.to_date(after=at, most=AT_ONCE),
            make=lambda pdf: (archiving.dated(pdf, authority=authority), Level.B_T),
        )


def archive(*, after: int) -> None:
    """Renew every certificate behind the id `after` whose newest date is a year old: PAdES B-LTA.

    What cannot be checked today is logged and tried again with the next hour. Raises AuthorityWaits as `date` does.
    """
    from coalition.documents import archiving

    authority, year_ago = _authority(), clock.now() - YEAR
    if authority is not None:
        roots = [root.pem for root in published_keys.roots()]
        _revise(
            ARCHIVE_JOB,
            after,
            find=lambda at: waiting.to_archive(after=at, before=year_ago, most=AT_ONCE),
            make=lambda pdf: (archiving.archived(pdf, authority=authority, roots=roots), Level.B_LTA),
        )


def accept_authority() -> None:
    """Trust the root that the timestamp authority names now. Raises AuthorityWaits when it does not answer."""
    _authority(anew=True)


def _authority(*, anew: bool = False) -> Any:
    from coalition.documents.errors import TimestampMissing

    try:
        return jobs.timestamp_authority(anew=anew)
    except TimestampMissing as missing:
        raise AuthorityWaits(missing.message, **missing.values) from None


def _revise(
    job: str,
    after: int,
    *,
    find: Callable[[int], Sequence[StoredDocument]],
    make: Callable[[bytes], tuple[bytes, Level]],
) -> None:
    """Give document after document its next revision, for a while; then let another job go on behind the last."""
    end = clock.now() + A_WHILE
    while found := find(after):
        for document in found:
            _revise_one(document, make)
            after = document.id
        if clock.now() > end:
            with transaction():
                queue.put(job, args={"after": after}, now=clock.now(), key=f"{job} {after}")
            return


def _revise_one(document: StoredDocument, make: Callable[[bytes], tuple[bytes, Level]]) -> None:
    from coalition.documents.errors import DocumentFailed, TimestampMissing

    db.session.rollback()  # the authority takes its time: no transaction stays open meanwhile
    try:
        pdf, level = make(store().get(document.storage_key))
    except TimestampMissing as missing:
        raise AuthorityWaits(missing.message, **missing.values) from None
    except (DocumentFailed, NotFound) as failed:
        log.error("no later revision: %s", failed, extra={"serial": document.serial})
        return
    stored = jobs.put_bytes(document.serial, pdf, level)
    with transaction():
        kept = storing.store_revision(
            certificate_id=document.id, before=document.pdf_sha256, stored=stored, actor=WORKER, now=clock.now()
        )
    if not kept:
        store().delete(stored.storage_key)


def _sweep() -> None:
    """Remove files that no row names, and what killed writers left; tell of files that are older than the database."""
    before = clock.now() - orphans.AGE
    store().discard_unfinished(FILES, before=before)
    files = store().keys(FILES, before=before)
    lost: list[str] = []
    while some := list(islice(files, 500)):
        removed, unknown = orphans.without_row(some)
        for key in removed:
            store().delete(key)
            log.warning("a file without a row was removed: %s", key)
        lost += unknown
    if lost:
        log.error("%d files are of documents that the database does not know: was an older one put back?", len(lost))
