"""Is only what was looked at published, by whoever may, and shown to the public from its day on?"""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from coalition.charters import queries
from tests.charters.desk import charter
from tests.factories import charters
from tests.factories.officers import signed_in
from tests.fixtures.times import MONDAY

HOME = "/admin/charters/icsse-charter/"
NEW = HOME + "versions/new"
PUBLIC = "/en/charters/icsse-charter/"


@pytest.fixture
def ada(app: Flask, clock: time_machine.Traveller) -> FlaskClient:
    """The browser of an officer of the secretariat, with the charter there."""
    charters.load()
    return signed_in(app)


def fields(page: str) -> dict[str, str]:
    """Return what the main form of a page would send as it stands."""
    form = page[page.rindex('<form method="post"', 0, page.index('name="looked_at"')) :]
    form = form[: form.index("</form>")]
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form)
    lines = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    chosen = re.findall(r'<option value="([^"]+)" selected', form)
    name = "authentic" if 'name="authentic"' in form else "language"
    return {key: html.unescape(value) for key, value in (*lines, *texts, *((name, code) for code in chosen))}


def proposed(client: FlaskClient, **changes: Any) -> dict[str, str]:
    """Return the form of a new version with one word changed, and `changes`."""
    data = fields(client.get(NEW).text)
    return {**data, "text_en": data["text_en"].replace("Carry out joint events", "Hold joint events"), **changes}


def test_new_version_begins_from_the_texts_that_are_there(ada: FlaskClient) -> None:
    page = queries.charter_page(charters.SLUG)
    data = fields(ada.get(NEW).text)
    assert (data["authentic"], data["looked_at"], data["revision"]) == ("en", "", str(charter(charters.SLUG).revision))
    assert [data[f"text_{text.language}"] for text in page.texts] == [queries.markdown_of(text) for text in page.texts]
    assert (data["text_es"], data["text_ar"]) == ("", "")


def test_new_version_is_looked_at_before_it_is_published(ada: FlaskClient) -> None:
    data = proposed(ada, adopted_on="2026-02-27")
    looked = ada.post(NEW, data=data)
    assert looked.status_code == 200
    assert charter(charters.SLUG).newest.number == 1
    assert '<del><span class="vh">removed: </span>Carry out </del>' in looked.text
    assert '<ins><span class="vh">added: </span>Hold </ins>' in looked.text
    assert "In force at once." in looked.text
    assert "Nothing: it is the same text, word for word." in looked.text  # the French one
    sent = fields(looked.text)
    assert {**sent, "looked_at": ""} == {**data, "looked_at": ""}
    published = ada.post(NEW, data=sent)
    assert published.headers["Location"] == HOME + "versions/2"
    page = queries.charter_page(charters.SLUG)
    assert (page.number, str(page.adopted_on)) == (2, "2026-02-27")
    assert "Hold joint events" in ada.get(PUBLIC).text
    assert "Carry out joint events" in ada.get(PUBLIC + "?version=1").text
    shown = ada.get(HOME + "versions/2").text
    assert '<ins><span class="vh">added: </span>Hold </ins>' in shown
    assert "Version 2 was published" in ada.get(HOME).text


def test_new_version_that_was_changed_after_it_was_looked_at_is_looked_at_again(ada: FlaskClient) -> None:
    sent = fields(ada.post(NEW, data=proposed(ada)).text)
    for changes in ({"text_fr": "Autre.\n"}, {"in_force_on": "2026-03-09"}, {"authentic": "fr"}, {"again": "1"}):
        answer = ada.post(NEW, data={**sent, **changes})
        assert (answer.status_code, "Look at every text." in answer.text) == (200, True)
    assert charter(charters.SLUG).newest.number == 1


def test_new_version_for_a_day_is_hidden_until_then(ada: FlaskClient, clock: time_machine.Traveller) -> None:
    looked = ada.post(NEW, data=proposed(ada, in_force_on="2026-03-03"))
    assert "In force from 3 March 2026, 00:00 (UTC)." in looked.text
    assert ada.post(NEW, data=fields(looked.text)).status_code == 302
    assert "Waits for its day" in ada.get(HOME).text
    assert "Carry out joint events" in ada.get(PUBLIC).text
    assert ada.get(PUBLIC + "?version=2").status_code == 404
    assert ada.get("/api/v1/charters/icsse-charter/versions/2").status_code == 404
    before = ada.get(PUBLIC).headers["ETag"]
    clock.move_to(MONDAY.replace(day=3, hour=0), tick=False)
    after = ada.get(PUBLIC, headers={"If-None-Match": before})
    assert (after.status_code, "Hold joint events" in after.text) == (200, True)
    assert ada.get("/api/v1/charters/icsse-charter").json["version"] == 2


def test_new_version_while_another_waits_is_refused_and_not_offered(ada: FlaskClient) -> None:
    sent = fields(ada.post(NEW, data=proposed(ada, in_force_on="2026-03-03")).text)
    ada.post(NEW, data=sent)
    assert f'href="{NEW}"' not in ada.get(HOME).text
    data = {**proposed(ada), "text_en": "## Other {#other}\n\nOther.\n"}
    answer = ada.post(NEW, data=fields(ada.post(NEW, data=data).text))
    assert (answer.status_code, "Version 2 waits for its day already." in answer.text) == (409, True)


def test_new_version_from_two_browsers_at_once_is_one(app: Flask, ada: FlaskClient) -> None:
    ben = signed_in(app, "Ben")
    adas, bens = (fields(browser.post(NEW, data=proposed(browser)).text) for browser in (ada, ben))
    assert ben.post(NEW, data=bens).status_code == 302
    answer = ada.post(NEW, data=adas)
    assert (answer.status_code, "Ben has changed this text" in answer.text) == (409, True)
    assert ben.post(NEW, data=bens).status_code == 409
    assert charter(charters.SLUG).newest.number == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text_en": ""}, "authentic"),
        ({"text_en": "## A {#a}\n\nx\n\n## B {#a}\n\ny\n"}, "text_en"),
        ({"text_fr": "x" * 120_001}, "text_fr"),
        ({"in_force_on": "2026-03-01"}, "in_force_on"),
        ({"in_force_on": "soon"}, "in_force_on"),
        ({"adopted_on": "2026-02-30"}, "adopted_on"),
        ({"authentic": "de"}, "authentic"),
    ],
)
def test_new_version_that_cannot_be_is_told_at_its_field(ada: FlaskClient, changes: dict[str, str], field: str) -> None:
    answer = ada.post(NEW, data=proposed(ada, **changes))
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == [field]


def test_new_version_of_the_same_texts_is_told(ada: FlaskClient) -> None:
    looked = ada.post(NEW, data=fields(ada.get(NEW).text))
    answer = ada.post(NEW, data=fields(looked.text))
    assert (answer.status_code, "No text differs from version 1" in answer.text) == (422, True)


def test_new_version_shows_no_markup_of_its_text(ada: FlaskClient) -> None:
    text = "## One {#one}\n\n<script>alert(1)</script> [x](javascript:alert(1)) </textarea><img src=x>\n"
    page = ada.post(NEW, data=proposed(ada, text_en=text)).text
    assert re.findall(r"<script|<img|javascript:alert\(1\)\"", page) == []


def test_version_called_off_before_its_day_is_gone_but_for_the_history(ada: FlaskClient) -> None:
    ada.post(NEW, data=fields(ada.post(NEW, data=proposed(ada, in_force_on="2026-03-03")).text))
    page = ada.get(HOME + "versions/2").text
    revision = re.findall(r'name="revision" value="(\d+)"', page)[0]
    assert ada.post(HOME + "versions/2/call-off", data={"revision": "x"}).status_code == 422
    assert ada.post(HOME + "versions/2/call-off", data={"revision": "1"}).status_code == 409
    assert ada.post(HOME + "versions/2/call-off", data={"revision": revision}).headers["Location"] == HOME
    assert ada.get(HOME + "versions/2").status_code == 404
    assert "Version 2 was called off before its day" in ada.get(HOME).text


def test_version_in_force_cannot_be_called_off(ada: FlaskClient) -> None:
    page = ada.get(HOME + "versions/1").text
    assert "Call this version off" not in page
    answer = ada.post(HOME + "versions/1/call-off", data={"revision": str(charter(charters.SLUG).revision)})
    assert (answer.status_code, "Version 1 is in force already" in answer.text) == (409, True)


def test_translation_is_looked_at_then_shown_to_the_public(ada: FlaskClient) -> None:
    path = HOME + "versions/1/translation"
    text = "## Preámbulo {#preamble}\n\nEl texto.\n"
    data = {**fields(ada.get(path).text), "language": "es", "markdown": text}
    looked = ada.post(path, data=data)
    assert (looked.status_code, "El texto.</p>" in looked.text) == (200, True)
    assert charter(charters.SLUG).newest.text_in("es") is None
    changed = ada.post(path, data={**fields(looked.text), "markdown": "Otro.\n"})
    assert (changed.status_code, charter(charters.SLUG).newest.text_in("es")) == (200, None)
    assert ada.post(path, data=fields(looked.text)).headers["Location"] == HOME + "versions/1"
    shown = ada.get(PUBLIC + "?text=es").text
    assert ("El texto." in shown, "courtesy translation" in shown) == (True, True)
    assert "Version 1 was given a translation: Español" in ada.get(HOME).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"language": ""}, "language"), ({"language": "fr"}, "language"), ({"markdown": "  "}, "markdown")],
)
def test_translation_that_cannot_be_is_told_at_its_field(ada: FlaskClient, changes: dict[str, str], field: str) -> None:
    path = HOME + "versions/1/translation"
    data = {**fields(ada.get(path).text), "language": "es", "markdown": "Texto.\n", **changes}
    answer = ada.post(path, data=data)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == [field]


def test_version_unknown_is_not_there(ada: FlaskClient) -> None:
    assert [ada.get(HOME + f"versions/{number}").status_code for number in (0, 2, 99999999999)] == [404] * 3
