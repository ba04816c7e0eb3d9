"""A list of paper signatures that is being brought in, a signature at a time."""

from __future__ import annotations

import itertools
from datetime import date

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.signing import paper
from coalition.signing.application import OrganisationDetails
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.factories import imports
from tests.factories.charters import SLUG
from tests.review.conftest import CATEGORY

ROWS = itertools.count(1)
WORKER = Actor.system("worker")
EMPTY = dict.fromkeys(OrganisationDetails.__dataclass_fields__, "")


def listing() -> int:
    """Add an import that is being applied and return its id."""
    with transaction() as session:
        made = imports.row(state="applying", ended_at=None)
        session.add(made)
        session.flush()
        return made.id


def bring_in(import_id: int, name: str, *, state: State = State.ACTIVE) -> int:
    """Bring in one signature of an organisation in Senegal; returns whether it was, as a number."""
    page = charters.current_version(SLUG)
    given = paper.PaperSignature(
        row_number=next(ROWS),
        organisation=OrganisationDetails(
            **{**EMPTY, "official_name": name, "country": "SN", "organisation_form": "network"}
        ),
        capacity="signatory",
        category=CATEGORY,
        signed_on=date(2019, 5, 4),
        full_name="",
        role="",
        email="",
        language="fr",
    )
    prepared = paper.prepare(given, page=page, state=state, now=clock.now())
    with transaction():
        return paper.bring_in([prepared], page=page, import_id=import_id, actor=WORKER, now=clock.now())
