"""Can the secretariat change what goes with a charter, and does a stale or forged form change nothing?"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.charters import history, queries
from coalition.transactions import transaction
from tests.charters.desk import charter
from tests.charters.folders import switch
from tests.factories import charters
from tests.factories.officers import browser_of, officer, signed_in

HOME = "/admin/charters/icsse-charter/"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def ada(app: Flask, clock: time_machine.Traveller) -> FlaskClient:
    """The browser of an officer of the secretariat, with both built-in charters there."""
    charters.load()
    charters.load(charters.DECLARATION)
    return signed_in(app)


def shown(client: FlaskClient, path: str = "") -> str:
    answer = client.get(HOME + path)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def sent(client: FlaskClient, path: str, **changes: Any) -> dict[str, str]:
    """Return what a form would send as it stands, with changes."""
    page = shown(client, path)
    form = page[page.index("<main") :]
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form)
    lines = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    chosen = re.findall(r'<select[^>]*name="([^"]+)".*?value="([^"]*)" selected', form, re.DOTALL)
    return {**dict(lines), **dict(texts), **dict(chosen), **changes}


def test_charters_lists_all_with_what_is_in_force(ada: FlaskClient) -> None:
    page = ada.get("/admin/charters/").text
    rows = re.findall(r'<a href="/admin/charters/([a-z-]+)/">', page)
    assert rows == ["icsse-charter", "ilgsse-declaration"]
    assert re.findall(r'data-l="In force"><span>([^<]+)<', page) == ["Version 1", "Summary"]
    assert ("Open for signing" in page, "By note or letter, not on this site" in page) == (True, True)


def test_charters_of_a_limited_officer_are_those_of_the_scope_alone(app: Flask, ada: FlaskClient) -> None:
    with transaction():
        person = officer("Lea")
    browser = browser_of(person, app)
    with transaction() as session:
        session.execute(update(Officer).where(Officer.id == person.id).values(charters=["ilgsse-declaration"]))
    assert re.findall(r'<a href="/admin/charters/([a-z-]+)/">', browser.get("/admin/charters/").text) == [
        "ilgsse-declaration"
    ]
    paths = ("", "rules", "reasons", "signing", "versions/new", "versions/1", "versions/1/translation")
    assert [browser.get(HOME + path).status_code for path in paths] == [404] * 7
    assert browser.post(HOME + "signing", data={"now": "1", "revision": "1"}).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PRESIDENCY, Role.AUDITOR])
def test_charter_when_read_by_another_role_offers_no_change(app: Flask, ada: FlaskClient, role: Role) -> None:
    browser = signed_in(app, "Rita", role)
    page = shown(browser)
    assert "Evidence for “Member-based”" in page
    assert re.findall(rf'href="{HOME}([a-z/]+)"', page) == []
    assert [browser.get(HOME + path).status_code for path in ("rules", "reasons", "versions/new")] == [403] * 3


def test_charter_page_reads_in_a_fixed_number_of_statements(ada: FlaskClient, counted_queries: Counter) -> None:
    with counted_queries() as before:
        shown(ada)
    for number in (3, 4, 5):
        ada.post(HOME + "rules", data=sent(ada, "rules", approvers=str(number)))
    shown(ada)  # a definition is parsed once
    with counted_queries() as after:
        shown(ada)
    assert len(after) == len(before)


def test_rules_when_saved_count_and_stand_in_the_history_in_french_too(app: Flask, ada: FlaskClient) -> None:
    data = sent(ada, "rules", approvers="3", **{"member_based-en": "the statutes", "member_based-fr": "les statuts"})
    assert ada.post(HOME + "rules", data=data).headers["Location"] == HOME
    found = queries.definition_of(charters.SLUG)
    assert found.approvers == 3
    assert found.category("member_based").evidence == {"en": "the statutes", "fr": "les statuts"}  # type: ignore[union-attr]
    page = shown(ada)
    assert "Approvers: 2, now 3" in page
    assert "Evidence for “Member-based organisation” was worded anew" in page
    assert "statutes and a list of members" in page  # what stood there before
    french = shown(signed_in(app, "Léa", language="fr"))
    assert "Nombre d’approbations\N{NO-BREAK SPACE}: 2, désormais 3" in french
    assert '<html lang="fr"' in french


def test_rules_in_one_language_alone_are_asked_again(ada: FlaskClient) -> None:
    answer = ada.post(HOME + "rules", data=sent(ada, "rules", **{"member_based-fr": ""}))
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">([^<]+)<', answer.text) == [
        ("member_based-fr", "Write it in every language of the text.")
    ]
    assert queries.definition_of(charters.SLUG).category("member_based").evidence["fr"] != ""  # type: ignore[union-attr]


def test_rules_with_a_forged_number_are_refused(ada: FlaskClient) -> None:
    for approvers in ("0", "6", "x", ""):
        assert ada.post(HOME + "rules", data=sent(ada, "rules", approvers=approvers)).status_code == 422
    assert queries.definition_of(charters.SLUG).approvers == 2


@pytest.mark.parametrize("path", ["rules", "reasons", "signing", "reasons/other/retire"])
def test_form_when_stale_changes_nothing_and_names_who_was_first(app: Flask, ada: FlaskClient, path: str) -> None:
    forms = {
        "rules": sent(ada, "rules", approvers="3"),
        "reasons": sent(ada, "reasons", key="new", **said()),
        "signing": sent(ada, "signing", now="1"),
        "reasons/other/retire": sent(ada, "reasons"),
    }
    ben = signed_in(app, "Ben")
    assert ben.post(HOME + "rules", data=sent(ben, "rules", approvers="4")).status_code == 302
    answer = ada.post(HOME + path, data=forms[path])
    assert answer.status_code == 409
    assert "Ben has changed this text after you opened the page." in answer.text
    assert charter(charters.SLUG).definition.approvers == 4
    assert len(charter(charters.SLUG).definition.retired_reasons) == 0


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 12, "1 or 1"])
@pytest.mark.parametrize("path", ["rules", "signing", "reasons/other/retire"])
def test_form_when_its_revision_is_forged_changes_nothing(ada: FlaskClient, path: str, revision: str) -> None:
    data = {"approvers": "3", "now": "1", "revision": revision}
    assert ada.post(HOME + path, data=data).status_code == 422
    assert (charter(charters.SLUG).definition.approvers, charter(charters.SLUG).closes_at) == (2, None)


def test_form_without_its_revision_changes_nothing(ada: FlaskClient) -> None:
    for path, data in (("rules", {"approvers": "3"}), ("signing", {"now": "1"}), ("reasons/other/retire", {})):
        assert ada.post(HOME + path, data=data).status_code == 422
    assert (charter(charters.SLUG).definition.approvers, charter(charters.SLUG).closes_at) == (2, None)


def test_form_with_a_file_in_a_texts_place_changes_nothing(ada: FlaskClient) -> None:
    for path, name in (
        ("rules", "revision"),
        ("reasons", "key"),
        ("signing", "closes_on"),
    ):
        data = {**sent(ada, path), name: (BytesIO(b"text"), "text.txt")}
        assert ada.post(HOME + path, data=data, content_type="multipart/form-data").status_code == 422
    assert "came from its folder" in shown(ada)
    assert len(history.changes_of(charters.SLUG)) == 1


def said(**changes: str) -> dict[str, str]:
    words = {"label-en": "Closed", "label-fr": "Fermée", "words-en": "It is closed.", "words-fr": "Elle est fermée."}
    return {**words, **changes}


def test_reason_when_added_retired_and_offered_again(ada: FlaskClient) -> None:
    data = sent(ada, "reasons", key="not_open", **said())
    assert ada.post(HOME + "reasons", data=data).headers["Location"] == HOME + "reasons"
    assert "Elle est fermée." in queries.definition_of(charters.SLUG).reason("not_open").words["fr"]  # type: ignore[union-attr]
    for act, retired in (("retire", ["not_open"]), ("restore", [])):
        answer = ada.post(HOME + f"reasons/not_open/{act}", data=sent(ada, "reasons"))
        assert answer.headers["Location"] == HOME + "reasons"
        assert [reason.key for reason in queries.definition_of(charters.SLUG).retired_reasons] == retired
        assert ("They stand on the decisions" in shown(ada, "reasons")) is bool(retired)
    page = shown(ada)
    assert "The reason “Closed” was added" in page
    assert "The reason “Closed” was retired" in page
    assert "The reason “Closed” is offered again" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Not open"}, "key"),
        ({"key": ""}, "key"),
        ({"key": "other"}, "key"),
        ({"label-fr": " "}, "label-fr"),
        ({"words-en": ""}, "words-en"),
        ({"words-en": "x" * 1001}, "words-en"),
    ],
)
def test_reason_that_cannot_be_is_told_at_its_field(ada: FlaskClient, changes: dict[str, str], field: str) -> None:
    answer = ada.post(HOME + "reasons", data=sent(ada, "reasons", **{"key": "not_open", **said(), **changes}))
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == [field]


def test_reason_unknown_or_act_unknown_is_not_there(ada: FlaskClient) -> None:
    data = sent(ada, "reasons")
    assert ada.post(HOME + "reasons/nothing/retire", data=data).status_code == 404
    assert ada.post(HOME + "reasons/other/restore", data=data).status_code == 404
    assert ada.post(HOME + "reasons/other/delete", data=data).status_code == 404


def test_signing_when_a_last_day_is_set_closes_after_it(ada: FlaskClient, clock: time_machine.Traveller) -> None:
    data = sent(ada, "signing", closes_on="2026-03-02")
    assert ada.post(HOME + "signing", data=data).headers["Location"] == HOME
    assert "Open until 3 March 2026, 00:00 (UTC)" in shown(ada)
    clock.shift(timedelta(hours=2))
    assert queries.charter_page(charters.SLUG).is_open is True
    clock.shift(timedelta(hours=13))
    assert queries.charter_page(charters.SLUG).is_open is False


def test_signing_when_closed_now_and_opened_again(ada: FlaskClient) -> None:
    assert ada.post(HOME + "signing", data=sent(ada, "signing", now="1")).status_code == 302
    assert "Closed since 2 March 2026, 09:00 (UTC)" in shown(ada)
    again = ada.post(HOME + "signing", data=sent(ada, "signing", now="1"))
    assert (again.status_code, "it is so already" in again.text) == (422, True)
    assert ada.post(HOME + "signing", data=sent(ada, "signing", open="1")).status_code == 302
    assert "Open for signing" in shown(ada)
    page = shown(ada)
    assert "Signing was opened again" in page
    assert "Signing closes, or has closed: 2 March 2026, 09:00 (UTC)" in page


@pytest.mark.parametrize("day", ["2026-03-01", "", "tomorrow", "2026-02-30", "99999-01-01"])
def test_signing_with_a_day_that_cannot_be_is_asked_again(ada: FlaskClient, day: str) -> None:
    answer = ada.post(HOME + "signing", data=sent(ada, "signing", closes_on=day))
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == ["closes_on"]
    assert charter(charters.SLUG).closes_at is None


def test_charter_unknown_or_switched_off(ada: FlaskClient) -> None:
    assert ada.get("/admin/charters/nothing/").status_code == 404
    switch(charters.SLUG, enabled=False)
    page = shown(ada)
    assert "This text is switched off" in page
    assert "See it as the public does" not in page
