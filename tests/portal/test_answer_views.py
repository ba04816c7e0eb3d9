"""What a representative answers officers: a question with files, a late answer, an appeal."""

from __future__ import annotations

from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.review.models import Question, Referral
from coalition.signing.models import ProofDocument, Representative, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import MONTH

pytestmark = pytest.mark.one_database

HOME, ANSWER, APPEAL = (f"/en/my-signature/{page}" for page in ("", "answer", "appeal"))
PDF = b"%PDF-1.4 minutes\n%%EOF\n"


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


@pytest.fixture
def enter(client: FlaskClient, worker, outbox):
    """Let the client open a signature by its mailed link."""

    def by_link(signature: Signature) -> Signature:
        worker(failures=True)
        client.get(outbox.link("/manage/", to=signature.representative.email))
        return signature

    return by_link


def send(client: FlaskClient, answer: str, *files: tuple[str, bytes]):
    sent = {"answer": answer, "mandate_document": [(BytesIO(data), name) for name, data in files]}
    return client.post(ANSWER, data=sent, content_type="multipart/form-data")


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize("path", [ANSWER, APPEAL])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_when_nobody_is_known_leads_to_a_new_link(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method, data={"answer": "x", "words": "x"} if method == "POST" else None)
    assert (answer.status_code, answer.location) == (303, "/en/my-signature/link")


def test_question_when_answered_is_kept_line_by_line_with_its_files(client, enter, ada: Officer) -> None:
    signature = enter(reviewing.asked(ada, message="Who <signs>?\nSince when?"))
    assert "The secretariat asks you for information" in client.get(HOME).text
    page = client.get(ANSWER).text
    assert ("Who &lt;signs&gt;?" in page, "Ada" in page) == (True, False)
    answer = send(client, "Our  president.\r\n\x00Since May. ", ("minutes.pdf", PDF))
    assert (answer.status_code, answer.location) == (303, HOME)
    db.session.rollback()
    assert db.session.scalars(select(Question.answer)).one() == "Our president.\nSince May."
    assert db.session.scalars(select(ProofDocument.filename)).all() == ["minutes.pdf"]
    assert reviewing.state_of(signature) is State.SUBMITTED
    assert "You answered the secretariat" in client.get(HOME).text
    assert client.get(ANSWER).location == HOME
    late = send(client, "Again.")
    assert (late.status_code, "This question is no longer open." in late.text) == (409, True)


def test_answer_when_a_file_is_bad_or_words_are_missing_keeps_nothing(client, enter, ada: Officer) -> None:
    signature = enter(reviewing.asked(ada))
    for answer, file in (("", PDF), ("Here.", b"<html>"), ("x" * 4001, PDF)):
        sent = send(client, answer, ("minutes.pdf", file))
        assert (sent.status_code, answer in sent.text) == (422, True)
    db.session.rollback()
    assert db.session.scalars(select(ProofDocument.id)).all() == []
    assert reviewing.state_of(signature) is State.NEEDS_INFORMATION


def test_link_when_it_asks_is_good_until_the_answer_is_due(
    client, enter, ada: Officer, clock: time_machine.Traveller, outbox
) -> None:
    signature = enter(reviewing.asked(ada))
    link = outbox.link("/manage/", to=signature.representative.email)
    clock.shift(MONTH - reviewing.DAY)
    assert client.get(link).status_code == 303
    assert client.get(ANSWER).status_code == 200


def test_answer_when_late_reopens_the_application(client, enter, ada: Officer) -> None:
    signature = enter(reviewing.lapsed(ada))
    assert "Nothing is lost: answer now" in client.get(HOME).text
    assert "Your answer reopens it" in client.get(ANSWER).text
    assert send(client, "Late, but here.", ("minutes.pdf", PDF)).status_code == 303
    assert reviewing.state_of(signature) is State.SUBMITTED
    assert len(db.session.scalars(select(ProofDocument.id)).all()) == 1


def test_answer_when_the_time_ends_meanwhile_is_not_lost_on_the_page(
    client, enter, ada: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(reviewing.asked(ada))
    monkeypatch.setattr("coalition.portal.answer_views.questions.reply", too_late)
    sent = send(client, "Just in time?")
    assert (sent.status_code, "Just in time?" in sent.text) == (409, True)


def too_late(**_: object) -> None:
    from coalition.review.errors import AnsweredAlready

    raise AnsweredAlready


def test_appeal_when_sent_is_laid_before_somebody_else(client, enter, ada: Officer) -> None:
    signature = enter(reviewing.declined(ada))
    assert "You can also appeal until" in client.get(HOME).text
    assert "You can appeal once, until" in client.get(APPEAL).text
    assert client.post(APPEAL, data={"words": " "}).status_code == 422
    answer = client.post(APPEAL, data={"words": "Read our statutes."})
    assert (answer.status_code, answer.location) == (303, HOME)
    assert reviewing.state_of(signature) is State.REFERRED
    assert "Your appeal is being decided" in client.get(HOME).text
    assert db.session.scalars(select(Referral.note)).all() == ["Read our statutes."]
    assert client.get(APPEAL).location == HOME
    again = client.post(APPEAL, data={"words": "And again."})
    assert (again.status_code, "was made already" in again.text) == (409, True)


def test_appeal_when_delisted_says_what_the_register_says(client, enter, ada: Officer) -> None:
    signature = enter(reviewing.delisted(ada))
    page = client.get(APPEAL).text
    assert "the register goes on saying that your organisation was removed" in page
    assert client.post(APPEAL, data={"words": "We have changed."}).status_code == 303
    assert reviewing.state_of(signature) is State.REFERRED


def test_appeal_when_too_late_or_against_nothing_is_not_offered(
    app: Flask, client, enter, ada: Officer, clock: time_machine.Traveller
) -> None:
    signature = enter(signing.verified())
    told = client.post(APPEAL, data={"words": "x"})
    assert (told.status_code, "no decision here that you could appeal" in told.text) == (409, True)
    declined = reviewing.declined(ada)
    clock.shift(MONTH)
    with client.session_transaction() as kept:
        kept["portal"] = [declined.public_id, 2**40]
    assert "You can also appeal" not in client.get(HOME).text
    told = client.post(APPEAL, data={"words": "x"})
    assert (told.status_code, "The time to appeal is over" in told.text) == (409, True)
    assert reviewing.state_of(signature) is State.SUBMITTED


def test_page_when_merged_or_referred_says_how_it_stands(client, enter, ada: Officer) -> None:
    reviewing.officer("Ben")
    enter(reviewing.referred(ada))
    assert "Signature confirmed, under review" in client.get(HOME).text
    signature = reviewing.merged(ada)
    with client.session_transaction() as kept:
        kept["portal"] = [signature.public_id, 2**40]
    assert "This application was put together with the other one" in client.get(HOME).text


def test_withdrawal_when_something_waits_leaves_nothing_waiting(client, enter, ada: Officer) -> None:
    enter(reviewing.asked(ada))
    assert client.post("/en/my-signature/withdraw", data={"i_withdraw": "y"}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Question.closed_at)).one() is not None


def test_answer_when_the_person_was_erased_is_taken_from_nobody(client, enter, ada: Officer) -> None:
    enter(reviewing.lapsed(ada))
    with transaction():
        db.session.execute(delete(Representative))
    assert send(client, "Late.").status_code == 409
    assert client.get(APPEAL).location == HOME
    assert db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.template == "review/x")).all() == []
