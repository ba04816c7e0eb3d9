"""A hundred times at the same moment: the button pressed twice, two drafts of one organisation, one link twice."""

from __future__ import annotations

from sqlalchemy import select

from coalition import tokens
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail.models import OutboxMessage
from coalition.signing.models import MailedLink, Signature
from coalition.tokens import Purpose
from tests.factories import signing
from tests.factories.browsing import step
from tests.trials.ledger import count
from tests.trials.people import SIGNED, Desktop, copies
from tests.trials.rivals import ROUNDS, Rivals


def acts(act: str) -> int:
    return count(AuditRecord, AuditRecord.act == act)


def test_draft_when_sent_twice_at_once_is_one_signature_with_one_mail(rivals: Rivals) -> None:
    desktop = Desktop(rivals.app)
    for _ in range(ROUNDS):
        name = desktop.copy()
        one, other = desktop.browser(name), desktop.browser(name)
        told = rivals.at_once(
            lambda: one.post(step("review"), data=SIGNED),  # noqa: B023
            lambda: other.post(step("review"), data=SIGNED),  # noqa: B023
        )
        assert [(answer.status_code, answer.location) for answer in told] == [(302, step("check-inbox"))] * 2
    assert (count(Signature), count(OutboxMessage), acts("submit")) == (ROUNDS,) * 3


def test_organisation_when_two_drafts_of_it_are_sent_at_once_has_a_mail_for_each(rivals: Rivals) -> None:
    desktop = Desktop(rivals.app)
    for _ in range(ROUNDS):
        one, other = desktop.browser(desktop.copy()), desktop.browser(desktop.copy())
        told = rivals.at_once(
            lambda: one.post(step("review"), data=SIGNED),  # noqa: B023
            lambda: other.post(step("review"), data=SIGNED),  # noqa: B023
        )
        assert [(answer.status_code, answer.location) for answer in told] == [(302, step("check-inbox"))] * 2
    assert (count(Signature), count(OutboxMessage), acts("submit")) == (2 * ROUNDS,) * 3
    references = db.session.scalars(select(Signature.reference)).all()
    assert len(set(references)) == 2 * ROUNDS
    assert set(db.session.scalars(select(Signature.state))) == {"pending_verification"}


def test_link_when_confirmed_twice_at_once_is_one_signature_confirmed_once(rivals: Rivals) -> None:
    one, other = rivals.app.test_client(), rivals.app.test_client()
    for signature in copies(signing.submitted(), ROUNDS):
        path = f"/en/signatures/confirm/{tokens.sign(Purpose.CONFIRM, signing.link_of(signature).public_id)}"
        told = rivals.at_once(
            lambda: one.post(path, data={"i_confirm": "y"}),  # noqa: B023
            lambda: other.post(path, data={"i_confirm": "y"}),  # noqa: B023
        )
        first, second = sorted(told, key=lambda answer: answer.status_code)
        assert (first.status_code, second.status_code) == (302, 404)
        assert "This link is no longer in use." in second.text or "This signature is confirmed" in second.text
    assert acts("verify") == ROUNDS == count(OutboxMessage, OutboxMessage.template == "signing/signature_confirmed")
    assert count(MailedLink, MailedLink.purpose == "manage") == ROUNDS
    assert count(Job, Job.name == "certificates.issue_receipt") == ROUNDS
    assert count(MailedLink, MailedLink.purpose == "confirm", MailedLink.ended_at.is_(None)) == 1  # that was copied
