"""Do the queries give the charter that is in force, and nothing of one that is switched off?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, scoped_session

from coalition.charters import queries
from coalition.charters.definition import LIBRARY, load
from coalition.charters.errors import CharterUnknown, NotSignable
from coalition.charters.shapes import TextStanding
from coalition.charters.text import digest
from tests.charters.folders import change, load_folder, pocket_folder, switch

SLUG = "pocket-charter"
Db = scoped_session[Session]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def two_versions(tmp_path: Path, session: Db) -> Path:
    """The pocket charter in two versions: the second halves nothing any more."""
    folder = pocket_folder(tmp_path)
    load_folder(folder)
    change(folder, "text.en.md", "halve", "end")
    change(folder, "charter.toml", "approvers = 1", "approvers = 2")
    load_folder(folder)
    return folder


def test_first_definition_without_charters_is_none(session: Db) -> None:
    assert queries.first_definition() is None
    assert queries.charter_list() == ()


def test_charter_list_shows_each_newest_version_in_the_order_of_loading(two_versions: Path) -> None:
    load_folder(LIBRARY / "ilgsse-declaration")
    found = [(charter.slug, charter.number, charter.definition.approvers) for charter in queries.charter_list()]
    assert found == [(SLUG, 2, 2), ("ilgsse-declaration", None, 2)]
    first = queries.first_definition()
    assert first is not None
    assert first.slug == SLUG


def test_charter_list_switched_off_is_left_out(two_versions: Path) -> None:
    switch(SLUG, enabled=False)
    assert queries.charter_list() == ()
    with pytest.raises(CharterUnknown):
        queries.charter_page(SLUG)
    with pytest.raises(CharterUnknown):
        queries.current_version(SLUG)
    assert queries.definition_of(SLUG).approvers == 2


def test_charter_page_default_is_the_newest_version(two_versions: Path) -> None:
    page = queries.charter_page(SLUG)
    assert (page.number, page.is_current, [version.number for version in page.versions]) == (2, True, [2, 1])
    assert [(text.language, text.standing) for text in page.texts] == [
        ("es", TextStanding.AUTHENTIC),
        ("en", TextStanding.COURTESY),
    ]
    assert page.text_in("en").sha256 == digest((two_versions / "text.en.md").read_text("utf-8"))
    assert page.text_in("fr") == page.text_in("es")


def test_charter_page_older_version_has_its_own_text_and_data(two_versions: Path) -> None:
    page = queries.charter_page(SLUG, 1)
    assert (page.number, page.is_current, page.definition.approvers) == (1, False, 1)
    assert "halve" in queries.markdown_of(page.text_in("en"))
    assert [section.heading for section in queries.sections_of(page.text_in("en"))] == ["Target"]


@pytest.mark.parametrize(("slug", "number"), [("nothing", None), (SLUG, 3), (SLUG, 0)])
def test_charter_page_unknown_is_told(two_versions: Path, slug: str, number: int | None) -> None:
    with pytest.raises(CharterUnknown):
        queries.charter_page(slug, number)


@pytest.mark.parametrize(("slug", "number"), [("nothing", None), (SLUG, 3)])
def test_definition_of_unknown_is_told(two_versions: Path, slug: str, number: int | None) -> None:
    with pytest.raises(CharterUnknown):
        queries.definition_of(slug, number)


def test_definition_of_version_is_the_one_stored_with_it(two_versions: Path) -> None:
    assert queries.definition_of(SLUG) == load(two_versions).definition
    assert queries.definition_of(SLUG, 1).approvers == 1


def test_current_version_is_what_is_signed_now(two_versions: Path) -> None:
    assert queries.current_version(SLUG) == queries.charter_page(SLUG)


def test_current_version_of_a_declaration_cannot_be_signed(session: Db) -> None:
    load_folder(LIBRARY / "ilgsse-declaration")
    with pytest.raises(NotSignable):
        queries.current_version("ilgsse-declaration")
    page = queries.charter_page("ilgsse-declaration")
    assert (page.number, page.versions) == (None, ())


def test_definition_of_second_time_reads_one_row_and_parses_nothing(
    two_versions: Path, counted_queries: Counter
) -> None:
    first = queries.definition_of(SLUG)
    with counted_queries() as statements:
        assert queries.definition_of(SLUG) is first
    assert len(statements) == 1


def test_definition_of_many_versions_keeps_few(two_versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "KEPT", 1)
    monkeypatch.setattr(queries, "_kept", {})
    for version in (1, 2, 1):
        assert queries.definition_of(SLUG, version).approvers == version
    assert len(queries._kept) == 1
