"""Can the secretariat word a reason anew, in each language, with what it said before?"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from coalition.accounts.models import Officer
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.transactions import transaction
from tests.factories import officers

pytestmark = pytest.mark.usefixtures("charter")
PATH = "/admin/charters/icsse-charter/reasons/no_category/"
NEW = {
    "label_en": "No category fits",
    "words_en": "None of the charter’s  categories fits.",
    "label_fr": "Aucune catégorie",
    "words_fr": "Aucune des catégories ne convient.",
}


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser of an officer of the secretariat."""
    return officers.signed_in(app, "Ada")


def seen(client: FlaskClient) -> str:
    return re.search(r'name="seen" value="(\d+)"', client.get(PATH).text)[1]


def test_reason_when_worded_anew_says_so_and_keeps_what_it_said(ada: FlaskClient, charter: str) -> None:
    before = charters.definition_of(charter).reason("no_category")
    assert before.words["en"] in ada.get(PATH).get_data(as_text=True).replace("&#39;", "'").replace("&#34;", '"')
    assert ada.post(PATH, data={**NEW, "seen": seen(ada)}).status_code == 302
    now = charters.definition_of(charter, 1).reason("no_category")
    assert (now.label["fr"], now.words["en"]) == ("Aucune catégorie", "None of the charter’s categories fits.")
    page = ada.get(PATH).text
    assert before.label["fr"] in page
    assert "Ada" in page


def test_page_that_is_stale_changes_nothing(ada: FlaskClient, charter: str) -> None:
    old = seen(ada)
    assert ada.post(PATH, data={**NEW, "seen": old}).status_code == 302
    assert ada.post(PATH, data={**NEW, "label_en": "Second", "seen": old}).status_code == 409
    assert charters.definition_of(charter).reason("no_category").label["en"] == "No category fits"


@pytest.mark.parametrize("field", sorted(NEW))
def test_reason_without_words_in_a_language_is_refused(ada: FlaskClient, field: str) -> None:
    answer = ada.post(PATH, data={**NEW, field: " ", "seen": "0"})
    assert (answer.status_code, "Write it in every language." in answer.text) == (422, True)


def test_reason_of_nothing_or_of_another_charter_is_not_found(app: Flask, ada: FlaskClient) -> None:
    assert ada.get("/admin/charters/icsse-charter/reasons/nothing/").status_code == 404
    assert ada.get("/admin/charters/nothing/reasons/other/").status_code == 404
    with transaction():
        person = officers.officer("Eve")
        db.session.execute(update(Officer).where(Officer.id == person.id).values(charters=["another"]))
    assert officers.browser_of(person, app).get(PATH).status_code == 404
