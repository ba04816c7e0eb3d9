"""What every test may ask for. The fixtures themselves stand in `tests/fixtures/`, one file a question.

A test that asks for a database, however far down, runs on SQLite and on PostgreSQL; a pure one runs once.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

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
TOGETHER = {
    "tests/browser/test_another_coalition.py": "another coalition",
    "tests/browser/": "browser",
    "tests/documents/": "documents",
    "tests/certificates/": "documents",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever rests on a database on each, unless it is marked as indifferent to which."""
    if "database" not in metafunc.fixturenames:
        return
    one = metafunc.definition.get_closest_marker("one_database") is not None
    metafunc.parametrize("database", DATABASES[:1] if one else DATABASES)


class _SideBySide(LoadScopeScheduling):
    """Test after test to whichever process is free; what shares a browser or rendered pages stays together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Keep together what is dear to set up. By path: xdist 3.8 cannot mark groups under pytest 9.2."""
    return _SideBySide(config, log)
