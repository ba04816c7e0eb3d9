from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coalition.audit import erasure, sequencing, verification
from coalition.audit.erasure import LineKept, LineUnknown
from coalition.audit.models import AuditLink, AuditRecord
from coalition.audit.record import Actor
from coalition.audit.verification import Fault, Finding
from coalition.transactions import transaction
from tests.factories.audit import NOW, lines

ADA = Actor.officer("ada-1", "Ada")


def forget(number: int) -> None:
    with transaction():
        erasure.forget_line(number=number, actor=ADA, now=NOW)


@pytest.fixture(autouse=True)
def ten(session: Session) -> None:
    """Ten lines in the chain."""
    lines(10)
    sequencing.number_all()


def test_line_when_forgotten_is_empty_and_the_chain_still_verifies(session: Session) -> None:
    forget(4)
    sequencing.number_all()
    link = session.get_one(AuditLink, 4)
    kept = session.get_one(AuditRecord, link.record_id)
    assert (link.salt, link.line) == (None, None)
    assert (kept.at, kept.actor_kind, kept.actor_id, kept.act, kept.subject, kept.reason) == (
        NOW,
        "",
        None,
        "forgotten",
        "",
        None,
    )
    report = verification.verify()
    assert (report.lines, report.forgotten, report.finding) == (11, 1, None)


def test_line_when_forgotten_is_said_by_another(session: Session) -> None:
    forget(4)
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.id.desc())).first()
    assert last is not None
    assert (last.act, last.subject, last.actor_id) == ("forget_line", "audit:4", "ada-1")


def test_line_when_forgotten_twice_is_said_once(session: Session) -> None:
    forget(4)
    forget(4)
    assert session.scalars(select(AuditRecord).where(AuditRecord.act == "forget_line")).all().__len__() == 1


def test_line_that_tells_of_forgetting_is_kept(session: Session) -> None:
    forget(4)
    sequencing.number_all()
    with pytest.raises(LineKept):
        forget(11)


def test_line_that_is_not_there_cannot_be_forgotten(session: Session) -> None:
    with pytest.raises(LineUnknown):
        forget(99)


def test_line_emptied_at_another_moment_than_is_on_record_is_found(session: Session) -> None:
    forget(4)
    sequencing.number_all()
    with transaction():
        link = session.get_one(AuditLink, 4)
        session.execute(update(AuditRecord).where(AuditRecord.id == link.record_id).values(at=NOW.replace(year=2020)))
    assert verification.verify().finding == Finding(Fault.ALTERED, 4)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_links SET line = NULL, salt = NULL, head = commitment",
        "UPDATE audit_links SET line = 'x'",
        "DELETE FROM audit_links",
        "UPDATE audit_records SET act = 'forgotten', actor_kind = '', subject = ''",
        "UPDATE audit_checkpoints SET note = ''",
        "DELETE FROM audit_checkpoints",
    ],
)
def test_chain_that_somebody_changes_is_kept_by_the_database_itself(session: Session, statement: str) -> None:
    from coalition.audit import checkpoints

    checkpoints.make(now=NOW)
    with pytest.raises(DBAPIError, match="the audit log is append-only"), transaction():
        session.execute(text(statement))
