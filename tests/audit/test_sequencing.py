from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coalition.audit import chain, sequencing
from coalition.audit.chain import GENESIS, Fields
from coalition.audit.models import AuditLink, AuditRecord
from coalition.extensions import db
from coalition.transactions import transaction
from tests.factories.audit import NOW, lines


def links(session: Session) -> list[AuditLink]:
    return list(session.scalars(select(AuditLink).order_by(AuditLink.number)))


def test_lines_when_numbered_are_chained_in_their_order(session: Session) -> None:
    lines(5)
    assert sequencing.number_waiting() == 5
    records = {record.id: record for record in session.scalars(select(AuditRecord))}
    head = GENESIS
    for number, link in enumerate(links(session), start=1):
        fields = Fields(**{name: getattr(records[link.record_id], name) for name in Fields._fields})
        head = chain.head_after(head, commitment=link.commitment)
        assert (link.number, link.line, link.head) == (number, chain.line_of(fields), head)
        assert link.commitment == chain.commitment_of(link.line, salt=link.salt or "")
    assert [link.record_id for link in links(session)] == sorted(records)
    assert len({link.salt for link in links(session)}) == 5


def test_lines_when_numbered_already_get_no_other_number(session: Session) -> None:
    lines(3)
    assert [sequencing.number_waiting(), sequencing.number_waiting()] == [3, 0]
    lines(2)
    assert sequencing.number_waiting() == 2
    assert [link.number for link in links(session)] == [1, 2, 3, 4, 5]


def test_lines_when_many_are_numbered_in_parts(session: Session) -> None:
    lines(7)
    assert [sequencing.number_waiting(most=3) for _ in range(4)] == [3, 3, 1, 0]
    lines(4)
    sequencing.number_all()
    assert [link.number for link in links(session)] == list(range(1, 12))


def test_log_when_empty_has_nothing_to_number(session: Session) -> None:
    assert sequencing.number_waiting() == 0


def put(id: int) -> None:
    with transaction() as session:
        row = {"id": id, "at": NOW, "actor_kind": "person", "act": "submit", "subject": "signature:late"}
        session.execute(insert(AuditRecord).values(row))


def test_line_that_was_committed_late_is_numbered_after_the_others(session: Session) -> None:
    put(20)
    sequencing.number_waiting()
    put(15)  # its number was drawn before, its commit came after
    put(21)
    sequencing.number_waiting()
    assert [link.record_id for link in links(session)] == [20, 15, 21]


def test_line_far_behind_the_others_is_never_numbered(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "WINDOW", 2)
    for id in (20, 21, 22, 23):
        put(id)
    sequencing.number_waiting()
    put(5)
    put(24)
    sequencing.number_waiting()
    assert [link.record_id for link in links(session)] == [20, 21, 22, 23, 24]


def test_sequencers_when_several_work_at_once_give_each_line_one_number(committed_app: Flask) -> None:
    with committed_app.app_context():
        lines(40)
    errors: list[Exception] = []

    def work() -> None:
        with committed_app.app_context():
            try:
                for _ in range(30):
                    sequencing.number_waiting(most=3)
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with committed_app.app_context():
        assert errors == []
        assert [link.number for link in links(db.session)] == list(range(1, 41))  # type: ignore[arg-type]
        db.session.remove()
