"""A representative appeals against the removal from the register, and then withdraws: what may be read, and where?

Two officers decided that removal, and only a granted appeal undoes it: nobody turns it into a withdrawal of their own.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock as time
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.register.entry import Status
from coalition.review import errors, referrals
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import officers, reviewing
from tests.standing.conftest import Desk, again, signatory

HOME, WITHDRAW = "/en/my-signature/", "/en/my-signature/withdraw"
DAYS = timedelta(days=3)


@pytest.fixture
def appealed(charter: str, clock: time_machine.Traveller) -> Signature:
    """A signatory that Ada and Ben removed, and that appealed three days later."""
    ada, ben = (Desk(reviewing.officer(name)) for name in ("Ada", "Ben"))
    signature = signatory(official_name="Réseau du Fleuve")
    ben.confirm(signature, ada.propose(signature))
    clock.shift(DAYS)
    return reviewing.appealed(again(signature))


@pytest.fixture
def inside(client: FlaskClient, appealed: Signature) -> FlaskClient:
    """A browser that the mailed link has let in."""
    with client.session_transaction() as kept:
        kept["portal"] = [appealed.public_id, int(time.now().timestamp()) + 600]
    return client


def test_removal_when_its_appeal_is_withdrawn_stays_what_readers_see(inside: FlaskClient, appealed: Signature) -> None:
    number, removed_on = str(appealed.register_number), time.today() - DAYS
    serial = db.session.scalar(select(Certificate.serial).where(Certificate.kind == "certificate"))
    public = [f"/en/register/{number}/", f"/api/v1/signatories/{number}", f"/api/v1/certificates/{serial}"]
    before = [inside.get(path).data for path in public]
    assert inside.post(WITHDRAW, data={"i_withdraw": "y"}).status_code == 303
    assert [inside.get(path).data for path in public] == before
    entry, found = register.entry_of(number), again(appealed)
    assert entry is not None
    assert (entry.status, entry.ended_on) == (Status.DELISTED, removed_on)
    assert (found.state, found.ended_on) == (State.WITHDRAWN, removed_on)
    assert inside.get(f"/api/v1/certificates/{serial}").json["status"] == "revoked"


def test_representative_when_withdrawing_an_appeal_is_told_what_stays(inside: FlaskClient, appealed: Signature) -> None:
    page = inside.get(WITHDRAW).text
    assert "The register goes on saying that your organisation was removed, and since when." in page
    assert "says that it signed and when it withdrew" not in page
    inside.post(WITHDRAW, data={"i_withdraw": "y"})
    page = inside.get(HOME).text
    assert ("and with it the appeal" in page, "The decision stands: the register says" in page) == (True, True)
    assert "The register keeps it in its history" not in page


def test_both_sides_when_an_appeal_is_withdrawn_read_that_the_removal_stands(
    inside: FlaskClient, appealed: Signature, worker, outbox
) -> None:
    worker(failures=True)
    outbox.clear()
    for _twice in range(2):
        inside.post(WITHDRAW, data={"i_withdraw": "y"})
    worker(failures=True)
    words = [" ".join(mail.text.split()) for mail in outbox]
    assert ["your certificate stays revoked" in words[0], "go on saying that it was removed" in words[1]] == [True] * 2
    assert ["when it withdrew" in one or "say so already" in one for one in words] == [False] * 2
    assert [f"/register/{appealed.register_number}/" in one for one in words] == [True] * 2


def test_appeal_when_withdrawn_is_nobodys_to_decide_and_the_desk_says_how_it_ended(
    app, inside: FlaskClient, appealed: Signature
) -> None:
    inside.post(WITHDRAW, data={"i_withdraw": "y"})
    cleo = reviewing.officer("Cleo")
    with pytest.raises(errors.NothingToDecide), transaction():
        referrals.uphold(
            signature_id=appealed.id,
            officer_id=cleo.id,
            text="It stands.",
            actor=reviewing.actor_of(cleo),
            now=time.now(),
        )
    page = officers.browser_of(cleo, app).get(f"/admin/signatories/{appealed.register_number}/").text
    assert ("Delisted, appeal withdrawn" in page, '<span class="tag">Withdrawn' in page) == (True, False)
    waiting = select(OutboxMessage.id).where(OutboxMessage.template == "review/appeal_dismissed")
    assert db.session.scalars(waiting).all() == []
