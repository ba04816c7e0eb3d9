"""What has been kept long enough, how much of it is there, and how is it let go? One rule for each kind of thing.

The periods are settings, and the privacy page states those that concern applicants; a month counts 30 days, so that
nothing stays longer than is promised. How a thing is forgotten belongs to its own capability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, delete, exists, func, or_, select, update

from coalition import clock
from coalition.accounts.models import OfficerSession
from coalition.audit.record import Actor
from coalition.desk import import_operations
from coalition.desk.import_models import Import
from coalition.desk.models import EvidenceFile, RetentionReport
from coalition.enquiries import retention as enquiries
from coalition.enquiries.models import Enquiry
from coalition.enquiries.states import State as EnquiryState
from coalition.extensions import db
from coalition.jobs import queue
from coalition.mail.message import MailState
from coalition.mail.models import OutboxMessage
from coalition.review import operations as review
from coalition.review.models import Decision, ReviewNote
from coalition.signing import jobs as signing
from coalition.signing.drafts import DELETE_FILES_JOB
from coalition.signing.models import Draft, ProofDocument, Signature
from coalition.signing.states import ENDED
from coalition.transactions import transaction

MONTH = timedelta(days=30)
AT_ONCE = 200
MOST_ROUNDS = 50
WORKER = Actor.system("worker")
Count = Select[int]


@dataclass(frozen=True)
class Rule:
    """One kind of thing: how many are due at a moment, and how some of them are let go."""

    key: str
    due: Callable[[datetime], Count]
    let_go: Callable[[datetime], object]

    def count(self, now: datetime) -> int:
        """Return how many are due."""
        return db.session.execute(self.due(now)).scalar_one()


def due_now(now: datetime) -> dict[str, int]:
    """Return how many of each kind would be let go, changing nothing."""
    return {rule.key: rule.count(now) for rule in RULES}


def ran_on(day: date) -> bool:
    """Tell whether the day's report is written."""
    return db.session.get(RetentionReport, day) is not None


def keep_to_periods(*, now: datetime) -> Mapping[str, int]:
    """Let go of everything that is due, in transactions of its own; add it to the day's report and return it."""
    counts = {}
    for rule in RULES:
        found = due = rule.count(now)
        for _ in range(MOST_ROUNDS):
            if not due:
                break
            rule.let_go(now)
            db.session.rollback()
            left = rule.count(now)
            if left >= due:  # what cannot be let go now is looked at again tomorrow
                break
            due = left
        if found > due:
            counts[rule.key] = found - due
    _report(counts, now=now)
    return counts


def reports(*, most: int = 60) -> list[RetentionReport]:
    """Return the reports of the last days, newest first."""
    return list(db.session.scalars(select(RetentionReport).order_by(RetentionReport.day.desc()).limit(most)))


def _report(counts: Mapping[str, int], *, now: datetime) -> None:
    with transaction() as session:
        report = session.get(RetentionReport, now.date(), with_for_update=True)
        if report is None:
            session.add(RetentionReport(day=now.date(), ran_at=now, counts=dict(counts)))
            return
        before = report.counts
        report.ran_at = now
        report.counts = {key: before.get(key, 0) + counts.get(key, 0) for key in {**before, **counts}}


def _past(setting: str, now: datetime) -> datetime:
    months: int = current_app.config[setting]
    return now - months * MONTH


def _counted(table: Any, *conditions: Any) -> Count:
    return select(func.count()).select_from(table).where(*conditions)


def _drafts(now: datetime) -> Count:
    return _counted(Draft, Draft.expires_at <= now)


def _proofs(now: datetime) -> Count:
    decided = Signature.decided_at <= _past("PROOF_RETENTION_MONTHS", now)
    kept = exists().where(ProofDocument.signature_id == Signature.id, ProofDocument.forgotten_at.is_(None))
    return _counted(Signature, decided, kept)


def _people(now: datetime) -> Count:
    before = _past("PERSONAL_DATA_RETENTION_MONTHS", now)
    return _counted(
        Signature,
        Signature.state.in_(ENDED),
        Signature.anonymised_at.is_(None),
        func.coalesce(Signature.decided_at, Signature.expires_at) <= before,
        or_(Signature.ended_on.is_(None), Signature.ended_on <= before.date()),
    )


def _noted(now: datetime) -> tuple[Any, ...]:
    """Signatures decided long ago about which officers' free words are still kept."""
    note = exists().where(ReviewNote.signature_id == Signature.id)
    words = exists().where(Decision.signature_id == Signature.id, or_(Decision.message != "", Decision.note != ""))
    return (Signature.decided_at <= _past("NOTE_RETENTION_MONTHS", now), or_(note, words))


def _notes(now: datetime) -> Count:
    return _counted(Signature, *_noted(now))


def _forget_notes(now: datetime) -> None:
    with transaction() as session:
        for signature_id in session.scalars(select(Signature.id).where(*_noted(now)).limit(AT_ONCE)).all():
            review.forget_words(signature_id=signature_id)


def _read_mails(now: datetime) -> tuple[Any, ...]:
    written = OutboxMessage.created_at <= _past("MAIL_RETENTION_MONTHS", now)
    return (OutboxMessage.state != MailState.WAITING, written, OutboxMessage.recipient.is_not(None))


def _mails(now: datetime) -> Count:
    return _counted(OutboxMessage, *_read_mails(now))


def _forget_mails(now: datetime) -> None:
    gone: dict[str, Any] = {"recipient": None, "values": {}, "links": {}, "last_error": None}
    some = select(OutboxMessage.id).where(*_read_mails(now)).order_by(OutboxMessage.id).limit(AT_ONCE * 10)
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(some)).values(gone))


def _old_sessions(now: datetime) -> Any:
    return func.coalesce(OfficerSession.ended_at, OfficerSession.expires_at) <= _past("SESSION_RETENTION_MONTHS", now)


def _sessions(now: datetime) -> Count:
    return _counted(OfficerSession, _old_sessions(now))


def _delete_sessions(now: datetime) -> None:
    with transaction() as session:
        session.execute(delete(OfficerSession).where(_old_sessions(now)))


def _letters(now: datetime) -> Count:
    before = _past("ENQUIRY_RETENTION_MONTHS", now)
    closed = (Enquiry.state == EnquiryState.CLOSED, Enquiry.closed_at < before)
    return _counted(Enquiry, *closed, Enquiry.forgotten_at.is_(None))


def _forget_letters(now: datetime) -> None:
    with transaction():
        enquiries.forget_closed(before=_past("ENQUIRY_RETENTION_MONTHS", now), actor=WORKER, now=now)


def _imports(now: datetime) -> Count:
    ended = func.coalesce(Import.ended_at, Import.created_at)
    return _counted(Import, ended < _past("IMPORT_RETENTION_MONTHS", now), Import.storage_key.is_not(None))


def _forget_imports(now: datetime) -> None:
    with transaction():
        import_operations.forget_past(before=_past("IMPORT_RETENTION_MONTHS", now), now=now)


def _evidence(now: datetime) -> Count:
    return _counted(EvidenceFile, EvidenceFile.expires_at <= now)


def _delete_evidence(now: datetime) -> None:
    over = EvidenceFile.expires_at <= now
    with transaction() as session:
        keys = [key for key in session.scalars(select(EvidenceFile.storage_key).where(over)) if key is not None]
        session.execute(delete(EvidenceFile).where(over))
        if keys:
            queue.put(DELETE_FILES_JOB, args={"keys": keys}, now=clock.now())


def _let_go_of_signatures(_now: datetime) -> None:
    signing.keep_to_periods()


def _discard_drafts(_now: datetime) -> None:
    signing.discard_drafts()


RULES = (
    Rule("drafts", _drafts, _discard_drafts),
    Rule("proofs", _proofs, _let_go_of_signatures),
    Rule("people", _people, _let_go_of_signatures),
    Rule("notes", _notes, _forget_notes),
    Rule("mails", _mails, _forget_mails),
    Rule("letters", _letters, _forget_letters),
    Rule("imports", _imports, _forget_imports),
    Rule("sessions", _sessions, _delete_sessions),
    Rule("evidence", _evidence, _delete_evidence),
)
