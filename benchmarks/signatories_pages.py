"""What do the pages of the signatories' desk cost with 100,000 on the register, beside those with 1,000? CPU a page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text, update

from benchmarks import desk_pages, desk_sample
from benchmarks.measuring import Figure, in_turns, times_figure
from benchmarks.sample import site
from coalition import clock
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.register.models import RegisterEntry, RegisterHead
from coalition.standing import changes, operations
from coalition.standing.amendments import Change, Notice, Removal
from coalition.standing.states import ChangeKind, Ground
from coalition.transactions import transaction
from tests.factories import signing

FEW, MANY, OPEN = 1_000, 100_000, 60
PERSON = Actor.person()
PAGES = {
    "all": "/admin/signatories/",
    "of one status": "/admin/signatories/?status=suspended",
    "search, a common word": "/admin/signatories/?q=reseau",
    "search, two words": "/admin/signatories/?q=federation+mutuals",
    "search, nothing found": "/admin/signatories/?q=zzyzx",
    "changes": "/admin/signatories/waiting/changes",
    "removals": "/admin/signatories/waiting/delistings",
    "suspensions": "/admin/signatories/waiting/suspensions",
    "a signatory": "/admin/signatories/{number}/",
    "a change": "/admin/signatories/{number}/changes/{change}",
}
Ask = Callable[[str], None]


def measure() -> list[Figure]:
    """Ask both sites for every page in turns."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(site(FEW)) for _ in range(2))
        small, large = _ready(few, FEW), _ready(many, MANY)
        return [
            times_figure(f"signatories with 100,000: {name}", ours=ours, anchor=anchor, goal=desk_pages.GOAL)
            for name, path in PAGES.items()
            for ours, anchor in [in_turns(desk_pages.cost(large, path), desk_pages.cost(small, path), rounds=5)]
        ]


def _ready(app: Flask, size: int) -> Ask:
    """Let some signatures stand on a full register with everything open, and return how an officer asks for a page."""
    with app.app_context():
        _multiply(size // FEW)
        desk_sample.fill(FEW)
        numbers, change = [], ""
        for _ in range(OPEN):
            signature = signing.active()
            numbers.append(signature.register_number)
            change = _open(signature.id)
        with transaction() as session:
            session.execute(text("ANALYZE"))
    client = desk_pages.signed_in(app)

    def ask(path: str) -> None:
        address = path.format(number=numbers[-1], change=change)
        assert client.get(address).status_code == 200, address

    return ask


def _multiply(times: int) -> None:
    """Enter everything that stands on the register so many times, each with a name and a number of its own."""
    table = RegisterEntry.__table__
    rows = [dict(row) for row in db.session.execute(select(table)).mappings()]
    for copy in range(1, times):
        copies = [_copy(row, copy) for row in rows]
        words = [{"id": row["id"], "words": row["search"]} for row in copies]
        with transaction() as session:
            session.execute(insert(table), copies)
            session.execute(text("INSERT INTO register_words (rowid, words) VALUES (:id, :words)"), words)
    with transaction() as session:
        session.execute(update(RegisterHead).values(last_number=times * FEW))


def _copy(row: dict[str, Any], copy: int) -> dict[str, Any]:
    place = copy * FEW + row["id"]
    named = {name: f"{row[name]} {copy}" for name in ("official_name", "sort_name", "name_key", "search")}
    return {**row, **named, "id": place, "number": f"ICSSE-{place:05d}"}


def _open(signature_id: int) -> str:
    """Announce, propose and ask for everything that can wait for a signatory; return the change's public id."""
    now = clock.now()
    with transaction():
        officer_id = db.session.scalars(select(Officer.id).order_by(Officer.id)).first() or 0
        act = {"signature_id": signature_id, "actor": PERSON, "now": now}
        notice = Notice(Ground.OTHER, "Please write.", now + timedelta(days=90))
        operations.announce_suspension(officer_id=officer_id, notice=notice, period=timedelta(days=30), **act)
        operations.propose_delisting(officer_id=officer_id, removal=Removal(Ground.OTHER, "You left."), **act)
        change = Change(ChangeKind.ORGANISATION, {"acronym": "NEW"}, "Our assembly.")
        return changes.ask(change=change, lifetime=timedelta(days=3), **act)
