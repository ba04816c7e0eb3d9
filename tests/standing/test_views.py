"""The signatories' desk, as officers' browsers meet it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock as clock_module
from coalition.accounts.permissions import Role
from coalition.certificates.models import Certificate
from coalition.extensions import db
from coalition.register import queries as register
from coalition.signing import changes
from coalition.signing.models import Signature
from coalition.standing import jobs, queries
from coalition.standing.states import ChangeKind
from coalition.transactions import transaction
from tests.factories import charters, officers, signing
from tests.standing.conftest import PERIOD, PERSON, Desk, again, ask, renamed, signatory

ORGANISATION = {
    "official_name": "Réseau du Fleuve",
    "country": "SN",
    "organisation_form": "network",
    "website": "https://reseau.example.org/",
    "description": "We bring together 140 cooperatives.",
}


@pytest.fixture
def first(app: Flask, charter: str) -> FlaskClient:
    return officers.signed_in(app, "Chloé")


@pytest.fixture
def second(app: Flask, charter: str) -> FlaskClient:
    return officers.signed_in(app, "Dina")


def path(signature: Signature, more: str = "") -> str:
    return f"/admin/signatories/{signature.register_number}/{more}"


def proposal(signature: Signature) -> str:
    found = queries.open_delisting(signature.id)
    assert found is not None
    return found.public_id


def answered(browser: FlaskClient, address: str, **sent: Any) -> int:
    return browser.post(address, data=sent).status_code


def test_list_when_opened_shows_whom_something_waits_for(
    first: FlaskClient, signature: Signature, ada: Desk, ben: Desk
) -> None:
    other = signatory(official_name="Union des rives")
    ada.suspend(signature)
    ben.propose(signature)
    renamed(signature)
    page = first.get("/admin/signatories/").text
    rows = re.findall(r'<tr role="row">.*?</tr>', page, re.DOTALL)[1:]
    told = [len(re.findall("tag (?:warn|err|info)", row)) for row in rows]
    assert sorted(told) == [0, 3]
    assert re.findall(r"\((\d)\)</a>", page) == ["1", "1", "1"]
    found = first.get("/admin/signatories/?q=rives").text
    assert (str(other.register_number) in found, str(signature.register_number) in found) == (True, False)
    assert str(signature.register_number) not in first.get("/admin/signatories/?status=withdrawn").text


@pytest.mark.parametrize(
    "address", ["", "?q=union", "waiting/changes", "waiting/delistings", "waiting/suspensions", "{number}/"]
)
def test_page_when_more_stands_there_runs_as_many_statements(
    first: FlaskClient, signature: Signature, ada: Desk, counted_queries: Any, *, address: str
) -> None:
    path_asked = f"/admin/signatories/{address.format(number=signature.register_number)}"

    def statements() -> int:
        first.get(path_asked)
        with counted_queries() as seen:
            assert first.get(path_asked).status_code == 200
        return len(seen)

    counts = []
    for _ in range(2):
        other = signatory(official_name=f"Union {len(counts)}")
        for one in (other, *([signature] if not counts else [])):
            ada.suspend(one)
            ada.propose(one)
            renamed(one, f"Union nouvelle {one.register_number}")
        counts.append(statements())
    assert counts[0] == counts[1]
    assert counts[0] < 20


@pytest.mark.parametrize("what", ["changes", "delistings", "suspensions"])
def test_waiting_when_opened_leads_to_what_waits(
    first: FlaskClient, signature: Signature, ada: Desk, *, what: str
) -> None:
    assert "There is nothing here." in first.get(f"/admin/signatories/waiting/{what}").text
    ada.suspend(signature)
    ada.propose(signature)
    change = renamed(signature)
    page = first.get(f"/admin/signatories/waiting/{what}").text
    assert path(signature, f"changes/{change}" if what == "changes" else "") + '"' in page
    assert first.get(f"/admin/signatories/waiting/{what}?after=99").status_code == 200


def test_suspension_when_announced_and_lifted_is_told_on_the_page(first: FlaskClient, signature: Signature) -> None:
    ends_on = (clock_module.now() + timedelta(days=60)).date().isoformat()
    sent = {"ground": "commitments", "message": "Publish your accounts.", "ends_on": ends_on}
    for wrong in ({"ends_on": "2020-01-01"}, {"ends_on": "soon"}, {"ground": "whim"}, {"message": " "}):
        assert answered(first, path(signature, "suspend"), **(sent | wrong)) == 422
    assert answered(first, path(signature, "suspend"), **sent) == 302
    page = first.get(path(signature)).text
    assert ("Suspension announced" in page, "Publish your accounts." in page) == (True, True)
    assert answered(first, path(signature, "suspend"), **sent) == 409
    assert answered(first, path(signature, "suspension/lift")) == 302
    assert answered(first, path(signature, "suspension/lift")) == 409
    assert "Called off before it began" in first.get(path(signature)).text


def test_history_when_nothing_stands_in_it_has_no_heading_over_nothing(
    clock: time_machine.Traveller, app: Flask, signature: Signature, ada: Desk
) -> None:
    heading, nothing = "What has happened since", "Nothing has changed since"

    def said() -> tuple[bool, bool]:
        page = officers.signed_in(app).get(path(signature)).text
        return heading in page, nothing in page

    assert said() == (True, True)
    ada.suspend(signature)
    assert said() == (True, True)
    clock.shift(PERIOD)
    jobs.keep()
    assert (again(signature).state, said()) == ("suspended", (False, False))
    ada.lift(signature)
    assert said() == (True, False)
    other = signatory()
    with transaction():
        changes.withdraw(signature=other, reason="", secretariat="s@x.example", actor=PERSON, now=clock_module.now())
    assert heading not in officers.signed_in(app).get(path(other)).text


def test_delisting_when_two_officers_agree_ends_the_entry(
    first: FlaskClient, second: FlaskClient, signature: Signature
) -> None:
    sent = {"ground": "misuse", "message": "You sold our name.", "note": "seen"}
    assert answered(first, path(signature, "delist"), ground="", message="") == 422
    assert answered(first, path(signature, "delist"), **sent) == 302
    page = first.get(path(signature)).text
    assert ("Another officer has to confirm it." in page, "Confirm: remove it" in page) == (True, False)
    confirm = path(signature, f"delisting/{proposal(signature)}/confirm")
    assert answered(first, confirm) == 409
    assert "Confirm: remove it" in second.get(path(signature)).text
    assert answered(second, confirm) == 302
    assert answered(second, confirm) == 409
    entry = register.entry_of(signature.register_number or "")
    assert entry is not None
    assert entry.status == "delisted"
    assert "revoked" in second.get(path(signature)).text
    assert [answered(first, path(signature, more), **sent) for more in ("delist",)] == [409]


def test_delisting_when_refused_is_kept_as_history(
    first: FlaskClient, second: FlaskClient, signature: Signature
) -> None:
    answered(first, path(signature, "delist"), ground="misuse", message="You sold our name.")
    assert answered(second, path(signature, f"delisting/{proposal(signature)}/refuse")) == 302
    assert "Refused by another officer" in second.get(path(signature)).text
    assert again(signature).state == "active"


def test_change_when_two_officers_approve_is_shown_as_made(
    first: FlaskClient, second: FlaskClient, signature: Signature
) -> None:
    change = renamed(signature)
    address = path(signature, f"changes/{change}")
    page = first.get(address).text
    assert ("Réseau du Fleuve" in page, "Fédération du Fleuve" in page, "Our assembly decided so." in page) == (
        True,
        True,
        True,
    )
    assert answered(first, address, decision="") == 422
    assert answered(first, address, decision="decline", message="") == 422
    assert answered(first, address, decision="approve") == 302
    assert "Another officer has to approve it too." in first.get(address).text
    assert answered(first, address, decision="approve") == 409
    assert answered(second, address, decision="approve") == 302
    assert "Made" in second.get(address).text
    assert answered(second, address, decision="decline", message="No.") == 409
    assert first.get(path(signatory(), f"changes/{change}")).status_code == 404


def test_change_when_its_mailbox_is_not_confirmed_offers_no_decision(first: FlaskClient, signature: Signature) -> None:
    change = ask(signature, ChangeKind.REPRESENTATIVE, email="moussa@reseau.example.org")
    page = first.get(path(signature, f"changes/{change}")).text
    assert ("has not been confirmed yet" in page, 'name="decision"' in page) == (True, False)
    assert change not in first.get("/admin/signatories/waiting/changes").text


def test_correction_when_sent_mends_the_entry_once(first: FlaskClient, signature: Signature) -> None:
    form = first.get(path(signature, "correct")).text
    seen = re.findall('name="seen_sha256" value="([0-9a-f]{64})"', form)[0]
    sent = {**ORGANISATION, "acronym": "RF", "explanation": "Left out.", "seen_sha256": seen}
    assert answered(first, path(signature, "correct"), **(sent | {"official_name": ""})) == 422
    assert answered(first, path(signature, "correct"), **(sent | {"acronym": ""})) == 422
    assert answered(first, path(signature, "correct"), **sent) == 302
    assert answered(first, path(signature, "correct"), **sent) == 409
    page = first.get(path(signature)).text
    assert ("Slip" in page or "slip" in page, "Left out." in page) == (True, True)


def test_succession_when_recorded_leads_from_one_to_the_other(first: FlaskClient, signature: Signature) -> None:
    heir = signatory(official_name="Fédération unie")
    sent = {"number": heir.register_number, "kind": "succession", "note": "", "i_am_sure": "y"}
    for wrong in ({"number": "ICSSE-77777"}, {"number": ""}, {"i_am_sure": ""}, {"kind": "theft"}):
        assert answered(first, path(signature, "succession"), **(sent | wrong)) == 422
    assert answered(first, path(signature, "succession"), **sent) == 302
    assert path(heir) in first.get(path(signature)).text
    assert path(signature) in first.get(path(heir)).text
    assert answered(first, path(signature, "succession"), **sent) == 409


def test_certificate_when_issued_anew_supersedes_the_old_one(first: FlaskClient, signature: Signature) -> None:
    serial = db.session.scalars(select(Certificate.serial)).one()
    assert answered(first, path(signature, f"certificates/{serial}/reissue")) == 302
    assert answered(first, path(signature, f"certificates/{serial}/reissue")) == 409
    assert answered(first, path(signatory(), f"certificates/{serial}/reissue")) == 404
    assert "superseded by" in first.get(path(signature)).text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.PRESIDENCY])
def test_act_when_the_role_does_not_allow_it_is_neither_offered_nor_done(
    app: Flask, signature: Signature, *, role: Role
) -> None:
    browser = officers.signed_in(app, "Eve", role)
    page = browser.get(path(signature))
    assert (page.status_code, "What can be done" in page.text, "Issue a new one" in page.text) == (200, False, False)
    acts = ("suspend", "delist", "correct", "succession", "suspension/lift")
    assert [answered(browser, path(signature, act)) for act in acts] == [403] * 5
    assert again(signature).state == "active"


def test_signatory_when_outside_an_officers_reach_is_not_there(app: Flask, signature: Signature) -> None:
    with transaction():
        narrow = officers.officer("Fay")
        narrow.charters = ["another-charter"]
        case = officers.officer("Gus", Role.OUTSIDE)
        case.only_reference = signature.reference
    renamed(signature)
    for person, status in ((narrow, 404), (case, 200)):
        browser = officers.browser_of(person, app)
        assert browser.get(path(signature)).status_code == status
        listed = browser.get("/admin/signatories/")
        assert (listed.status_code, str(signature.register_number) in listed.text) == (200, False)
        assert ("du Fleuve" in browser.get("/admin/signatories/waiting/changes").text) == (status == 200)


def test_signatory_when_limited_to_its_charter_is_listed(app: Flask, signature: Signature) -> None:
    with transaction():
        person = officers.officer("Hal")
        person.charters = [charters.SLUG]
    browser = officers.browser_of(person, app)
    assert str(signature.register_number) in browser.get("/admin/signatories/?charter=another").text


@pytest.mark.parametrize("number", ["ICSSE-99999", "A-ZZZZ", "<script>"])
def test_signatory_when_unknown_is_not_there(first: FlaskClient, *, number: str) -> None:
    signing.verified()
    assert first.get(f"/admin/signatories/{number}/").status_code == 404
