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
from sqlalchemy import Enum, inspect

from coalition.extensions import db
from tests.fixtures.apps import build, close
from tests.fixtures.databases import Maker

VERSIONS = "alembic_version"
WORD_INDEX = "register_words"


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
    """SQLite keeps its word index as a virtual table with tables of its own behind it; no model stands for them."""
    return table is not None and table.startswith(WORD_INDEX)


def is_modelled(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """PostgreSQL keeps the words in an index on an expression, which no model can say either."""
    return not is_word_index(name) and name != "ix_register_entries_words"


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
