"""What the worker does for the review."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.extensions import db
from coalition.review import jobs, questions
from coalition.review.models import Decision, Question, Referral, ReviewNote
from coalition.transactions import transaction
from tests.factories import officers, reviewing, signing

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


def test_forget_words_when_something_was_asked_and_appealed_leaves_no_words_of_it() -> None:
    ada = reviewing.officer("Ada")
    asked, appealed = reviewing.asked(ada), reviewing.appealed(reviewing.declined(ada))
    with transaction():
        now, actor = clock.now(), reviewing.actor_of(ada)
        questions.reply(signature_id=asked.id, answer="Awa does.", actor=actor, now=now)
    for signature in (asked, appealed):
        jobs.forget_words(signature_id=signature.id)
    question, referral = db.session.scalars(select(Question)).one(), db.session.scalars(select(Referral)).one()
    assert (question.message, question.answer, referral.note, referral.answer) == ("", "", "", "")
