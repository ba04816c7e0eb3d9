"""The steps, the inbox and the mailed links, as a browser without script meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coalition.extensions import db
from coalition.signing.models import Draft, Signature
from coalition.signing.states import State
from tests.factories import browsing, signing
from tests.factories.browsing import PERSON, STATEMENTS, fill_in, first_step, sign, step, without_token
from tests.factories.signing import ELIGIBLE

pytestmark = pytest.mark.usefixtures("charter")


def the_signature() -> Signature:
    db.session.rollback()
    return db.session.scalars(select(Signature).order_by(Signature.id.desc())).first()


def test_organisation_when_no_answers_are_given_then_leads_to_the_questions(client) -> None:
    answer = client.get(step("organisation"))
    assert (answer.status_code, answer.location) == (302, "/en/charters/icsse-charter/eligibility/")


def test_organisation_when_not_eligible_then_leads_back_with_the_answers(client) -> None:
    answer = client.get(step("organisation") + "?organisation_form=individual")
    assert answer.location == "/en/charters/icsse-charter/eligibility/?organisation_form=individual"


def test_organisation_when_opened_then_keeps_no_draft(client) -> None:
    answer = client.get(first_step())
    assert answer.status_code == 200
    assert '<option selected value="network">' in answer.text or 'value="network" selected' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_organisation_when_the_kind_is_changed_then_reassesses(client) -> None:
    answer = client.post(first_step(), data={**browsing.ORGANISATION, "organisation_form": "individual"})
    assert answer.location.startswith("/en/charters/icsse-charter/eligibility/?organisation_form=individual")


def test_organisation_when_empty_then_says_what_to_do_and_keeps_what_was_typed(client) -> None:
    answer = client.post(first_step(), data={"acronym": "RCF"})
    assert answer.status_code == 422
    assert "<title>Error: Your organisation" in answer.text
    assert "Enter the official name of your organisation" in answer.text
    assert 'value="RCF"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("official_name", "x" * 301, "Use at most 300 characters."),
        ("official_name", "Win at https://evil.example", "Leave web and email addresses out of this field."),
        ("official_name", "\x00\u202e\u200b", "Enter the official name of your organisation"),
        ("country", "ZZ", "Choose the country or territory of your main office"),
        ("country", "sn", "Choose the country or territory of your main office"),
        ("organisation_form", "guild", "Choose the kind of your organisation"),
        ("website", "javascript:alert(1)", "Enter a web address in the correct format"),
        ("website", "https://user:secret@example.org", "Enter a web address in the correct format"),
        ("website", "http://[", "Enter a web address in the correct format"),
        ("description", "x" * 401, "Use at most 400 characters."),
    ],
)
def test_organisation_when_a_field_cannot_be_used_then_says_why(client, field: str, typed: str, sentence: str) -> None:
    answer = client.post(first_step(), data={**browsing.ORGANISATION, field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_organisation_when_the_name_holds_markup_then_it_is_shown_as_text(client) -> None:
    fill_in(client, official_name="<script>alert(1)</script> & Fils {{7*7}}")
    page = client.get(step("review")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Fils {{7*7}}" in page
    assert "<script" not in page


def test_organisation_when_the_scheme_is_missing_then_it_is_added(client) -> None:
    sign(client, website="reseau.example.org")
    assert the_signature().organisation.website == "https://reseau.example.org"


def test_organisation_when_come_back_to_then_shows_what_was_typed(client) -> None:
    fill_in(client)
    page = client.get(step("organisation")).text
    assert 'value="Réseau des coopératives du Fleuve"' in page
    assert '<option value="SN" selected>' in page


@pytest.mark.parametrize("name", ["representative", "proof", "review", "check-inbox"])
def test_step_when_nothing_was_begun_then_leads_to_the_beginning(client, name: str) -> None:
    answer = client.get(step(name), follow_redirects=True)
    assert answer.request.path == "/en/charters/icsse-charter/eligibility/"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("full_name", "", "Enter your full name"),
        ("email", "awa@reseau,example", "Enter an email address in the correct format"),
        ("email", "a" * 300 + "@x.example", "Use at most 254 characters."),
        ("email", "awa@reseau.example.org\r\nBcc: all@x.example", "Enter an email address in the correct format"),
        ("mandate", "because", "Choose what shows that the person who signs may do so"),
        ("role", "", "Enter your role in the organisation"),
    ],
)
def test_representative_when_a_field_cannot_be_used_then_says_why(
    client, field: str, typed: str, sentence: str
) -> None:
    client.post(first_step(), data=browsing.ORGANISATION)
    answer = client.post(step("representative"), data={**PERSON, field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_publish_name_when_first_shown_then_is_not_ticked(client) -> None:
    client.post(first_step(), data=browsing.ORGANISATION)
    page = client.get(step("representative")).text
    tick = page[page.index('id="publish_name"') :].split(">")[0]
    assert "checked" not in tick


def test_review_when_shown_then_marks_every_row_public_or_private_and_ticks_nothing(client) -> None:
    fill_in(client)
    page = client.get(step("review")).text
    rows = page.count('<dl class="facts act">')
    assert rows == 3
    assert page.count(">Public</span>") + page.count(">Private</span>") == page.count("<dt>")
    assert "checked" not in page
    assert "Your organisation has not signed yet" in page


def test_review_when_a_statement_is_not_ticked_then_nothing_is_signed(client) -> None:
    fill_in(client)
    typed = {**STATEMENTS, "typed_name": PERSON["full_name"]}
    del typed["may_sign"]
    answer = client.post(step("review"), data=typed)
    assert (answer.status_code, "Tick to sign: “I am authorised to sign for this organisation.”" in answer.text) == (
        422,
        True,
    )
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0


def test_review_when_another_name_is_typed_then_says_which_is_expected(client) -> None:
    fill_in(client)
    answer = client.post(step("review"), data={**STATEMENTS, "typed_name": "Somebody else"})
    assert (answer.status_code, "Type your name as you wrote it before" in answer.text) == (422, True)


def test_review_when_the_name_is_typed_without_accents_then_signs(client) -> None:
    fill_in(client, full_name="Léopold Sédar")
    answer = client.post(step("review"), data={**STATEMENTS, "typed_name": "leopold  sedar"})
    assert answer.location == "/en/charters/icsse-charter/sign/check-inbox"


def test_review_when_pressed_twice_then_one_signature_and_one_mail(client, worker, outbox) -> None:
    sign(client)
    typed = {**STATEMENTS, "typed_name": PERSON["full_name"]}
    assert client.post(step("review"), data=typed).location.endswith("/sign/check-inbox")
    worker()
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
    assert len(outbox) == 1


def test_check_inbox_when_known_or_unknown_or_suppressed_then_the_same_bytes_and_statements(
    app, worker, counted_queries, clock
) -> None:
    signing.active(official_name="Union des mutuelles", email="awa@reseau.example.org")
    seen = []
    for name in ("Union des mutuelles", "Nobody has heard of us"):
        client = app.test_client()
        fill_in(client, official_name=name)
        typed = {**STATEMENTS, "typed_name": PERSON["full_name"]}
        with counted_queries() as statements:
            answer = client.post(step("review"), data=typed)
        page = client.get(answer.location)
        seen.append((answer.status_code, answer.data, page.status_code, without_token(page.text), len(statements)))
    assert seen[0] == seen[1]


def test_resend_when_pressed_then_the_newest_link_alone_is_good(client, worker, outbox, clock) -> None:
    sign(client)
    worker()
    clock.shift(timedelta(minutes=1))
    client.post(step("resend"))
    worker()
    links = [mail.link("/confirm/") for mail in outbox]
    assert [client.get(link).status_code for link in links] == [404, 200]


def test_resend_when_the_mail_would_have_to_wait_then_the_link_that_is_there_stays_good(
    client, worker, outbox, clock, settings
) -> None:
    sign(client)
    for _ in range(settings["MAILS_PER_HOUR"] - 1):
        assert client.post(step("resend")).status_code == 302
    worker()
    page, refused = client.get(step("check-inbox")).text, client.post(step("resend"))
    sentence = "We have sent the message several times just now."
    assert ("Send it again" in page, sentence in page, sentence in refused.text) == (False, True, True)
    assert (refused.status_code, client.get(outbox.link("/confirm/")).status_code) == (409, 200)
    clock.shift(timedelta(hours=1, seconds=1))
    assert "Send it again" in client.get(step("check-inbox")).text


def test_resend_when_nothing_was_signed_then_leads_back(client) -> None:
    assert client.post(step("resend")).status_code == 302


def test_address_when_corrected_then_the_new_address_is_written_to_and_the_old_link_is_dead(
    client, worker, outbox
) -> None:
    sign(client)
    worker()
    client.post(step("address"), data={"email": "right@reseau.example.org"})
    worker()
    assert [mail.to for mail in outbox] == ["awa@reseau.example.org", "right@reseau.example.org"]
    assert client.get(outbox[0].link("/confirm/")).status_code == 404
    assert "right@reseau.example.org" in client.get(step("check-inbox")).text


def test_address_when_mistyped_again_then_says_so(client) -> None:
    sign(client)
    answer = client.post(step("address"), data={"email": "nonsense"})
    assert (answer.status_code, "Enter an email address in the correct format" in answer.text) == (422, True)


def test_confirm_when_opened_or_sent_without_its_tick_then_changes_nothing(client, worker, outbox) -> None:
    sign(client)
    worker()
    link = outbox.link("/confirm/")
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]
    answer = client.post(link, data={})
    assert (answer.status_code, "i_confirm" in answer.text) == (422, True)
    assert the_signature().state == State.PENDING_VERIFICATION


def test_confirm_when_ticked_then_leads_to_my_signature_under_review(app, client, worker, outbox) -> None:
    sign(client)
    worker()
    other_device = app.test_client()
    answer = other_device.post(outbox.link("/confirm/"), data={"i_confirm": "y"}, follow_redirects=True)
    assert answer.request.path == "/en/my-signature/"
    assert "Signature confirmed, under review" in answer.text
    assert "You have signed" not in answer.text
    assert the_signature().state == State.SUBMITTED


def test_confirm_when_opened_again_after_confirming_then_helps(client, worker, outbox) -> None:
    sign(client)
    worker()
    link = outbox.link("/confirm/")
    client.post(link, data={"i_confirm": "y"})
    answer = client.get(link)
    assert (answer.status_code, "Ask for a link to your signature" in answer.text) == (404, True)


def test_confirm_when_its_time_is_over_then_says_so(client, worker, outbox, clock) -> None:
    sign(client)
    worker()
    clock.shift(timedelta(hours=73))
    answer = client.post(outbox.link("/confirm/"), data={"i_confirm": "y"})
    assert (answer.status_code, "The time of this link is over" in answer.text) == (404, True)


@pytest.mark.parametrize("token", ["x", "a.b.c", "A" * 2000, "%00", "IjEi.wrong"])
def test_confirm_when_the_link_is_cut_or_wrong_then_helps(client, token: str) -> None:
    answer = client.get(f"/en/signatures/confirm/{token}")
    assert (answer.status_code, "incomplete or has a mistake" in answer.text) == (404, True)


def test_disown_when_ticked_then_the_signature_ends_and_the_address_hears_no_more(client, worker, outbox) -> None:
    sign(client)
    worker()
    disown = outbox.link("/disown/")
    assert client.get(disown).status_code == 200
    assert client.post(disown, data={}).status_code == 422
    assert client.post(disown, data={"i_disown": "y"}, follow_redirects=True).status_code == 200
    assert the_signature().state == State.DISOWNED
    client.post(step("resend"))
    sign(client.application.test_client(), official_name="Another")
    worker()
    assert len(outbox) == 1


def test_draft_when_begun_then_its_cookie_outlives_the_browser_and_public_pages_set_none(client) -> None:
    answer = client.post(first_step(), data=browsing.ORGANISATION)
    cookie = answer.headers["Set-Cookie"]
    assert ("Expires=" in cookie, "HttpOnly" in cookie, "SameSite=Lax" in cookie) == (True, True, True)
    page = client.get("/en/register/")
    assert ("Set-Cookie" in page.headers, "Cookie" in page.headers.get("Vary", "")) == (False, False)


def test_draft_when_its_charter_has_a_newer_version_or_its_time_is_over_then_begins_anew(client, clock) -> None:
    fill_in(client)
    clock.shift(timedelta(days=31))
    assert client.get(step("review")).status_code == 302


def test_declaration_when_signing_is_asked_for_then_there_is_no_page(client) -> None:
    from tests.factories import charters

    charters.load(charters.DECLARATION)
    assert client.get("/en/charters/ilgsse-declaration/sign/organisation").status_code == 404


def test_steps_when_in_french_then_speak_french(client) -> None:
    answer = client.get(first_step(language="fr"))
    assert '<html lang="fr"' in answer.text
    assert ELIGIBLE
