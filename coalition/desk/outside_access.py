"""When does the access of somebody from outside end? With the decision on the one case they were given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from coalition import clock
from coalition.accounts import changes
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.signing.states import OPEN
from coalition.transactions import transaction

WORKER = Actor.system("worker")


def end_decided() -> None:
    """Close the accounts of those whose case is decided, or gone."""
    with transaction():
        end(actor=WORKER, now=clock.now())


def end(*, actor: Actor, now: datetime) -> None:
    """Close them inside the caller's transaction; done again, it changes nothing."""
    waits = select(Signature.reference).where(Signature.state.in_([state.value for state in OPEN]))
    over = (Officer.only_reference.is_not(None), Officer.only_reference.not_in(waits), Officer.disabled_at.is_(None))
    for email in db.session.scalars(select(Officer.email).where(*over)).all():
        changes.disable(email=email, actor=actor, now=now)
