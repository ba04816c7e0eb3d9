"""Letters to the secretariat, received by the act itself."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.enquiries import operations
from coalition.enquiries.letters import Letter
from coalition.enquiries.models import Enquiry
from coalition.enquiries.operations import Arrival
from coalition.enquiries.states import Kind, Source, Topic
from coalition.extensions import db
from coalition.transactions import transaction

NUMBERS = itertools.count(1)
HEAD = {"wordmark": "International Coalition", "owner": "The coalition", "contact": "post@coalition.example.org"}
AWA = "awa@reseau.example.org"


def arrival(**changes: Any) -> Arrival:
    """Return a letter on its way; `changes` are its fields or those of its words."""
    number = next(NUMBERS)
    words = {"sender_name": "Awa N’Diaye", "sender_email": AWA, "subject": f"Question {number}", "text": "When?"}
    words |= {name: changes.pop(name) for name in (*words, "letter_id", "attachments") if name in changes}
    usual = {"kind": Kind.ENQUIRY, "topic": Topic.SIGNING, "source": Source.FORM, "language": "en", "head": HEAD}
    return Arrival(letter=Letter(**words), **{**usual, **changes})


def received(**changes: Any) -> Enquiry:
    """Return a letter that has come."""
    sent = arrival(**changes)
    with transaction():
        reference = operations.receive(sent, actor=Actor.person(), now=clock.now())
    return enquiry_of(reference)


def case(number: str, topic: Topic = Topic.IMPOSTOR, **changes: Any) -> Enquiry:
    """Return a problem that was reported with an entry."""
    return received(kind=Kind.CASE, topic=topic, number=number, subject="", **changes)


def enquiry_of(reference: str) -> Enquiry:
    """Return the row of a reference, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Enquiry).where(Enquiry.reference == reference)).one()
