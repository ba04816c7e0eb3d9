"""Asked, reminded, answered, lapsed, reopened: who is written to, and where the clock stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from coalition import clock as now_of
from coalition.accounts import absences
from coalition.accounts import changes as accounts
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.mail.models import OutboxMessage
from coalition.review import errors, jobs, operations, people, questions
from coalition.review.decisions import Request
from coalition.review.models import Question, ReviewNote
from coalition.signing import operations as signing_operations
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import DAY, MONTH, WORKER, actor_of
from tests.review.conftest import Db

PERSON = Actor.person()


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


def ask(person: Officer, signature: Signature, request: Request) -> None:
    with transaction():
        questions.ask(
            signature_id=signature.id,
            officer_id=person.id,
            request=request,
            lifetime=MONTH,
            actor=actor_of(person),
            now=now_of.now(),
        )


def reply(signature: Signature, answer: str = "Our president.") -> None:
    with transaction():
        questions.reply(signature_id=signature.id, answer=answer, actor=PERSON, now=now_of.now())


def mails(session: Db, template: str) -> list[OutboxMessage]:
    session.rollback()
    found = select(OutboxMessage).where(OutboxMessage.template == f"review/{template}").order_by(OutboxMessage.id)
    return list(session.scalars(found))


def question_of(session: Db, signature: Signature) -> Question:
    session.rollback()
    return session.scalars(select(Question).where(Question.signature_id == signature.id)).one()


def test_question_when_asked_waits_with_a_link_until_the_answer_is_due(
    session: Db, ada: Officer, clock: time_machine.Traveller
) -> None:
    signature = reviewing.claimed(ada)
    request = Request("mandate_not_shown", "Please send the minutes.", "They called.", signature.content_sha256)
    ask(ada, signature, request)
    assert reviewing.state_of(signature) is State.NEEDS_INFORMATION
    mail = mails(session, "asked")[0]
    assert (mail.recipient, mail.values["message"]) == (signature.representative.email, "Please send the minutes.")
    assert mail.values["point"] == "The signer’s mandate was not shown"
    assert signing.link_of(signature, "manage").expires_at == now_of.now() + MONTH
    assert people.assigned_to(signature.id) == ada.id
    assert session.scalars(select(ReviewNote.text)).all() == ["They called."]
    with pytest.raises(errors.AskedMeanwhile) as told:
        ask(ada, signature, request)
    assert str(told.value).startswith("Ada has asked the organisation a question")


@pytest.mark.parametrize(
    ("request_", "wrong"),
    [
        (Request("bad_mood", "x"), errors.ReasonUnknown),
        (Request("", "  "), errors.QuestionMissing),
        (Request("other", ""), errors.QuestionMissing),
        (Request("", "Who?", "", "0" * 64), errors.ContentChanged),
    ],
)
def test_question_when_it_asks_nothing_is_refused(ada: Officer, request_: Request, wrong: type[Exception]) -> None:
    signature = reviewing.claimed(ada)
    with pytest.raises(wrong):
        ask(ada, signature, request_)
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_answer_when_it_comes_goes_back_to_whoever_asked_and_the_clock_has_stood_still(
    session: Db, ada: Officer, clock: time_machine.Traveller
) -> None:
    signature = reviewing.claimed(ada)
    began = signature.clock_at
    ask(ada, signature, Request(message="Who signs?"))
    clock.shift(5 * DAY)
    reply(signature)
    assert reviewing.state_of(signature) is State.SUBMITTED
    session.refresh(signature)
    assert signature.clock_at - began == timedelta(days=5)
    assert people.assigned_to(signature.id) == ada.id
    assert question_of(session, signature).answer == "Our president."
    with pytest.raises(errors.AnsweredAlready):
        reply(signature, "Again.")


def test_answer_when_it_comes_is_told_once_to_whoever_asked_without_its_words(session: Db, ada: Officer) -> None:
    signature = reviewing.asked(ada, official_name="Réseau du Fleuve")
    reply(signature, "Our treasurer.")
    with pytest.raises(errors.AnsweredAlready):
        reply(signature, "Again.")
    (mail,) = mails(session, "answered")
    assert (mail.recipient, mail.values["organisation"]) == (ada.email, "Réseau du Fleuve")
    assert "treasurer" not in f"{mail.values} {mail.links}"


def test_answer_when_it_comes_late_is_told_too(session: Db, ada: Officer) -> None:
    signature = reviewing.lapsed(ada)
    with transaction():
        questions.reopen(signature_id=signature.id, answer="Late, but here.", actor=PERSON, now=now_of.now())
    assert [mail.recipient for mail in mails(session, "answered")] == [ada.email]


@pytest.mark.parametrize(("first", "last", "written_to"), [(0, 0, 0), (-3, 3, 0), (1, 9, 1), (-9, -1, 1)])
def test_answer_when_whoever_asked_is_away_that_day_waits_for_the_digest(
    session: Db, ada: Officer, first: int, last: int, written_to: int
) -> None:
    signature, today = reviewing.asked(ada), now_of.now().date()
    with transaction():
        absences.enter(
            officer=session.get_one(Officer, ada.id),
            first_on=today + first * DAY,
            last_on=today + last * DAY,
            actor=actor_of(ada),
            now=now_of.now(),
        )
    reply(signature)
    assert len(mails(session, "answered")) == written_to
    assert people.assigned_to(signature.id) == ada.id


def test_answer_when_whoever_asked_has_no_account_any_more_is_told_to_nobody(session: Db, ada: Officer) -> None:
    signature, email = reviewing.asked(ada), ada.email
    reviewing.officer("Ben")
    with transaction():
        accounts.disable(email=email, actor=WORKER, now=now_of.now())
    reply(signature)
    assert mails(session, "answered") == []
    assert people.assigned_to(signature.id) is None


def test_answer_when_whoever_asked_cannot_decide_any_more_is_on_nobodys_list(session: Db, ada: Officer) -> None:
    signature = reviewing.asked(ada)
    with transaction():
        operations.recuse(signature_id=signature.id, officer_id=ada.id, actor=actor_of(ada), now=now_of.now())
    reply(signature)
    assert people.assigned_to(signature.id) is None
    assert mails(session, "answered") == []


def test_answer_when_it_has_no_words_is_none(ada: Officer) -> None:
    signature = reviewing.asked(ada)
    with pytest.raises(errors.AnswerMissing):
        reply(signature, " \n")


def test_reminder_when_due_soon_is_sent_once_and_the_end_comes_in_time(
    session: Db, ada: Officer, clock: time_machine.Traveller
) -> None:
    signature = reviewing.asked(ada, due_in=MONTH)
    jobs.follow_questions()
    assert mails(session, "asked_again") == []
    clock.shift(24 * DAY)
    jobs.follow_questions()
    clock.shift(DAY)
    jobs.follow_questions()
    assert [mail.values["message"] for mail in mails(session, "asked_again")] == ["Who signs?"]
    clock.shift(6 * DAY)
    jobs.follow_questions()
    jobs.follow_questions()
    assert reviewing.state_of(signature) is State.LAPSED
    assert len(mails(session, "lapsed")) == 1
    with pytest.raises(errors.AnsweredAlready):
        reply(signature)


def test_reminder_when_nothing_waits_or_one_was_just_sent_is_refused(ada: Officer) -> None:
    signature, other = reviewing.asked(ada), reviewing.claimed(ada)
    with transaction():
        questions.remind(signature_id=signature.id, actor=WORKER, now=now_of.now())
    with pytest.raises(errors.RemindedJustNow), transaction():
        questions.remind(signature_id=signature.id, actor=WORKER, now=now_of.now())
    with pytest.raises(errors.NoQuestion), transaction():
        questions.remind(signature_id=other.id, actor=WORKER, now=now_of.now())


def test_question_when_not_due_or_withdrawn_does_not_lapse(session: Db, ada: Officer) -> None:
    signature = reviewing.asked(ada)
    with pytest.raises(errors.NoQuestion), transaction():
        questions.lapse(signature_id=signature.id, actor=WORKER, now=now_of.now())
    with transaction():
        signing_operations.withdraw(signature=signature, actor=PERSON, now=now_of.now())
        operations.end_review(signature_id=signature.id, now=now_of.now())
    assert question_of(session, signature).closed_at is not None
    assert people.assigned_to(signature.id) is None


def test_application_when_reopened_by_its_representative_has_the_late_answer(session: Db, ada: Officer) -> None:
    signature = reviewing.lapsed(ada)
    with transaction():
        questions.reopen(signature_id=signature.id, answer="Late, but here.", actor=PERSON, now=now_of.now())
    assert reviewing.state_of(signature) is State.SUBMITTED
    assert question_of(session, signature).answer == "Late, but here."
    assert mails(session, "under_review_again") == []
    with pytest.raises(errors.AnsweredAlready), transaction():
        questions.reopen(signature_id=signature.id, answer="Again", actor=PERSON, now=now_of.now())


def test_application_when_reopened_by_an_officer_is_told(session: Db, ada: Officer) -> None:
    signature = reviewing.lapsed(ada)
    with transaction():
        questions.reopen(signature_id=signature.id, actor=actor_of(ada), now=now_of.now())
    assert [mail.values["why"] for mail in mails(session, "under_review_again")] == ["reopened"]
    assert question_of(session, signature).answer == ""
    assert mails(session, "answered") == []
