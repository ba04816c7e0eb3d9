"""What the tests of enquiries share: a note on an entry, an officer's browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition import clock
from coalition.audit.record import Actor
from coalition.enquiries import operations
from coalition.enquiries.models import Enquiry
from coalition.transactions import transaction
from tests.factories.officers import signed_in


@pytest.fixture
def note_on(app: Flask) -> Callable[[Enquiry], None]:
    """Put the note of a case on its entry."""

    def put(enquiry: Enquiry) -> None:
        number = enquiry.id
        with transaction():
            operations.put_note(enquiry_id=number, actor=Actor.person(), now=clock.now())

    return put


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser of an officer of the secretariat."""
    return signed_in(app, "Ada")
