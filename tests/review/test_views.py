"""The officers' pages and forms, as a browser meets them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition import clock
from coalition.accounts.permissions import Role
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.review.forms import BASES, VERDICTS
from coalition.signing import operations
from coalition.signing.models import ProofDocument, Signature
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import officers, signing

APPROVE = {"decision": "approve", "category": "international_network", "mandate_basis": "document"}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def ada(app: Flask, charter: str) -> FlaskClient:
    return officers.signed_in(app, "Ada")


@pytest.fixture
def ben(app: Flask, charter: str) -> FlaskClient:
    return officers.signed_in(app, "Ben")


def path(signature: Signature, more: str = "") -> str:
    return f"/admin/applications/{signature.reference}/{more}"


def state(browser: FlaskClient, signature: Signature) -> str:
    found = re.search(f'data-ref="{signature.reference}" data-state="([a-z_]+)"', browser.get(path(signature)).text)
    assert found is not None
    return found.group(1)


def claim(browser: FlaskClient, signature: Signature) -> Any:
    answer = browser.post(path(signature, "claim"))
    assert (answer.status_code, answer.location) == (302, path(signature))
    return browser.get(path(signature))


def proven(**changes: Any) -> Signature:
    """An application with a proof of mandate."""
    signature, data = signing.verified(**changes), b"%PDF-1.4 minutes"
    store().put("proof/ab/minutes", data)
    with transaction() as session:
        session.add(
            ProofDocument(
                public_id=f"proof-{signature.id}",
                signature_id=signature.id,
                filename='minutes "été".pdf',
                media_type="application/pdf",
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                storage_key="proof/ab/minutes",
                created_at=clock.now(),
            )
        )
    db.session.refresh(signature)
    return signature


def test_application_when_two_officers_approve_becomes_active(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = proven()
    for browser, category, after in ((ada, "", "submitted"), (ben, "international_network", "active")):
        page = claim(browser, signature).text
        assert (chosen(page, "category"), chosen(page, "mandate_basis")) == (category, "document")
        answer = browser.post(path(signature), data=APPROVE)
        assert (answer.status_code, answer.location) == (302, path(signature))
        assert state(browser, signature) == after
    assert "Approved by Ada" in ada.get(path(signature)).text
    assert f">{signature.register_number}<" in ada.get(path(signature)).text


def test_decision_form_when_one_category_fits_has_it_chosen(ada: FlaskClient) -> None:
    answers = signing.ELIGIBLE | {"sse_members": "none", "acts_for_sse": "no"}
    page = claim(ada, signing.verified(answers=answers)).text
    assert re.search('<option (selected )?value="international_network"( selected)?>', page)
    assert chosen(page, "category") == "international_network"
    assert chosen(page, "mandate_basis") == ""


def test_decision_form_when_a_colleague_approved_has_that_category_chosen(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = proven()
    claim(ada, signature)
    ada.post(path(signature), data=APPROVE | {"category": "member_based"})
    page = claim(ben, signature).text
    assert (chosen(page, "category"), chosen(page, "mandate_basis")) == ("member_based", "document")


def chosen(page: str, name: str) -> str:
    select = re.search(f'<select id="{name}".*?</select>', page, re.DOTALL)
    assert select is not None
    found = re.search('<option (?:selected )?value="([^"]*)" ?selected', select[0])
    return found[1] if found else ""


def test_application_when_declined_leaves_the_queue(ada: FlaskClient) -> None:
    signature = signing.verified()
    claim(ada, signature)
    sent = {"decision": "decline", "reason_code": "no_category", "message": "Sorry.", "note": "seen"}
    assert ada.post(path(signature), data=sent).status_code == 302
    assert state(ada, signature) == "declined"
    assert signature.reference not in ada.get("/admin/applications/").text
    assert signature.reference in ada.get("/admin/applications/?tab=decided").text


def test_mail_when_previewed_is_shown_in_the_applicants_language_and_not_sent(
    ada: FlaskClient, worker: Callable[..., int], outbox: list[Any]
) -> None:
    signature = signing.verified(language="fr")
    claim(ada, signature)
    worker(failures=True)
    before = len(outbox)
    sent = {"reason_code": "no_category", "message": HOSTILE, "preview": "1"}
    answer = ada.post(path(signature), data=sent)
    assert answer.status_code == 200
    mail = re.search('<div class="mail" lang="fr" dir="ltr">(.*?)</div>', answer.text, re.DOTALL)
    assert mail is not None
    assert "aucune des trois catégories" in mail[1]
    assert "&lt;script&gt;alert(1)" in mail[1]
    assert HOSTILE not in answer.text
    assert '<html lang="en"' in answer.text
    assert chosen(answer.text, "reason_code") == "no_category"
    assert state(ada, signature) == "in_review"
    worker(failures=True)
    assert len(outbox) == before


def test_mail_when_previewed_without_a_reason_asks_for_one(ada: FlaskClient) -> None:
    signature = signing.verified()
    claim(ada, signature)
    answer = ada.post(path(signature), data={"preview": "1", "reason_code": "bad_mood"})
    assert answer.status_code == 422
    assert "Choose the reason for declining, then look at the mail." in answer.text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose your decision."),
        ({"decision": "crown"}, "Not a valid choice"),
        ({"decision": "approve", "mandate_basis": "letter"}, "Choose the category in which the organisation signs."),
        ({"decision": "approve", "category": "member_based"}, "Choose what shows that the person may sign"),
        (APPROVE | {"mandate_basis": "waived"}, "Say in the note why the proof of mandate is waived."),
        ({"decision": "decline"}, "Choose the reason for declining."),
        ({"decision": "decline", "reason_code": "other"}, "Write the reason into the message."),
        (APPROVE | {"note": "x" * 2001}, "Write at most 2000 characters."),
        (APPROVE | {"category": "\x00"}, "Not a valid choice"),
    ],
)
@pytest.mark.one_database
def test_decision_when_something_is_missing_is_shown_again(ada: FlaskClient, sent: dict[str, str], told: str) -> None:
    signature = signing.verified()
    claim(ada, signature)
    answer = ada.post(path(signature), data=sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert "<title>Error: " in answer.text
    assert state(ada, signature) == "in_review"


def test_decision_when_the_colleague_chose_another_category_is_shown_again(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = proven()
    claim(ada, signature)
    ada.post(path(signature), data=APPROVE)
    claim(ben, signature)
    answer = ben.post(path(signature), data=APPROVE | {"category": "member_based", "note": "kept words"})
    assert answer.status_code == 422
    assert "Ada approved this application in another category. Choose the same one, or agree first." in answer.text
    assert "kept words" in answer.text


def test_decision_when_another_was_first_says_who(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = signing.verified()
    claim(ada, signature)
    assert ben.post(path(signature, "claim")).status_code == 409
    answer = ben.post(path(signature), data=APPROVE)
    assert answer.status_code == 409
    assert "Ada holds this application now: ask Ada to release it. Nothing was saved." in answer.text
    assert "Ada works on this application until" in ben.get(path(signature)).text
    ada.post(path(signature), data={"decision": "decline", "reason_code": "no_category"})
    answer = ben.post(path(signature), data=APPROVE)
    assert (answer.status_code, "Ada has declined this application already." in answer.text) == (409, True)


def test_decision_when_the_content_changed_after_reading_is_refused(ada: FlaskClient) -> None:
    signature = signing.verified()
    assert f'name="content_sha256" value="{signature.content_sha256}"' in claim(ada, signature).text
    assert ada.post(path(signature), data=APPROVE | {"content_sha256": "0" * 64}).status_code == 409


def test_application_when_released_can_be_claimed(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = signing.verified()
    claim(ada, signature)
    assert ada.post(path(signature, "release")).location == path(signature)
    assert state(ben, signature) == "submitted"
    claim(ben, signature)


def test_note_when_added_stands_on_the_page_and_changes_no_state(ada: FlaskClient, ben: FlaskClient) -> None:
    signature = signing.verified()
    assert ada.post(path(signature, "notes"), data={"text": f"Line one.\r\n{HOSTILE}"}).status_code == 302
    page = ben.get(path(signature)).text
    assert "Line one.\n&lt;script&gt;" in page
    assert HOSTILE not in page
    assert state(ben, signature) == "submitted"
    for text in ("", " \x00 ", "x" * 2001):
        assert ada.post(path(signature, "notes"), data={"text": text}).status_code == 422


def test_proof_when_downloaded_is_saved_and_powerless(app: Flask, ada: FlaskClient) -> None:
    signature, other = proven(), signing.verified()
    answer = ada.get(path(signature, f"proof/proof-{signature.id}"))
    assert answer.data == b"%PDF-1.4 minutes"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0" or "no-store" in answer.headers["Cache-Control"]
    assert ada.get(path(other, f"proof/proof-{signature.id}")).status_code == 404
    auditor = officers.signed_in(app, "Cleo", Role.AUDITOR)
    assert auditor.get(path(signature, f"proof/proof-{signature.id}")).status_code == 403
    page = auditor.get(path(signature)).text
    assert "/proof/" not in page
    store().delete("proof/ab/minutes")
    assert ada.get(path(signature, f"proof/proof-{signature.id}")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PRESIDENCY])
def test_officer_when_without_the_right_sees_no_buttons(app: Flask, ada: FlaskClient, role: Role) -> None:
    signature = signing.verified()
    reader = officers.signed_in(app, "Cleo", role)
    for _ in range(2):
        page = reader.get(path(signature)).text
        assert [form for form in re.findall('<form[^>]*action="([^"]*)"', page) if "/applications/" in form] == []
        claim(ada, signature)
    for more, data in (("claim", {}), ("release", {}), ("", APPROVE), ("notes", {"text": "x"})):
        assert reader.post(path(signature, more), data=data).status_code == 403


@pytest.mark.parametrize("address", ["", "A-0000AAAA/", "A-0000AAAA/proof/x"])
def test_page_when_nobody_is_signed_in_leads_to_signing_in(app: Flask, address: str) -> None:
    answer = app.test_client().get(f"/admin/applications/{address}")
    assert (answer.status_code, answer.location) == (302, f"/admin/login?next=/admin/applications/{address}")
    assert app.test_client().post("/admin/applications/A-0000AAAA/claim").location == "/admin/login"


@pytest.mark.parametrize("ref", ["A-0000AAAA", "x", "%00", "é", "A-" + "9" * 300, "..%2f..", "a-0000aaaa"])
def test_application_when_unknown_is_not_found(ada: FlaskClient, ref: str) -> None:
    assert ada.get(f"/admin/applications/{ref}/").status_code == 404
    assert ada.post(f"/admin/applications/{ref}/claim").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?after=99999999999999999999", "?after=9007199254740991", "?after=-1", "?tab=x&flag=y&language=zz&country=%00",
        "?q=%00", "?q=" + "a" * 5000, "?q=%ff%fe", "?tab=all&tab=mine&q=&q=x", "?after=1&tab=all", "?q=%25_'\"",
    ],
)  # fmt: skip
def test_queue_when_asked_nonsense_answers(ada: FlaskClient, query: str) -> None:
    assert ada.get(f"/admin/applications/{query}").status_code == 200


def test_queue_when_shown_carries_reference_and_state_on_each_row(ada: FlaskClient) -> None:
    first, second = signing.verified(), signing.submitted(official_name=HOSTILE)
    page = ada.get("/admin/applications/").text
    assert re.findall('data-ref="([^"]+)" data-state="([^"]+)"', page) == [(first.reference, "submitted")]
    page = ada.get("/admin/applications/?q=script").text
    assert re.findall('data-ref="([^"]+)" data-state="([^"]+)"', page) == [(second.reference, "pending_verification")]
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_application_when_signals_speak_says_so(ada: FlaskClient) -> None:
    signing.active(official_name="Réseau du Fleuve")
    signature = signing.verified(official_name="RESEAU du fleuve", email="reseau.fleuve@gmail.com")
    page = ada.get(path(signature)).text
    assert "The address is a free mailbox" in page
    assert "1 other of the same name" in page
    assert "No proof of mandate was sent" in page
    signature = signing.verified(email="awa@elsewhere.org")
    with transaction():
        key = recipient_key("awa@elsewhere.org")
        operations.note_undelivered(signature=signature, recipient=key, actor=signing.PERSON, now=clock.now())
    assert "The mailbox refuses our mail" in ada.get(path(signature)).text
    assert "The address and the website have different domains" in ada.get(path(signature)).text


def test_application_when_referred_leaves_the_category_to_the_officer(ada: FlaskClient) -> None:
    signature = signing.verified(answers={"organisation_form": "public_authority"})
    page = claim(ada, signature).text
    assert chosen(page, "category") == ""
    assert "for you to judge" in page


def test_application_when_disowned_shows_no_person(ada: FlaskClient) -> None:
    signature = signing.submitted(full_name="Somebody Else")
    with transaction():
        operations.disown(link=signing.link_of(signature), actor=signing.PERSON, now=clock.now())
    page = ada.get(path(signature)).text
    assert "Somebody Else" not in page
    assert "Personal data were removed" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_when_opened_run_a_fixed_number_of_statements(
    ada: FlaskClient, ben: FlaskClient, rows: int, counted_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    signature, *_ = [proven() for _ in range(rows)]
    for _ in range(rows):
        claim(ada, signature)
        ada.post(path(signature, "notes"), data={"text": "x"})
        ada.post(path(signature, "release"))
    ada.get(path(signature))
    with counted_queries() as queue_page:
        assert ada.get("/admin/applications/").status_code == 200
    with counted_queries() as application_page:
        assert ada.get(path(signature)).status_code == 200
    assert (len(queue_page), len(application_page)) == (8, 26)


def test_choices_when_offered_have_words_for_each() -> None:
    assert [str(key) for key in VERDICTS] == ["approve", "ask", "refer", "decline", "merge"]
    assert [str(key) for key in BASES] == ["document", "public_source", "letter", "waived"]


def test_pages_when_the_officer_speaks_french_are_french(app: Flask, charter: str) -> None:
    browser, signature = officers.signed_in(app, "Ada", language="fr"), signing.verified()
    for address in ("/admin/applications/", path(signature)):
        assert '<html lang="fr"' in browser.get(address, headers={"Accept-Language": "en"}).text
    claim(browser, signature)
    assert "Organisation fondée sur l’adhésion" in browser.get(path(signature)).text
