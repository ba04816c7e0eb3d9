"""The person was erased: every act of the review still leads where it should, and writes to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.mail.models import OutboxMessage
from coalition.review import errors, merging, questions, referrals
from coalition.review.decisions import Request
from coalition.signing.models import Representative, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import DAY, WORKER, actor_of
from tests.review.conftest import Db

Who = dict[str, object]


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


def ask(signature: Signature, who: Who) -> None:
    questions.ask(signature_id=signature.id, request=Request(message="Who?"), lifetime=DAY, **who)


def lapse(signature: Signature, who: Who) -> None:
    questions.lapse(signature_id=signature.id, actor=WORKER, now=now_of.now() + 60 * DAY)


def reopen(signature: Signature, who: Who) -> None:
    questions.reopen(signature_id=signature.id, actor=who["actor"], now=now_of.now())


def merge(signature: Signature, who: Who) -> None:
    merging.merge(signature_id=signature.id, into_signature_id=signature.id - 1, **who)


def unmerge(signature: Signature, who: Who) -> None:
    merging.unmerge(signature_id=signature.id, **who)


def uphold(signature: Signature, who: Who) -> None:
    referrals.uphold(signature_id=signature.id, text="Read again.", **who)


def reverse(signature: Signature, who: Who) -> None:
    referrals.reverse(signature_id=signature.id, text="Read again.", link_lifetime=DAY, **who)


def after_another(ada: Officer) -> Signature:
    signing.verified()
    return reviewing.claimed(ada)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("make", "act", "leads"),
    [
        (reviewing.claimed, ask, State.NEEDS_INFORMATION),
        (reviewing.asked, lapse, State.LAPSED),
        (reviewing.lapsed, reopen, State.SUBMITTED),
        (after_another, merge, State.MERGED),
        (reviewing.merged, unmerge, State.SUBMITTED),
        (lambda ada: reviewing.appealed(reviewing.declined(ada)), uphold, State.DECLINED),
        (lambda ada: reviewing.appealed(reviewing.declined(ada)), reverse, State.SUBMITTED),
        (lambda ada: reviewing.appealed(reviewing.delisted(ada)), reverse, State.ACTIVE),
    ],
)
def test_act_when_the_person_was_erased_writes_to_nobody(
    session: Db,
    ada: Officer,
    make: Callable[[Officer], Signature],
    act: Callable[[Signature, Who], None],
    leads: State,
) -> None:
    ben, signature = reviewing.officer("Ben"), make(ada)
    judge = ben if act in (uphold, reverse) else ada
    with transaction():
        session.execute(delete(Representative))
        session.execute(delete(OutboxMessage))
        act(signature, {"officer_id": judge.id, "actor": actor_of(judge), "now": now_of.now()})
    assert reviewing.state_of(signature) is leads
    assert session.scalars(select(OutboxMessage.id)).all() == []


@pytest.mark.one_database
def test_reminder_when_the_person_was_erased_reminds_nobody(session: Db, ada: Officer) -> None:
    signature = reviewing.asked(ada)
    with transaction():
        session.execute(delete(Representative))
    with pytest.raises(errors.NoQuestion), transaction():
        questions.remind(signature_id=signature.id, actor=WORKER, now=now_of.now())
