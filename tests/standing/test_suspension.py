"""Is a signature suspended after its notice, shown so, and does it come back by itself?"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.audit.queries import history_of
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.signing.mails import about
from coalition.signing.models import Signature
from coalition.standing import jobs, operations, queries
from coalition.standing.errors import EndsTooSoon, NoSuspension, NotOnRegister, SuspensionOpen
from coalition.standing.models import Suspension
from coalition.transactions import transaction
from tests.standing.conftest import DAY, PERIOD, WORKER, Desk, again, renamed

Clock = time_machine.Traveller


def mails(session: scoped_session[Session], signature: Signature) -> list[str]:
    found = select(OutboxMessage.template).where(OutboxMessage.about == about(signature)).order_by(OutboxMessage.id)
    return [name for name in session.scalars(found) if name.startswith("standing/")]


def count() -> int:
    return register.counts("icsse-charter").signatories


def outcome(session: scoped_session[Session]) -> str | None:
    return session.scalars(select(Suspension.outcome)).one()


def acts(signature: Signature) -> list[tuple[str, str | None]]:
    return [(line.act, line.reason) for line in history_of(about(signature))][-2:]


def test_suspension_when_announced_changes_nothing_but_tells(
    session: scoped_session[Session], signature: Signature, ada: Desk
) -> None:
    ada.suspend(signature)
    assert again(signature).state == "active"
    assert mails(session, signature) == ["standing/suspension_announced"]
    entry = register.entry_of(signature.register_number or "")
    assert entry is not None
    assert entry.status == "active"
    assert acts(signature)[-1] == ("announce_suspension", "commitments")


def test_suspension_when_its_notice_is_over_is_shown_and_not_counted_and_ends_by_itself(
    session: scoped_session[Session], signature: Signature, ada: Desk, clock: Clock
) -> None:
    ada.suspend(signature, days=60)
    clock.shift(29 * DAY)
    jobs.keep()
    assert (again(signature).state, count()) == ("active", 1)
    clock.shift(2 * DAY)
    jobs.keep()
    jobs.keep()
    assert (again(signature).state, count()) == ("suspended", 0)
    entry = register.entry_of(signature.register_number or "")
    assert entry is not None
    assert (entry.status, entry.ended_on) == ("suspended", None)
    clock.shift(30 * DAY)
    jobs.keep()
    jobs.keep()
    assert (again(signature).state, count(), outcome(session)) == ("active", 1, "over")
    sent = ["suspension_announced", "suspension_began", "suspension_ended"]
    assert mails(session, signature) == [f"standing/{name}" for name in sent]
    assert acts(signature) == [("suspend", "commitments"), ("remedy", "over")]


@pytest.mark.parametrize(("wait", "said"), [(1, "called_off"), (31, "remedied")])
def test_suspension_when_lifted_ends_at_once(
    session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk, clock: Clock, *, wait: int, said: str
) -> None:
    ada.suspend(signature)
    clock.shift(wait * DAY)
    jobs.keep()
    ben.lift(signature)
    assert (again(signature).state, count(), outcome(session)) == ("active", 1, said)
    assert mails(session, signature)[-1] == "standing/suspension_ended"
    with pytest.raises(NoSuspension):
        ada.lift(signature)
    clock.shift(100 * DAY)
    jobs.keep()
    assert again(signature).state == "active"


def test_suspension_when_one_is_open_is_refused_with_the_first_officers_name(
    signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.suspend(signature)
    with pytest.raises(SuspensionOpen, match="Ada has announced a suspension already"):
        ben.suspend(signature)


def test_suspension_when_over_before_its_notice_is_refused(
    session: scoped_session[Session], signature: Signature, ada: Desk
) -> None:
    with pytest.raises(EndsTooSoon):
        ada.suspend(signature, days=PERIOD.days)
    assert queries.open_suspension(signature.id) is None
    assert mails(session, signature) == []


def test_suspension_when_withdrawn_meanwhile_never_begins(
    session: scoped_session[Session], signature: Signature, ada: Desk, clock: Clock
) -> None:
    from coalition.signing import operations as signing

    ada.suspend(signature)
    renamed(signature)
    with transaction():
        signing.withdraw(signature=again(signature), actor=WORKER, now=clock_module.now())
    clock.shift(31 * DAY)
    jobs.keep()
    assert (again(signature).state, outcome(session)) == ("withdrawn", "overtaken")
    assert queries.open_changes(signature.id) == []
    with pytest.raises(NotOnRegister):
        ada.suspend(signature)
    with pytest.raises(NoSuspension):
        ada.lift(signature)


def test_words_when_forgotten_are_gone(session: scoped_session[Session], signature: Signature, ada: Desk) -> None:
    ada.suspend(signature)
    proposal = ada.propose(signature)
    change = renamed(signature)
    jobs.forget_words(signature_id=signature.id)
    suspension, delisting = queries.open_suspension(signature.id), queries.delisting_of(signature.id, proposal)
    request = queries.change_named(change)
    assert suspension is not None
    assert delisting is not None
    assert request is not None
    kept: list[Any] = [suspension.message, delisting.message, delisting.note, request.explanation, request.message]
    assert kept == [""] * 5
    assert request.after == {"official_name": "Fédération du Fleuve"}


def test_suspension_when_nobody_can_be_written_to_begins_all_the_same(
    session: scoped_session[Session], signature: Signature, ada: Desk, clock: Clock
) -> None:
    with transaction():
        again(signature).representative = None
    ada.suspend(signature)
    clock.shift(31 * DAY)
    jobs.keep()
    assert (again(signature).state, mails(session, signature)) == ("suspended", [])


def test_suspension_when_not_due_does_nothing(signature: Signature, ada: Desk) -> None:
    ada.suspend(signature)
    found = queries.open_suspension(signature.id)
    assert found is not None
    suspension_id = found.id
    for act in (operations.begin_suspension, operations.end_suspension):
        with transaction():
            act(suspension_id=suspension_id, actor=WORKER, now=clock_module.now())
    assert again(signature).state == "active"
