from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coalition.audit import queries, record
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.transactions import transaction

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUBJECT = "signature:kY2-3vQ"


def fields(line: AuditRecord) -> dict[str, object]:
    return {column.key: getattr(line, column.key) for column in AuditRecord.__table__.columns if column.key != "id"}


def append(act: str = "submit", subject: str = SUBJECT) -> None:
    with transaction():
        record.append(actor=Actor.person(), act=act, subject=subject, now=NOW)


def test_line_with_everything_holds_every_field(session: Session) -> None:
    moment = NOW.astimezone(timezone(timedelta(hours=5)))
    with transaction():
        record.append(
            actor=Actor.officer("ada-1", "Ada"),
            act="decline",
            subject=SUBJECT,
            now=moment,
            from_state="in_review",
            to_state="declined",
            reason="not_eligible",
        )
    assert [fields(line) for line in session.scalars(select(AuditRecord))] == [
        {
            "at": NOW,
            "actor_kind": "officer",
            "actor_id": "ada-1",
            "act": "decline",
            "subject": SUBJECT,
            "from_state": "in_review",
            "to_state": "declined",
            "reason": "not_eligible",
        }
    ]


def test_line_with_the_least_leaves_the_rest_empty(session: Session) -> None:
    append()
    assert [fields(line) for line in session.scalars(select(AuditRecord))] == [
        {
            "at": NOW,
            "actor_kind": "person",
            "actor_id": None,
            "act": "submit",
            "subject": SUBJECT,
            "from_state": None,
            "to_state": None,
            "reason": None,
        }
    ]


@pytest.mark.parametrize(
    ("actor", "kind", "id"),
    [
        (Actor.person(), "person", None),
        (Actor.system("worker"), "system", "worker"),
        (Actor.officer("ada-1", "Ada Lovelace"), "officer", "ada-1"),
    ],
)
def test_line_of_an_actor_names_no_person(session: Session, actor: Actor, kind: str, id: str | None) -> None:
    with transaction():
        record.append(actor=actor, act="note", subject=SUBJECT, now=NOW)
    line = session.scalars(select(AuditRecord)).one()
    assert (line.actor_kind, line.actor_id) == (kind, id)
    assert "Ada Lovelace" not in fields(line).values()


def test_line_of_an_act_that_fails_goes_with_it(session: Session) -> None:
    def fail() -> None:
        with transaction():
            record.append(actor=Actor.person(), act="submit", subject=SUBJECT, now=NOW)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert session.scalars(select(AuditRecord)).all() == []


@pytest.mark.parametrize(
    "change",
    [
        update(AuditRecord).values(act="approve"),
        update(AuditRecord).where(AuditRecord.subject == SUBJECT).values(reason=None),
        delete(AuditRecord),
        text("DELETE FROM audit_records WHERE act = 'submit'"),
    ],
    ids=["update", "update_one", "delete", "delete_one"],
)
def test_line_that_somebody_changes_is_kept_by_the_database_itself(session: Session, change: object) -> None:
    append()
    with pytest.raises(DBAPIError, match="the audit log is append-only"), transaction():
        session.execute(change)  # type: ignore[call-overload]
    assert [line.act for line in session.scalars(select(AuditRecord))] == ["submit"]


def test_history_of_a_thing_is_its_own_lines_oldest_first(session: Session) -> None:
    for act, subject in (("submit", SUBJECT), ("submit", "signature:other"), ("verify", SUBJECT), ("claim", SUBJECT)):
        append(act, subject)
    assert [line.act for line in queries.history_of(SUBJECT)] == ["submit", "verify", "claim"]
    assert queries.history_of("signature:nobody") == []


def test_line_that_somebody_replaces_or_truncates_is_kept_by_the_database_itself(
    session: Session, database: str
) -> None:
    append()
    columns = "id, at, actor_kind, act, subject"
    replacing = f"INSERT OR REPLACE INTO audit_records ({columns}) SELECT id, at, 'x', 'x', 'x' FROM audit_records"
    change = text(replacing if database == "sqlite" else "TRUNCATE audit_records")
    with pytest.raises(DBAPIError, match="the audit log is append-only"), transaction():
        session.execute(change)
    assert [line.act for line in session.scalars(select(AuditRecord))] == ["submit"]
