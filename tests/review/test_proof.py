"""Proof of mandate at the desk: what is missing, what came later, and what an approval waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.charters import queries as charters
from coalition.errors import Conflict
from coalition.extensions import db
from coalition.register.models import RegisterEntry
from coalition.review import errors
from coalition.review.decisions import MandateBasis, lacks_proof
from coalition.signing import changes, proof
from coalition.signing.application import MandateBasis as Mandate
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import charters as built_in
from tests.factories import officers, signing
from tests.factories.signing import PERSON
from tests.review.conftest import Desk, desk
from tests.review.test_races import at_once, verified

Db = scoped_session[Session]
PAGE = "/admin/applications/"


def send(signature: Signature, name: str = "minutes.pdf") -> None:
    file = proof.put(proof.File(name, "application/pdf", name.encode()), key=proof.reserve(1)[0])
    with transaction():
        proof.add_late(signature=signature, files=[file], most=10, actor=PERSON, now=clock.now())


def change_role(signature: Signature) -> None:
    definition = charters.definition_of(signature.charter)
    kept = changes.details_of(signature, definition=definition)
    details = changes.PrivateDetails(**{**vars(kept), "role": "President"})
    with transaction():
        changes.change_details(
            signature=signature, details=details, definition=definition, actor=PERSON, now=clock.now()
        )


@pytest.mark.parametrize("basis", MandateBasis)
@pytest.mark.parametrize("documents", [0, 1])
def test_proof_when_the_charter_asks_for_it_is_lacking_until_it_is_there_or_waived(basis: Any, documents: int) -> None:
    lacking = documents == 0 and basis is not MandateBasis.WAIVED
    assert lacks_proof(basis, is_required=True, documents=documents) is lacking
    assert lacks_proof(basis, is_required=False, documents=documents) is False


@pytest.mark.parametrize("basis", [MandateBasis.DOCUMENT, MandateBasis.LETTER, MandateBasis.PUBLIC_SOURCE])
def test_approval_when_proof_is_asked_for_and_missing_is_refused_and_changes_nothing(
    signature: Signature, ada: Desk, requiring_proof: Callable[[], None], basis: MandateBasis
) -> None:
    requiring_proof()
    ada.claim(signature)
    with pytest.raises(errors.ProofMissing):
        ada.approve(signature, mandate_basis=basis)
    db.session.refresh(signature)
    assert signature.state == State.IN_REVIEW
    send(signature)
    assert ada.approve(signature, mandate_basis=basis) == State.SUBMITTED


def test_approval_when_proof_is_asked_for_and_waived_needs_its_reason(
    signature: Signature, ada: Desk, requiring_proof: Callable[[], None]
) -> None:
    requiring_proof()
    ada.claim(signature)
    with pytest.raises(errors.NoteMissing):
        ada.approve(signature, mandate_basis=MandateBasis.WAIVED)
    state = ada.approve(signature, mandate_basis=MandateBasis.WAIVED, note="A ministry signs by its office.")
    assert state == State.SUBMITTED


def test_approval_when_a_file_comes_later_still_counts(signature: Signature, ada: Desk, ben: Desk) -> None:
    ada.claim(signature)
    ada.approve(signature)
    send(signature)
    ben.claim(signature)
    assert ben.approve(signature) == State.ACTIVE


def test_approval_when_what_was_judged_is_changed_counts_no_more(signature: Signature, ada: Desk, ben: Desk) -> None:
    ada.claim(signature)
    ada.approve(signature)
    change_role(signature)
    ben.claim(signature)
    assert ben.approve(signature) == State.SUBMITTED
    ada.claim(signature)
    assert ada.approve(signature) == State.ACTIVE


def test_decision_when_what_was_read_is_changed_meanwhile_is_refused(signature: Signature, ada: Desk) -> None:
    ada.claim(signature)
    read = signature.content_sha256
    change_role(signature)
    with pytest.raises(errors.ContentChanged):
        ada.approve(signature, seen_sha256=read)


@pytest.fixture
def browser(app: Flask, charter: str) -> FlaskClient:
    return officers.signed_in(app, "Ada")


def row(browser: FlaskClient, signature: Signature) -> str:
    page = browser.get(PAGE).text
    found = re.search(rf'<tr[^>]*data-ref="{signature.reference}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>|\s+", " ", found.group(0))


def test_queue_when_proof_is_missing_says_so_and_what_they_say(browser: FlaskClient) -> None:
    signature = signing.verified(mandate=Mandate.LATER)
    assert "Proof missing" in row(browser, signature)
    assert "To be shown later" in row(browser, signature)
    send(signature, "a.pdf")
    send(signature, "b.pdf")
    assert ("Proof missing" in row(browser, signature), "2 files" in row(browser, signature)) == (False, True)


def test_application_when_proof_came_later_shows_it_with_its_time(browser: FlaskClient) -> None:
    signature = signing.verified()
    assert "No proof of mandate was sent" in browser.get(f"{PAGE}{signature.reference}/").text
    send(signature)
    page = browser.get(f"{PAGE}{signature.reference}/").text
    assert ("minutes.pdf" in page, "Sent later" in page, "Proof of mandate sent" in page) == (True, True, True)


def test_application_when_the_charter_asks_for_proof_says_what_an_approval_needs(
    browser: FlaskClient, requiring_proof: Callable[[], None]
) -> None:
    requiring_proof()
    signature = signing.verified()
    sentence = "This text asks for it: an approval needs a file, or a waiver with its reason."
    assert sentence in browser.get(f"{PAGE}{signature.reference}/").text
    browser.post(f"{PAGE}{signature.reference}/claim")
    typed = {"decision": "approve", "category": "international_network", "mandate_basis": "letter"}
    answer = browser.post(f"{PAGE}{signature.reference}/", data=typed)
    assert (answer.status_code, "none was sent. Wait for it" in answer.text) == (422, True)


def test_application_when_details_were_changed_says_whether_approvals_rest_on_them(browser: FlaskClient) -> None:
    signature = signing.verified()
    change_role(signature)
    assert "Details changed that approvals rest on" in browser.get(f"{PAGE}{signature.reference}/").text


def test_approval_and_withdrawal_when_at_once_end_in_one_truth(committed_app: Flask) -> None:
    with committed_app.app_context():
        built_in.load()
        ada, ben = desk("Ada"), desk("Ben")
    for _ in range(4):
        signature = verified(committed_app)
        with committed_app.app_context():
            ada.claim(signature)
            ada.approve(signature)
            ben.claim(signature)

        def withdraw(signature: Signature = signature) -> None:
            with transaction():
                changes.withdraw(
                    signature=signature, reason="", secretariat="s@x.example", actor=PERSON, now=clock.now()
                )

        told = at_once(committed_app, lambda: ben.approve(signature), withdraw)  # noqa: B023
        with committed_app.app_context():
            row = db.session.get_one(Signature, signature.id)
            entries = [entry.status for entry in db.session.query(RegisterEntry).filter_by(number=row.register_number)]
        was_approved = not isinstance(told[0], Conflict)
        assert (row.state, entries, told[1]) == (State.WITHDRAWN, ["withdrawn"] if was_approved else [], None)
