"""Referred and answered, appealed, dismissed and granted: who may, who is told, and what follows."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.certificates import operations as certificates
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.mail.models import OutboxMessage
from coalition.register.models import RegisterEntry
from coalition.register.operations import NameTaken
from coalition.review import errors, operations, people, referrals
from coalition.review.decisions import Approval, MandateBasis, ReferralKind, Referring
from coalition.review.models import Referral, ReviewClaim
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import DAY, MONTH, actor_of
from tests.review.conftest import CATEGORY, Db


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


@pytest.fixture
def ben(app: Flask) -> Officer:
    return reviewing.officer("Ben", Role.REVIEWER)


@pytest.fixture
def pia(app: Flask) -> Officer:
    return reviewing.officer("Pia", Role.PRESIDENCY)


def mails(session: Db, template: str) -> list[OutboxMessage]:
    session.rollback()
    found = select(OutboxMessage).where(OutboxMessage.template == f"review/{template}").order_by(OutboxMessage.id)
    return list(session.scalars(found))


def answer(person: Officer, signature: Signature, text: str = "It is one.") -> None:
    with transaction():
        referrals.answer(
            signature_id=signature.id,
            officer_id=person.id,
            text=text,
            claim_lifetime=DAY,
            actor=actor_of(person),
            now=now_of.now(),
        )


def uphold(person: Officer, signature: Signature, text: str = "We looked again.") -> State:
    with transaction():
        return referrals.uphold(
            signature_id=signature.id, officer_id=person.id, text=text, actor=actor_of(person), now=now_of.now()
        )


def reverse(person: Officer, signature: Signature, text: str = "You were right.") -> State:
    with transaction():
        return referrals.reverse(
            signature_id=signature.id,
            officer_id=person.id,
            text=text,
            link_lifetime=DAY,
            actor=actor_of(person),
            now=now_of.now(),
        )


def test_referral_when_answered_is_back_with_whoever_referred_it(session: Db, ada: Officer, ben: Officer) -> None:
    signature = reviewing.referred(ada)
    assert mails(session, "referred") == []
    with pytest.raises(errors.ReferredMeanwhile, match="Ada has referred this application"), transaction():
        operations.claim(
            signature_id=signature.id, officer_id=ben.id, lifetime=DAY, actor=actor_of(ben), now=now_of.now()
        )
    with pytest.raises(errors.AnswerMissing):
        answer(ben, signature, " ")
    answer(ben, signature)
    assert reviewing.state_of(signature) is State.IN_REVIEW
    assert session.scalars(select(ReviewClaim.officer_id)).all() == [ada.id]
    kept = session.scalars(select(Referral)).one()
    assert (kept.answered_by_id, kept.outcome, kept.answer) == (ben.id, "answered", "It is one.")
    with pytest.raises(errors.NothingToDecide):
        answer(ben, signature)


def test_referral_when_to_the_presidency_is_answered_by_it_alone(
    session: Db, ada: Officer, ben: Officer, pia: Officer
) -> None:
    signature = reviewing.referred(ada, kind="presidency")
    mail = mails(session, "referred")[0]
    assert (mail.recipient, mail.values["name"]) == (pia.email, "Ada")
    with pytest.raises(errors.NotAsked):
        answer(ben, signature)
    answer(pia, signature)
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_referral_when_to_one_officer_is_written_to_that_one(session: Db, ada: Officer, ben: Officer) -> None:
    cleo = reviewing.officer("Cleo", Role.REVIEWER)
    signature = reviewing.referred(ada, ben)
    assert [mail.recipient for mail in mails(session, "referred")] == [ben.email]
    with pytest.raises(errors.NotAsked):
        answer(cleo, signature)


def test_referral_when_taken_back_needs_no_words(session: Db, ada: Officer, ben: Officer) -> None:
    signature = reviewing.referred(ada)
    answer(ada, signature, "")
    assert session.scalars(select(Referral.outcome)).all() == ["recalled"]
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_referral_when_nobody_can_answer_or_nothing_is_asked_is_refused(ada: Officer) -> None:
    signature = reviewing.claimed(ada)
    who = {"signature_id": signature.id, "officer_id": ada.id, "actor": actor_of(ada), "now": now_of.now()}
    with pytest.raises(errors.NotAssignable), transaction():
        referrals.refer(referring=Referring(ReferralKind.PRESIDENCY, "Please look."), **who)
    with pytest.raises(errors.AnswerMissing), transaction():
        referrals.refer(referring=Referring(ReferralKind.SECOND_REVIEWER, " "), **who)
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_appeal_when_against_a_refusal_is_judged_by_somebody_else(session: Db, ada: Officer, ben: Officer) -> None:
    cleo = reviewing.officer("Cleo")
    signature = reviewing.appealed(reviewing.declined(ada))
    mail = mails(session, "appeal_received")[0]
    assert mail.values["message"] == "You overlooked our statutes."
    assert [one.name for one in people.candidates(signature, people.colleagues(signature))] == ["Cleo"]
    for judge in (uphold, reverse):
        with pytest.raises(errors.OwnDecision):
            judge(ada, signature)
        with pytest.raises(errors.AnswerMissing):
            judge(cleo, signature, " ")
    with pytest.raises(errors.UnderAppeal), transaction():
        operations.claim(
            signature_id=signature.id, officer_id=ben.id, lifetime=DAY, actor=actor_of(ben), now=now_of.now()
        )
    assert uphold(cleo, signature) is State.DECLINED
    assert mails(session, "appeal_dismissed")[0].values["message"] == "We looked again."
    with pytest.raises(errors.NothingToDecide):
        uphold(cleo, signature)
    with pytest.raises(errors.AppealedAlready):
        reviewing.appealed(signature)


def test_appeal_when_granted_against_a_refusal_is_reviewed_again_by_anybody(
    session: Db, ada: Officer, clock: time_machine.Traveller
) -> None:
    cleo, signature = reviewing.officer("Cleo"), reviewing.declined(ada)
    began = signature.clock_at
    clock.shift(3 * DAY)
    reviewing.appealed(signature)
    assert reverse(cleo, signature) is State.SUBMITTED
    assert [(mail.values["why"], mail.values["message"]) for mail in mails(session, "under_review_again")] == [
        ("appeal", "You were right.")
    ]
    session.refresh(signature)
    assert signature.clock_at - began == 3 * DAY
    approve(ada, signature)
    assert approve(cleo, signature) is State.ACTIVE


def approve(person: Officer, signature: Signature) -> State:
    reviewing.claimed(person, signature)
    with transaction():
        return operations.approve(
            signature_id=signature.id,
            officer_id=person.id,
            approval=Approval(CATEGORY, MandateBasis.DOCUMENT),
            link_lifetime=DAY,
            actor=actor_of(person),
            now=now_of.now(),
        )


def test_appeal_when_granted_against_a_delisting_brings_the_entry_back_with_a_new_certificate(
    session: Db, ada: Officer
) -> None:
    cleo, signature = reviewing.officer("Cleo"), reviewing.delisted(ada)
    issued = {"signature_id": signature.id, "actor": actor_of(ada), "now": now_of.now()}
    with transaction():
        first = certificates.issue(kind=Kind.CERTIFICATE, language="en", **issued)
        certificates.revoke(reason="delisted", **issued)
    reviewing.appealed(signature)
    assert session.scalars(select(RegisterEntry.status)).all() == ["delisted"]
    assert reverse(cleo, signature) is State.ACTIVE
    assert session.scalars(select(RegisterEntry.status)).all() == ["active"]
    assert session.scalars(select(RegisterEntry.ended_on)).all() == [None]
    live = session.scalars(select(Certificate.serial).where(Certificate.revoked_at.is_(None))).all()
    assert len(live) == 1
    assert live != [first]
    assert mails(session, "reinstated")[0].values["number"] == signature.register_number


def test_appeal_when_another_of_the_name_is_on_the_register_cannot_bring_it_back(session: Db, ada: Officer) -> None:
    cleo, signature = reviewing.officer("Cleo"), reviewing.appealed(reviewing.delisted(ada))
    signing.active(official_name=signature.organisation.official_name)
    with pytest.raises(NameTaken):
        reverse(cleo, signature)
    assert reviewing.state_of(signature) is State.REFERRED
    assert uphold(cleo, signature) is State.DELISTED


def test_appeal_when_too_late_or_against_nothing_is_refused(
    ada: Officer, clock: time_machine.Traveller, session: Db
) -> None:
    declined, delisted, other = reviewing.declined(ada), reviewing.delisted(ada), signing.verified()
    with pytest.raises(errors.NotAppealable):
        reviewing.appealed(other)
    with pytest.raises(errors.AnswerMissing):
        reviewing.appealed(declined, " ")
    clock.shift(MONTH)
    with pytest.raises(errors.AppealTooLate):
        reviewing.appealed(declined)
    assert reviewing.appealed(delisted).state == State.REFERRED  # a day counts to its end
    with pytest.raises(errors.AppealedAlready):
        reviewing.appealed(delisted)
    with transaction():
        session.execute(update(Signature).where(Signature.id == declined.id).values(decided_at=None))
    assert referrals.appeal_until(session.get_one(Signature, declined.id), within=MONTH) is None
