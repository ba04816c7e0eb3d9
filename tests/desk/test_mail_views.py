"""Can officers see what became of every mail, send one again, and read what would be sent?"""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition.accounts.models import Officer
from coalition.clock import now as clock_now
from coalition.desk import samples
from coalition.extensions import db
from coalition.i18n import known_languages
from coalition.mail import outbox as outbox_of_mails
from coalition.mail.message import Link
from coalition.mail.models import OutboxMessage
from coalition.mail.queries import mails_about
from coalition.signing.mails import about
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.factories.enquiries import received
from tests.mail.conftest import message
from tests.mail.test_reports import BARE, DSN, ID

pytestmark = pytest.mark.usefixtures("charter")


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser of an officer of the secretariat."""
    return officers.signed_in(app, "Ada")


def mails() -> list[OutboxMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def listed(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<th scope="row"[^>]*><a href="/admin/mail/(\d+)/"', page)]


def test_list_when_read_has_every_mail_newest_first_with_what_became_of_it(ada: FlaskClient, worker) -> None:
    signature = signing.submitted()
    worker()
    enquiry = received()
    first, second = mails()
    page = ada.get("/admin/mail/").text
    assert listed(page) == [second.id, first.id]
    assert [word for word in (signature.reference, enquiry.reference, "Sent", "Waiting") if word not in page] == []
    assert listed(ada.get("/admin/mail/?state=sent").text) == [first.id]
    assert listed(ada.get("/admin/mail/?state=bounced").text) == []
    assert listed(ada.get("/admin/mail/?state=nonsense").text) == [second.id, first.id]


def test_list_when_searched_finds_by_address_and_reference(ada: FlaskClient) -> None:
    signature, enquiry = signing.submitted(), received()
    first, second = mails()
    for q, found in (
        (first.recipient.upper(), [first.id]),
        (signature.reference.lower(), [first.id]),
        (enquiry.reference, [second.id]),
        ("A-ZZZZZZZZ", []),
        ("no such word", []),
        ("nobody@example.org\x00", []),
    ):
        assert listed(ada.get("/admin/mail/", query_string={"q": q}).text) == found


def test_list_when_long_goes_on_by_key(ada: FlaskClient) -> None:
    for _ in range(27):
        received()
    first = ada.get("/admin/mail/").text
    rest = ada.get(f"/admin/mail/?after={re.search(r'after=([0-9]+)', first)[1]}").text
    assert listed(first) + listed(rest) == [mail.id for mail in reversed(mails())]


def test_mail_when_looked_at_shows_its_words_without_what_opens_its_links(ada: FlaskClient, worker, outbox) -> None:
    signature = signing.submitted(language="fr")
    worker()
    page = ada.get(f"/admin/mail/{mails()[0].id}/").text
    assert "/fr/signatures/confirm/…" in page
    assert outbox[0].link("/confirm/").rpartition("/")[2] not in page
    assert "Taken by the mail server" in page
    assert signature.reference in page


def test_mail_whose_words_were_removed_says_so(ada: FlaskClient) -> None:
    received()
    with transaction() as session:
        session.execute(update(OutboxMessage).values(recipient=None, values={}, links={}, state="dropped"))
    number = mails()[0].id
    for path in ("/admin/mail/", f"/admin/mail/{number}/"):
        assert "The words were removed" in ada.get(path).text
    assert "Send it again" not in ada.get(f"/admin/mail/{number}/").text
    answer = ada.post(f"/admin/mail/{number}/send-again")
    assert (answer.status_code, "It cannot be sent again." in answer.text) == (422, True)


def test_mail_whose_template_is_gone_has_no_subject(ada: FlaskClient) -> None:
    received()
    with transaction() as session:
        session.execute(update(OutboxMessage).values(template="signing/of_an_older_release", about="thing:x"))
    assert [line.subject for line in mails_about("thing:x")] == [""]


def test_mail_when_sent_again_is_a_new_one_with_a_new_way_in(ada: FlaskClient, client, worker, outbox) -> None:
    signing.verified()
    worker()
    mail = mails()[-1]
    assert mail.template == "signing/signature_confirmed"
    assert ada.post(f"/admin/mail/{mail.id}/send-again").status_code == 302
    again = ada.post(f"/admin/mail/{mail.id}/send-again")
    assert (again.status_code, "was sent again just now" in again.text) == (409, True)
    copy = mails()[-1]
    assert (copy.template, copy.recipient, copy.limited) == (mail.template, mail.recipient, False)
    waits = ada.post(f"/admin/mail/{copy.id}/send-again")
    assert (waits.status_code, "has not gone yet" in waits.text) == (409, True)
    worker()
    first, second = outbox[-2].link("/manage/"), outbox[-1].link("/manage/")
    assert first != second
    assert client.get(second).status_code == 303
    assert f"/admin/mail/{copy.id}/" in ada.get(f"/admin/mail/{mail.id}/").text
    assert f"/admin/mail/{mail.id}/" in ada.get(f"/admin/mail/{copy.id}/").text


def test_mail_that_asks_to_confirm_is_sent_again_by_the_act_that_counts(
    clock, ada: FlaskClient, worker, outbox
) -> None:
    signing.submitted()
    worker()
    number = mails()[0].id
    assert ada.post(f"/admin/mail/{number}/send-again").status_code == 302
    worker()
    assert [mail.link("/confirm/") != outbox[0].link("/confirm/") for mail in outbox] == [False, True]
    statuses = []
    for _ in range(3):
        clock.shift(timedelta(minutes=2))
        statuses.append(ada.post(f"/admin/mail/{number}/send-again").status_code)
    assert statuses == [302, 409, 409]


def test_mail_is_never_sent_again_to_a_mailbox_that_was_another_persons(ada: FlaskClient, worker) -> None:
    signature = signing.verified()
    worker()
    number, count = mails()[-1].id, len(mails())
    with transaction() as session:
        session.refresh(signature)
        signature.representative.email_key = "0" * 64
    answer = ada.post(f"/admin/mail/{number}/send-again")
    assert (answer.status_code, "no longer the one of the application" in answer.text) == (422, True)
    assert len(mails()) == count
    confirm = mails()[0].id
    assert ada.post(f"/admin/mail/{confirm}/send-again").status_code == 422


def test_letter_without_a_link_is_sent_again_in_its_words(ada: FlaskClient, worker, outbox) -> None:
    received()
    worker()
    assert ada.post(f"/admin/mail/{mails()[0].id}/send-again").status_code == 302
    worker()
    assert outbox[0].text == outbox[1].text
    assert outbox[0]["Message-ID"] != outbox[1]["Message-ID"]


def test_link_that_opens_nothing_is_the_same_when_sent_again(ada: FlaskClient, worker) -> None:
    link = {"home": Link("/{language}/")}
    with transaction():
        outbox_of_mails.put(message(template="enquiries/received", about="thing:1", links=link), now=clock_now())
    worker()
    assert ada.post(f"/admin/mail/{mails()[0].id}/send-again").status_code == 302
    assert mails()[1].links == mails()[0].links


def test_report_when_pasted_is_taken_in_and_shown_where_it_belongs(ada: FlaskClient, worker) -> None:
    signature = signing.submitted()
    worker()
    mail = mails()[0]
    report = DSN.replace(ID, mail.message_id)
    assert ada.get("/admin/mail/reports").status_code == 200
    page = ada.post("/admin/mail/reports", data={"text": report}).text
    assert f'<a href="/admin/mail/{mail.id}/">' in page
    worker()
    assert "The mailbox refuses our mail" in ada.get(f"/admin/applications/{signature.reference}/").text
    assert "Came back" in ada.get(f"/admin/applications/{signature.reference}/").text
    assert listed(ada.get("/admin/mail/?state=bounced").text) == [mail.id]
    assert "5.1.1" in ada.get(f"/admin/mail/{mail.id}/").text
    file = {"file": (io.BytesIO(report.encode()), "report.eml"), "text": ""}
    assert "known already" in ada.post("/admin/mail/reports", data=file).text


@pytest.mark.parametrize("text", ["", "Dear all", "\x00"])
def test_report_that_is_none_is_told_so(ada: FlaskClient, text: str) -> None:
    answer = ada.post("/admin/mail/reports", data={"text": text})
    assert (answer.status_code, "This is not a report" in answer.text) == (422, True)


def test_report_on_nothing_of_ours_says_so(ada: FlaskClient) -> None:
    assert "not about a message of ours" in ada.post("/admin/mail/reports", data={"text": BARE}).text
    assert ada.post("/admin/mail/reports", data={"text": "x" * 200_001}).status_code == 422


def test_template_when_previewed_reads_whole_in_every_language(app: Flask) -> None:
    for name in samples.templates():
        for language in known_languages():
            words = samples.example(name, language)
            assert (bool(words.subject), bool(words.text), "<h1" in words.html) == (True, True, True), name
            assert re.findall(r"\[[a-z_]+\]", words.subject + words.text) == [], name
            assert ("/…/" in words.text) == ("links." in source_of(app, name)), name


def source_of(app: Flask, name: str) -> str:
    return app.jinja_env.loader.get_source(app.jinja_env, f"mail/{name}/body.txt")[0]


def test_example_when_no_charter_is_there_has_no_letterhead_of_one(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(samples.charters, "first_definition", lambda: None)
    assert "[charter]" in samples.example("review/declined", "en").text


def test_templates_when_listed_lead_to_text_and_html(ada: FlaskClient) -> None:
    page = ada.get("/admin/mail/templates/").text
    assert set(re.findall(r"/admin/mail/templates/([a-z]+/[a-z_]+)/fr/", page)) == set(samples.templates())
    shown = ada.get("/admin/mail/templates/review/declined/fr/")
    assert "Réseau des coopératives du Fleuve" in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    html = ada.get("/admin/mail/templates/review/declined/fr/html")
    assert (html.text.lstrip().startswith("<!doctype"), "sandbox" in html.headers["Content-Security-Policy"]) == (
        True,
        True,
    )
    for unknown in ("review/declined/xx/", "review/nothing/en/", "review/nothing/en/html"):
        assert ada.get(f"/admin/mail/templates/{unknown}").status_code == 404


def limited(app: Flask, **limits) -> FlaskClient:
    with transaction():
        person = officers.officer("Eve")
        db.session.execute(update(Officer).where(Officer.id == person.id).values(**limits))
    return officers.browser_of(person, app)


def test_officer_with_limits_sees_mails_within_them_alone(app: Flask, charter: str) -> None:
    one, other = signing.submitted(), signing.submitted()
    received()
    own = [line.id for line in mails_about(about(one))]
    both = [line.id for line in mails_about(about(other))] + own
    for limits, seen in (
        ({"charters": [charter]}, both),
        ({"charters": ["another"]}, []),
        ({"only_reference": one.reference}, own),
    ):
        eve = limited(app, **limits)
        assert listed(eve.get("/admin/mail/").text) == seen
        assert eve.get(f"/admin/mail/{both[0]}/").status_code == (200 if both[0] in seen else 404)
        assert eve.post(f"/admin/mail/{both[0]}/send-again").status_code == (409 if both[0] in seen else 404)
    assert officers.signed_in(app).get("/admin/mail/99999/").status_code == 404


def test_list_when_read_runs_the_same_few_statements(ada: FlaskClient, counted_queries) -> None:
    def count() -> int:
        with counted_queries() as statements:
            assert ada.get("/admin/mail/").status_code == 200
        return len(statements)

    signing.submitted()
    ada.get("/admin/mail/")
    first = count()
    for _ in range(20):
        received()
    assert count() == first
    assert first <= 6
