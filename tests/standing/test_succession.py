"""Does an organisation that goes on as another leave its history, and lead to its successor?"""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.certificates import inspection
from coalition.certificates.models import Certificate
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.signing.models import Signature
from coalition.standing import queries
from coalition.standing.errors import HeirUnknown, NotOnRegister
from tests.factories import signing
from tests.standing.conftest import Desk, again, renamed, signatory


def test_merger_when_recorded_ends_each_party_and_leads_to_the_successor(
    session: scoped_session[Session], signature: Signature, ada: Desk
) -> None:
    other, heir = signatory(official_name="Union des rives"), signatory(official_name="Fédération unie")
    change, number = renamed(signature), heir.register_number or ""
    for one in (signature, other):
        ada.succeed(one, number.lower())
    assert [again(one).state for one in (signature, other, heir)] == ["superseded", "superseded", "active"]
    assert register.counts("icsse-charter").signatories == 1
    entry = register.entry_of(signature.register_number or "")
    assert entry is not None
    assert (entry.status, entry.ended_on) == ("superseded", clock_module.now().date())
    (kin,) = register.kin_of(entry.number)
    assert (kin.number, kin.official_name, kin.is_successor) == (number, "Fédération unie", True)
    predecessors = [(one.number, one.is_successor) for one in register.kin_of(number)]
    assert sorted(predecessors) == sorted((one.register_number, False) for one in (signature, other))
    serial = session.scalars(select(Certificate.serial).where(Certificate.signature_id == signature.id)).one()
    standing = inspection.standing(serial)
    assert standing is not None
    assert (standing.status, standing.superseded_by) == ("superseded", None)
    found = queries.change_named(change)
    assert found is not None
    assert found.outcome == "overtaken"
    desk = queries.standing_of(heir.id)
    assert [row.official_name for row in desk.predecessors] == ["Réseau du Fleuve", "Union des rives"]
    told = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == "standing/succeeded"))
    people = [again(one).representative for one in (signature, heir, other, heir)]
    assert list(told) == [person.email for person in people if person]


def test_succession_when_the_heir_is_no_other_active_signatory_is_refused(signature: Signature, ada: Desk) -> None:
    waiting, ended = signing.verified(), signatory()
    ada.succeed(ended, signatory().register_number or "")
    wrong = ["ICSSE-99999", signature.register_number or "", waiting.reference, ended.register_number or ""]
    for number in wrong:
        with pytest.raises(HeirUnknown):
            ada.succeed(signature, number)
    with pytest.raises(NotOnRegister):
        ada.succeed(ended, signature.register_number or "")
    assert again(signature).state == "active"
