"""The other forms of the review as a browser meets them: what they show, and what comes of a bad one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.review import people
from coalition.signing.models import Signature
from tests.factories import officers, reviewing, signing

pytestmark = pytest.mark.one_database


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


@pytest.fixture
def ben(app: Flask) -> Officer:
    return reviewing.officer("Ben", Role.REVIEWER)


@pytest.fixture
def desk(app: Flask, ada: Officer) -> FlaskClient:
    """Ada's browser."""
    return officers.browser_of(ada, app)


def path(signature: Signature, more: str = "") -> str:
    return f"/admin/applications/{signature.reference}/{more}"


def forms(page: str) -> set[str]:
    """The last parts of the addresses that the page's forms are sent to."""
    return {found.rstrip("/").rpartition("/")[2] for found in re.findall(r'action="(/admin/applications/[^"]*)"', page)}


def said(browser: FlaskClient, signature: Signature) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(path(signature)).text))


def test_page_when_a_colleague_holds_the_application_offers_to_take_it_over(
    app: Flask, ada: Officer, ben: Officer, desk: FlaskClient
) -> None:
    signature = reviewing.claimed(ben)
    page = desk.get(path(signature)).text
    assert f'name="seen_holder" value="{ben.public_id}"' in page
    stale = desk.post(path(signature, "take-over"), data={"seen_holder": ada.public_id})
    assert (stale.status_code, "Ben holds this application now" in stale.text) == (409, True)
    assert desk.post(path(signature, "take-over"), data={"seen_holder": ben.public_id}).status_code == 302
    theirs = officers.browser_of(ben, app)
    answer = theirs.post(path(signature), data={"decision": "decline", "reason_code": "no_category"})
    assert (answer.status_code, "Ada holds this application now" in answer.text) == (409, True)


def test_page_when_the_officer_is_recused_offers_nothing(ben: Officer, desk: FlaskClient) -> None:
    signature = signing.verified()
    assert desk.post(path(signature, "recuse")).status_code == 302
    assert "You have recused yourself" in said(desk, signature)
    assert forms(desk.get(path(signature)).text) == {"assign", "notes"}
    assert desk.post(path(signature, "claim")).status_code == 403


def test_page_when_of_the_officers_network_says_so(app: Flask, ada: Officer, desk: FlaskClient) -> None:
    member = officers.browser_of(reviewing.officer("Cleo", networks=["reseau.example.org"]), app)
    assert "belongs to a network that your account names" in said(member, signing.verified())


def test_page_when_somebody_was_asked_shows_the_question_and_then_the_answer(ada: Officer, desk: FlaskClient) -> None:
    signature = reviewing.asked(ada, message="Who <signs>?")
    assert "Ada asked the organisation. It can answer until" in said(desk, signature)
    assert "Who &lt;signs&gt;?" in desk.get(path(signature)).text
    assert desk.post(path(signature, "remind")).status_code == 302
    assert desk.post(path(signature, "remind")).status_code == 409
    lapsed = reviewing.lapsed(ada)
    assert forms(desk.get(path(lapsed)).text) == {"reopen", "notes"}
    assert desk.post(path(lapsed, "reopen")).status_code == 302
    assert "On the list of Ada" in said(desk, lapsed)


def test_referral_when_it_is_to_one_officer_or_nobody_is_judged(app: Flask, ben: Officer, desk: FlaskClient) -> None:
    signature = signing.verified()
    desk.post(path(signature, "claim"))
    refer = {"decision": "refer", "note": "Is it one?"}
    for wrong in ({}, {"refer_to": "officer:nobody"}, {"refer_to": "presidency"}, {"refer_to": "appeal"}):
        assert desk.post(path(signature), data=refer | wrong).status_code == 422
    without_note = desk.post(path(signature), data={"decision": "refer", "refer_to": "second_reviewer"})
    assert (without_note.status_code, "Say in the note what you ask." in without_note.text) == (422, True)
    assert desk.post(path(signature), data=refer | {"refer_to": f"officer:{ben.public_id}"}).status_code == 302
    theirs = officers.browser_of(ben, app)
    assert "Ada asks for your opinion" in said(theirs, signature)
    empty = theirs.post(path(signature, "answer"), data={"opinion": " "})
    assert (empty.status_code, "Write a few words." in empty.text) == (422, True)
    assert theirs.post(path(signature, "answer"), data={"opinion": "x" * 2001}).status_code == 422
    assert theirs.post(path(signature, "answer"), data={"opinion": "It is."}).status_code == 302
    assert "Ben answered" in said(desk, signature)


def test_referral_when_to_an_officer_of_the_presidency_is_to_the_presidency(app: Flask, desk: FlaskClient) -> None:
    pia, signature = reviewing.officer("Pia", Role.PRESIDENCY), signing.verified()
    desk.post(path(signature, "claim"))
    chosen = {"decision": "refer", "note": "Is it one?", "refer_to": f"officer:{pia.public_id}"}
    assert desk.post(path(signature), data=chosen).status_code == 302
    assert "Ada referred it to the presidency (to Pia)" in said(desk, signature)
    assert forms(officers.browser_of(pia, app).get(path(signature)).text) == {"answer"}
    assert "Take the referral back" in said(desk, signature)


def test_question_when_previewed_is_in_their_words(ada: Officer, desk: FlaskClient) -> None:
    signature = signing.verified(language="fr")
    desk.post(path(signature, "claim"))
    sent = {"decision": "ask", "reason_code": "mandate_not_shown", "message": "Qui signe ?", "preview": "1"}
    page = desk.post(path(signature), data=sent).text
    assert "Il s’agit de ce point" in page
    assert "/fr/signatures/manage/…" in page
    nothing = desk.post(path(signature), data={"decision": "ask"})
    assert (nothing.status_code, "Write what you ask for, or choose a reason." in nothing.text) == (422, True)


def test_merge_when_the_reference_is_nothing_says_so(ada: Officer, desk: FlaskClient) -> None:
    signature, other = signing.verified(), signing.verified()
    desk.post(path(signature, "claim"))
    for typed in ("", "A-NOTHING", "x" * 41, signature.reference):
        assert desk.post(path(signature), data={"decision": "merge", "merge_into": typed}).status_code == 422
    typed = f" {other.reference.lower()} "
    assert desk.post(path(signature), data={"decision": "merge", "merge_into": typed}).status_code == 302
    assert f"Merged by Ada into {other.organisation.official_name}" in said(desk, signature)
    assert f"Ada merged into this one {signature.organisation.official_name}" in said(desk, other)
    assert desk.post(path(signature, "unmerge")).status_code == 302


def test_appeal_when_against_the_own_decision_shows_no_form(app: Flask, ada: Officer, desk: FlaskClient) -> None:
    signature = reviewing.appealed(reviewing.declined(ada), "You <overlooked> it.")
    assert "appealed against your decision: somebody else decides" in said(desk, signature)
    assert "Nobody can decide on it now" in said(desk, signature)
    assert forms(desk.get(path(signature)).text) == {"recuse", "notes"}
    judged = {"outcome": "reversed", "words": "We were wrong."}
    assert desk.post(path(signature, "appeal"), data=judged).status_code == 403
    cleo = officers.browser_of(reviewing.officer("Cleo"), app)
    assert "You &lt;overlooked&gt; it." in cleo.get(path(signature)).text
    for wrong in ({}, {"outcome": "upheld"}, {"outcome": "crowned", "words": "x"}):
        assert cleo.post(path(signature, "appeal"), data=wrong).status_code == 422
    assert cleo.post(path(signature, "appeal"), data=judged).status_code == 302
    assert "Cleo granted the appeal" in said(desk, signature)


def test_assignment_when_sent_puts_it_on_one_list(app: Flask, ben: Officer, ada: Officer, desk: FlaskClient) -> None:
    signature = signing.verified()
    assert desk.post(path(signature, "assign"), data={"officer": "nobody-we-know"}).status_code == 422
    assert desk.post(path(signature, "assign"), data={"officer": ben.public_id}).status_code == 302
    assert people.assigned_to(signature.id) == ben.id
    assert re.search(rf'<option value="{ben.public_id}" selected>', desk.get(path(signature)).text)
    assert desk.post(path(signature, "assign")).status_code == 302
    assert people.assigned_to(signature.id) is None


def test_application_when_out_of_reach_is_not_found(app: Flask, charter: str) -> None:
    signature = signing.verified()
    limited = officers.browser_of(reviewing.officer("Ada", charters=["another"]), app)
    for more in ("claim", "take-over", "recuse", "assign", "answer", "appeal", "unmerge", "reopen", "remind"):
        assert limited.post(path(signature, more)).status_code == 404
    assert limited.get(path(signature)).status_code == 404


def test_outside_decider_when_asking_is_refused(app: Flask, ada: Officer) -> None:
    outside = reviewing.officer("Olga", Role.OUTSIDE)
    signature, browser = reviewing.claimed(outside), officers.browser_of(outside, app)
    assert re.findall(r'name="decision" value="(\w+)"', browser.get(path(signature)).text) == [
        "approve",
        "decline",
        "merge",
    ]
    assert browser.post(path(signature), data={"decision": "ask", "message": "Who?"}).status_code == 403
