"""Which two languages stand together on a charter's documents?"""

from __future__ import annotations

from typing import Any

import pytest

from coalition.charters.definition import LIBRARY, FolderBroken, from_json, load

DATA = dict(load(LIBRARY / "icsse-charter").data)


def test_charter_when_it_names_no_languages_for_documents_has_each_in_one() -> None:
    assert from_json(DATA).beside("en") == ""


def test_charter_when_it_names_two_sets_the_other_beside_the_documents_own() -> None:
    charter = from_json(DATA | {"certificate_languages": ["en", "fr"]})
    assert [charter.beside(language) for language in ("en", "fr")] == ["fr", "en"]


@pytest.mark.parametrize("wrong", [["en"], ["en", "en"], ["en", "es"], ["en", "fr", "en"]])
def test_charter_when_it_names_other_than_two_of_its_languages_is_refused(wrong: list[Any]) -> None:
    with pytest.raises(FolderBroken, match="names two of the charter's languages"):
        from_json(DATA | {"certificate_languages": wrong})
