"""What do officers' pages cost with 100,000 applications and letters, beside the same pages with 1,000? CPU a page.

In one process on SQLite; `desk_pages_postgres` asks the same pages on PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmarks.desk_sample import fill
from benchmarks.measuring import Figure, in_turns, times_figure
from benchmarks.sample import site
from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.signing.states import State
from tests.factories import officers

FEW, MANY = 1_000, 100_000
GOAL = 2.0
CALLS = 12
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
    "possible duplicates, all tabs": "/admin/applications/?tab=all&flag=possible_duplicate",
    "nobody's": "/admin/applications/?officer=nobody",
    "search, a common word": "/admin/applications/?q=reseau",
    "search, two words": "/admin/applications/?q=federation+mutuals",
    "search, a person": "/admin/applications/?q=diop",
    "search, one of all": "/admin/applications/?q=A-00000042",
    "search, nothing found": "/admin/applications/?q=zzyzx",
    "an application": "/admin/applications/{reference}/",
    "letters": "/admin/enquiries/",
    "letters, closed": "/admin/enquiries/?tab=closed",
    "letters, a common word": "/admin/enquiries/?q=certificate",
    "letters, two words": "/admin/enquiries/?q=diop+dossier",
    "letters, one of all": "/admin/enquiries/?q=E-00000042",
    "letters, nothing found": "/admin/enquiries/?q=zzyzx",
}
Ask = Callable[[str], None]
Clock = Callable[[], float]


def measure() -> list[Figure]:
    """Ask both sites for every page in turns."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(site()) for _ in range(2))
        return compared(ready(many, MANY), ready(few, FEW), name="desk with 100,000", clock=time.process_time)


def compared(large: Ask, small: Ask, *, name: str, clock: Clock) -> list[Figure]:
    """Return a figure a page, of the large site beside the small one; `clock` tells the seconds used so far."""
    return [
        times_figure(f"{name}: {page}", ours=ours, anchor=anchor, goal=GOAL)
        for page, path in PAGES.items()
        for ours, anchor in [in_turns(cost(large, path, clock), cost(small, path, clock), rounds=5)]
    ]


def ready(app: Flask, size: int) -> Ask:
    """Fill a site, and return how an officer asks it for a page."""
    with app.app_context():
        fill(size)
        reference = db.session.scalars(select(Signature.reference).where(Signature.state == State.SUBMITTED)).first()
        db.session.remove()
    client = signed_in(app)

    def ask(path: str) -> None:
        assert client.get(path.format(reference=reference)).status_code == 200, path

    return ask


def signed_in(app: Flask) -> Any:
    """Return a browser of the first officer."""
    with app.app_context():
        return officers.browser_of(db.session.scalars(select(Officer).order_by(Officer.id)).first(), app)


def cost(ask: Ask, path: str, clock: Clock = time.process_time) -> Callable[[], float]:
    """Return what measures a page: the seconds that it uses, on the average of some calls."""

    def measured() -> float:
        begun = clock()
        for _ in range(CALLS):
            ask(path)
        return (clock() - begun) / CALLS

    return measured
