"""My signature: the way in, what it shows, what it hands out."""

from __future__ import annotations

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
    assert (answer.status_code, answer.location) == (302, "/en/my-signature/")
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get("/en/my-signature/")
    assert "Signature confirmed, under review" in page.text
    assert link.rsplit("/", 1)[1] not in page.text


def test_manage_when_opened_often_then_is_good_until_its_time_is_over(app, worker, manage, clock) -> None:
    link = manage(signing.verified(), worker)
    clock.shift(timedelta(hours=71))
    assert [app.test_client().get(link).status_code for _ in range(2)] == [302, 302]
    clock.shift(timedelta(hours=2))
    answer = app.test_client().get(link)
    assert (answer.status_code, "Ask for a new link" in answer.text) == (404, True)


def test_my_signature_when_the_cookie_is_old_then_asks_for_a_link(client, worker, manage, clock) -> None:
    client.get(manage(signing.verified(), worker))
    clock.shift(timedelta(hours=3))
    assert client.get("/en/my-signature/").location == ASK


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
