"""A charter and entries of the register, as the pages of the site find them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.organisations.names import name_key, search_words
from coalition.register.entry import Entry, Status
from coalition.register.operations import publish
from coalition.transactions import transaction

LIBRARY = Path(definition.__file__).parent / "library"


@pytest.fixture
def charter(app: Flask) -> str:
    """Load the built-in charter and return its slug."""
    found = definition.load(LIBRARY / "icsse-charter")
    with transaction():
        operations.load_charter(folder=found, actor=Actor.system("tests"), now=clock.now())
    return "icsse-charter"


@pytest.fixture
def publish_entry(charter: str) -> Callable[..., str]:
    """Return a function that enters one signatory and returns its number."""

    def enter(official_name: str, country: str, *, latin_name: str = "", signed_on: date = date(2026, 3, 2)) -> str:
        entry = Entry(
            number="",
            charter=charter,
            charter_version=1,
            capacity="signatory",
            status=Status.ACTIVE,
            official_name=official_name,
            latin_name=latin_name,
            acronym="",
            aliases="",
            country=country,
            organisation_form="network",
            category="network",
            website="",
            description="",
            representative="",
            extra={},
            signed_on=signed_on,
            published_on=signed_on,
            ended_on=None,
        )
        with transaction():
            words = " ".join(search_words(official_name))
            return publish(entry=entry, prefix="ICSSE", name_key=name_key(official_name), words=words, now=clock.now())

    return enter
