"""What the tests of the API may ask for: a site on which everything that its examples name is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from coalition.api.v1.openapi import document
from coalition.api.v1.samples import Sample
from coalition.register import namesakes
from coalition.register import operations as register
from coalition.transactions import transaction
from coalition.transparency.sequencing import place_all
from tests.api.sample import ISSUED_AT, SERIAL, an_issued_certificate
from tests.factories import charters
from tests.factories.register import published
from tests.fixtures.apps import ADDRESS


@pytest.fixture
def openapi() -> dict[str, Any]:
    """The document of a site with the built-in charter, as it is served."""
    return document(ADDRESS, Sample.of(charters.folder().definition))


@pytest.fixture
def example_site(app: Flask, charter: str) -> Iterator[str]:
    """A site with the entry and the certificate that the examples name; time stands still."""
    with time_machine.travel(ISSUED_AT, tick=False):
        number = an_issued_certificate().register_number
        with transaction():
            register.remember_name(number=number, official_name="Union du Fleuve", until_on=ISSUED_AT.date())
        other = published(official_name="Réseau du Fleuve Niger", country="ML")
        with transaction():
            namesakes.link(number, other, on=ISSUED_AT.date())
        place_all()
        yield SERIAL
