from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import literal, select, update
from time_machine import Traveller

from coalition import clock as project_clock
from coalition.accounts.models import OfficerSession
from coalition.audit.record import Actor
from coalition.desk import evidence_operations, jobs, retention
from coalition.desk.import_models import Import
from coalition.desk.models import EvidenceFile, RetentionReport
from coalition.enquiries.models import Enquiry
from coalition.extensions import db
from coalition.mail import outbox as mails
from coalition.mail.models import OutboxMessage
from coalition.review import operations as review
from coalition.review.models import ReviewNote
from coalition.signing import operations, queries
from coalition.signing.models import Draft
from coalition.signing.states import Act
from coalition.transactions import transaction
from tests.factories import enquiries, imports, officers, signing
from tests.mail.conftest import message

pytestmark = pytest.mark.usefixtures("charter")
ADA = Actor.officer("ada-1", "Ada")
KEYS = ["drafts", "proofs", "people", "notes", "mails", "letters", "imports", "sessions", "evidence"]


def declined(**changes: Any) -> str:
    """Return the reference of a declined signature with a note about it."""
    signature = signing.verified(**changes)
    reference = signature.reference
    with transaction():
        officer_id = officers.officer().id
        review.note(
            signature_id=signature.id, officer_id=officer_id, text="Called.", actor=ADA, now=project_clock.now()
        )
        operations.change_state(signature=signature, act=Act.CLAIM, actor=ADA, now=project_clock.now())
        operations.change_state(
            signature=signature, act=Act.DECLINE, actor=ADA, now=project_clock.now(), reason="no_category"
        )
    return reference


def enquiry() -> None:
    """Add a letter that is closed now."""
    reference = enquiries.received().reference
    with transaction() as session:
        session.execute(
            update(Enquiry).where(Enquiry.reference == reference).values(state="closed", closed_at=project_clock.now())
        )


def imported() -> None:
    """Add an import that ended now and whose file is kept."""
    with transaction() as session:
        session.add(imports.row(kind="organisations", charter=""))


def due(days: float, clock: Traveller) -> dict[str, int]:
    """Return what is due so many days after the start, without nothings."""
    clock.shift(timedelta(days=days))
    return {key: count for key, count in retention.due_now(project_clock.now()).items() if count}


def test_rules_when_listed_cover_every_kind_of_thing(app: Flask) -> None:
    assert list(retention.due_now(project_clock.now())) == KEYS


def test_notes_when_their_period_is_over_are_due_and_go(app: Flask, clock: Traveller) -> None:
    reference = declined()
    assert "notes" not in due(719, clock)
    assert due(1, clock)["notes"] == 1
    assert retention.keep_to_periods(now=project_clock.now())["notes"] == 1
    assert db.session.scalars(select(ReviewNote)).all() == []
    assert queries.signature_by_reference(reference) is not None


def test_people_when_their_period_is_over_go_from_every_table(
    app: Flask, clock: Traveller, worker: Callable[[], None]
) -> None:
    reference = declined(full_name="Zqcanary N’Diaye")
    clock.shift(timedelta(days=720))
    assert retention.keep_to_periods(now=project_clock.now())["people"] == 1
    worker()
    db.session.rollback()
    found = queries.signature_by_reference(reference)
    assert (found.representative, found.anonymised_at) == (None, project_clock.now())
    kept = [row for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
    assert [row for row in kept if "Zqcanary" in str(row)] == []


def test_mails_when_their_period_is_over_lose_address_and_words(app: Flask, clock: Traveller) -> None:
    with transaction() as session:
        mails.put(message(to="awa@example.org"), now=project_clock.now())
        session.execute(update(OutboxMessage).values(state="sent"))
    assert "mails" not in due(179, clock)
    assert due(1, clock) == {"mails": 1}
    retention.keep_to_periods(now=project_clock.now())
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.recipient, mail.values, mail.links, mail.state) == (None, {}, {}, "sent")


def test_mail_that_waits_is_never_due(app: Flask, clock: Traveller) -> None:
    with transaction():
        mails.put(message(to="awa@example.org"), now=project_clock.now())
    assert due(1000, clock) == {}


def test_draft_session_letter_import_when_their_periods_are_over_are_due(app: Flask, clock: Traveller) -> None:
    signing.draft()
    enquiry()
    imported()
    officers.signed_in(app)
    assert due(30, clock) == {"drafts": 1}
    assert due(60.4, clock) == {"drafts": 1}
    assert due(0.1, clock) == {"drafts": 1, "sessions": 1}
    assert due(90, clock) == {"drafts": 1, "sessions": 1, "imports": 1}
    assert due(181, clock) == {"drafts": 1, "sessions": 1, "imports": 1, "letters": 1}
    counts = retention.keep_to_periods(now=project_clock.now())
    assert counts == {"drafts": 1, "sessions": 1, "imports": 1, "letters": 1}
    assert due(0, clock) == {}
    assert db.session.scalars(select(Draft)).all() == []
    assert db.session.scalars(select(OfficerSession)).all() == []
    assert db.session.scalars(select(Enquiry.sender_email)).all() == [""]
    assert db.session.scalars(select(Import.storage_key)).all() == [None]


def test_evidence_when_its_time_is_over_goes(app: Flask, clock: Traveller) -> None:
    signature = signing.verified()
    with transaction():
        evidence_operations.ask(
            signature=signature,
            officer_id=officers.officer().id,
            language="en",
            lifetime=timedelta(days=30),
            actor=ADA,
            now=project_clock.now(),
        )
    with transaction() as session:
        session.execute(update(EvidenceFile).values(storage_key="evidence/ab/x.zip"))
    assert "evidence" not in due(29, clock)
    assert due(1, clock)["evidence"] == 1
    retention.keep_to_periods(now=project_clock.now())
    assert db.session.scalars(select(EvidenceFile)).all() == []


def test_report_of_a_day_when_run_twice_is_added_up(app: Flask, clock: Traveller) -> None:
    for _ in range(2):
        signing.draft()
    clock.shift(timedelta(days=31))
    retention.keep_to_periods(now=project_clock.now())
    signing.draft()
    with transaction() as session:
        session.execute(update(Draft).values(expires_at=project_clock.now()))
    retention.keep_to_periods(now=project_clock.now())
    assert [(report.day, report.counts) for report in retention.reports()] == [(date(2026, 4, 2), {"drafts": 3})]


def test_worker_when_it_ran_today_does_not_run_again(app: Flask, clock: Traveller) -> None:
    jobs.keep_to_periods()
    signing.draft()
    clock.shift(timedelta(hours=5))
    jobs.keep_to_periods()
    assert db.session.scalars(select(RetentionReport.counts)).all() == [{}]
    clock.shift(timedelta(days=31))
    jobs.keep_to_periods()
    assert [report.counts for report in retention.reports()] == [{"drafts": 1}, {}]


def test_what_cannot_be_let_go_now_does_not_keep_the_worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = retention.Rule("stuck", lambda _now: select(literal(1)), lambda _now: None)
    monkeypatch.setattr(retention, "RULES", (stuck,))
    assert retention.keep_to_periods(now=project_clock.now()) == {}


def test_dry_run_when_asked_for_tells_and_changes_nothing(runner: FlaskCliRunner, clock: Traveller) -> None:
    signing.draft()
    clock.shift(timedelta(days=31))
    answer = runner.invoke(args=["retention", "--dry-run"])
    assert answer.stdout.splitlines() == ["drafts\t1", *(f"{key}\t0" for key in KEYS[1:])]
    assert len(db.session.scalars(select(Draft)).all()) == 1
    assert runner.invoke(args=["retention"]).stdout.splitlines() == ["drafts\t1"]
    assert runner.invoke(args=["retention"]).stdout.splitlines() == ["Nothing was due."]
    db.session.rollback()
    assert db.session.scalars(select(Draft)).all() == []


def test_page_when_opened_shows_what_is_due_and_the_last_reports(app: Flask, clock: Traveller) -> None:
    signing.draft()
    clock.shift(timedelta(days=31))
    client: FlaskClient = officers.signed_in(app)
    page = client.get("/admin/retention").text
    assert "No report yet" in page
    assert '<td role="cell" data-l="Due now">1</td>' in page
    retention.keep_to_periods(now=project_clock.now())
    page = client.get("/admin/retention").text
    assert "<li>Forms that were begun and not sent: 1</li>" in page
    assert '<td role="cell" data-l="Due now">1</td>' not in page
