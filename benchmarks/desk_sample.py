"""What are officers' pages measured on? So many applications, and as many letters, as after years of work.

Most applications are decided, some thousands stand in every open state; most letters are answered.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from benchmarks.sample import CATEGORIES, COUNTRIES, NAMES
from coalition import clock
from coalition.enquiries.models import Enquiry
from coalition.enquiries.states import Kind, Source, Topic
from coalition.enquiries.states import State as LetterState
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.organisations import indexing
from coalition.organisations.keys import person_words
from coalition.organisations.models import Organisation
from coalition.organisations.names import search_words
from coalition.organisations.operations import prepare
from coalition.review import figures
from coalition.review.models import Assignment
from coalition.signing import recording
from coalition.signing.models import ProofDocument, Representative, Signature
from coalition.signing.states import OPEN, Contact, State
from coalition.transactions import transaction
from tests.factories import officers

BATCH = 5_000
SHARES = {
    State.ACTIVE: 0.86, State.DECLINED: 0.05, State.WITHDRAWN: 0.02, State.SUBMITTED: 0.03, State.IN_REVIEW: 0.005,
    State.NEEDS_INFORMATION: 0.01, State.REFERRED: 0.005, State.PENDING_VERIFICATION: 0.01, State.LAPSED: 0.01,
}  # fmt: skip
OPEN_LETTERS = 0.03
SUBJECTS = ("Question about the certificate", "Où en est notre dossier", "Change of address", "Réseau et critères")


def fill(size: int) -> None:
    """Insert so many applications and letters, five officers and what the worker counts."""
    chance = random.Random(size)
    with transaction():
        people = [officers.officer(name).id for name in ("Ada", "Ben", "Chipo", "Dolores", "Emre")]
    for first in range(0, size, BATCH):
        numbers = range(first, min(first + BATCH, size))
        states = chance.choices(list(SHARES), weights=list(SHARES.values()), k=len(numbers))
        with transaction() as session:
            ids = _insert(session.connection(), numbers, states=states, chance=chance)
            _lists(session.connection(), ids, states=states, people=people, chance=chance)
    _letters(size, chance)
    with transaction() as session:
        figures.count(now=clock.now(), limit=10)
        session.execute(text("ANALYZE"))
    db.session.remove()


def _insert(connection: Any, numbers: Sequence[int], *, states: Sequence[State], chance: random.Random) -> list[int]:
    parties = [{**prepare(_party(number, chance)), "created_at": clock.now()} for number in numbers]
    returned = insert(Organisation.__table__).returning(Organisation.id, sort_by_parameter_order=True)
    owners = connection.execute(returned, parties).scalars().all()
    indexing.add(dict(zip(owners, parties, strict=True)))
    rows = [
        _signature(number, owner, party=party, state=state, chance=chance)
        for number, owner, party, state in zip(numbers, owners, parties, states, strict=True)
    ]
    returned = insert(Signature.__table__).returning(Signature.id, sort_by_parameter_order=True)
    ids = list(connection.execute(returned, rows).scalars())
    people = [_person(number, id_, chance) for number, id_ in zip(numbers, ids, strict=True)]
    connection.execute(insert(Representative.__table__), people)
    recording.enter_people({one["signature_id"]: person_words(one["full_name"], one["email"]) for one in people})
    proven = [_proof(id_) for id_ in ids if chance.random() < 0.8]
    connection.execute(insert(ProofDocument.__table__), proven)
    return ids


def _party(number: int, chance: random.Random) -> dict[str, str]:
    own = "".join(chance.choices(("ba", "ke", "lo", "mi", "nu", "ra", "si", "ta", "vo"), k=4)).title()
    return {
        "official_name": f"{NAMES[number % len(NAMES)]} {own} {number}",
        "latin_name": f"{own} Network {number}",
        "acronym": "",
        "aliases": "",
        "country": chance.choice(COUNTRIES),
        "organisation_form": "network",
        "website": f"https://n{number}.example.org/",
        "registration_number": f"R-{number:07}",
        "description": "We bring together cooperatives around the river.",
    }


def _signature(
    number: int, owner: int, *, party: dict[str, Any], state: State, chance: random.Random
) -> dict[str, Any]:
    opened = state in OPEN or state is State.PENDING_VERIFICATION
    begun = clock.now() - timedelta(days=chance.uniform(0, 25) if opened else chance.uniform(26, 1500))
    reference, is_confirmed = f"A-{number:08}", state is not State.PENDING_VERIFICATION
    names = f"{party['official_name']} {party['latin_name']} {reference}"
    return {
        "public_id": f"public-{number}",
        "reference": reference,
        "charter": "icsse-charter",
        "charter_version": 1,
        "text_language": "en",
        "text_sha256": "0" * 64,
        "capacity": "signatory",
        "language": chance.choice(("en", "fr")),
        "state": state.value,
        "contact": (Contact.VERIFIED if is_confirmed else Contact.UNVERIFIED).value,
        "organisation_id": owner,
        "answers": {},
        "extra": {},
        "assessment": {},
        "mandate": "decision",
        "content_sha256": "0" * 64,
        "search": f" {' '.join(search_words(names))}",
        "category": CATEGORIES[number % len(CATEGORIES)] if state is State.ACTIVE else None,
        "register_number": f"ICSSE-{number:06}" if state is State.ACTIVE else None,
        "submitted_at": begun,
        "expires_at": begun + timedelta(days=14),
        "reminders": 0,
        "confirmed_at": begun if is_confirmed else None,
        "clock_at": begun if is_confirmed else None,
        "decided_at": None if opened else begun + timedelta(days=chance.uniform(1, 20)),
    }


def _person(number: int, signature_id: int, chance: random.Random) -> dict[str, Any]:
    return {
        "signature_id": signature_id,
        "full_name": f"{chance.choice(('Awa', 'Luis', 'Mina', 'Jean'))} {chance.choice(('Diop', 'Paz', 'Kim', 'Roy'))}",
        "role": "President",
        "email": f"person{number}@n{number}.example.org",
        "email_key": f"key-{number}",
        "publish_name": False,
        "typed_name": "x",
        "second_contact_name": "",
        "second_contact_email": "",
    }


def _proof(signature_id: int) -> dict[str, Any]:
    return {
        "public_id": f"proof-{signature_id}",
        "signature_id": signature_id,
        "filename": "minutes.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "sha256": "0" * 64,
        "storage_key": "proof/00/x",
        "created_at": clock.now(),
    }


def _lists(
    connection: Any, ids: Sequence[int], *, states: Sequence[State], people: Sequence[int], chance: random.Random
) -> None:
    """Put a quarter of the open ones on somebody's list."""
    opened = [id_ for id_, state in zip(ids, states, strict=True) if state in OPEN and chance.random() < 0.25]
    rows = [{"signature_id": id_, "officer_id": chance.choice(people), "assigned_at": clock.now()} for id_ in opened]
    if rows:
        connection.execute(insert(Assignment.__table__), rows)


def _letters(size: int, chance: random.Random) -> None:
    for first in range(0, size, BATCH):
        rows = [_letter(number, chance) for number in range(first, min(first + BATCH, size))]
        with transaction() as session:
            session.connection().execute(insert(Enquiry.__table__), rows)


def _letter(number: int, chance: random.Random) -> dict[str, Any]:
    is_open, received_at = chance.random() < OPEN_LETTERS, clock.now() - timedelta(days=chance.uniform(0, 1500))
    name = f"{chance.choice(('Awa', 'Luis', 'Mina', 'Jean'))} {chance.choice(('Diop', 'Paz', 'Kim', 'Roy'))}"
    reference, subject, email = f"E-{number:08}", f"{chance.choice(SUBJECTS)} {number}", f"person{number}@n.example.org"
    return {
        "reference": reference,
        "kind": Kind.ENQUIRY.value,
        "topic": chance.choice((Topic.SIGNING, Topic.CERTIFICATE, Topic.DATA)).value,
        "source": Source.FORM.value,
        "subject": subject,
        "sender_name": name,
        "sender_email": email,
        "sender_key": recipient_key(email),
        "language": chance.choice(("en", "fr")),
        "charter": "",
        "state": (LetterState.OPEN if is_open else LetterState.CLOSED).value,
        "outcome": "" if is_open else "answered",
        "has_note": False,
        "received_at": received_at,
        "waiting_at": received_at if is_open else None,
        "closed_at": None if is_open else received_at + timedelta(days=3),
        "search": "".join(f" {word}" for part in (reference, subject, name) for word in search_words(part)),
    }
