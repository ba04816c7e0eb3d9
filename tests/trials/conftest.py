"""The application on a database where commits are real, with the charter that organisations sign."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.factories import charters
from tests.trials.rivals import Rivals


@pytest.fixture
def stage(committed_app: Flask) -> Iterator[Flask]:
    """The application, in an application context of the test's own."""
    with committed_app.app_context():
        charters.load()
        yield committed_app


@pytest.fixture
def rivals(stage: Flask) -> Iterator[Rivals]:
    """Threads that act at the same moment."""
    with Rivals(stage) as found:
        yield found
