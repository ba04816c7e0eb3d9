"""Mails of our own templates, and a mail server that they go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock as project_clock
from coalition.extensions import db
from coalition.mail import outbox as mails
from coalition.mail.message import Link, Message
from coalition.mail.models import OutboxMessage
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.mail.postbox import Postbox, PostOffice

AWA = "awa@reseau.example.org"


def message(**changes: Any) -> Message:
    """Return the mail that asks to confirm a signature."""
    moment: datetime = project_clock.now() + timedelta(hours=72)
    values = {
        "organisation": "Réseau du Fleuve",
        "reference": "A-7K2M",
        "charter": "Charter",
        "expires_at": moment.isoformat(),
        "known_as": "",
    }
    links = {
        "confirm": Link("/{language}/signatures/confirm/{token}", Purpose.CONFIRM, "claim-1"),
        "disown": Link("/{language}/signatures/disown/{token}", Purpose.DISOWN, "claim-1"),
    }
    fields: dict[str, Any] = {
        "template": "signing/confirm_signature",
        "to": AWA,
        "language": "en",
        "about": "signature:x",
        "values": values,
        "links": links,
    }
    return Message(**{**fields, **changes})


@pytest.fixture
def put(app: Flask) -> Callable[..., None]:
    """Put a mail into the outbox, in a transaction of its own."""

    def write(**changes: Any) -> None:
        with transaction():
            mails.put(message(**changes), now=project_clock.now())

    return write


@pytest.fixture
def rows(app: Flask) -> Callable[[], list[OutboxMessage]]:
    """Return the rows of the outbox as they are now, oldest first."""

    def read() -> list[OutboxMessage]:
        db.session.rollback()
        return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    return read


@pytest.fixture
def postbox() -> Postbox:
    """What the mail server took."""
    return Postbox()


@pytest.fixture
def post_office(postbox: Postbox) -> Iterator[PostOffice]:
    """A mail server without TLS, as on a newcomer's machine."""
    with PostOffice(postbox) as running:
        yield running
