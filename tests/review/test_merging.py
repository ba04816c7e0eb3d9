"""Two applications of one organisation: merged, and taken apart again with its history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.errors import Conflict, Invalid
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.review import errors, merging
from coalition.review.models import Decision, Merge
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import charters, reviewing, signing
from tests.factories.reviewing import DAY, actor_of
from tests.review.conftest import Db


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


def merge(person: Officer, signature_id: int, into_id: int) -> None:
    with transaction():
        merging.merge(
            signature_id=signature_id,
            officer_id=person.id,
            into_signature_id=into_id,
            note="the same website",
            actor=actor_of(person),
            now=now_of.now(),
        )


def unmerge(person: Officer, signature: Signature) -> None:
    with transaction():
        merging.unmerge(signature_id=signature.id, officer_id=person.id, actor=actor_of(person), now=now_of.now())


def test_application_when_merged_and_taken_apart_keeps_its_history(
    session: Db, ada: Officer, clock: time_machine.Traveller
) -> None:
    target, signature = signing.active(), reviewing.claimed(ada)
    began = signature.clock_at
    merge(ada, signature.id, target.id)
    assert reviewing.state_of(signature) is State.MERGED
    with pytest.raises(errors.MergedMeanwhile, match="Ada has merged this application"):
        reviewing.claimed(ada, signature)
    clock.shift(DAY)
    unmerge(ada, signature)
    assert reviewing.state_of(signature) is State.SUBMITTED
    session.refresh(signature)
    assert signature.clock_at - began == DAY
    kept = session.scalars(select(Merge)).one()
    assert (kept.into_signature_id, kept.officer_id, kept.undone_by_id) == (target.id, ada.id, ada.id)
    decision = session.scalars(select(Decision)).one()
    assert (decision.verdict, decision.note, decision.voided_at is None) == ("merge", "the same website", False)
    told = session.scalars(
        select(OutboxMessage.template).where(OutboxMessage.template.like("review/%")).order_by(OutboxMessage.id)
    ).all()
    assert told == ["review/merged", "review/under_review_again"]
    with pytest.raises(errors.NotMerged):
        unmerge(ada, signature)


@pytest.mark.parametrize("stage", ["pending_verification", "declined", "merged", "itself"])
def test_merge_when_its_target_is_none_is_refused(ada: Officer, stage: str) -> None:
    colleague, signature = reviewing.officer("Cleo"), reviewing.claimed(ada)
    made = signature if stage == "itself" else reviewing.at(reviewing.Stage(stage), person=ada, colleague=colleague)
    with pytest.raises(errors.MergeTargetUnknown):
        merge(ada, signature.id, made.id)
    assert reviewing.state_of(signature) is State.IN_REVIEW


def test_merges_when_each_is_into_the_other_at_once_are_one(committed_app: Flask) -> None:
    with committed_app.app_context():
        charters.load()
        ada, ben = reviewing.officer("Ada"), reviewing.officer("Ben")
        first, second = reviewing.claimed(ada).id, reviewing.claimed(ben).id
        for person in (ada, ben):
            db.session.refresh(person)
            db.session.expunge(person)

    def run(person: Officer, pair: tuple[int, int]) -> object:
        with committed_app.app_context():
            try:
                return merge(person, *pair)
            except (Conflict, Invalid) as told:
                return told

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(run, (ada, ben), ((first, second), (second, first))))
    assert sorted(type(one).__name__ for one in told) == ["MergeTargetUnknown", "NoneType"]
    with committed_app.app_context():
        assert sorted(db.session.scalars(select(Signature.state))) == ["in_review", "merged"]
