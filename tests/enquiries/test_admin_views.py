"""Can officers deal with letters, and is nobody shown what is not theirs?"""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition.accounts.models import Officer
from coalition.enquiries import queries
from coalition.enquiries.models import Enquiry
from coalition.enquiries.states import Topic
from coalition.extensions import db
from coalition.register import queries as register
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.enquiries.test_letters import MIXED, PLAIN
from tests.factories import officers, signing
from tests.factories.enquiries import case, enquiry_of, received
from tests.factories.register import published

pytestmark = pytest.mark.usefixtures("charter")


def at(enquiry: Enquiry, act: str = "") -> str:
    return f"/admin/enquiries/{enquiry.reference}/{act}"


def listed(page: str) -> list[str]:
    return re.findall(r'data-enquiry="([^"]+)"', page)


def seen(client: FlaskClient, enquiry: Enquiry) -> str:
    return re.search(r'name="seen" value="(\d+)"', client.get(at(enquiry)).text)[1]


def test_list_when_read_has_what_waits_longest_first(ada: FlaskClient) -> None:
    first, second = received(), received(topic=Topic.DATA)
    problem = case(published())
    assert listed(ada.get("/admin/enquiries/").text) == [one.reference for one in (first, second, problem)]
    assert listed(ada.get("/admin/enquiries/?tab=cases").text) == [problem.reference]
    assert listed(ada.get("/admin/enquiries/?topic=data").text) == [second.reference]
    assert listed(ada.get("/admin/enquiries/?tab=mine").text) == []
    assert ada.post(at(first, "close"), data={"outcome": "answered"}).status_code == 302
    assert listed(ada.get("/admin/enquiries/?tab=closed&topic=nonsense").text) == [first.reference]


def test_list_when_searched_finds_words_addresses_and_numbers(ada: FlaskClient) -> None:
    one = received(subject="Où en est notre dossier ?", sender_email="Zoe@example.org")
    problem = case(published())
    assert listed(ada.get("/admin/enquiries/?q=e").text) == [problem.reference, one.reference]
    assert listed(ada.get("/admin/enquiries/?q=x+dossier").text) == []
    for q in ("ou dossier", "d dossier", "zoe@EXAMPLE.org", one.reference, one.reference.lower(), "N’Diaye ou"):
        assert listed(ada.get("/admin/enquiries/", query_string={"q": q}).text) == [one.reference]
    assert listed(ada.get("/admin/enquiries/", query_string={"q": problem.number.lower()}).text) == [problem.reference]
    assert listed(ada.get("/admin/enquiries/", query_string={"q": "\x00%_'"}).text) == []


def test_list_when_long_goes_on_by_key(ada: FlaskClient, session) -> None:
    made = [received().reference for _ in range(27)]
    first = ada.get("/admin/enquiries/").text
    assert listed(first) == made[:25]
    after = re.search(r"after=(\d+)", first)[1]
    assert listed(ada.get(f"/admin/enquiries/?after={after}").text) == made[25:]
    assert listed(ada.get("/admin/enquiries/?after=x").text) == made[:25]


def test_letter_when_answered_is_mailed_and_a_stale_page_sends_nothing(ada: FlaskClient, worker, outbox) -> None:
    enquiry = received()
    read = seen(ada, enquiry)
    assert ada.post(at(enquiry, "answer"), data={"text": "Soon.", "seen": read}).status_code == 302
    again = ada.post(at(enquiry, "answer"), data={"text": "Twice.", "seen": read})
    assert (again.status_code, "Something was added to this enquiry" in again.text) == (409, True)
    assert ada.post(at(enquiry, "answer"), data={"text": "Forged", "seen": "1e9"}).status_code == 409
    assert ada.post(at(enquiry, "answer"), data={"text": " ", "seen": read}).status_code == 422
    worker()
    assert [mail.text.split("\n")[2] for mail in outbox if "answer" in mail.subject] == ["Soon."]


def test_saved_reply_when_inserted_stands_in_the_answer_and_nothing_is_sent(ada: FlaskClient) -> None:
    data = {"language": "en", "title": "Times", "text": "Ten days."}
    assert ada.post("/admin/enquiries/replies/", data={**data, "title": ""}).status_code == 422
    assert ada.post("/admin/enquiries/replies/", data=data).status_code == 302
    assert "Ten days." in ada.get("/admin/enquiries/replies/").text
    reply, enquiry = queries.saved_replies()[0].id, received()
    page = ada.post(at(enquiry, "answer"), data={"reply": str(reply), "insert": "1", "text": "Dear Awa,", "seen": "1"})
    assert (page.status_code, "Dear Awa,\n\nTen days." in page.text) == (200, True)
    for forged in ("x", "", "99999", "9" * 30):
        data = {"reply": forged, "insert": "1", "text": "Dear", "seen": "1"}
        assert ada.post(at(enquiry, "answer"), data=data).status_code in (200, 404)
    assert ada.post(f"/admin/enquiries/replies/{reply}/remove").status_code == 302
    assert ada.post(f"/admin/enquiries/replies/{reply}/remove").status_code == 404
    assert len(queries.found_of(enquiry).lines) == 1


def test_letter_when_worked_on_keeps_note_owner_topic_and_application(ada: FlaskClient) -> None:
    enquiry, signature = received(), signing.verified()
    owner = db.session.scalars(select(Officer.public_id)).first()
    assert ada.post(at(enquiry, "note"), data={"note": "Known."}).status_code == 302
    assert ada.post(at(enquiry, "note"), data={"note": ""}).status_code == 422
    assert ada.post(at(enquiry, "owner"), data={"owner": owner}).status_code == 302
    assert ada.post(at(enquiry, "owner"), data={"owner": "nobody\x00"}).status_code == 422
    sorting = {"topic": "data", "application": signature.reference.lower()}
    assert ada.post(at(enquiry, "sort"), data=sorting).status_code == 302
    wrong = ada.post(at(enquiry, "sort"), data={"topic": "data", "application": "A-ZZZZZZZZ"})
    assert (wrong.status_code, "There is no application with this reference." in wrong.text) == (422, True)
    assert ada.post(at(enquiry, "sort"), data={"topic": "forged", "application": ""}).status_code == 422
    page = ada.get(at(enquiry)).text
    assert [word for word in ("Known.", signature.reference, "Personal data", "Ada") if word not in page] == []
    assert enquiry.reference in ada.get(f"/admin/applications/{signature.reference}/").text


def test_letter_when_closed_says_how_and_can_be_opened_again(ada: FlaskClient) -> None:
    enquiry = received()
    assert ada.post(at(enquiry, "close"), data={"outcome": "upheld"}).status_code == 422
    assert ada.post(at(enquiry, "close"), data={"outcome": "unfounded"}).status_code == 302
    assert ada.post(at(enquiry, "close"), data={"outcome": "answered"}).status_code == 409
    assert "Nothing needs to be done" in ada.get(at(enquiry)).text
    assert ada.post(at(enquiry, "reopen")).status_code == 302
    assert ada.post(at(enquiry, "reopen")).status_code == 409


def test_note_when_put_on_an_entry_and_taken_off_follows_the_button(ada: FlaskClient) -> None:
    number = published()
    problem = case(number)
    assert ada.post(at(problem, "entry-note"), data={"note": "on"}).status_code == 302
    assert register.note_of(number) is not None
    assert "Take the note off" in ada.get(at(problem)).text
    assert ada.post(at(problem, "entry-note"), data={"note": "off"}).status_code == 302
    assert register.note_of(number) is None
    assert ada.post(at(received(), "entry-note"), data={"note": "on"}).status_code == 422


def entered(client: FlaskClient, data: bytes = b"", **fields: str):
    file = {"file": (io.BytesIO(data), "letter.eml")} if data else {}
    usual = {"topic": "other", "language": "fr", "text": ""}
    return client.post("/admin/enquiries/new", data={**usual, **fields, **file})


def test_letter_when_entered_as_a_file_is_kept_as_it_came(ada: FlaskClient) -> None:
    assert ada.get("/admin/enquiries/new").status_code == 200
    where = entered(ada, MIXED).headers["Location"]
    row = enquiry_of(where.split("/")[-2])
    assert (row.source, row.subject, row.sender_email, row.language) == ("letter", "Statutes", "kofi@example.org", "fr")
    page = ada.get(where).text
    assert "statuts écrits.pdf" in page
    file = ada.get(re.search(r'href="([^"]+/letters/\d+)"', page)[1])
    assert (file.data, file.headers["Content-Disposition"].split(";")[0]) == (MIXED, "attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert ada.get(f"{where}letters/99999").status_code == 404


def test_letter_when_entered_twice_is_refused_by_name(ada: FlaskClient) -> None:
    reference = entered(ada, PLAIN).headers["Location"].split("/")[-2]
    again = entered(ada, PLAIN)
    assert (again.status_code, f"This letter was entered before, as {reference}." in again.text) == (422, True)


def test_letter_when_pasted_with_its_header_lines_is_read_from_them(ada: FlaskClient) -> None:
    where = entered(ada, text=PLAIN.decode(), sender_name="Madame N’Diaye").headers["Location"]
    row = enquiry_of(where.split("/")[-2])
    assert (row.sender_name, row.sender_email) == ("Madame N’Diaye", "awa@reseau.example.org")


def test_letter_when_typed_from_paper_needs_no_address(ada: FlaskClient) -> None:
    where = entered(ada, text="Subject: none of it\nBy post.", subject="By post").headers["Location"]
    row = enquiry_of(where.split("/")[-2])
    assert (row.subject, row.sender_email, queries.found_of(row).lines[0].text) == (
        "By post",
        "",
        "Subject: none of it\nBy post.",
    )
    assert "there is no address" in ada.get(where).text


@pytest.mark.parametrize(
    ("data", "fields", "sentence"),
    [
        (b"", {}, "Choose the file, or paste the words."),
        (b"%PDF-1.7", {}, "This file is not a message."),
        (b"", {"text": "x", "topic": "impostor"}, ""),
        (b"", {"text": "x", "sender_email": "nobody"}, "Enter an email address"),
    ],
)
def test_letter_that_is_none_is_told_so(ada: FlaskClient, data: bytes, fields: dict[str, str], sentence: str) -> None:
    answer = entered(ada, data, **fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalars(select(Enquiry)).all() == []


def test_letter_that_is_too_large_is_told_so(ada: FlaskClient, settings) -> None:
    settings["LETTER_BYTES"] = 1000
    answer = entered(ada, MIXED + b"x" * 1000)
    assert (answer.status_code, "This file is not a message." in answer.text) == (422, True)


def limited(app: Flask, **limits) -> FlaskClient:
    with transaction():
        person = officers.officer("Eve")
        db.session.execute(update(Officer).where(Officer.id == person.id).values(**limits))
    return officers.browser_of(person, app)


def test_officer_of_another_charter_sees_no_letter_of_this_one(app: Flask, charter: str) -> None:
    general, problem = received(), case(published())
    for charters, seen_ones in (([charter], [problem.reference]), (["another"], [])):
        eve = limited(app, charters=charters)
        assert listed(eve.get("/admin/enquiries/").text) == seen_ones
        assert eve.get(at(general)).status_code == 404
        assert eve.get(at(problem)).status_code == (200 if seen_ones else 404)


def test_officer_of_one_application_sees_its_letters_alone_and_ties_nothing_to_others(app: Flask) -> None:
    signature, other = signing.verified(), signing.verified()
    own, foreign = received(text=signature.reference), received(text=other.reference)
    eve = limited(app, only_reference=signature.reference)
    assert listed(eve.get("/admin/enquiries/").text) == [own.reference]
    assert eve.get(at(foreign)).status_code == 404
    assert eve.post(at(own, "sort"), data={"topic": "data", "application": other.reference}).status_code == 422


def test_page_of_nothing_is_not_found(ada: FlaskClient) -> None:
    for reference in ("E-ZZZZZZZZ", "x", "A-ZZZZZZZZ"):
        assert ada.get(f"/admin/enquiries/{reference}/").status_code == 404


def test_file_when_kept_lies_under_a_key_of_ours(ada: FlaskClient) -> None:
    where = entered(ada, MIXED).headers["Location"]
    key = queries.found_of(enquiry_of(where.split("/")[-2])).lines[0].letter_key
    assert store().get(key) == MIXED


def test_list_and_letter_when_read_run_the_same_few_statements(app: Flask, ada: FlaskClient, counted_queries) -> None:
    def counts(enquiry: Enquiry) -> list[int]:
        found = []
        for path in ("/admin/enquiries/", at(enquiry)):
            with counted_queries() as statements:
                assert ada.get(path).status_code == 200
            found.append(len(statements))
        return found

    one = received()
    ada.get("/admin/enquiries/")
    first = counts(one)
    for _ in range(20):
        last = received()
    assert counts(last) == first
    assert first[0] <= 4


def test_start_page_when_read_says_how_many_letters_wait(ada: FlaskClient) -> None:
    first = received()
    received()
    ada.post(at(first, "answer"), data={"text": "Soon.", "seen": seen(ada, first)})
    assert re.search(r"Letters that wait for an answer</a></dt><dd>(\d+)</dd>", ada.get("/admin/").text)[1] == "1"
