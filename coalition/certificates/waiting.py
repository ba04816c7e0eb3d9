"""Which documents wait, and for what? Those without a file, those without a date, those whose dates must be renewed.

Read from the rows and from what their jobs last said; how it is mended belongs to `upkeep_jobs` and to the operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select

from coalition.certificates.models import Certificate, CertificateRevision
from coalition.certificates.queries import LIVING, content_of
from coalition.certificates.states import Kind, Level
from coalition.i18n import lazy_gettext as _l
from coalition.jobs.models import Job
from coalition.transactions import reading

MAKE_JOB = "certificates.make"
DATE_JOB = "certificates.date"
SOON = timedelta(minutes=5)
UNMADE = (Certificate.storage_key.is_(None), *LIVING)
CERTIFICATE_OF = Job.args["certificate_id"].as_integer()
NEWEST = CertificateRevision.pdf_sha256 == Certificate.pdf_sha256
REASONS: Mapping[str, Any] = {
    "MachineLacks": _l("The machine lacks something that documents need."),
    "KeyWaits": _l("The sealing key cannot be used."),
    "StorageFails": _l("The file cannot be stored: the disk may be full."),
    "DocumentFailed": _l("The page could not be drawn."),
    "AuthorityWaits": _l("The timestamp authority gives no timestamp."),
}
FAILED = _l("It failed; it is tried again.")
GIVEN_UP = _l("It was tried many times in vain; it is tried again once a day.")
BEING_MADE = _l("It is being made.")
NOT_TAKEN = _l("No worker has taken it up yet: is the worker running?")
NOT_QUEUED = _l("Nothing is queued for it; it will be queued again within the hour.")


@dataclass(frozen=True)
class WaitingDocument:
    """A document without a file: since when, why in a sentence, and what its job said last, for the operator."""

    serial: str
    kind: Kind
    organisation: str
    since: datetime
    sentence: Any
    detail: str


@dataclass(frozen=True)
class Undated:
    """Sealed documents that bear no timestamp yet: how many, since when the first, and why in a sentence."""

    count: int
    since: datetime
    sentence: Any
    detail: str


@dataclass(frozen=True)
class StoredDocument:
    """The newest sealed bytes of a document that stands."""

    id: int
    serial: str
    storage_key: str
    pdf_sha256: str


def waiting_documents(*, now: datetime, most: int = 200) -> list[WaitingDocument]:
    """Return the documents that have no file yet, the one that waits longest first, `most` of them."""
    columns = (Certificate.id, Certificate.serial, Certificate.kind, Certificate.content, Certificate.created_at)
    with reading() as connection:
        rows = connection.execute(select(*columns).where(*UNMADE).order_by(Certificate.id).limit(most)).all()
        asked = select(CERTIFICATE_OF.label("id"), Job.last_error, Job.failed_at)
        jobs = connection.execute(asked.where(Job.name == MAKE_JOB, CERTIFICATE_OF.in_([row.id for row in rows]))).all()
    of = {job.id: job for job in jobs}
    return [
        WaitingDocument(
            row.serial,
            Kind(row.kind),
            content_of(row.kind, row.content).organisation,
            row.created_at,
            _sentence(of.get(row.id), waits=now - row.created_at),
            (of[row.id].last_error or "") if row.id in of else "",
        )
        for row in rows
    ]


def waiting_count() -> int:
    """Return how many documents have no file yet."""
    with reading() as connection:
        return int(connection.execute(select(func.count()).where(*UNMADE)).scalar_one())


def undated_documents() -> Undated | None:
    """Return what is sealed without a timestamp and waits for one; None when nothing does.

    Whether an authority is set at all the caller knows: without one nothing waits.
    """
    asked = select(func.count(), func.min(CertificateRevision.stored_at)).join(Certificate, NEWEST)
    error = select(Job.last_error).where(Job.name == DATE_JOB, Job.last_error.is_not(None)).limit(1)
    with reading() as connection:
        count, since = connection.execute(asked.where(*_newest(Level.B_B))).one()
        detail = connection.execute(error).scalar() or ""
    if not count:
        return None
    return Undated(count, since, REASONS.get(detail.partition(":")[0], BEING_MADE), detail)


def to_date(*, after: int, most: int) -> list[StoredDocument]:
    """Return sealed documents that bear no timestamp, whose id is greater than `after`, in order."""
    return _stored(_documents(after, most).where(*_newest(Level.B_B)))


def to_archive(*, after: int, before: datetime, most: int) -> list[StoredDocument]:
    """Return certificates whose newest date is older than `before`, with an id greater than `after`, in order."""
    levels = (Level.B_T.value, Level.B_LTA.value)
    return _stored(
        _documents(after, most).where(
            *LIVING,
            Certificate.kind == Kind.CERTIFICATE.value,
            CertificateRevision.level.in_(levels),
            CertificateRevision.stored_at < before,
        )
    )


def without_job(*, before: datetime) -> list[int]:
    """Return the ids of documents from before a moment that have neither a file nor a job that will make one."""
    queued = select(CERTIFICATE_OF).where(Job.name == MAKE_JOB, Job.failed_at.is_(None))
    with reading() as connection:
        asked = select(Certificate.id).where(*UNMADE, Certificate.created_at < before).order_by(Certificate.id)
        unmade = connection.execute(asked).scalars().all()
        waits = set(connection.execute(queued).scalars()) if unmade else set()
    return [one for one in unmade if one not in waits]


def known_files(storage_keys: list[str], serials: list[str]) -> tuple[set[str], set[str]]:
    """Return which of these keys belong to a revision, and which of these serials to a document."""
    with reading() as connection:
        keys = connection.execute(
            select(CertificateRevision.storage_key).where(CertificateRevision.storage_key.in_(storage_keys))
        )
        known = set(keys.scalars())
        documents = connection.execute(select(Certificate.serial).where(Certificate.serial.in_(serials)))
        return known, set(documents.scalars())


def _newest(level: Level) -> tuple[Any, ...]:
    return (*LIVING, CertificateRevision.level == level.value)


def _documents(after: int, most: int) -> Select[int, str, str | None, str | None]:
    columns = (Certificate.id, Certificate.serial, Certificate.storage_key, Certificate.pdf_sha256)
    return (
        select(*columns)
        .join(CertificateRevision, NEWEST)
        .where(Certificate.id > after)
        .order_by(Certificate.id)
        .limit(most)
    )


def _stored(statement: Select[int, str, str | None, str | None]) -> list[StoredDocument]:
    with reading() as connection:
        found = connection.execute(statement)
        return [StoredDocument(id, serial, str(key), str(digest)) for id, serial, key, digest in found]


def _sentence(job: Row[Any] | None, *, waits: timedelta) -> Any:
    if job is None:
        return BEING_MADE if waits < SOON else NOT_QUEUED
    if job.failed_at:
        return GIVEN_UP
    if job.last_error:
        return REASONS.get(job.last_error.partition(":")[0], FAILED)
    return BEING_MADE if waits < SOON else NOT_TAKEN
