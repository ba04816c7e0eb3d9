"""What every test may ask for. The fixtures themselves stand in `tests/fixtures/`, one file a question.

A test that asks for a database, however far down, runs on SQLite and on PostgreSQL; a pure one runs once.
"""

from __future__ import annotations

import pytest

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.apps",
    "tests.fixtures.mails",
    "tests.fixtures.times",
    "tests.fixtures.statements",
    "tests.fixtures.devices",
    "tests.fixtures.documents",
    "tests.fixtures.charters",
]

DATABASES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever rests on a database on each, unless it is marked as indifferent to which."""
    if "database" not in metafunc.fixturenames:
        return
    one = metafunc.definition.get_closest_marker("one_database") is not None
    metafunc.parametrize("database", DATABASES[:1] if one else DATABASES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one browser in one process: they share its server."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
