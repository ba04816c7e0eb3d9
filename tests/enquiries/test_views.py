"""May anybody write to the secretariat, without a session and within limits?"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coalition.enquiries import access, queries
from coalition.enquiries.models import Enquiry
from coalition.extensions import db
from tests.factories.enquiries import case
from tests.factories.register import published

pytestmark = pytest.mark.usefixtures("charter")
LETTER = {
    "topic": "data",
    "subject": "My data",
    "text": "Which do you keep?",
    "name": "Awa",
    "email": "Awa@Example.ORG",
}
PROBLEM = {"topic": "impostor", "text": "We never signed.", "name": "", "email": "kofi@example.org"}


def letters() -> list[Enquiry]:
    db.session.rollback()
    return list(db.session.scalars(select(Enquiry).order_by(Enquiry.id)))


def test_contact_page_when_read_has_the_form_and_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/en/contact/")
    assert answer.status_code == 200
    assert 'name="topic"' in answer.text
    assert ("Set-Cookie" in answer.headers, "csrf_token" in answer.text) == (False, False)
    assert answer.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_letter_when_sent_waits_for_the_secretariat(client: FlaskClient, language: str) -> None:
    answer = client.post(f"/{language}/contact/", data=LETTER)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/contact/sent")
    assert "Set-Cookie" not in answer.headers
    row = letters()[0]
    assert (row.topic, row.subject, row.sender_name, row.sender_email, row.language, row.charter) == (
        "data",
        "My data",
        "Awa",
        "Awa@example.org",
        language,
        "",
    )
    assert client.get(answer.headers["Location"]).status_code == 200


def test_acknowledgement_when_sent_holds_no_word_of_the_letter(client: FlaskClient, worker, outbox) -> None:
    client.post("/en/contact/", data={**LETTER, "subject": "Buy pills", "name": "Pills Inc", "text": "pills.example"})
    worker()
    reference = letters()[0].reference
    assert (outbox[0]["To"], reference in outbox[0].subject) == ("Awa@example.org", True)
    assert outbox[0]["Reply-To"]
    assert [word for word in ("pills", "Pills") if word in outbox[0].text + outbox[0].html + outbox[0].subject] == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("topic", "impostor", "Choose what it is about"),
        ("topic", "", "Choose what it is about"),
        ("subject", " ", "Say in one line what it is about"),
        ("text", "", "Write your message"),
        ("text", "x" * 20_001, "Write at most 20000 characters."),
        ("email", "nobody", "Enter an email address in the correct format, like name@example.org"),
        ("email", "", "Enter your email address"),
    ],
)
def test_letter_that_is_not_whole_is_shown_again_with_what_was_typed(
    client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = client.post("/en/contact/", data={**LETTER, field: value})
    assert answer.status_code == 422
    assert f'#{"topic-0" if field == "topic" else field}">{sentence}</a>' in answer.text
    assert (field == "subject") or ("My data" in answer.text)
    assert letters() == []


def test_report_page_when_read_names_the_entry_and_sets_no_cookie(client: FlaskClient) -> None:
    number = published(official_name="Union of Mutuals")
    answer = client.get(f"/en/register/{number.lower()}/report")
    assert (answer.status_code, "Union of Mutuals" in answer.text) == (200, True)
    assert ("Set-Cookie" in answer.headers, answer.headers["Cache-Control"].startswith("public")) == (False, True)
    assert f'href="/en/register/{number}/report"' in client.get(f"/en/register/{number}/").text


def test_report_when_sent_opens_a_case_and_changes_nothing_in_public(client: FlaskClient, charter: str) -> None:
    number = published()
    before = client.get(f"/en/register/{number}/").data
    assert client.post(f"/fr/register/{number}/report", data=PROBLEM).headers["Location"] == "/fr/contact/sent"
    row = letters()[0]
    assert (row.kind, row.topic, row.number, row.charter, row.language) == ("case", "impostor", number, charter, "fr")
    assert queries.found_of(row).lines[0].text == "We never signed."
    assert client.get(f"/en/register/{number}/").data == before


@pytest.mark.parametrize("field", ["topic", "text", "email"])
def test_report_that_is_not_whole_is_shown_again(client: FlaskClient, field: str) -> None:
    answer = client.post(f"/en/register/{published()}/report", data={**PROBLEM, field: ""})
    assert answer.status_code == 422
    assert letters() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_report_on_nothing_is_told_so(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/en/register/ICSSE-99999/report", data=PROBLEM).status_code == 404


def test_letters_from_one_address_and_from_all_are_limited(
    client: FlaskClient, settings: MutableMapping[str, Any], clock
) -> None:
    statuses = [client.post("/en/contact/", data={**LETTER, "subject": str(n)}).status_code for n in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    many = [client.post("/en/contact/", data={**LETTER, "email": f"p{n}@example.org"}).status_code for n in range(116)]
    assert (many[0], many[-1]) == (302, 429)
    assert db.session.scalar(select(func.count()).select_from(Enquiry)) == 120


def test_mail_when_no_charter_is_there_is_the_sites_own(app, monkeypatch) -> None:
    monkeypatch.setattr(access.charters, "first_definition", lambda: None)
    assert access.head_of("", "en") == {"contact": app.config["CONTACT"]}


def test_mail_when_the_site_names_an_address_is_answered_there(app, settings: MutableMapping[str, Any]) -> None:
    charters_own = access.head_of("", "fr")["contact"]
    settings["CONTACT"] = "help@coalition.example.org"
    assert access.head_of("", "fr")["contact"] == "help@coalition.example.org" != charters_own


def test_note_on_an_entry_when_put_is_said_on_its_page_and_in_the_api(client: FlaskClient, note_on) -> None:
    number = published()
    note_on(case(number))
    for language, words in (("en", "looking into who signed"), ("fr", "vérifie qui a signé")):
        assert words in client.get(f"/{language}/register/{number}/").text
    assert client.get(f"/api/v1/signatories/{number}").json["note"] == "identity"
    assert client.get(f"/api/v1/signatories/{published()}").json["note"] == ""
