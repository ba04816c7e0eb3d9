"""What the worker does for the review."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.extensions import db
from coalition.review import jobs
from coalition.review.models import Decision, ReviewNote
from coalition.transactions import transaction
from tests.factories import officers, signing

pytestmark = pytest.mark.usefixtures("charter")


def test_forget_words_when_a_review_ended_long_ago_then_verdicts_stay_without_words() -> None:
    signature = signing.verified()
    with transaction() as session:
        officer = officers.officer()
        shared = {"signature_id": signature.id, "officer_id": officer.id}
        session.add(
            Decision(
                **shared,
                verdict="decline",
                reason_code="x",
                message="Dear Awa",
                note="Awa called",
                content_sha256="0" * 64,
                decided_at=clock.now(),
            )
        )
        session.add(ReviewNote(**shared, text="Awa called", noted_at=clock.now()))
        signature_id = signature.id
    jobs.forget_words(signature_id=signature_id)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.verdict, decision.reason_code, decision.message, decision.note) == ("decline", "x", "", "")
    assert db.session.scalars(select(ReviewNote)).all() == []
