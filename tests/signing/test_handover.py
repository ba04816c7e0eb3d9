"""Signing for another: a preparer fills in and hands over; the signer alone affirms, and may change anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from coalition import clock as time
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing import drafts, handover, operations, recording
from coalition.signing.errors import StateChanged
from coalition.signing.models import Draft, DraftLink, Representative, Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import browsing, signing
from tests.factories.browsing import FOR_AWA, ORGANISATION, PERSON, STATEMENTS, fill_in, first_step, hand_over, step

pytestmark = pytest.mark.usefixtures("charter")
SIGNER, PREPARER = PERSON["email"], FOR_AWA["preparer_email"]
SIGNING = {**STATEMENTS, "typed_name": PERSON["full_name"]}


def signatures() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Signature)))


def the_draft() -> Draft:
    db.session.rollback()
    return db.session.scalars(select(Draft)).one()


def opened(app, outbox, worker) -> FlaskClient:
    """The browser in which the signer has opened the newest link."""
    worker()
    signer = app.test_client()
    answer = signer.get(outbox.link("/sign/resume/", to=SIGNER))
    assert (answer.status_code, answer.location) == (302, step("review"))
    return signer


def test_representative_when_signer_is_not_sent_then_is_me(client) -> None:
    client.post(first_step(), data=ORGANISATION)
    assert client.post(step("representative"), data=PERSON).location == step("proof")
    assert (the_draft().representative["signer"], the_draft().preparer) == ("me", {})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signer": "nobody"}, "Choose who signs"),
        ({"preparer_name": ""}, "Enter your own name"),
        ({"preparer_name": "See www.evil.example"}, "Leave web and email addresses out of this field."),
        ({"preparer_email": ""}, "Enter your own email address"),
        ({"preparer_email": "kofi"}, "Enter an email address in the correct format"),
        ({"preparer_email": PERSON["email"].upper()}, "You gave one address for two people"),
        ({"full_name": ""}, "Enter the full name of the person who signs"),
        ({"email": ""}, "Enter the work email address of the person who signs"),
    ],
)
def test_representative_when_somebody_else_signs_then_asks_for_both_people(client, changes, sentence: str) -> None:
    client.post(first_step(), data=ORGANISATION)
    answer = client.post(step("representative"), data={**PERSON, **FOR_AWA, "role": "Kept", **changes})
    assert (answer.status_code, sentence in answer.text, 'value="Kept"' in answer.text) == (422, True, True)
    assert the_draft().preparer == {}


def test_representative_when_i_sign_then_what_stood_for_a_preparer_is_not_judged_and_not_kept(client) -> None:
    fill_in(client, preparer_name="www.evil.example", preparer_email="nonsense")
    kept = the_draft()
    assert (kept.preparer, kept.representative["preparer_name"], kept.representative["preparer_email"]) == ({}, "", "")


def test_representative_when_somebody_else_signs_then_nobody_lets_their_name_be_published_for_them(client) -> None:
    fill_in(client, **FOR_AWA)
    client.post(step("representative"), data={**PERSON, **FOR_AWA, "publish_name": "y"})
    assert the_draft().representative["publish_name"] is False


def test_review_when_preparing_then_shows_everything_and_asks_for_no_tick_and_no_name(client) -> None:
    fill_in(client, **FOR_AWA)
    page = client.get(step("review")).text
    main = page[page.index("<main") :]
    assert re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', main) == ["csrf_token", "act"]
    assert "Send to Awa N’Diaye to sign" in main
    assert "Kofi Mensah, kofi@reseau.example.org" in main
    assert main.count(">Public</span>") + main.count(">Private</span>") == main.count("<dt>")


@pytest.mark.parametrize("sent", [SIGNING, {**SIGNING, "act": "sign"}, {}])
def test_review_when_a_preparer_sends_ticks_then_nothing_is_signed_and_nothing_handed_over(
    client, worker, sent
) -> None:
    fill_in(client, **FOR_AWA)
    answer = client.post(step("review"), data=sent)
    assert (answer.status_code, signatures(), the_draft().handed_over_at) == (422, 0, None)
    assert worker() == 0


def test_hand_over_when_pressed_then_the_signer_gets_one_mail_with_two_names_and_no_address(
    client, worker, outbox
) -> None:
    answer = hand_over(client)
    assert answer.location == step("handed-over")
    worker()
    assert [mail.to for mail in outbox] == [SIGNER]
    assert "Kofi Mensah" in outbox[0].text
    assert ORGANISATION["official_name"] in outbox[0].text
    assert [PREPARER in part for part in (outbox[0].text, outbox[0].html, outbox[0].subject)] == [False, False, False]
    assert db.session.scalars(select(OutboxMessage.limited)).all() == [True]
    page = client.get(step("handed-over")).text
    assert (SIGNER in page, PREPARER in page) == (True, True)


def test_hand_over_when_pressed_twice_then_one_mail(client, worker, outbox) -> None:
    hand_over(client)
    again = client.post(step("review"), data={"act": "hand_over"}, follow_redirects=True)
    worker()
    assert (again.request.path, len(outbox)) == (step("handed-over"), 1)


@pytest.mark.parametrize("name", ["organisation", "representative", "proof", "review", "save", "check-inbox"])
def test_preparer_when_it_is_handed_over_then_is_led_to_where_it_is_and_can_change_nothing(client, name: str) -> None:
    hand_over(client)
    kept = (the_draft().organisation, the_draft().representative)
    typed = {**ORGANISATION, **PERSON, **SIGNING, "official_name": "Other", "email": "other@reseau.example.org"}
    for method in ("GET", "POST"):
        answer = client.open(step(name), method=method, data=typed)
        answer = client.get(answer.location, follow_redirects=True) if answer.location else answer
        if answer.status_code != 405:
            assert answer.request.path == step("handed-over")
    assert (kept, signatures()) == ((the_draft().organisation, the_draft().representative), 0)


def test_preparer_when_another_organisation_comes_then_begins_another_form(client) -> None:
    hand_over(client)
    assert client.get(first_step()).status_code == 200
    assert client.post(first_step(), data=ORGANISATION).location == step("representative")
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 2


def test_signer_when_the_link_is_opened_then_sees_everything_and_alone_signs(app, client, worker, outbox) -> None:
    hand_over(client)
    signer = opened(app, outbox, worker)
    page = signer.get(step("review")).text
    assert "Kofi Mensah filled in this form for you" in page.replace("<bdi>", "").replace("</bdi>", "")
    assert ('name="may_sign"' in page, 'name="typed_name"' in page, "checked" in page) == (True, True, False)
    assert signer.post(step("review"), data=SIGNING).location == step("check-inbox")
    kept = db.session.scalars(select(Representative)).one()
    assert (kept.email, kept.preparer_name, kept.preparer_email) == (SIGNER, "Kofi Mensah", PREPARER)


def test_signer_when_something_is_not_right_then_changes_it(app, client, worker, outbox) -> None:
    hand_over(client)
    signer = opened(app, outbox, worker)
    form = signer.get(step("representative")).text
    assert ('name="signer"' in form, 'name="preparer_name"' in form) == (False, False)
    changed = signer.post(step("organisation"), data={**ORGANISATION, "acronym": "NEW"})
    assert changed.location == step("representative")
    changed = signer.post(step("representative"), data={**PERSON, "role": "President", "publish_name": "y"})
    assert changed.location == step("proof")
    assert signer.post(step("review"), data=SIGNING).location == step("check-inbox")
    signature = db.session.scalars(select(Signature)).one()
    found = (signature.organisation.acronym, signature.representative.role, signature.representative.publish_name)
    assert found == ("NEW", "President", True)
    assert signature.representative.preparer_email == PREPARER


def test_signer_when_the_preparers_mailbox_is_given_then_is_refused_before_and_after_signing(
    app, client, worker, outbox
) -> None:
    hand_over(client)
    signer = opened(app, outbox, worker)
    answer = signer.post(step("representative"), data={**PERSON, "email": PREPARER})
    assert (answer.status_code, "the person who filled in the form" in answer.text) == (422, True)
    signer.post(step("review"), data=SIGNING)
    answer = signer.post(step("address"), data={"email": PREPARER.upper()})
    assert (answer.status_code, "the person who filled in the form" in answer.text) == (422, True)


def test_preparer_when_it_is_signed_then_cannot_reach_the_inbox_or_change_its_address(
    app, client, worker, outbox
) -> None:
    hand_over(client)
    opened(app, outbox, worker).post(step("review"), data=SIGNING)
    page = client.get(step("handed-over")).text
    assert ("The form has been signed" in page, "<form method" in page[page.index("<main") : page.index("</main")]) == (
        True,
        False,
    )
    for name in ("address", "resend", "handed-over/address", "handed-over/again"):
        client.post(step(name), data={"email": PREPARER})
    worker()
    assert [mail.to for mail in outbox] == [SIGNER, SIGNER]
    assert db.session.scalars(select(Representative.email)).all() == [SIGNER]


def test_preparer_when_the_signer_has_confirmed_then_is_told_without_a_link_or_an_address(
    app, client, worker, outbox
) -> None:
    hand_over(client)
    opened(app, outbox, worker).post(step("review"), data=SIGNING)
    worker()
    assert outbox.to(PREPARER) == []
    app.test_client().post(outbox.link("/confirm/", to=SIGNER), data={"i_confirm": "y"})
    worker()
    told = outbox.to(PREPARER)
    assert [mail.subject.partition("(")[0] for mail in told] == ["Signed: the form that you filled in "]
    assert [word in told[0].as_string() for word in ("http://coalition.test", SIGNER, "Awa")] == [False, False, False]


def test_send_again_when_pressed_then_a_new_link_comes_and_the_older_one_stays_good(
    app, client, worker, outbox, clock
) -> None:
    hand_over(client)
    worker()
    clock.shift(timedelta(minutes=1))
    client.post(step("handed-over/again"))
    worker()
    links = [mail.link("/sign/resume/") for mail in outbox.to(SIGNER)]
    assert [app.test_client().get(link).status_code for link in links] == [302, 302]


def test_send_again_when_used_up_then_names_a_person_to_write_to(client, settings) -> None:
    hand_over(client)
    for _ in range(settings["RESENDS"]):
        assert client.post(step("handed-over/again")).status_code == 302
    answer = client.post(step("handed-over/again"))
    assert (answer.status_code, "secretariat@internationalcoalitionsse.net" in answer.text) == (409, True)
    page = client.get(step("handed-over")).text
    assert ("Send it again" in page, "as often as we may" in page) == (False, True)


def test_correct_signer_when_the_address_was_wrong_then_what_the_old_link_opened_ends(
    app, client, worker, outbox
) -> None:
    hand_over(client, email="wrong@reseau.example.org")
    worker()
    stranger = app.test_client()
    stranger.get(outbox.link("/sign/resume/", to="wrong@reseau.example.org"))
    client.post(step("handed-over/address"), data={"email": SIGNER})
    assert stranger.get(step("review"), follow_redirects=True).request.path.endswith("/eligibility/")
    stranger.post(step("review"), data=SIGNING)
    assert signatures() == 0
    again = app.test_client().get(outbox.link("/sign/resume/", to="wrong@reseau.example.org"))
    assert (again.status_code, "no longer in use" in again.text) == (404, True)
    opened(app, outbox, worker).post(step("review"), data=SIGNING)
    assert db.session.scalars(select(Representative.email)).all() == [SIGNER]


@pytest.mark.parametrize("email", ["nonsense", PREPARER])
def test_correct_signer_when_it_cannot_be_used_then_says_so_and_the_link_stays(
    app, client, worker, outbox, email: str
) -> None:
    hand_over(client)
    assert client.post(step("handed-over/address"), data={"email": email}).status_code == 422
    opened(app, outbox, worker)


def test_handed_over_when_the_mailbox_refuses_then_says_so_until_it_is_corrected(client) -> None:
    hand_over(client)
    with transaction():
        db.session.execute(update(OutboxMessage).values(state="refused"))
    assert "does not take our message" in client.get(step("handed-over")).text
    client.post(step("handed-over/address"), data={"email": "right@reseau.example.org"})
    assert "does not take our message" not in client.get(step("handed-over")).text


def test_handed_over_when_nothing_was_handed_over_then_leads_to_the_beginning(client) -> None:
    for answer in (client.get(step("handed-over")), client.post(step("handed-over/again"))):
        assert answer.status_code == 302
    assert client.post(step("handed-over/address"), data={"email": SIGNER}).location == step("handed-over")


def test_link_when_the_form_is_signed_then_helps(app, client, worker, outbox) -> None:
    hand_over(client)
    opened(app, outbox, worker).post(step("review"), data=SIGNING)
    answer = app.test_client().get(outbox.link("/sign/resume/", to=SIGNER))
    assert (answer.status_code, "has been signed already" in answer.text) == (404, True)


def test_submit_when_the_draft_was_handed_over_meanwhile_then_signs_nothing(client) -> None:
    fill_in(client)
    draft_id, sent = the_draft().id, signing.prepared()
    with transaction():
        held = drafts.hold(draft_id, handed_over_at=None)
        drafts.keep_representative(held, typed=PERSON, preparer={"name": "K", "email": PREPARER}, is_finished=True)
        handover.hand_over(held, language="en", rules=signing.RULES, now=time.now())
    with pytest.raises(StateChanged), transaction():
        operations.submit(prepared=sent, draft_id=draft_id, rules=signing.RULES, actor=signing.PERSON, now=time.now())
    assert signatures() == 0


def test_hand_over_when_the_draft_was_signed_meanwhile_then_is_refused(client) -> None:
    fill_in(client)
    draft_id = the_draft().id
    with transaction():
        operations.submit(
            prepared=signing.prepared(), draft_id=draft_id, rules=signing.RULES, actor=signing.PERSON, now=time.now()
        )
    with pytest.raises(StateChanged), transaction():
        drafts.hold(draft_id, handed_over_at=None)


def test_submit_when_the_address_was_corrected_meanwhile_then_signs_nothing(client) -> None:
    hand_over(client)
    page = the_draft()
    sent = recording.prepare(
        signing.application(), definition=signing.prepared().definition, handed_over_at=page.handed_over_at
    )
    draft_id, seen = page.id, page.handed_over_at
    with transaction():
        held = drafts.hold(draft_id, handed_over_at=seen)
        handover.correct_signer(
            held, email="x@y.example.org", language="en", rules=signing.RULES, now=seen + timedelta(seconds=1)
        )
    with pytest.raises(StateChanged), transaction():
        operations.submit(prepared=sent, draft_id=draft_id, rules=signing.RULES, actor=signing.PERSON, now=time.now())


def test_preparer_when_the_person_is_forgotten_then_goes_too(app, client, worker, outbox) -> None:
    hand_over(client)
    opened(app, outbox, worker).post(step("review"), data=SIGNING)
    worker()
    app.test_client().post(outbox.link("/disown/", to=SIGNER), data={"i_disown": "y"})
    kept = the_draft()
    assert db.session.scalars(select(Signature.state)).all() == [State.DISOWNED]
    assert (kept.preparer, kept.representative, kept.organisation, kept.extra) == ({}, {}, {}, {})
    assert db.session.scalars(select(Representative)).all() == []
    assert set(db.session.scalars(select(OutboxMessage.recipient)).all()) == {None}


def test_hand_over_when_in_french_then_the_signer_is_written_to_in_french(client, worker, outbox) -> None:
    hand_over(client, language="fr")
    worker()
    assert outbox[0].subject.startswith("Un formulaire attend votre signature")
    assert "/fr/charters/icsse-charter/sign/resume/" in outbox[0].text


def test_links_when_a_draft_is_discarded_then_go_with_it(client, clock) -> None:
    from coalition.signing import jobs

    hand_over(client)
    clock.shift(timedelta(days=31))
    jobs.discard_drafts()
    assert db.session.scalar(select(func.count()).select_from(DraftLink)) == 0
    assert set(db.session.scalars(select(OutboxMessage.recipient)).all()) == {None}
    assert browsing.step("review")
