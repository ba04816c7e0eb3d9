"""What may be done with a letter to the secretariat, once, and what is said to whoever comes second?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition import clock as project_clock
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.enquiries import errors, operations, queries
from coalition.enquiries.models import Enquiry, EnquiryMessage
from coalition.enquiries.states import Kind, Outcome, Source, State, Topic
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.register import queries as register
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.factories.enquiries import AWA, HEAD, arrival, case, enquiry_of, received
from tests.factories.register import published

pytestmark = pytest.mark.usefixtures("charter")
PERSON = Actor.person()


@pytest.fixture
def ada(app: Flask) -> int:
    with transaction():
        return officers.officer().id


def act(which, enquiry: Enquiry, **more):
    number = enquiry.id
    with transaction():
        return which(enquiry_id=number, actor=PERSON, now=project_clock.now(), **more)


def answered(enquiry: Enquiry, officer_id: int, **changes) -> None:
    seen = queries.found_of(enquiry).last_id
    more = {"officer_id": officer_id, "text": "Soon.", "seen": seen, "head": HEAD} | changes
    act(operations.answer, enquiry, **more)


def lines(enquiry: Enquiry) -> list[tuple[str, str]]:
    return [(line.kind, line.text) for line in queries.found_of(enquiry).lines]


def mails() -> list[tuple[str, str, bool]]:
    rows = db.session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars()
    return [(row.template, row.recipient, row.limited) for row in rows]


def audited(act_name: str) -> list[tuple[str, str | None]]:
    rows = db.session.execute(select(AuditRecord).where(AuditRecord.act == act_name)).scalars()
    return [(row.subject, row.reason) for row in rows]


def test_letter_when_received_waits_and_is_acknowledged_once() -> None:
    enquiry = received(text="When?")
    assert (enquiry.state, enquiry.kind, enquiry.topic, enquiry.source) == ("open", "enquiry", "signing", "form")
    assert enquiry.waiting_at == enquiry.received_at
    assert lines(enquiry) == [("received", "When?")]
    assert mails() == [("enquiries/received", AWA, True)]
    assert audited("receive_enquiry") == [(f"enquiry:{enquiry.reference}", None)]


def test_letter_when_the_button_is_pressed_twice_is_one(clock) -> None:
    twice = arrival()
    with transaction():
        first = operations.receive(twice, actor=PERSON, now=project_clock.now())
    with transaction():
        second = operations.receive(twice, actor=PERSON, now=project_clock.now())
    assert first == second
    assert db.session.scalar(select(func.count()).select_from(Enquiry)) == 1
    assert len(mails()) == 1
    clock.shift(timedelta(days=1))
    with transaction():
        assert operations.receive(twice, actor=PERSON, now=project_clock.now()) != first


def test_letter_of_two_presses_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = received(subject="Same", text="Same")
    real = db.session.scalar
    # the second press looks before the first is committed
    monkeypatch.setattr(db.session, "scalar", lambda s, **k: None if "digest" in str(s) else real(s, **k))
    with transaction():
        assert (
            operations.receive(arrival(subject="Same", text="Same"), actor=PERSON, now=project_clock.now())
            == first.reference
        )
    assert len(lines(first)) == 1


def test_letter_that_names_an_application_is_tied_to_it() -> None:
    signature = signing.verified()
    enquiry = received(text=f"About {signature.reference.lower()}, please.")
    assert (enquiry.signature_id, enquiry.charter) == (signature.id, signature.charter)
    assert received(text="About A-ZZZZZZZZ, please.").signature_id is None


def test_letter_when_it_answers_us_goes_into_its_enquiry_and_opens_it(ada: int) -> None:
    enquiry = received()
    answered(enquiry, ada)
    act(operations.close, enquiry, outcome=Outcome.ANSWERED)
    again = received(subject=f"Re: ({enquiry.reference})", text="Thanks", source=Source.LETTER, letter_id="a" * 64)
    assert again.id == enquiry.id
    assert (again.state, again.outcome, again.closed_at) == ("open", "", None)
    assert again.waiting_at is not None
    assert lines(again)[-1] == ("received", "Thanks")
    assert mails()[-1][0] == "enquiries/answered"


def test_form_that_names_an_enquiry_is_a_letter_of_its_own() -> None:
    enquiry = received()
    assert received(subject=enquiry.reference).id != enquiry.id


def test_letter_that_was_entered_before_is_refused_by_name() -> None:
    enquiry = received(source=Source.LETTER, letter_id="b" * 64)
    with pytest.raises(errors.LetterKnown, match=enquiry.reference):
        received(source=Source.LETTER, letter_id="b" * 64)
    assert mails() == []


def test_answer_when_sent_goes_out_in_its_words_and_nobody_waits(ada: int, worker, outbox) -> None:
    enquiry = received(language="fr")
    answered(enquiry, ada, text="Bientôt.\n\nBien à vous")
    found = queries.found_of(enquiry_of(enquiry.reference))
    assert (found.enquiry.waiting_at, found.owner) == (None, "Ada")
    worker()
    mail = outbox[-1]
    assert (mail["To"], mail["Reply-To"]) == (AWA, HEAD["contact"])
    assert enquiry.reference in mail.subject
    assert mail.text.startswith("Notre réponse à votre message\n\nBientôt.\n\nBien à vous\n")


def test_answer_to_what_has_changed_sends_nothing(ada: int) -> None:
    enquiry = received()
    answered(enquiry, ada)
    with pytest.raises(errors.AnsweredMeanwhile):
        answered(enquiry, ada, seen=1)
    assert len(mails()) == 2


def test_answer_without_an_address_is_refused(ada: int) -> None:
    with pytest.raises(errors.NoAddress):
        answered(received(sender_email="", source=Source.LETTER), ada)


def test_note_when_kept_is_for_colleagues(ada: int) -> None:
    enquiry = received()
    act(operations.note, enquiry, officer_id=ada, text="Known person.")
    assert lines(enquiry)[-1] == ("note", "Known person.")
    assert len(mails()) == 1
    assert enquiry_of(enquiry.reference).waiting_at is not None


def test_owner_when_chosen_is_an_officer_who_may(ada: int) -> None:
    enquiry = received()
    act(operations.assign, enquiry, owner=db.session.get(Officer, ada).public_id)
    assert queries.found_of(enquiry_of(enquiry.reference)).owner == "Ada"
    with transaction():
        others = [officers.officer("Eve", role).public_id for role in (Role.AUDITOR, Role.REVIEWER)]
        gone = officers.officer("Bo")
        gone.disabled_at = project_clock.now()
        others.append(gone.public_id)
    for other in [*others, "nobody"]:
        with pytest.raises(errors.OfficerUnknown):
            act(operations.assign, enquiry, owner=other)
    act(operations.assign, enquiry, owner="")
    assert enquiry_of(enquiry.reference).owner_id is None


def test_letter_when_sorted_has_its_topic_and_application(charter: str) -> None:
    signature, enquiry = signing.verified(), received()
    act(operations.sort, enquiry, topic=Topic.DATA, application=signature.reference)
    row = enquiry_of(enquiry.reference)
    assert (row.topic, row.signature_id, row.charter) == ("data", signature.id, charter)
    with pytest.raises(errors.ApplicationUnknown):
        act(operations.sort, enquiry, topic=Topic.DATA, application="A-ZZZZZZZZ")
    act(operations.sort, enquiry, topic=Topic.MAIL, application="")
    assert enquiry_of(enquiry.reference).signature_id is None


def test_case_when_sorted_stays_about_what_was_reported() -> None:
    enquiry = case(published())
    act(operations.sort, enquiry, topic=Topic.DATA, application="")
    assert enquiry_of(enquiry.reference).topic == "impostor"


def test_closed_letter_takes_nothing_until_it_is_open_again(ada: int) -> None:
    enquiry = received()
    act(operations.close, enquiry, outcome=Outcome.UNFOUNDED)
    row = enquiry_of(enquiry.reference)
    assert (row.state, row.outcome, row.waiting_at) == (State.CLOSED, "unfounded", None)
    for change, more in (
        (operations.close, {"outcome": Outcome.ANSWERED}),
        (operations.note, {"officer_id": ada, "text": "x"}),
        (operations.assign, {"owner": ""}),
        (operations.put_note, {}),
        (operations.take_note, {}),
    ):
        with pytest.raises(errors.ClosedMeanwhile):
            act(change, enquiry, **more)
    act(operations.reopen, enquiry)
    assert enquiry_of(enquiry.reference).state == State.OPEN
    with pytest.raises(errors.OpenAlready):
        act(operations.reopen, enquiry)


def test_note_on_an_entry_stands_while_its_case_is_open() -> None:
    number = published()
    enquiry, before = case(number), register.register_version()
    act(operations.put_note, enquiry)
    act(operations.put_note, enquiry)
    assert register.note_of(number).kind == "identity"
    assert register.register_version() != before
    assert audited("put_note") == [(f"entry:{number}", "identity")]
    act(operations.close, enquiry, outcome=Outcome.UPHELD)
    assert register.note_of(number) is None
    assert audited("take_note") == [(f"entry:{number}", None)]


def test_note_of_another_open_case_takes_its_place() -> None:
    number = published()
    first, second = case(number), case(number, Topic.FACTS)
    act(operations.put_note, first)
    act(operations.put_note, second)
    assert register.note_of(number).kind == "facts"
    act(operations.take_note, second)
    assert register.note_of(number).kind == "identity"
    act(operations.take_note, second)
    act(operations.take_note, first)
    assert register.note_of(number) is None


def test_note_of_a_letter_that_is_no_case_is_impossible() -> None:
    with pytest.raises(errors.NoteImpossible):
        act(operations.put_note, received())


def test_case_when_reported_belongs_to_the_entrys_charter(charter: str) -> None:
    assert case(published()).charter == charter
    assert (case(published()).kind, received().charter) == (Kind.CASE, "")


def test_saved_reply_when_removed_is_offered_no_more(ada: int) -> None:
    with transaction():
        operations.save_reply(
            officer_id=ada, language="en", title="Times", text="Ten days.", actor=PERSON, now=project_clock.now()
        )
    reply = queries.saved_replies("en")[0]
    assert (reply.title, queries.saved_replies("fr"), queries.saved_reply(reply.id).text) == ("Times", [], "Ten days.")
    number = reply.id
    with transaction():
        operations.remove_reply(reply_id=number, actor=PERSON, now=project_clock.now())
    assert queries.saved_replies() == []
    for unknown in (number, 999):
        with pytest.raises(errors.ReplyUnknown), transaction():
            operations.remove_reply(reply_id=unknown, actor=PERSON, now=project_clock.now())
        with pytest.raises(errors.ReplyUnknown):
            queries.saved_reply(unknown)


def test_messages_when_written_by_an_officer_name_that_officer(ada: int) -> None:
    enquiry = received()
    act(operations.note, enquiry, officer_id=ada, text="x")
    names = db.session.scalars(select(EnquiryMessage.officer_id).order_by(EnquiryMessage.id)).all()
    assert names == [None, ada]
