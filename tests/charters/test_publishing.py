"""Is a text in force from its moment, by the clock alone, and does an adopted one never change?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock as now_of
from coalition.audit.models import AuditRecord
from coalition.charters import publishing, queries
from coalition.charters.definition import LIBRARY
from coalition.charters.errors import (
    CharterChanged,
    CharterUnknown,
    InForceAlready,
    NothingNew,
    TextBroken,
    TextThere,
    VersionWaits,
)
from coalition.charters.models import CharterVersion
from coalition.charters.operations import Change, Loaded
from coalition.charters.text import digest
from tests.charters.desk import SLUG, TEXTS, charter, do, publish, set_rules
from tests.charters.folders import change, load_folder, pocket_folder
from tests.fixtures.times import MONDAY

Db = scoped_session[Session]
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path, clock: time_machine.Traveller, session: Db) -> Path:
    """The pocket charter's folder, loaded."""
    made = pocket_folder(tmp_path)
    load_folder(made)
    return made


def test_publish_version_at_once_is_in_force_and_the_older_stays(folder: Path) -> None:
    before = queries.charter_page(SLUG)
    assert publish(adopted_on=date(2026, 2, 1)) == 2
    page = queries.charter_page(SLUG)
    assert (page.number, page.is_current, page.adopted_on, page.is_open) == (2, True, date(2026, 2, 1), True)
    assert [(text.language, text.standing, text.sha256) for text in page.texts] == [
        ("es", "authentic", digest(TEXTS["es"])),
        ("en", "courtesy", digest(TEXTS["en"])),
    ]
    older = queries.charter_page(SLUG, 1)
    assert (older.is_current, older.texts, older.definition_sha256) == (False, before.texts, before.definition_sha256)
    assert [(line.number, line.in_force_from) for line in page.versions] == [(2, MONDAY), (1, None)]


def test_publish_version_for_a_day_is_in_force_from_that_moment_by_the_clock(
    folder: Path, clock: time_machine.Traveller
) -> None:
    moment = MONDAY + DAY
    publish(moment)
    assert queries.charter_page(SLUG).number == 1
    assert [line.number for line in queries.all_charters()] == [1]
    assert [item.number for item in queries.charter_list()] == [1]
    assert queries.definition_of(SLUG).adopted_on == date(2026, 1, 15)
    with pytest.raises(CharterUnknown):
        queries.charter_page(SLUG, 2)
    with pytest.raises(CharterUnknown):
        queries.definition_of(SLUG, 2)
    clock.move_to(moment - timedelta(seconds=1), tick=False)
    assert queries.current_version(SLUG).number == 1
    clock.move_to(moment, tick=False)
    assert queries.current_version(SLUG).number == 2
    assert [item.number for item in queries.charter_list()] == [2]
    assert queries.first_charter().number == 2  # type: ignore[union-attr]


def test_publish_version_moment_that_is_over_is_now(folder: Path, session: Db) -> None:
    publish(MONDAY - DAY)
    assert session.scalars(select(CharterVersion.in_force_from)).all() == [None, MONDAY]


def test_publish_version_is_audited_with_the_digest_of_what_decides(folder: Path, session: Db) -> None:
    publish()
    line = session.scalars(select(AuditRecord).order_by(AuditRecord.id.desc())).first()
    assert line is not None
    assert (line.actor_id, line.act, line.subject) == ("officer-ada", "publish_version", f"charter:{SLUG}")
    assert (line.to_state, line.reason) == ("version 2", digest(TEXTS["es"]))


def test_publish_version_while_one_waits_is_refused(folder: Path) -> None:
    publish(MONDAY + DAY)
    with pytest.raises(VersionWaits, match="Version 2 waits"):
        publish(texts={"es": "Otra.\n"})


def test_publish_version_from_a_stale_page_is_refused_and_names_who_was_first(folder: Path) -> None:
    seen = charter().revision
    set_rules(2)
    with pytest.raises(CharterChanged, match="officer-ada has changed"):
        publish(seen=seen)
    assert charter().newest.number == 1


def test_publish_version_of_the_same_texts_is_refused(folder: Path) -> None:
    texts = {text.language: queries.markdown_of(text) for text in queries.charter_page(SLUG).texts}
    with pytest.raises(NothingNew, match="version 1"):
        publish(texts=texts)
    with pytest.raises(NothingNew):
        publish(texts={"es": texts["es"]})
    assert publish(texts=texts, authentic="en") == 2


@pytest.mark.parametrize(
    ("authentic", "texts"),
    [
        ("es", {"en": "We shall end them.\n"}),
        ("fr", {"fr": "Nous y mettrons fin.\n"}),
        ("es", {"es": "## A {#a}\n\nx\n\n## B {#a}\n"}),
        ("es", {"es": "Sí.\n", "en": " \n"}),
    ],
)
def test_publish_version_that_cannot_be_shown_is_refused(folder: Path, authentic: str, texts: dict[str, str]) -> None:
    with pytest.raises(TextBroken):
        publish(texts=texts, authentic=authentic)
    assert charter().newest.number == 1


def test_publish_version_unknown_charter_is_told(folder: Path) -> None:
    with pytest.raises(CharterUnknown):
        publish(slug="nothing", seen=0)


def test_publish_version_of_a_summary_is_version_one_and_stays_beside_its_folder(session: Db) -> None:
    load_folder(LIBRARY / "ilgsse-declaration")
    slug = "ilgsse-declaration"
    assert publish(slug=slug, authentic="fr", texts={"fr": "La déclaration.\n", "en": "The declaration.\n"}) == 1
    page = queries.charter_page(slug)
    assert (page.number, page.definition.is_summary, page.definition.authentic_language) == (1, False, "fr")
    assert (page.is_open, page.definition.how_to_join != {}) == (False, True)
    assert load_folder(LIBRARY / "ilgsse-declaration") == Loaded(slug, 0, Change.NOTHING)
    assert queries.charter_page(slug).number == 1


def test_load_charter_after_the_desk_published_makes_no_version_of_the_older_text(folder: Path) -> None:
    publish()
    assert load_folder(folder) == Loaded(SLUG, 1, Change.NOTHING)
    change(folder, "text.es.md", "mitad", "cuarta")
    assert load_folder(folder) == Loaded(SLUG, 3, Change.NEW_VERSION)


def test_load_charter_changed_data_reach_the_version_that_the_desk_published(folder: Path) -> None:
    publish(adopted_on=date(2026, 2, 1))
    set_rules(4)
    change(folder, "charter.toml", 'short_title.en = "Pocket Charter"', 'short_title.en = "The Pocket"')
    assert load_folder(folder) == Loaded(SLUG, 1, Change.DEFINITION)
    page = queries.charter_page(SLUG)
    assert (page.number, page.definition.short_title["en"], page.definition.approvers) == (2, "The Pocket", 4)
    assert (page.adopted_on, page.texts[0].sha256) == (date(2026, 2, 1), digest(TEXTS["es"]))


def test_load_charter_that_brings_the_desks_text_is_that_version(folder: Path) -> None:
    publish()
    for code, text in TEXTS.items():
        (folder / f"text.{code}.md").write_text(text, "utf-8")
    assert load_folder(folder) == Loaded(SLUG, 2, Change.NOTHING)


def test_add_translation_joins_the_version_as_a_courtesy(folder: Path) -> None:
    do(publishing.add_translation, number=1, language="fr", markdown="## But {#target}\r\n\r\nMoitié.  ")
    page = queries.charter_page(SLUG)
    french = page.text_in("fr")
    assert (french.standing, queries.markdown_of(french)) == ("courtesy", "## But {#target}\n\nMoitié.\n")
    assert [text.language for text in page.texts] == ["es", "en", "fr"]


def test_add_translation_to_a_version_that_waits_and_to_a_summary(folder: Path) -> None:
    publish(MONDAY + DAY)
    do(publishing.add_translation, number=2, language="fr", markdown="Fin.\n")
    assert [text.language for text in charter().version(2).texts] == ["es", "en", "fr"]
    load_folder(LIBRARY / "ilgsse-declaration")
    do(publishing.add_translation, slug="ilgsse-declaration", number=0, language="es", markdown="Resumen.\n")
    assert charter("ilgsse-declaration").newest.texts[-1].standing == "summary"


def test_add_translation_refuses_what_is_there_or_broken(folder: Path) -> None:
    with pytest.raises(TextThere, match="Version 1 has a text"):
        do(publishing.add_translation, number=1, language="en", markdown="Other.\n")
    with pytest.raises(TextBroken):
        do(publishing.add_translation, number=1, language="fr", markdown="  ")
    with pytest.raises(CharterUnknown):
        do(publishing.add_translation, number=9, language="fr", markdown="Fin.\n")


def test_call_off_takes_a_version_back_before_its_day_and_the_history_keeps_it(folder: Path) -> None:
    publish(MONDAY + DAY)
    do(publishing.call_off, number=2)
    assert [version.number for version in charter().versions] == [1]
    assert publish(texts={"es": "Otra.\n"}) == 2
    assert queries.charter_page(SLUG).number == 2


def test_call_off_of_a_version_in_force_is_refused(folder: Path, clock: time_machine.Traveller) -> None:
    publish(MONDAY + DAY)
    seen = charter().revision
    clock.shift(DAY)
    with pytest.raises(InForceAlready, match="Version 2 is in force"):
        do(publishing.call_off, number=2, seen=seen, now=now_of.now())
    assert queries.charter_page(SLUG).number == 2
