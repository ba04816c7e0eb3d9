"""Drafts that travel: save, leave, come back on another device; what is kept, what is judged, what a link opens."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coalition import clock as time
from coalition import tokens
from coalition.audit.record import Actor
from coalition.charters import operations as charters
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing.models import Draft, Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import charters as folders
from tests.factories.browsing import FOR_AWA, ORGANISATION, PERSON, STATEMENTS, fill_in, first_step, hand_over, step

pytestmark = pytest.mark.usefixtures("charter")
SAVE = {"save_later": "y"}
MINE = "mine@example.org"
SIGNING = {**STATEMENTS, "typed_name": PERSON["full_name"]}


def the_draft() -> Draft:
    db.session.rollback()
    return db.session.scalars(select(Draft)).one()


def mail_link(client: FlaskClient, *, email: str = MINE) -> None:
    answer = client.post(step("save"), data={"email": email})
    assert answer.location == step("saved"), answer.text


def new_version() -> None:
    """Adopt another version of the charter."""
    folder = folders.folder()
    texts = tuple(dataclasses.replace(text, markdown=f"{text.markdown}One more sentence.\n") for text in folder.texts)
    with transaction():
        newer = dataclasses.replace(folder, texts=texts)
        charters.load_charter(folder=newer, actor=Actor.system("tests"), now=time.now())


@pytest.mark.parametrize("name", ["organisation", "representative", "proof", "review"])
def test_step_when_shown_then_offers_to_save_beside_its_main_button(client, name: str) -> None:
    fill_in(client)
    page = client.get(step(name)).text
    buttons = [part.split(">")[0] for part in page[page.index("<main") :].split("<button ")[1:]]
    assert sum('name="save_later"' in button for button in buttons) == 1
    main = [button for button in buttons if "name=" not in button]
    assert buttons.index(main[0]) < next(place for place, one in enumerate(buttons) if "save_later" in one)


def test_save_when_half_is_typed_then_nothing_is_judged_and_all_is_kept_as_typed(client) -> None:
    typed = {"official_name": "See www.half.example", "website": "not an address", "country": "", "description": "…"}
    answer = client.post(first_step(), data={**typed, **SAVE})
    assert answer.location == step("save")
    page = client.get(step("organisation")).text
    shown = ['value="See www.half.example"' in page, 'value="not an address"' in page, "There is a problem" in page]
    assert shown == [True, True, False]
    assert client.get(step("representative")).location == step("organisation")


def test_save_when_a_field_is_longer_than_it_may_be_then_is_cut(client) -> None:
    client.post(first_step(), data={"official_name": "n" * 5000, "country": "SNEGAL", "description": "d" * 999, **SAVE})
    kept = the_draft().organisation
    assert [len(kept[name]) for name in ("official_name", "country", "description")] == [300, 2, 400]


def test_save_when_the_step_is_whole_then_it_counts_as_done(client) -> None:
    client.post(first_step(), data={**ORGANISATION, **SAVE})
    assert client.get(step("representative")).status_code == 200
    client.post(step("representative"), data={**PERSON, **SAVE})
    assert client.get(step("proof")).status_code == 200


def test_save_when_the_kind_may_not_sign_then_the_step_is_not_done(client) -> None:
    fill_in(client)
    client.post(step("organisation"), data={**ORGANISATION, "organisation_form": "individual", **SAVE})
    assert "/eligibility/" in client.get(step("review"), follow_redirects=True).request.path


def test_save_when_a_done_step_is_emptied_then_it_has_to_be_done_again(client) -> None:
    fill_in(client)
    client.post(step("representative"), data={"full_name": "Awa", "mandate": "because\x00", **SAVE})
    assert client.get(step("review"), follow_redirects=True).request.path == step("representative")


def test_save_when_ticks_were_made_then_none_is_kept(client) -> None:
    fill_in(client)
    assert client.post(step("review"), data={**SIGNING, **SAVE}).location == step("save")
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0
    assert "checked" not in client.get(step("review")).text


@pytest.mark.parametrize(
    ("changes", "address"), [({}, PERSON["email"]), (FOR_AWA, FOR_AWA["preparer_email"]), ({"email": ""}, "")]
)
def test_save_when_an_address_is_known_then_is_offered(client, changes, address: str) -> None:
    client.post(first_step(), data=ORGANISATION)
    client.post(step("representative"), data={**PERSON, **changes, **SAVE})
    assert f'value="{address}"' in client.get(step("save")).text


@pytest.mark.parametrize("email", ["", "nonsense", "a@b.example\r\nBcc: all@x.example"])
def test_save_when_the_address_cannot_be_used_then_says_so_and_sends_nothing(client, worker, email: str) -> None:
    client.post(first_step(), data={**ORGANISATION, **SAVE})
    assert (client.post(step("save"), data={"email": email}).status_code, worker()) == (422, 0)


@pytest.mark.parametrize("name", ["save", "saved"])
def test_save_when_nothing_was_begun_then_leads_to_the_beginning(client, name: str) -> None:
    assert client.get(step(name), follow_redirects=True).request.path.endswith("/eligibility/")


@pytest.mark.parametrize(
    ("posts", "first"),
    [
        ([("organisation", {"acronym": "X", **SAVE})], "organisation"),
        ([("organisation", ORGANISATION)], "representative"),
        ([("organisation", ORGANISATION), ("representative", PERSON)], "proof"),
        ([("organisation", ORGANISATION), ("representative", PERSON), ("proof", {})], "review"),
    ],
)
def test_link_when_opened_on_another_device_then_goes_on_at_the_first_step_that_is_not_done(
    app, client, worker, outbox, posts, first: str
) -> None:
    for name, data in posts:
        client.post(first_step() if name == "organisation" else step(name), data=data)
    mail_link(client)
    assert MINE in client.get(step("saved")).text
    worker()
    other = app.test_client()
    answer = other.get(outbox.link("/sign/resume/", to=MINE))
    assert (answer.status_code, answer.location) == (302, step(first))
    assert other.get(step(first)).status_code == 200


def test_link_when_mailed_then_the_mail_is_limited_and_holds_nothing_that_was_typed(client, worker, outbox) -> None:
    client.post(first_step(), data={"official_name": "Win at https://evil.example", **SAVE})
    mail_link(client)
    worker()
    assert ("evil" in outbox[0].as_string(), outbox[0].to) == (False, MINE)
    assert db.session.scalars(select(OutboxMessage.limited)).all() == [True]


def test_link_when_many_forms_are_saved_to_a_strangers_address_then_few_mails_come_and_not_for_long(
    app, worker, outbox, clock
) -> None:
    for _ in range(30):
        stranger = app.test_client()
        stranger.post(first_step(), data={**ORGANISATION, **SAVE})
        mail_link(stranger, email="victim@example.org")
    counts = []
    for _ in range(6):
        worker()
        counts.append(len(outbox))
        clock.shift(timedelta(hours=25))
        worker()
    assert (counts[0], counts[-1] == counts[-2], counts[-1] < 20) == (3, True, True)


def test_link_when_opened_by_a_scanner_then_changes_no_row_and_later_still_opens(app, client, worker, outbox) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    link, before = outbox.link("/sign/resume/"), vars(the_draft()).copy()
    for _ in range(3):
        assert app.test_client().get(link).status_code == 302
    after = vars(the_draft())
    names = [column.name for column in Draft.__table__.columns]
    assert [before[name] for name in names] == [after[name] for name in names]


def test_link_when_two_browsers_hold_the_form_then_there_is_one_signature(app, client, worker, outbox) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    other = app.test_client()
    other.get(outbox.link("/sign/resume/"))
    places = [one.post(step("review"), data=SIGNING).location for one in (client, other)]
    assert places == [step("check-inbox")] * 2
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1


def test_review_when_another_browser_has_changed_the_form_then_it_is_read_again_before_it_is_signed(
    app, client, worker, outbox
) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    other = app.test_client()
    other.get(outbox.link("/sign/resume/"))
    seen = re.search(r'name="seen" value="(\w+)"', client.get(step("review")).text)[1]
    other.post(step("organisation"), data={**ORGANISATION, "acronym": "NEW"})
    answer = client.post(step("review"), data={**SIGNING, "seen": seen})
    assert (answer.status_code, "has changed since you opened this page" in answer.text) == (422, True)
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)[1]
    assert client.post(step("review"), data={**SIGNING, "seen": seen}).location == step("check-inbox")


def test_link_when_the_form_was_handed_over_then_opens_the_preparers_view(app, client, worker, outbox) -> None:
    fill_in(client, **FOR_AWA)
    mail_link(client)
    client.post(step("review"), data={"act": "hand_over"})
    worker()
    other = app.test_client()
    answer = other.get(outbox.link("/sign/resume/", to=MINE), follow_redirects=True)
    assert answer.request.path == step("handed-over")


def test_link_when_the_signer_saves_then_it_is_the_signers(app, client, worker, outbox) -> None:
    hand_over(client)
    worker()
    signer, phone = app.test_client(), app.test_client()
    signer.get(outbox.link("/sign/resume/"))
    mail_link(signer)
    worker()
    phone.get(outbox.link("/sign/resume/", to=MINE))
    assert phone.post(step("review"), data=SIGNING).location == step("check-inbox")


def test_link_when_sent_too_often_then_names_a_person_to_write_to(client, settings) -> None:
    fill_in(client)
    for _ in range(settings["RESENDS"] + 1):
        mail_link(client)
    answer = client.post(step("save"), data={"email": MINE})
    assert (answer.status_code, "secretariat@internationalcoalitionsse.net" in answer.text) == (409, True)


@pytest.mark.parametrize("purpose", [Purpose.MANAGE, Purpose.CONFIRM, Purpose.DISOWN])
def test_link_when_its_token_is_of_another_purpose_then_opens_nothing(client, worker, outbox, purpose: Purpose) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    claim = tokens.read(Purpose.DRAFT, outbox.link("/sign/resume/").rpartition("/")[2])
    answer = client.get(step(f"resume/{tokens.sign(purpose, claim)}"))
    assert (answer.status_code, "incomplete or has a mistake" in answer.text) == (404, True)
    for path in ("/en/signatures/confirm/", "/en/signatures/disown/", "/en/signatures/manage/"):
        assert client.get(path + tokens.sign(Purpose.DRAFT, claim)).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "A" * 2000, "%00", "IjEi.wrong"])
def test_link_when_it_is_cut_or_wrong_then_helps(client, token: str) -> None:
    answer = client.get(step(f"resume/{token}"))
    assert (answer.status_code, "incomplete or has a mistake" in answer.text) == (404, True)


def test_cookie_when_forged_or_of_another_kind_then_opens_nothing(client) -> None:
    fill_in(client)
    name = the_draft().public_id
    for kept in ({"icsse-charter": f"link:{name}"}, {"icsse-charter": 7}, {"icsse-charter": "link:"}, {}):
        with client.session_transaction() as session:
            session["drafts"] = kept
        assert "/eligibility/" in client.get(step("review"), follow_redirects=True).request.path
    client.set_cookie("coalition", "e30.forged.forged")
    assert client.post(step("review"), data=SIGNING).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0


def test_link_when_it_names_another_charter_then_opens_nothing(client, worker, outbox) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    link = outbox.link("/sign/resume/").replace("icsse-charter", "ilgsse-declaration")
    assert client.get(link).status_code == 404


def test_link_when_the_time_of_the_form_is_over_then_helps(app, client, worker, outbox, clock) -> None:
    fill_in(client)
    mail_link(client)
    worker()
    clock.shift(timedelta(days=29, hours=23))
    assert app.test_client().get(outbox.link("/sign/resume/")).status_code == 302
    clock.shift(timedelta(hours=1))
    answer = app.test_client().get(outbox.link("/sign/resume/"))
    assert (answer.status_code, "time of this link is over" in answer.text) == (404, True)


def test_form_when_changed_in_a_page_that_was_handed_over_meanwhile_then_keeps_what_was_handed_over(
    app, client, worker, outbox
) -> None:
    fill_in(client, **FOR_AWA)
    mail_link(client)
    worker()
    other = app.test_client()
    other.get(outbox.link("/sign/resume/", to=MINE))
    client.post(step("review"), data={"act": "hand_over"})
    other.post(step("representative"), data={**PERSON, "full_name": "Somebody else"})
    assert the_draft().representative["full_name"] == PERSON["full_name"]


def test_draft_when_its_charter_has_a_newer_version_then_says_so_and_carries_on_what_was_typed(client) -> None:
    fill_in(client)
    new_version()
    answer = client.get(step("review"), follow_redirects=True)
    assert answer.request.path == step("organisation")
    assert ("A new version of" in answer.text, 'value="RCF"' in answer.text) == (True, True)
    client.post(step("organisation"), data=ORGANISATION)
    assert "A new version of" not in client.get(step("organisation")).text
    assert 'value="Awa N’Diaye"' in client.get(step("representative")).text
    assert client.post(step("review"), data=SIGNING).location == step("check-inbox")
    assert db.session.scalars(select(Signature.charter_version)).all() == [2]


def test_signers_form_when_its_charter_has_a_newer_version_then_it_stays_the_signers(
    app, client, worker, outbox
) -> None:
    hand_over(client)
    worker()
    new_version()
    signer = app.test_client()
    assert signer.get(outbox.link("/sign/resume/"), follow_redirects=True).request.path == step("organisation")
    signer.post(step("organisation"), data=ORGANISATION)
    assert signer.post(step("review"), data=SIGNING).location == step("check-inbox")
