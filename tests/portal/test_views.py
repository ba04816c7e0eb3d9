"""My signature: the way in, what it shows, what it hands out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from coalition import clock as time
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.signing import operations
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")
ASK = "/en/my-signature/link"


@pytest.fixture
def manage(outbox):
    """Return the mailed link of a signature."""

    def link(signature, worker) -> str:
        worker(failures=True)
        return outbox.link("/manage/", to=signature.representative.email)

    return link


def test_manage_when_opened_then_is_exchanged_for_a_short_cookie(client, worker, manage) -> None:
    link = manage(signing.verified(), worker)
    answer = client.get(link)
    assert (answer.status_code, answer.location) == (303, "/en/my-signature/")
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get("/en/my-signature/")
    assert "Signature confirmed, under review" in page.text
    assert link.rsplit("/", 1)[1] not in page.text


def test_manage_when_opened_often_then_is_good_until_its_time_is_over(app, worker, manage, clock) -> None:
    link = manage(signing.verified(), worker)
    clock.shift(timedelta(hours=71))
    assert [app.test_client().get(link).status_code for _ in range(2)] == [303, 303]
    clock.shift(timedelta(hours=2))
    answer = app.test_client().get(link)
    assert (answer.status_code, "Ask for a new link" in answer.text) == (404, True)


def test_my_signature_when_the_cookie_is_old_then_asks_for_a_link(client, worker, manage, clock) -> None:
    client.get(manage(signing.verified(), worker))
    clock.shift(timedelta(hours=3))
    answer = client.get("/en/my-signature/")
    assert (answer.status_code, answer.location) == (303, f"{ASK}?ended=1")
    assert "Your visit is over" in client.get(answer.location).text
    assert "Your visit is over" not in client.get(ASK).text


def test_my_signature_when_nobody_is_known_then_asks_for_a_link(client) -> None:
    assert client.get("/en/my-signature/").location == ASK
    assert client.get("/en/my-signature/en/receipt.pdf").location == ASK


def test_my_signature_when_left_then_is_closed(client, worker, manage) -> None:
    client.get(manage(signing.verified(), worker))
    client.post("/en/my-signature/leave")
    assert client.get("/en/my-signature/").location == ASK


def test_my_signature_when_active_then_names_the_number(client, worker, manage) -> None:
    signature = signing.active()
    client.get(manage(signature, worker))
    page = client.get("/en/my-signature/").text
    assert "Your organisation is on the register" in page
    assert signature.register_number in page


def test_my_signature_when_withdrawn_then_says_when(client, worker, manage) -> None:
    signature = signing.active()
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=time.now())
    client.get(manage(signature, worker))
    assert "Your organisation has withdrawn its signature" in client.get("/en/my-signature/").text


def test_document_when_made_then_hands_out_the_stored_bytes(client, worker, manage) -> None:
    signature = signing.verified()
    client.get(manage(signature, worker))
    row = db.session.scalars(select(Certificate)).one()
    answer = client.get("/en/my-signature/en/receipt.pdf")
    assert answer.data == store().get(row.storage_key)
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={signature.reference}-receipt.pdf"
    assert 'href="/en/my-signature/en/receipt.pdf"' in client.get("/en/my-signature/").text


def test_document_when_there_is_none_then_is_a_404(client, worker, manage) -> None:
    client.get(manage(signing.verified(), worker))
    assert client.get("/en/my-signature/certificate.pdf").status_code == 404


def test_ask_link_when_known_or_unknown_then_answers_alike(client, counted_queries, worker, outbox) -> None:
    signing.verified(email="awa@reseau.example.org")
    worker(failures=True)
    seen = []
    for email in ("AWA@reseau.example.org", "nobody@reseau.example.org"):
        with counted_queries() as statements:
            answer = client.post(ASK, data={"email": email})
        seen.append((answer.status_code, answer.data, answer.location, len(statements)))
    assert seen[0] == seen[1]
    assert "Look in your inbox" in client.get(answer.location).text
    outbox.clear()
    worker()
    assert [mail.to for mail in outbox] == ["awa@reseau.example.org"]


def test_ask_link_when_mistyped_then_says_so(client) -> None:
    assert client.post(ASK, data={"email": "x"}).status_code == 422


def test_ask_link_when_asked_too_often_then_waits(client) -> None:
    codes = [client.post(ASK, data={"email": "awa@reseau.example.org"}).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


@pytest.mark.parametrize("token", ["x", "a.b", "%00", "9" * 1000])
def test_manage_when_the_link_is_wrong_then_helps(client, token: str) -> None:
    answer = client.get(f"/fr/signatures/manage/{token}")
    assert (answer.status_code, "/fr/my-signature/link" in answer.text) == (404, True)


def test_history_when_read_says_what_happened_in_its_order_and_names_no_officer(client, worker, manage) -> None:
    signature = signing.active(publish_name=True)
    client.get(manage(signature, worker))
    page = client.get("/en/my-signature/").text
    told = re.findall(r'<li class="done"><strong>([^<]+)</strong>', page)
    assert told == [
        "Signed; we sent a link to confirm it",
        "Mailbox confirmed: the application was received",
        "Approved and entered into the register",
    ]
    assert "Ada" not in page
    row = db.session.scalars(select(Certificate)).first()
    with transaction():
        db.session.get_one(Certificate, row.id).kind = "certificate"
    assert "Certificate issued" in client.get("/en/my-signature/").text


@pytest.mark.parametrize("path", ["", "proof", "details", "withdraw"])
def test_page_when_open_is_kept_by_nobody_and_tells_no_other_site(client, worker, manage, path: str) -> None:
    link = manage(signing.verified(), worker)
    headers = client.get(link).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    headers = client.get(f"/en/my-signature/{path}").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")


def test_link_when_it_confirms_is_told_to_nobody_and_can_still_be_sent_over_https(client, settings, outbox, worker):
    signing.submitted(email="awa@reseau.example.org")
    worker(failures=True)
    link = outbox.link("/confirm/")
    settings["WTF_CSRF_ENABLED"] = True
    page = client.get(link, base_url="https://coalition.test")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    sent = {"i_confirm": "y", "csrf_token": token}
    origin = {"Referer": "https://coalition.test/"}  # all that the policy lets a browser say
    answer = client.post(link, data=sent, base_url="https://coalition.test", headers=origin)
    assert (answer.status_code, "/signatures/manage/" in answer.location) == (302, True)


def test_link_when_opened_right_or_wrong_stands_in_no_log(client, worker, manage, caplog, capfd) -> None:
    caplog.set_level("DEBUG")
    link = manage(signing.verified(email="awa@reseau.example.org"), worker)
    token = link.rsplit("/", 1)[1]
    client.get(link)
    client.get(f"{link}x")
    client.get(f"{link}%00%ff")
    client.post(link, data={"x": "y"})
    written = caplog.text + "".join(capfd.readouterr())
    assert [word for word in (token, "awa@reseau.example.org") if word in written] == []
