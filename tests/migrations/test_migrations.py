"""Do the migrations lead up and down again on both databases, and to exactly what the models say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Enum, inspect, text

from coalition.extensions import db
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker

VERSIONS = "alembic_version"
WORD_INDEXES = ("register_words", "application_words", "enquiry_words")
ON_EXPRESSIONS = {"ix_register_entries_words", "ix_signatures_words", "ix_enquiries_words"}


@pytest.fixture
def empty_app(makers: Callable[[str], Maker], database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without tables."""
    maker = makers(database)
    url = maker.empty()
    app = build(url, tmp_path)
    try:
        with app.app_context():
            yield app
    finally:
        close(app)
        maker.drop(url)


def tables() -> set[str]:
    return {name for name in inspect(db.engine).get_table_names() if name != VERSIONS and not is_word_index(name)}


def is_word_index(table: str | None) -> bool:
    """SQLite keeps a word index as a virtual table with tables of its own behind it; no model stands for them."""
    return table is not None and table.startswith(WORD_INDEXES)


def is_modelled(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """PostgreSQL keeps the words in an index on an expression, which no model can say either."""
    return not is_word_index(name) and name not in ON_EXPRESSIONS


def revisions(app: Flask) -> list[str]:
    """Every revision, oldest first."""
    script = ScriptDirectory(app.extensions["migrate"].directory)
    return [found.revision for found in script.walk_revisions()][::-1]


def test_migrations_when_led_up_down_and_up_end_where_they_began(empty_app: Flask) -> None:
    assert tables() == set()
    upgrade()
    first = tables()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == first
    assert first == set(db.metadata.tables)


def test_migration_when_undone_alone_can_be_done_again(empty_app: Flask) -> None:
    for revision in revisions(empty_app):
        upgrade(revision=revision)
        before = tables()
        downgrade(revision="-1")
        upgrade(revision=revision)
        assert tables() == before


def test_models_when_compared_equal_the_migrations(app: Flask) -> None:
    options = {"compare_type": True, "render_as_batch": True, "include_object": is_modelled}
    context = MigrationContext.configure(db.engine, opts=options)  # type: ignore[arg-type]
    assert compare_metadata(context, db.metadata) == []


def test_migrations_when_listed_are_numbered_in_one_line(empty_app: Flask) -> None:
    assert revisions(empty_app) == [f"{number:04}" for number in range(1, len(revisions(empty_app)) + 1)]


def test_models_when_read_hold_no_native_enum() -> None:
    columns = [
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    ]
    assert columns == []


def test_constraints_when_read_have_names(app: Flask) -> None:
    inspector = inspect(db.engine)
    unnamed = [
        (table, found)
        for table in inspector.get_table_names()
        if table != VERSIONS
        for found in [
            *inspector.get_check_constraints(table),
            *inspector.get_foreign_keys(table),
            *inspector.get_unique_constraints(table),
        ]
        if not found["name"]
    ]
    assert unnamed == []


def test_officers_and_their_sessions_when_migrated_go_on_and_back(empty_app: Flask) -> None:
    upgrade(revision="0012")
    moment = "2026-03-02 09:00:00+00:00"
    with db.engine.begin() as connection:
        for key, step in ((1, 7), (2, None)):
            connection.execute(
                text(
                    "INSERT INTO officers (id, public_id, email, email_key, name, role, language, totp_last_step, "
                    "created_at) VALUES (:key, :name, :name, :name, :name, 'reviewer', 'en', :step, :moment)"
                ),
                {"key": key, "name": f"o{key}", "step": step, "moment": moment},
            )
        for digest in ("a" * 64, "b" * 64):
            connection.execute(
                text(
                    "INSERT INTO officer_sessions (token_sha256, officer_id, created_at, last_seen_at, expires_at) "
                    "VALUES (:digest, 1, :moment, :moment, :moment)"
                ),
                {"digest": digest, "moment": moment},
            )
    upgrade(revision="0013")
    with db.engine.begin() as connection:
        enrolled = connection.execute(text("SELECT id FROM officers WHERE enrolled_at IS NOT NULL")).scalars().all()
        names = connection.execute(text("SELECT public_id FROM officer_sessions ORDER BY id")).scalars().all()
        connection.execute(text("UPDATE officers SET role = 'outside' WHERE id = 2"))
        if connection.dialect.name == "sqlite":  # switched off while tables are made anew, and on again
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    assert (enrolled, names) == ([1], ["a" * 22, "b" * 22])
    downgrade(revision="0012")
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT role FROM officers WHERE id = 2")).scalar_one() == "auditor"


def test_charter_when_the_desk_comes_and_goes_keeps_what_it_says(empty_app: Flask) -> None:
    upgrade(revision="0015")
    version = {"data": '{"slug": "old"}', "sha256": "a" * 64, "moment": "2026-03-02 09:00:00+00:00"}
    rows = {
        "charters (id, slug, number_prefix, position, enabled)": "1, 'old', 'OLD', 1, true",
        "charter_versions (id, charter_id, number, published_at, definition, definition_sha256)": (
            "1, 1, 1, :moment, :data, :sha256"
        ),
        "charter_texts (version_id, language, standing, markdown, sha256)": "1, 'en', 'authentic', 'Text', :sha256",
    }
    with db.engine.begin() as connection:
        for columns, values in rows.items():
            connection.execute(text(f"INSERT INTO {columns} VALUES ({values})"), version)
    upgrade(revision="0016")
    with db.engine.begin() as connection:
        found = connection.execute(text("SELECT loaded, loaded_sha256, from_desk, definition FROM charter_versions"))
        loaded, sha256, from_desk, definition = found.one()
    assert (loaded, sha256, from_desk) == (definition, "a" * 64, False)
    downgrade(revision="0015")
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT markdown FROM charter_texts")).scalars().all() == ["Text"]
