"""What ends by time: no later than the privacy page promises, and no sooner than it should."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from coalition import clock as time
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.register import queries as register
from coalition.signing import jobs, mails, operations
from coalition.signing.models import Draft, ProofDocument, Signature
from coalition.signing.states import Act, State
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import browsing, signing
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")


def newest() -> Signature:
    db.session.rollback()
    return db.session.scalars(select(Signature).order_by(Signature.id.desc())).first()


def decline(signature: Signature) -> None:
    with transaction():
        operations.change_state(signature=signature, act=Act.CLAIM, actor=PERSON, now=time.now())
        operations.change_state(signature=signature, act=Act.DECLINE, actor=PERSON, now=time.now(), reason="x")


def test_unverified_when_fourteen_days_are_over_then_expires_and_the_person_is_gone(worker, clock) -> None:
    signature = signing.submitted()
    clock.shift(timedelta(days=13, hours=23))
    jobs.expire_unverified()
    assert newest().state == State.PENDING_VERIFICATION
    clock.shift(timedelta(hours=1))
    jobs.expire_unverified()
    assert (newest().state, newest().representative) == (State.EXPIRED, None)
    assert [line.act for line in history_of(mails.about(signature))] == ["submit", "expire"]


def test_proof_when_its_period_after_the_decision_is_over_then_the_file_goes_and_the_digest_stays(
    client, worker, outbox, clock
) -> None:
    browsing.sign(client, files={"mandate_document": (io.BytesIO(b"%PDF-1.4 minutes\n%%EOF\n"), "minutes.pdf")})
    worker()
    client.post(outbox.link("/confirm/"), data={"i_confirm": "y"})
    decline(newest())
    document = db.session.scalars(select(ProofDocument)).one()
    key, sha256 = document.storage_key, document.sha256
    clock.shift(timedelta(days=179))
    jobs.keep_to_periods()
    assert store().exists(key)
    clock.shift(timedelta(days=1))
    jobs.keep_to_periods()
    worker()
    document = db.session.scalars(select(ProofDocument)).one()
    assert (store().exists(key), document.sha256, document.forgotten_at is None) == (False, sha256, False)


def test_ended_signature_when_its_period_is_over_then_names_nobody_and_keeps_its_dates(worker, clock) -> None:
    signature = signing.verified()
    decline(signature)
    clock.shift(timedelta(days=719))
    jobs.keep_to_periods()
    assert newest().representative is not None
    clock.shift(timedelta(days=1))
    jobs.keep_to_periods()
    jobs.keep_to_periods()
    found = newest()
    assert (found.representative, found.state, found.signed_on.isoformat()) == (None, State.DECLINED, "2026-03-02")
    assert [line.act for line in history_of(mails.about(found))].count("anonymise") == 1


def test_active_signature_when_years_have_gone_by_then_is_left_alone(worker, clock) -> None:
    signing.active()
    clock.shift(timedelta(days=2000))
    jobs.keep_to_periods()
    assert newest().representative is not None
    assert register.page_of_entries(register.Search()).total == 1


def test_withdrawn_signature_when_it_ended_later_than_it_was_decided_then_the_later_day_counts(worker, clock) -> None:
    signature = signing.active()
    clock.shift(timedelta(days=1000))
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=time.now())
    jobs.keep_to_periods()
    assert newest().representative is not None


def test_draft_when_its_time_is_over_then_goes_with_its_files(client, worker, clock) -> None:
    browsing.fill_in(client, files={"mandate_document": (io.BytesIO(b"%PDF-1.4 minutes\n%%EOF\n"), "minutes.pdf")})
    key = db.session.scalars(select(ProofDocument.storage_key)).one()
    clock.shift(timedelta(days=30))
    jobs.discard_drafts()
    worker()
    assert db.session.scalars(select(Draft)).all() == []
    assert not store().exists(key)
