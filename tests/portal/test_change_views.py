"""What a representative does after signing: late proof, private details, withdrawing. A GET never acts."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from coalition import clock as time
from coalition.audit.queries import history_of
from coalition.extensions import db
from coalition.signing import mails, operations, uploads
from coalition.signing.models import ProofDocument, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.charters import folders
from tests.factories import browsing, climate, signing
from tests.factories.pictures import photograph
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")
HOME, PROOF, DETAILS, WITHDRAW = (f"/en/my-signature/{page}" for page in ("", "proof", "details", "withdraw"))
PDF = b"%PDF-1.4 minutes\n%%EOF\n"
TYPED = {"role": "President", "registration_number": "SN-2", "publish_name": "y"}


@pytest.fixture
def enter(client: FlaskClient, worker, outbox):
    """Let the client open a signature by its mailed link."""

    def by_link(signature: Signature) -> Signature:
        worker(failures=True)
        client.get(outbox.link("/manage/", to=signature.representative.email))
        return signature

    return by_link


def again(signature: Signature) -> Signature:
    db.session.rollback()
    db.session.refresh(signature)
    return signature


def send(client: FlaskClient, *files: tuple[str, bytes], **fields: Any) -> TestResponse:
    sent = {"mandate_document": [(BytesIO(data), name) for name, data in files], **fields}
    return client.post(PROOF, data=sent, content_type="multipart/form-data")


def kept() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ProofDocument.filename).order_by(ProofDocument.id)))


def acts(signature: Signature) -> list[str]:
    return [line.act for line in history_of(mails.about(signature))]


@pytest.mark.parametrize("path", [PROOF, DETAILS, WITHDRAW, "/en/my-signature/en/resolution.docx"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_when_nobody_is_known_leads_to_a_new_link(client, path: str, method: str) -> None:
    answer = client.open(path, method=method, data={"i_withdraw": "y"} if method == "POST" else None)
    assert (answer.status_code, answer.location) == (303, "/en/my-signature/link")


def test_proof_when_sent_late_is_kept_and_shown_with_its_time(client, enter) -> None:
    signature = enter(signing.verified())
    digest = signature.content_sha256
    assert "No file has come yet" in client.get(HOME).text
    answer = send(client, ("minutes.pdf", PDF), ("page.jpg", photograph(800, 600)))
    assert (answer.status_code, answer.location) == (303, HOME)
    assert kept() == ["minutes.pdf", "page.jpg"]
    assert (again(signature).content_sha256, acts(signature)[-1]) == (digest, "add_proof")
    page = client.get(HOME).text
    assert ("minutes.pdf" in page, "Proof of mandate sent" in page, "Send another file" in page) == (True, True, True)


def test_proof_when_some_files_are_bad_keeps_the_good_ones(client, enter) -> None:
    enter(signing.verified())
    answer = send(client, ("a.pdf", PDF), ("b.pdf", b"<html>"))
    assert (answer.status_code, kept(), "“b.pdf” is not a PDF" in answer.text) == (422, ["a.pdf"], True)
    assert "a.pdf" in answer.text


def test_proof_when_nothing_was_chosen_says_so_and_leaves_no_line(client, enter) -> None:
    signature = enter(signing.verified())
    answer = send(client)
    assert (answer.status_code, "Choose the file that you want to send" in answer.text) == (422, True)
    assert "add_proof" not in acts(signature)


def test_proof_when_there_are_enough_is_not_kept(client, enter, settings) -> None:
    settings["PROOF_FILES"] = 1
    enter(signing.verified())
    assert send(client, ("a.pdf", PDF)).status_code == 303
    assert send(client, ("a.pdf", PDF)).status_code == 422
    answer = send(client, ("b.pdf", PDF + b"2"))
    assert (answer.status_code, "you can send up to 1 files" in answer.text, kept()) == (422, True, ["a.pdf"])


def test_proof_when_the_request_is_too_large_shows_the_page_again(client, enter, settings) -> None:
    enter(signing.verified())
    send(client, ("a.pdf", PDF))
    settings["PROOF_FILES"], settings["PROOF_FILE_BYTES"] = 1, 1024
    answer = client.post(PROOF, **browsing.multipart("b.pdf", bytes(2 * 1024 * 1024)))
    assert (answer.status_code, "too large together" in answer.text, "a.pdf" in answer.text) == (413, True, True)
    settings["WTF_CSRF_ENABLED"] = True
    stranger = client.application.test_client()
    answer = stranger.post(PROOF, **browsing.multipart("b.pdf", bytes(2 * 1024 * 1024)))
    assert (answer.status_code, "too large together" in answer.text) == (413, False)


@pytest.mark.parametrize("path", [PROOF, "/en/my-signature/en/resolution.docx"])
def test_proof_when_the_review_is_over_is_taken_no_more(client, enter, path: str) -> None:
    enter(signing.active())
    assert (client.get(path).location, send(client, ("a.pdf", PDF)).location) == (HOME, HOME)
    assert kept() == []


def test_proof_when_the_review_ends_meanwhile_is_a_conflict_and_leaves_nothing(client, enter, monkeypatch) -> None:
    signature_id, receive = enter(signing.verified()).id, uploads.receive

    def withdrawn_meanwhile(*files: Any, **options: Any) -> uploads.Received:
        with transaction():
            operations.withdraw(signature=db.session.get_one(Signature, signature_id), actor=PERSON, now=time.now())
        return receive(*files, **options)

    monkeypatch.setattr(uploads, "receive", withdrawn_meanwhile)
    assert (send(client, ("a.pdf", PDF)).status_code, kept()) == (409, [])


def test_proof_when_the_charter_asks_for_it_says_so(client, enter, requiring_proof) -> None:
    requiring_proof()
    enter(signing.verified())
    assert "This text asks for proof" in client.get(HOME).text


def test_resolution_when_asked_for_late_is_filled_in(client, enter) -> None:
    enter(signing.verified())
    answer = client.get("/en/my-signature/fr/resolution.docx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=resolution-fr.docx"
    assert client.post("/en/my-signature/fr/resolution.pdf").location == "/en/my-signature/fr/resolution.pdf"


def test_details_when_changed_are_shown_at_once(client, enter) -> None:
    signature = enter(signing.verified())
    assert 'value="Secretary general"' in client.get(DETAILS).text
    answer = client.post(DETAILS, data=TYPED)
    assert (answer.status_code, answer.location) == (303, HOME)
    page = client.get(HOME).text
    assert ("President" in page, "SN-2" in page, "Private details changed" in page) == (True, True, True)
    person = again(signature).representative
    assert (person.role, person.publish_name, person.second_contact_name) == ("President", True, "")


def test_details_when_the_name_is_hidden_takes_it_off_the_public_page(client, enter) -> None:
    signature = enter(signing.active(publish_name=True))
    entry = f"/en/register/{signature.register_number}/"
    assert "Awa N’Diaye" in client.get(entry).text
    client.post(DETAILS, data={"role": "Secretary general", "registration_number": "SN-1"})
    assert "Awa N’Diaye" not in client.get(entry).text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("role", "", "Enter your role in the organisation"),
        ("role", "x" * 201, "Use at most 200 characters."),
        ("role", "see www.example.org", "Leave web and email addresses out of this field."),
        ("second_contact_email", "ben@", "Enter an email address in the correct format"),
    ],
)
def test_details_when_mistyped_say_why_and_change_nothing(client, enter, field, typed, sentence) -> None:
    signature = enter(signing.verified())
    answer = client.post(DETAILS, data={**TYPED, field: typed})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert again(signature).organisation.registration_number == "SN-1"


def test_details_when_the_charter_asks_for_more_offer_its_private_fields_alone(client, enter) -> None:
    folders.load_folder(folders.CLIMATE)
    signature = enter(climate.verified())
    names = re.findall(r'name="(target_year|people|emissions|inventory_page)"', client.get(DETAILS).text)
    assert names == ["emissions", "inventory_page"]
    sent = {"emissions": "12", "inventory_page": "https://city.example/new"}
    assert client.post(DETAILS, data={**TYPED, "emissions": ""}).status_code == 422
    assert client.post(DETAILS, data={**TYPED, **sent, "people": "1"}).status_code == 303
    extra = again(signature).extra
    assert (extra["emissions"], extra["inventory_page"], extra["people"]) == ("12", "https://city.example/new", "48200")
    assert "https://city.example/new" in client.get(HOME).text


def test_details_when_the_application_was_declined_are_not_offered(client, enter) -> None:
    signature = enter(signing.verified())
    with transaction():
        row = db.session.get_one(Signature, signature.id)
        operations.change_state(signature=row, act="claim", actor=PERSON, now=time.now())
        operations.change_state(signature=row, act="decline", actor=PERSON, now=time.now())
    assert (client.get(DETAILS).location, client.get(WITHDRAW).location) == (HOME, HOME)
    page = client.get(HOME).text
    assert [word in page for word in ("Your application was declined", "my-signature/details")] == [True, False]


def test_withdraw_when_opened_says_what_follows_and_changes_nothing(client, enter) -> None:
    signature = enter(signing.verified())
    page = client.get(WITHDRAW).text
    assert "The review ends. Nothing was published, and nothing will be." in page
    assert "checked" not in page[page.index('id="i_withdraw"') :].split(">")[0]
    assert again(signature).state == State.SUBMITTED


def test_withdraw_when_not_ticked_changes_nothing(client, enter) -> None:
    signature = enter(signing.verified())
    answer = client.post(WITHDRAW, data={"reason": "We have merged"})
    assert (answer.status_code, "Tick the box to withdraw the signature" in answer.text) == (422, True)
    assert "We have merged" in answer.text
    assert client.post(WITHDRAW, data={"i_withdraw": "y", "reason": "x" * 1001}).status_code == 422
    assert again(signature).state == State.SUBMITTED


def test_withdraw_when_done_twice_is_done_once(client, enter, worker, outbox) -> None:
    signature = enter(signing.verified())
    outbox.clear()
    answers = [client.post(WITHDRAW, data={"i_withdraw": "y", "reason": "We have merged"}) for _twice in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, HOME)] * 2
    worker(failures=True)
    assert (again(signature).state, acts(signature).count("withdraw"), len(outbox)) == (State.WITHDRAWN, 1, 2)
    page = client.get(HOME).text
    assert ("It was never public." in page, "my-signature/withdraw" in page) == (True, False)


def test_withdraw_when_on_the_register_is_said_everywhere(client, enter) -> None:
    signature = enter(signing.active())
    number = signature.register_number
    assert f"Its entry {number} stays" in client.get(WITHDRAW).text
    client.post(WITHDRAW, data={"i_withdraw": "y"})
    assert "The register keeps it in its history" in client.get(HOME).text
    assert "Has withdrawn its signature" in client.get(f"/en/register/{number}/").text
