"""A hundred times at the same moment: an edit, a colleague, the end of a time, a list that is brought in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from coalition import clock
from coalition.accounts import changes as accounts
from coalition.accounts.models import Officer
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.errors import Conflict
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register.models import RegisterEntry
from coalition.review import errors, operations, questions
from coalition.review.decisions import Request
from coalition.review.models import Decision, Question, ReviewClaim
from coalition.signing import changes
from coalition.signing import operations as signing_operations
from coalition.signing.application import OrganisationDetails
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import signing
from tests.review.conftest import desk
from tests.trials.ledger import broken_chains, count, state_of
from tests.trials.papers import bring_in, listing
from tests.trials.people import Room, copies
from tests.trials.rivals import LONG, ROUNDS, Rivals

PERSON, WORKER = Actor.person(), Actor.system("worker")
DAY = timedelta(days=1)
FEW = 5


@pytest.fixture
def room(rivals: Rivals) -> Room:
    return Room(rivals.app)


def mails(template: str) -> int:
    return count(OutboxMessage, OutboxMessage.template == template)


def number_of(signature: Signature) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Signature.register_number).where(Signature.id == signature.id))


def edit(signature: Signature) -> None:
    """Change the organisation's name in the representative's name, as the portal does."""
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    found = db.session.get_one(Signature, signature.id)
    details, extra = changes.said_of(found)
    wished = OrganisationDetails(**{**vars(details), "acronym": "NEW"})
    with transaction():
        changes.edit_application(
            signature=found, organisation=wished, extra=extra, definition=definition, actor=PERSON, now=clock.now()
        )


def test_last_approval_when_the_application_is_edited_at_once_is_of_what_was_read(room: Room, rivals: Rivals) -> None:
    active = 0
    for signature in copies(room.nearly_active(), ROUNDS):
        seen = signature.content_sha256
        approved, edited = rivals.at_once(
            lambda: room.ben.approve(signature, seen_sha256=seen),  # noqa: B023
            lambda: edit(signature),  # noqa: B023
            apart=LONG,
        )
        if number_of(signature):
            assert (approved, type(edited)) == (State.ACTIVE, StateChanged)
            active += 1
        else:
            assert (type(approved), edited, state_of(signature.id)) == (errors.ContentChanged, None, "in_review")
    assert 0 < active < ROUNDS
    assert active == mails("review/approved") == count(RegisterEntry)
    assert active + count(AuditRecord, AuditRecord.act == "edit_application") == ROUNDS
    assert count(RegisterEntry, RegisterEntry.acronym == "NEW") == 0
    assert broken_chains() == []


def test_last_approval_when_a_colleague_takes_over_at_once_is_the_holders(room: Room, rivals: Rivals) -> None:
    cleo, outcomes = desk("Cleo"), Counter[str]()
    for signature in copies(room.nearly_active(), ROUNDS):
        approved, taken = rivals.at_once(
            lambda: room.ben.approve(signature),  # noqa: B023
            lambda: cleo._do(operations.take_over, signature, lifetime=DAY),  # noqa: B023
        )
        outcomes[state_of(signature.id)] += 1
        if approved is State.ACTIVE:
            assert str(taken).startswith("Ben gave the last approval")
        else:
            assert (str(approved).split(" holds")[0], taken) == ("Cleo", None)
    assert (set(outcomes), sum(outcomes.values())) == ({"active", "in_review"}, ROUNDS)
    assert outcomes["active"] == mails("review/approved") == count(RegisterEntry)
    assert count(ReviewClaim, ReviewClaim.officer_id == cleo.id) == outcomes["in_review"]
    assert count(Decision) == 1 + ROUNDS + outcomes["active"]  # the first is that of the one that was copied
    assert broken_chains() == []


def test_answer_when_its_time_ends_at_once_is_taken_or_the_application_has_lapsed(room: Room, rivals: Rivals) -> None:
    asked = signing.verified()
    room.ada.claim(asked)
    room.ada._do(questions.ask, asked, request=Request(message="Who is on your board?"), lifetime=timedelta(0))
    outcomes = Counter[str]()
    for signature in copies(asked, ROUNDS):
        answered, lapsed = rivals.at_once(
            _act(questions.reply, signature, answer="Three people.", actor=PERSON),
            _act(questions.lapse, signature, actor=WORKER),
            apart=LONG,
        )
        state = state_of(signature.id)
        outcomes[state] += 1
        second = {"submitted": (None, errors.NoQuestion), "lapsed": (errors.AnsweredAlready, None)}[state]
        assert tuple(type(told) if told else None for told in (answered, lapsed)) == second
    assert (set(outcomes), sum(outcomes.values())) == ({"submitted", "lapsed"}, ROUNDS)
    assert mails("review/lapsed") == outcomes["lapsed"]
    assert count(Question, Question.answer != "") == outcomes["submitted"]
    assert count(Question, Question.closed_at.is_(None)) == 1  # that of the one that was copied
    assert broken_chains() == []


def _act(act: Callable[..., Any], signature: Signature, **values: Any) -> Callable[[], Any]:
    signature_id = signature.id

    def run() -> Any:
        with transaction():
            return act(signature_id=signature_id, now=clock.now(), **values)

    return run


def test_organisation_when_confirmed_and_brought_in_at_once_is_counted_once(room: Room, rivals: Rivals) -> None:
    import_id, brought = listing(), 0
    for number, signature in enumerate(copies(signing.submitted(), ROUNDS)):
        name, link = f"copy {number}", signing.link_of(signature)
        db.session.expunge(link)
        link_id = link.id

        def confirm() -> None:
            with transaction():
                found = db.session.get_one(type(link), link_id)  # noqa: B023
                signing_operations.verify(link=found, rules=signing.RULES, actor=PERSON, now=clock.now())

        confirmed, came = rivals.at_once(confirm, lambda: bring_in(import_id, name), apart=LONG)  # noqa: B023
        assert (confirmed is None, state_of(signature.id), came in (0, 1)) == (True, "submitted", True)
        brought += came
        if came and brought <= FEW:  # the register has it: its own application cannot be entered a second time
            room.ada.claim(signature)
            room.ada.approve(signature)
            room.ben.claim(signature)
            with pytest.raises(Conflict, match="on the register already"):
                room.ben.approve(signature)
    assert 0 < brought < ROUNDS
    assert count(RegisterEntry) == brought == count(AuditRecord, AuditRecord.act == "bring_in")
    assert mails("signing/signature_confirmed") == ROUNDS


def test_organisation_when_approved_and_brought_in_at_once_is_counted_once(room: Room, rivals: Rivals) -> None:
    import_id = listing()
    for number, signature in enumerate(copies(room.nearly_active(), ROUNDS)):
        approved, came = rivals.at_once(
            lambda: room.ben.approve(signature),  # noqa: B023
            lambda: bring_in(import_id, f"copy {number}"),  # noqa: B023
        )
        assert (approved, came) == (State.ACTIVE, 0)  # it is under review: the list leaves it out, whoever is first
    assert count(RegisterEntry) == ROUNDS == mails("review/approved")
    assert count(AuditRecord, AuditRecord.act == "bring_in") == 0


def test_organisation_when_two_lists_bring_it_in_at_once_is_counted_once(stage: Any, rivals: Rivals) -> None:
    one, other, firsts = listing(), listing(), Counter[int]()
    for number in range(ROUNDS):
        told = rivals.at_once(
            lambda: bring_in(one, f"Network {number}"),  # noqa: B023
            lambda: bring_in(other, f"Network {number}"),  # noqa: B023
        )
        assert sorted(told) == [0, 1]
        firsts[told.index(1)] += 1
    assert count(RegisterEntry) == ROUNDS == count(Signature)
    assert min(firsts.values()) > 0


def test_officer_when_disabled_in_mid_decision_has_decided_or_decides_nothing(room: Room, rivals: Rivals) -> None:
    email, outcomes = db.session.get_one(Officer, room.ben.id).email, Counter[str]()

    def disable() -> None:
        with transaction():
            accounts.disable(email=email, actor=room.ada.actor, now=clock.now())

    for signature in copies(room.nearly_active(), ROUNDS):
        approved, disabled = rivals.at_once(lambda: room.ben.approve(signature), disable, apart=LONG)  # noqa: B023
        state = state_of(signature.id)
        outcomes[state] += 1
        assert disabled is None
        assert approved is State.ACTIVE if state == "active" else isinstance(approved, errors.AccountEnded)
        with transaction() as session:
            session.execute(update(Officer).where(Officer.id == room.ben.id).values(disabled_at=None))
    assert (set(outcomes), sum(outcomes.values())) == ({"active", "in_review"}, ROUNDS)
    assert outcomes["active"] == mails("review/approved") == count(RegisterEntry)
    assert broken_chains() == []
