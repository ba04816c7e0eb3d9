"""At the same moment: two who confirm a removal, two who judge an appeal, two who publish a text or close signing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from coalition import clock
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.certificates.models import Certificate
from coalition.charters import amending, history, publishing
from coalition.charters.errors import CharterChanged
from coalition.charters.proposal import Proposal
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register.models import RegisterEntry
from coalition.review import errors, referrals
from coalition.signing import changes
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.standing import errors as standing_errors
from coalition.transactions import transaction
from tests.factories import charters, signing
from tests.review.conftest import desk as reviewer
from tests.standing.conftest import Desk, desk, signatory
from tests.trials.ledger import broken_chains, count, state_of
from tests.trials.people import copies
from tests.trials.rivals import ROUNDS, Rivals, refusals

MONTH = timedelta(days=30)


@pytest.fixture
def room(rivals: Rivals) -> tuple[Desk, Desk, Desk]:
    return desk("Ada"), desk("Ben"), desk("Cleo")


def mails(template: str) -> int:
    return count(OutboxMessage, OutboxMessage.template == template)


def held(signature: Signature) -> Signature:
    """Return a signature whose values can be read in other threads."""
    db.session.refresh(signature)
    db.session.expunge(signature)
    return signature


def act(do: Callable[..., Any], **values: Any) -> Callable[[], Any]:
    def run() -> Any:
        with transaction():
            return do(now=clock.now(), **values)

    return run


def test_removal_when_two_confirm_it_at_once_is_one(room: tuple[Desk, Desk, Desk], rivals: Rivals) -> None:
    ada, ben, cleo = room
    for _ in range(ROUNDS):
        signature = signatory()
        proposal = ada.propose(signature)
        held(signature)
        told = rivals.at_once(
            lambda: ben.confirm(signature, proposal),  # noqa: B023
            lambda: cleo.confirm(signature, proposal),  # noqa: B023
        )
        assert [type(one) for one in refusals(told)] == [standing_errors.DelistingClosed]
        assert str(refusals(told)[0]).startswith("Cleo" if isinstance(told[0], Exception) else "Ben")
        assert state_of(signature.id) == "delisted"
    assert count(RegisterEntry, RegisterEntry.status == "delisted") == ROUNDS
    assert count(Certificate, Certificate.revoked_at.is_not(None)) == ROUNDS == mails("standing/delisted")
    assert broken_chains() == []


def test_removal_when_the_organisation_withdraws_at_once_is_one_end(
    room: tuple[Desk, Desk, Desk], rivals: Rivals
) -> None:
    ada, ben, _ = room
    ends: Counter[str] = Counter()
    for _ in range(ROUNDS):
        signature = signatory()
        proposal = ada.propose(signature)
        held(signature)
        confirmed, withdrawn = rivals.at_once(
            lambda: ben.confirm(signature, proposal),  # noqa: B023
            act(changes.withdraw, signature=signature, reason="", secretariat="s@x.example", actor=Actor.person()),
        )
        state = state_of(signature.id)
        ends[state] += 1
        if state == "delisted":
            assert (confirmed, type(withdrawn)) == (None, StateChanged)
        else:
            assert (type(confirmed), withdrawn) == (standing_errors.NotOnRegister, None)
    assert set(ends) <= {"delisted", "withdrawn"}
    assert {status: count(RegisterEntry, RegisterEntry.status == status) for status in ends} == dict(ends)
    assert mails("standing/delisted") == ends["delisted"]
    assert broken_chains() == []


def test_appeal_when_two_judge_it_at_once_is_judged_once(room: tuple[Desk, Desk, Desk], rivals: Rivals) -> None:
    _, ben, cleo = room
    outcomes: Counter[str] = Counter()
    for signature in copies(_appealed(), ROUNDS):
        told = rivals.at_once(
            act(referrals.uphold, signature_id=signature.id, officer_id=ben.id, text="It stands.", actor=ben.actor),
            act(
                referrals.reverse,
                signature_id=signature.id,
                officer_id=cleo.id,
                text="You are right.",
                link_lifetime=MONTH,
                actor=cleo.actor,
            ),
        )
        assert [type(one) for one in refusals(told)] == [errors.NothingToDecide]
        outcomes[state_of(signature.id)] += 1
    assert (set(outcomes), sum(outcomes.values())) == ({"declined", "submitted"}, ROUNDS)
    assert mails("review/appeal_dismissed") == outcomes["declined"]
    assert mails("review/under_review_again") == outcomes["submitted"]
    assert broken_chains() == []


def _appealed() -> Signature:
    """Return an application that somebody else declined and whose representative has appealed."""
    dora, signature = reviewer("Dora"), signing.verified()
    dora.claim(signature)
    dora.decline(signature)
    signature_id = signature.id
    act(referrals.appeal, signature_id=signature_id, words="Look again.", within=MONTH, actor=Actor.person())()
    return signature


def test_text_when_two_publish_it_at_once_is_one_version(room: tuple[Desk, Desk, Desk], rivals: Rivals) -> None:
    ada, ben, _ = room
    for number in range(ROUNDS):
        seen = history.charter_of(charters.SLUG, now=clock.now()).revision
        told = rivals.at_once(*(_publishing(person, f"By {person.name}, {number}.\n", seen) for person in (ada, ben)))
        assert [one for one in told if isinstance(one, int)] == [number + 2]
        first = "Ben" if isinstance(told[0], Exception) else "Ada"
        assert [(type(one), str(one).split(" has")[0]) for one in refusals(told)] == [(CharterChanged, first)]
    assert count(AuditRecord, AuditRecord.act == "publish_version") == ROUNDS


def _publishing(person: Desk, text: str, seen: int) -> Callable[[], Any]:
    proposal = Proposal("en", {"en": text})
    return act(publishing.publish_version, slug=charters.SLUG, proposal=proposal, seen=seen, actor=person.actor)


def test_signing_when_closed_and_rules_are_changed_at_once_is_one_change(
    room: tuple[Desk, Desk, Desk], rivals: Rivals
) -> None:
    ada, ben, _ = room
    for number in range(ROUNDS):
        seen, approvers = history.charter_of(charters.SLUG, now=clock.now()).revision, 1 + number % 5
        closes_at = clock.now() + (number + 1) * MONTH
        told = rivals.at_once(
            act(amending.close_signing, slug=charters.SLUG, closes_at=closes_at, seen=seen, actor=ada.actor),
            act(amending.set_rules, slug=charters.SLUG, approvers=approvers, evidence={}, seen=seen, actor=ben.actor),
        )
        assert set(map(type, refusals(told))) <= {CharterChanged}
        assert len(refusals(told)) <= 1
    kept = Counter(line.subject for line in history.changes_of(charters.SLUG) if ":" not in line.subject)
    written = {name: count(AuditRecord, AuditRecord.act == name) for name in ("close_signing", "set_approvers")}
    assert kept == {"closing": written["close_signing"], "approvers": written["set_approvers"]}
    assert sum(kept.values()) >= ROUNDS - 1  # whoever sets the approvers that count already changes nothing
