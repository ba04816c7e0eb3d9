"""Does it take two officers to remove a signatory, and does its certificate end in the same moment?"""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.certificates import inspection
from coalition.certificates import queries as certificates
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.review.models import Decision
from coalition.signing.models import MailedLink, Signature
from coalition.standing import jobs, queries
from coalition.standing.errors import (
    DelistingClosed,
    DelistingOpen,
    NoDelisting,
    NotOnRegister,
    SecondOfficerNeeded,
)
from coalition.transactions import transaction
from tests.standing.conftest import DAY, Desk, again, renamed


def status(signature: Signature) -> tuple[str, str, int]:
    entry = register.entry_of(signature.register_number or "")
    assert entry is not None
    serial = db.session.scalars(select(Certificate.serial).where(Certificate.signature_id == signature.id)).first()
    standing = inspection.standing(serial or "")
    assert standing is not None
    return entry.status.value, standing.status.value, register.counts("icsse-charter").signatories


def test_delisting_when_proposed_by_one_changes_nothing(
    session: scoped_session[Session], signature: Signature, ada: Desk
) -> None:
    before = session.query(OutboxMessage).count()
    proposal = ada.propose(signature)
    with pytest.raises(SecondOfficerNeeded):
        ada.confirm(signature, proposal)
    assert (again(signature).state, status(signature)) == ("active", ("active", "active", 1))
    assert session.query(OutboxMessage).count() == before


def test_delisting_when_confirmed_by_another_ends_entry_and_certificate_and_both_have_decided(
    session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.suspend(signature)
    change = renamed(signature)
    ben.confirm(signature, ada.propose(signature))
    assert (again(signature).state, status(signature)) == ("delisted", ("delisted", "revoked", 0))
    assert certificates.documents_of(signature.id) == []
    assert session.scalars(select(Certificate.revoked_reason)).one() == "delisted"
    decided = select(Decision.officer_id, Decision.verdict, Decision.reason_code, Decision.note).order_by(Decision.id)
    assert session.execute(decided).all() == [
        (ada.id, "delist", "misuse", "seen in the paper"),
        (ben.id, "delist", "misuse", ""),
    ]
    assert queries.open_suspension(signature.id) is None
    request = queries.change_named(change)
    assert request is not None
    assert request.outcome == "overtaken"
    link = session.scalars(select(MailedLink).order_by(MailedLink.id.desc())).first()
    assert link is not None
    assert (link.purpose, link.expires_at - link.created_at) == ("manage", 30 * DAY)
    mail = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail is not None
    assert (mail.template, mail.values["message"]) == ("standing/delisted", "You sold our name.")


def test_delisting_when_second_officers_come_twice_is_told_who_was_first(
    signature: Signature, ada: Desk, ben: Desk
) -> None:
    proposal = ada.propose(signature)
    with pytest.raises(DelistingOpen, match="Ada has proposed"):
        ben.propose(signature)
    ben.confirm(signature, proposal)
    with pytest.raises(DelistingClosed, match="Ben has closed this proposal already"):
        ben.confirm(signature, proposal)
    with pytest.raises(NotOnRegister):
        ada.propose(signature)


@pytest.mark.parametrize(("who", "said"), [("ada", "taken_back"), ("ben", "refused")])
def test_delisting_when_refused_or_taken_back_leaves_the_signatory(
    signature: Signature, ada: Desk, ben: Desk, *, who: str, said: str
) -> None:
    proposal = ada.propose(signature)
    (ada if who == "ada" else ben).refuse(signature, proposal)
    found = queries.delisting_of(signature.id, proposal)
    assert found is not None
    assert (found.outcome, again(signature).state) == (said, "active")
    with pytest.raises(DelistingClosed):
        ben.confirm(signature, proposal)
    ben.propose(signature)


def test_delisting_when_the_proposal_is_unknown_or_overtaken_changes_nothing(
    signature: Signature, ada: Desk, ben: Desk
) -> None:
    proposal = ada.propose(signature)
    with pytest.raises(NoDelisting):
        ben.confirm(signature, "another")
    with transaction():
        from coalition.standing import operations

        operations.overtake(signature_id=signature.id, now=clock_module.now())
    with pytest.raises(NoDelisting):
        ben.confirm(signature, proposal)
    assert again(signature).state == "active"


def test_delisting_when_suspended_needs_no_remedy(signature: Signature, ada: Desk, ben: Desk, clock: object) -> None:
    ada.suspend(signature)
    clock.shift(31 * DAY)  # type: ignore[attr-defined]
    jobs.keep()
    ben.confirm(signature, ada.propose(signature))
    assert status(signature) == ("delisted", "revoked", 0)


def test_delisting_when_nobody_can_be_written_to_is_done_all_the_same(
    session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
) -> None:
    with transaction():
        again(signature).representative = None
    before = session.query(OutboxMessage).count()
    ben.confirm(signature, ada.propose(signature))
    assert again(signature).state == "delisted"
    assert session.query(OutboxMessage).count() == before
