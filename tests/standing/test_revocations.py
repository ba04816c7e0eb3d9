"""Does it take two officers to revoke a certificate for an error, and does a signatory that stands get a new one?"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.accounts.permissions import Role, Scope
from coalition.audit.models import AuditRecord
from coalition.certificates import inspection
from coalition.certificates import operations as certificates
from coalition.certificates.errors import CertificateEnded, CertificateUnknown
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind, RevocationReason, Status
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.standing import certificate_queries as queries
from coalition.standing import jobs, operations, revocations
from coalition.standing.certificate_queries import Tab
from coalition.standing.errors import NoRevocation, RevocationClosed, RevocationOpen, SecondOfficerNeeded
from coalition.standing.models import Revocation
from coalition.transactions import transaction
from coalition.transparency.models import LogLeaf
from tests.factories import officers, reviewing
from tests.standing.conftest import WORKER, Desk, again, desk, signatory

EVERYTHING = Scope()


def serial_of(signature: Signature) -> str:
    asked = select(Certificate.serial).where(Certificate.signature_id == signature.id).order_by(Certificate.id.desc())
    return str(db.session.scalars(asked).first())


def propose(who: Desk, serial: str, reason: RevocationReason = RevocationReason.WRONG_FACTS) -> str:
    who.act(revocations.propose, serial=serial, reason=reason, note="The name is another one.")
    return str(db.session.scalars(select(Revocation.public_id).order_by(Revocation.id.desc())).first())


def confirm(who: Desk, serial: str, proposal: str) -> str | None:
    made: str | None = who.act(revocations.confirm, serial=serial, proposal=proposal)
    return made


def refuse(who: Desk, serial: str, proposal: str) -> None:
    who.act(revocations.refuse, serial=serial, proposal=proposal)


def status(serial: str) -> Status:
    found = inspection.standing(serial)
    assert found is not None
    return found.status


def test_revocation_when_proposed_by_one_changes_nothing(signature: Signature, ada: Desk) -> None:
    serial = serial_of(signature)
    proposal = propose(ada, serial)
    assert (status(serial), queries.proposed_revocations(EVERYTHING)) == (Status.ACTIVE, 1)
    with pytest.raises(SecondOfficerNeeded):
        confirm(ada, serial, proposal)
    with pytest.raises(RevocationOpen, match="Ada has proposed"):
        propose(desk("Cleo"), serial)
    assert status(serial) is Status.ACTIVE


def test_revocation_when_confirmed_ends_the_certificate_and_leads_to_a_new_one_of_the_same_number(
    session: scoped_session[Session], signature: Signature, ada: Desk, ben: Desk
) -> None:
    serial, number = serial_of(signature), signature.register_number
    new = confirm(ben, serial, propose(ada, serial))
    assert new == serial_of(signature) != serial
    old, made = inspection.standing(serial), inspection.standing(new or "")
    assert old is not None
    assert made is not None
    assert (old.status, old.revoked_for, old.superseded_by) == (Status.REVOKED, "wrong_facts", new)
    assert (made.status, made.number, old.number) == (Status.ACTIVE, number, number)
    assert again(signature).state == "active"
    mail = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail is not None
    assert (mail.template, mail.values["reason"], mail.values["has_new_certificate"]) == (
        ("standing/certificate_revoked", "wrong_facts", True)
    )
    acts = session.scalars(select(AuditRecord.act).where(AuditRecord.subject == f"certificate:{serial}")).all()
    assert acts[-2:] == ["propose_revocation", "revoke"]
    leaf = session.scalars(select(LogLeaf).where(LogLeaf.subject == serial).order_by(LogLeaf.id.desc())).first()
    assert leaf is not None
    assert f'"by":"{new}"' in (leaf.content or "").replace(" ", "")


def test_revocation_when_the_signature_has_ended_issues_no_new_one(signature: Signature, ada: Desk, ben: Desk) -> None:
    serial = serial_of(signature)
    reviewing.moved(signature, Act.WITHDRAW)
    assert confirm(ben, serial, propose(ada, serial, RevocationReason.ISSUED_BY_MISTAKE)) is None
    assert (status(serial), serial_of(signature)) == (Status.REVOKED, serial)


def test_revocation_when_answered_twice_is_told_who_was_first(signature: Signature, ada: Desk, ben: Desk) -> None:
    serial = serial_of(signature)
    proposal = propose(ada, serial)
    confirm(ben, serial, proposal)
    with pytest.raises(RevocationClosed, match="Ben has closed"):
        confirm(desk("Cleo"), serial, proposal)
    with pytest.raises(RevocationClosed):
        refuse(ada, serial, proposal)
    with pytest.raises(CertificateEnded):
        propose(ada, serial)
    with pytest.raises(NoRevocation):
        confirm(ben, serial, "another")


@pytest.mark.parametrize(("who", "outcome"), [("ada", "taken_back"), ("ben", "refused")])
def test_revocation_when_refused_or_taken_back_leaves_the_certificate(
    signature: Signature, ada: Desk, ben: Desk, *, who: str, outcome: str
) -> None:
    serial = serial_of(signature)
    proposal = propose(ada, serial)
    refuse(ada if who == "ada" else ben, serial, proposal)
    found = queries.certificate_at_desk(serial, EVERYTHING)
    assert [one.Revocation.outcome for one in found.proposals] == [outcome]
    assert (found.proposal, found.is_live, status(serial)) == (None, True, Status.ACTIVE)
    propose(ben, serial)


def test_revocation_when_the_certificate_ends_otherwise_is_overtaken(
    signature: Signature, ada: Desk, ben: Desk
) -> None:
    serial = serial_of(signature)
    proposal = propose(ada, serial)
    ben.confirm(signature, ada.propose(signature))
    with pytest.raises(CertificateEnded):
        confirm(ben, serial, proposal)
    jobs.keep()
    with pytest.raises(NoRevocation):
        confirm(ben, serial, proposal)
    assert queries.certificate_at_desk(serial, EVERYTHING).proposals[0].Revocation.outcome == "overtaken"


def test_words_when_they_are_forgotten_leave_the_reason(signature: Signature, ada: Desk) -> None:
    propose(ada, serial_of(signature))
    with transaction():
        operations.forget_words(signature_id=signature.id)
    assert db.session.execute(select(Revocation.note, Revocation.reason)).one() == ("", "wrong_facts")


def test_certificate_when_it_is_a_receipt_or_unknown_is_not_revoked(charter: None, ada: Desk) -> None:
    with pytest.raises(CertificateUnknown):
        propose(ada, "000000000000")


def test_receipt_when_somebody_would_revoke_it_stays(signature: Signature) -> None:
    signature_id, now = signature.id, clock.now()
    with transaction():
        serial = certificates.issue(signature_id=signature_id, kind=Kind.RECEIPT, language="en", actor=WORKER, now=now)
    with pytest.raises(CertificateUnknown), transaction():
        certificates.revoke_for_error(serial=serial, reason="wrong_facts", actor=WORKER, now=now)


class TestList:
    def test_list_when_asked_by_state_or_number_shows_those(self, signature: Signature, ada: Desk, ben: Desk) -> None:
        other = signatory()
        serial, number = serial_of(signature), signature.register_number or ""
        confirm(ben, serial, propose(ada, serial))
        propose(ada, serial_of(other))

        def shown(tab: Tab, typed: str = "", scope: Scope = EVERYTHING) -> list[str]:
            return [row.serial for row in queries.page_of_certificates(scope, tab, typed=typed).rows]

        new, third = serial_of(signature), serial_of(other)
        assert shown(Tab.ALL) == [new, third, serial]
        assert shown(Tab.WAITING) == [new, third]
        assert (shown(Tab.REVOKED), shown(Tab.PROPOSED), shown(Tab.LIVE), shown(Tab.SUPERSEDED)) == (
            ([serial], [third], [], [])
        )
        assert shown(Tab.ALL, number.lower()) == [new, serial]
        assert shown(Tab.ALL, f"{third[:4]}-{third[4:]}".lower()) == [third]
        assert shown(Tab.ALL, "nonsense") == []
        assert shown(Tab.ALL, scope=Scope(frozenset({"another"}))) == []
        assert shown(Tab.ALL, scope=Scope(only_reference=other.reference)) == [third]

    def test_list_when_long_goes_on_by_key(self, signature: Signature, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "PAGE", 1)
        signatory()
        first = queries.page_of_certificates(EVERYTHING, Tab.ALL)
        second = queries.page_of_certificates(EVERYTHING, Tab.ALL, after=first.next_after)
        assert [row.serial for row in second.rows] == [serial_of(signature)]
        assert second.next_after is None


@pytest.mark.one_database
class TestPages:
    def test_pages_when_two_officers_revoke_lead_from_one_to_the_other(self, app: Flask, signature: Signature) -> None:
        serial = serial_of(signature)
        address = f"/admin/certificates/{serial}/"
        first, second = officers.signed_in(app, "Chloé"), officers.signed_in(app, "Dina")
        assert "Waits for its file" in first.get("/admin/certificates/?state=waiting").text
        assert first.post(f"{address}revoke", data={"reason": "wrong_facts"}).status_code == 422
        sent = {"reason": "wrong_facts", "note": "The name is another one.", "i_am_sure": "y"}
        assert first.post(f"{address}revoke", data=sent).status_code == 302
        assert "Take the proposal back" in first.get(address).text
        page = second.get(address).text
        assert "Confirm: revoke the certificate" in page
        assert "a new one with the same register number takes its place" in page
        assert "Revocations to confirm" in second.get("/admin/").text
        proposal = str(db.session.scalars(select(Revocation.public_id)).one())
        assert first.post(f"{address}revocation/{proposal}/confirm").status_code == 409
        assert second.post(f"{address}revocation/{proposal}/confirm").status_code == 302
        assert second.post(f"{address}revocation/{proposal}/confirm").status_code == 409
        page = second.get(address).text
        assert "Confirmed: the certificate is revoked" in page
        assert "Confirm: revoke" not in page

    def test_pages_when_refused_or_reissued_do_so(self, app: Flask, signature: Signature, ada: Desk) -> None:
        serial = serial_of(signature)
        address, client = f"/admin/certificates/{serial}/", officers.signed_in(app, "Dina")
        proposal = propose(ada, serial)
        assert client.post(f"{address}revocation/{proposal}/refuse").status_code == 302
        assert client.post(f"{address}reissue").location == f"/admin/certificates/{serial_of(signature)}/"
        assert client.post(f"{address}reissue").status_code == 409
        assert "Superseded" in client.get(address).text

    @pytest.mark.parametrize("typed", ["nonsense", "0123-4567-89AB"])
    def test_page_when_there_is_no_such_certificate_is_not_found(
        self, app: Flask, signature: Signature, typed: str
    ) -> None:
        client: FlaskClient = officers.signed_in(app, "Dina")
        assert client.get(f"/admin/certificates/{typed}/").status_code == 404
        assert client.get("/admin/certificates/?state=x&q=%00&after=y").status_code == 200

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
    def test_act_when_the_role_does_not_allow_it_changes_nothing(
        self, app: Flask, signature: Signature, ada: Desk, role: Role
    ) -> None:
        serial = serial_of(signature)
        proposal = propose(ada, serial)
        client = officers.signed_in(app, "Eve", role)
        paths = ("revoke", f"revocation/{proposal}/confirm", f"revocation/{proposal}/refuse", "reissue")
        answers = [client.post(f"/admin/certificates/{serial}/{path}").status_code for path in paths]
        assert answers == [403] * 4
        assert (status(serial), queries.proposed_revocations(EVERYTHING)) == (Status.ACTIVE, 1)
        assert client.get(f"/admin/certificates/{serial}/").status_code == 200
