"""Is a name that no font can print asked for anew, wherever a name is typed?"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from coalition.portal.change_forms import EditForm, OrganisationChangeForm
from coalition.signing.forms import OrganisationForm
from coalition.standing.forms import CorrectionForm

FORMS = [OrganisationForm, EditForm, OrganisationChangeForm, CorrectionForm]


def faults(app: Flask, form: type[OrganisationForm], *, language: str = "en", **typed: str) -> dict[str, list[str]]:
    with app.test_request_context(f"/{language}/"):
        made = form(MultiDict(typed))
        made.validate()
        return {name: [str(fault) for fault in found] for name, found in made.errors.items()}


@pytest.mark.one_database
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
class TestPrintableName:
    """The sentence names the characters, in every form."""

    def test_name_when_it_holds_an_emoji_asks_for_another_and_names_it(
        self, app: Flask, form: type[OrganisationForm]
    ) -> None:
        found = faults(app, form, official_name="Green 🐝 Co-op ✊ 🐝", latin_name="Bee 🐝")
        assert found["official_name"] == [
            "Our documents cannot print these characters: 🐝 ✊. Type the name without them."
        ]
        assert found["latin_name"] == ["Our documents cannot print this character: 🐝. Type the name without it."]

    def test_name_when_every_letter_is_known_is_taken(self, app: Flask, form: type[OrganisationForm]) -> None:
        found = faults(app, form, official_name="شبكة تعاونيات المتوسط", latin_name="Réseau № 5 – «Ệ»")
        assert {"official_name", "latin_name"} & found.keys() == set()


@pytest.mark.one_database
def test_sentence_when_the_page_is_french_is_french(app: Flask) -> None:
    found = faults(app, OrganisationForm, language="fr", official_name="Abeille 🐝")
    assert found["official_name"] == [
        "Nos documents ne peuvent pas imprimer ce caractère\xa0: 🐝. Saisissez le nom sans celui-ci."
    ]
