"""What do officers' pages cost with 100,000 applications, beside the same pages with 1,000? In one process, CPU a page.

The applications are as a site would have them after years: most decided, some thousands in every open state.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text

from benchmarks.measuring import Figure, in_turns, times_figure
from benchmarks.sample import CATEGORIES, COUNTRIES, NAMES, site
from coalition import clock
from coalition.accounts.models import Officer
from coalition.extensions import db
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

FEW, MANY = 1_000, 100_000
BATCH = 5_000
GOAL = 2.0
CALLS = 12
SHARES = {
    State.ACTIVE: 0.86, State.DECLINED: 0.05, State.WITHDRAWN: 0.02, State.SUBMITTED: 0.03, State.IN_REVIEW: 0.005,
    State.NEEDS_INFORMATION: 0.01, State.REFERRED: 0.005, State.PENDING_VERIFICATION: 0.01, State.LAPSED: 0.01,
}  # fmt: skip
PAGES = {
    "start": "/admin/",
    "numbers": "/admin/statistics",
    "queue": "/admin/applications/",
    "own list": "/admin/applications/?tab=mine",
    "decided": "/admin/applications/?tab=decided",
    "all": "/admin/applications/?tab=all",
    "all of a country": "/admin/applications/?tab=all&country=KR",
    "to review, of a country": "/admin/applications/?country=KR",
    "one state": "/admin/applications/?tab=all&state=declined",
    "late": "/admin/applications/?flag=late",
    "proof missing": "/admin/applications/?flag=proof_missing",
    "possible duplicates": "/admin/applications/?flag=possible_duplicate",
    "nobody's": "/admin/applications/?officer=nobody",
    "search, a common word": "/admin/applications/?q=reseau",
    "search, two words": "/admin/applications/?q=federation+mutuals",
    "search, a person": "/admin/applications/?q=diop",
    "search, nothing found": "/admin/applications/?q=zzyzx",
    "an application": "/admin/applications/{reference}/",
}


Ask = Callable[[str], None]


def measure() -> list[Figure]:
    """Ask both sites for every page in turns."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(site()) for _ in range(2))
        small, large = _ready(few, FEW), _ready(many, MANY)
        return [
            times_figure(f"desk with 100,000: {name}", ours=ours, anchor=anchor, goal=GOAL)
            for name, path in PAGES.items()
            for ours, anchor in [in_turns(cost(large, path), cost(small, path), rounds=5)]
        ]


def _ready(app: Flask, size: int) -> Ask:
    """Fill a site, and return how an officer asks it for a page."""
    with app.app_context():
        fill(size)
        reference = db.session.scalars(select(Signature.reference).where(Signature.state == State.SUBMITTED)).first()
    client = signed_in(app)

    def ask(path: str) -> None:
        assert client.get(path.format(reference=reference)).status_code == 200, path

    return ask


def signed_in(app: Flask) -> Any:
    """Return a browser of the first officer."""
    with app.app_context():
        return officers.browser_of(db.session.scalars(select(Officer).order_by(Officer.id)).first(), app)


def cost(ask: Ask, path: str) -> Callable[[], float]:
    """Return what measures a page: its CPU seconds, on the average of some calls."""

    def measured() -> float:
        begun = time.process_time()
        for _ in range(CALLS):
            ask(path)
        return (time.process_time() - begun) / CALLS

    return measured


def fill(size: int) -> None:
    """Insert so many applications, five officers and what the worker counts."""
    chance = random.Random(size)
    with transaction():
        people = [officers.officer(name).id for name in ("Ada", "Ben", "Chipo", "Dolores", "Emre")]
    for first in range(0, size, BATCH):
        numbers = range(first, min(first + BATCH, size))
        states = chance.choices(list(SHARES), weights=list(SHARES.values()), k=len(numbers))
        with transaction() as session:
            ids = _insert(session.connection(), numbers, states=states, chance=chance)
            _lists(session.connection(), ids, states=states, people=people, chance=chance)
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
