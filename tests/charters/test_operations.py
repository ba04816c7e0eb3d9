"""Does a changed text become a new version, and does an adopted one never change?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as clock_module
from coalition.audit.models import AuditRecord
from coalition.charters.definition import LIBRARY
from coalition.charters.errors import CharterUnknown, PrefixTaken, SummaryTooLate, TextChanged
from coalition.charters.models import Charter, CharterText, CharterVersion
from coalition.charters.operations import Change, Loaded
from coalition.charters.text import digest
from coalition.transactions import transaction
from tests.charters.folders import change, load_folder, pocket_folder, switch

SLUG = "pocket-charter"
Db = scoped_session[Session]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pocket charter's folder, to be changed."""
    return pocket_folder(tmp_path)


@pytest.fixture
def loaded(folder: Path, session: Db) -> Path:
    """The pocket charter's folder, loaded as it is."""
    assert load_folder(folder) == Loaded(SLUG, 1, Change.NEW_VERSION)
    return folder


def versions(session: Db) -> list[tuple[int, dict[str, str]]]:
    found = session.scalars(select(CharterVersion).order_by(CharterVersion.number))
    return [(version.number, {text.language: text.markdown for text in version.texts}) for version in found]


def audit(session: Db) -> list[tuple[str, str, str | None, str | None]]:
    rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
    return [(row.act, row.subject, row.to_state, (row.reason or "").split(" ")[0]) for row in rows]


def test_load_charter_new_stores_the_version_with_its_texts(loaded: Path, session: Db) -> None:
    version = session.scalars(select(CharterVersion)).one()
    assert (version.number, version.adopted_on, version.charter.slug) == (1, date(2026, 1, 15), SLUG)
    assert (version.charter.number_prefix, version.charter.position, version.charter.enabled) == ("POCKET", 1, True)
    assert [(text.language, text.standing) for text in version.texts] == [("es", "authentic"), ("en", "courtesy")]
    assert [text.sha256 for text in version.texts] == [digest(text.markdown) for text in version.texts]
    assert audit(session) == [("load_charter", f"charter:{SLUG}", "version 1", "new_version")]


def test_load_charter_unchanged_changes_nothing(loaded: Path, session: Db) -> None:
    before = versions(session)
    assert load_folder(loaded) == Loaded(SLUG, 1, Change.NOTHING)
    assert versions(session) == before
    assert len(audit(session)) == 1


def test_load_charter_other_white_space_changes_nothing(loaded: Path, session: Db) -> None:
    text = (loaded / "text.es.md").read_text("utf-8")
    (loaded / "text.es.md").write_bytes(b"\xef\xbb\xbf\r\n" + text.replace("\n", "  \r\n").encode())
    assert load_folder(loaded).change is Change.NOTHING


@pytest.mark.parametrize(("name", "word"), [("text.es.md", "mitad"), ("text.en.md", "halve")])
def test_load_charter_changed_text_is_the_next_version(loaded: Path, session: Db, name: str, word: str) -> None:
    ((_, first),) = versions(session)
    change(loaded, name, word, "cuarta")
    assert load_folder(loaded) == Loaded(SLUG, 2, Change.NEW_VERSION)
    (before, after) = versions(session)
    assert before == (1, first)
    assert after[0] == 2
    assert "cuarta" in after[1][name.split(".")[1]]
    assert audit(session)[1] == ("load_charter", f"charter:{SLUG}", "version 2", "new_version")


def test_load_charter_another_language_becoming_authentic_is_the_next_version(loaded: Path, session: Db) -> None:
    change(loaded, "charter.toml", 'es = "authentic"', 'es = "courtesy"')
    change(loaded, "charter.toml", 'en = "courtesy"', 'en = "authentic"')
    assert load_folder(loaded) == Loaded(SLUG, 2, Change.NEW_VERSION)


def test_load_charter_changed_data_replace_those_of_the_present_version(loaded: Path, session: Db) -> None:
    before = versions(session)
    change(loaded, "charter.toml", "approvers = 1", "approvers = 3")
    change(loaded, "charter.toml", "adopted_on = 2026-01-15\n", "")
    assert load_folder(loaded) == Loaded(SLUG, 1, Change.DEFINITION)
    version = session.scalars(select(CharterVersion)).one()
    assert (version.definition["approvers"], version.adopted_on) == (3, None)
    assert versions(session) == before
    assert audit(session)[1] == ("load_charter", f"charter:{SLUG}", "version 1", "definition")


def test_load_charter_new_language_joins_the_version(folder: Path, session: Db) -> None:
    english = (folder / "text.en.md").read_text("utf-8")
    toml = (folder / "charter.toml").read_text("utf-8")
    kept = [line for line in toml.split("\n") if not line.startswith(("en = ",)) and ".en = " not in line]
    (folder / "charter.toml").write_text("\n".join(kept).replace('["es", "en"]', '["es"]'), "utf-8")
    assert load_folder(folder) == Loaded(SLUG, 1, Change.NEW_VERSION)
    (folder / "charter.toml").write_text(toml, "utf-8")
    assert load_folder(folder) == Loaded(SLUG, 1, Change.NEW_TRANSLATION)
    ((number, texts),) = versions(session)
    assert (number, texts["en"]) == (1, english)


def test_load_charter_stored_text_that_was_changed_is_refused(loaded: Path, session: Db) -> None:
    with transaction():
        session.execute(update(CharterText).where(CharterText.language == "es").values(markdown="Otra cosa.\n"))
    with pytest.raises(TextChanged) as raised:
        load_folder(loaded)
    assert str(raised.value) == (
        "The stored text of pocket-charter, version 1 (es), is not the one that was adopted: "
        "its digest differs. Restore it from a backup."
    )


def test_load_charter_prefix_of_another_charter_is_refused(loaded: Path, session: Db) -> None:
    change(loaded, "charter.toml", 'slug = "pocket-charter"', 'slug = "other-charter"')
    with pytest.raises(PrefixTaken, match="POCKET belongs to pocket-charter"):
        load_folder(loaded)
    assert [charter.slug for charter in session.scalars(select(Charter))] == [SLUG]


def test_load_charter_summary_stands_in_place_of_a_version(session: Db) -> None:
    assert load_folder(LIBRARY / "ilgsse-declaration") == Loaded("ilgsse-declaration", 0, Change.NEW_SUMMARY)
    assert load_folder(LIBRARY / "ilgsse-declaration").change is Change.NOTHING
    assert [(text.language, text.standing) for text in session.scalars(select(CharterText))] == [
        ("en", "summary"),
        ("fr", "summary"),
    ]


def summarised(folder: Path) -> None:
    """Turn a folder with texts into one with summaries."""
    toml = (folder / "charter.toml").read_text("utf-8")
    toml = toml.replace('"authentic"', '"summary"').replace('"courtesy"', '"summary"')
    toml = toml.replace(
        'joining = "form"', 'joining = "correspondence"\nhow_to_join.es = "Carta."\nhow_to_join.en = "Letter."'
    )
    (folder / "charter.toml").write_text(toml, "utf-8")
    for path in list(folder.glob("text.*.md")):
        path.rename(folder / path.name.replace("text", "summary"))


def test_load_charter_changed_summary_takes_the_older_ones_place(folder: Path, session: Db) -> None:
    summarised(folder)
    assert load_folder(folder) == Loaded(SLUG, 0, Change.NEW_SUMMARY)
    change(folder, "summary.en.md", "halve", "quarter")
    assert load_folder(folder) == Loaded(SLUG, 0, Change.NEW_SUMMARY)
    ((number, texts),) = versions(session)
    assert number == 0
    assert "quarter" in texts["en"]


def test_load_charter_text_after_a_summary_is_version_one(folder: Path, tmp_path: Path, session: Db) -> None:
    summarised(folder)
    load_folder(folder)
    assert load_folder(pocket_folder(tmp_path / "later")) == Loaded(SLUG, 1, Change.NEW_VERSION)
    assert [number for number, _ in versions(session)] == [0, 1]


def test_load_charter_summary_after_a_text_is_refused(loaded: Path, session: Db) -> None:
    summarised(loaded)
    with pytest.raises(SummaryTooLate, match="pocket-charter has an adopted text already"):
        load_folder(loaded)


def test_switch_charter_off_and_on_is_kept_and_audited(loaded: Path, session: Db) -> None:
    for enabled in (False, False, True):
        switch(SLUG, enabled=enabled)
        assert session.scalars(select(Charter)).one().enabled is enabled
    assert [act for act, *_ in audit(session)[1:]] == ["disable_charter", "enable_charter"]


def test_switch_charter_unknown_is_told(session: Db) -> None:
    with pytest.raises(CharterUnknown):
        switch("nothing", enabled=False)


def test_load_charter_switched_off_stays_off(loaded: Path, session: Db) -> None:
    switch(SLUG, enabled=False)
    load_folder(loaded)
    assert session.scalars(select(Charter)).one().enabled is False


def test_version_published_at_is_the_moment_of_loading(loaded: Path, session: Db) -> None:
    version = session.scalars(select(CharterVersion)).one()
    assert version.published_at <= clock_module.now()
    assert version.published_at.tzinfo is not None
