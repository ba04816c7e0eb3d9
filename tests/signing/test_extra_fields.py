"""The fields that a charter adds of its own: asked, judged, kept, shown as public or private."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories.browsing import ORGANISATION, PERSON, STATEMENTS, first_step, step
from tests.factories.charters import SLUG

FIELDS = """
[[extra_fields]]
key = "target_year"
type = "choice"
public = true
required = true
label.en = "Year of the target"
label.fr = "Année de l’objectif"
hint.en = "The year by which you reach it."
hint.fr = "L’année où vous l’atteignez."

[[extra_fields.options]]
key = "y2030"
label.en = "By 2030"
label.fr = "D’ici à 2030"

[[extra_fields]]
key = "basis"
type = "choice"
label.en = "How you measure"
label.fr = "Votre méthode"

[[extra_fields.options]]
key = "own"
label.en = "Our own method"
label.fr = "Notre propre méthode"

[[extra_fields]]
key = "emissions"
type = "number"
label.en = "Emissions"
label.fr = "Émissions"

[[extra_fields]]
key = "plan"
type = "url"
public = true
required = true
label.en = "Plan"
label.fr = "Plan"

[[extra_fields]]
key = "data_source"
type = "text"
label.en = "Source of the data"
label.fr = "Source des données"
"""
ANSWERS = {
    "target_year": "y2030",
    "basis": "",
    "emissions": "1 250,5",
    "plan": "plan.example.org/2030",
    "data_source": "  Our   own register ",
}
KEPT = {
    "target_year": "y2030",
    "basis": "",
    "emissions": "1250.5",
    "plan": "https://plan.example.org/2030",
    "data_source": "Our own register",
}


@pytest.fixture(autouse=True)
def own_charter(app, tmp_path: Path) -> None:
    """The built-in charter with fields of its own."""
    folder = tmp_path / SLUG
    shutil.copytree(definition.LIBRARY / SLUG, folder)
    data = folder / "charter.toml"
    data.write_text(data.read_text("utf-8").replace("extra_fields = []\n", "") + FIELDS, "utf-8")
    with transaction():
        operations.load_charter(folder=definition.load(folder), actor=Actor.system("tests"), now=clock.now())


def test_organisation_when_shown_then_asks_after_the_usual_fields_and_says_what_becomes_public(client) -> None:
    page = client.get(first_step()).text
    names = re.findall(r'<(?:input|select|textarea)[^>]*\bname="(\w+)"', page[page.index("<main") :])
    assert names[-6:] == ["description", *ANSWERS]
    hints = {key: re.search(rf'id="extra-{key}-hint">([^<]*)<', page)[1] for key in ANSWERS}
    assert hints == {
        "target_year": "The year by which you reach it. This answer is public.",
        "basis": "This answer is private.",
        "emissions": "This answer is private.",
        "plan": "This answer is public.",
        "data_source": "This answer is private.",
    }
    optional = {key: "(optional)" in re.search(rf'<label for="extra-{key}">(.*?)</label>', page)[1] for key in ANSWERS}
    assert [key for key, found in optional.items() if not found] == ["target_year", "plan"]


def test_organisation_when_in_french_then_asks_in_french(client) -> None:
    page = client.get(first_step(language="fr")).text
    assert ("Année de l’objectif" in page, "D’ici à 2030" in page, "Cette réponse est publique." in page) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("target_year", "", "Fill in “Year of the target”"),
        ("target_year", "y1999", "Choose one of the answers of the list"),
        ("basis", "theirs", "Choose one of the answers of the list"),
        ("emissions", "a lot", "Enter a number in digits"),
        ("emissions", "1,250", "Enter a number in digits"),
        ("emissions", "٣٤", "Enter a number in digits"),
        ("plan", "", "Fill in “Plan”"),
        ("plan", "javascript:alert(1)", "Enter a web address in the correct format"),
        ("data_source", "x" * 301, "Use at most 300 characters."),
    ],
)
def test_field_when_it_cannot_be_used_then_says_why_and_keeps_the_others(
    client, field: str, typed: str, sentence: str
) -> None:
    answer = client.post(first_step(), data={**ORGANISATION, **ANSWERS, "aliases": "Kept", field: typed})
    assert (answer.status_code, sentence in answer.text, 'value="Kept"' in answer.text) == (422, True, True)
    assert f'href="#extra-{field}"' in answer.text


@pytest.mark.parametrize("typed", ["0", "-3", "1 000 000", "12.5", "0,25"])
def test_number_when_it_has_one_meaning_then_is_taken(client, typed: str) -> None:
    answer = client.post(first_step(), data={**ORGANISATION, **ANSWERS, "emissions": typed})
    assert answer.location == step("representative")


def test_answers_when_signed_then_are_kept_and_shown_again_and_nothing_else_is(client) -> None:
    client.post(first_step(), data={**ORGANISATION, **ANSWERS, "unknown": "x"})
    again = client.get(step("organisation")).text
    assert ('value="1250.5"' in again, '<option value="y2030" selected>' in again) == (True, True)
    client.post(step("representative"), data=PERSON)
    client.post(step("proof"), data={}, content_type="multipart/form-data")
    page = client.get(step("review")).text
    rows = dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd>(.*?)</dd>\s*<dd><span class=\"tag", page, re.DOTALL))
    assert [rows[label] for label in ("Year of the target", "Emissions")] == [
        "<bdi>By 2030</bdi>",
        "<bdi>1250.5</bdi>",
    ]
    assert page.count(">Public</span>") + page.count(">Private</span>") == page.count("<dt>")
    client.post(step("review"), data={**STATEMENTS, "typed_name": PERSON["full_name"]})
    assert db.session.scalars(select(Signature)).one().extra == KEPT


def test_answers_when_saved_half_then_are_kept_as_typed(client) -> None:
    client.post(first_step(), data={"emissions": "a lot", "basis": "theirs", "save_later": "y"})
    page = client.get(step("organisation")).text
    assert ('value="a lot"' in page, "There is a problem" in page) == (True, False)
