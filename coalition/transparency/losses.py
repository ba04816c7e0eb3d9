"""Which acts does a restored database not know of? Noted when the log is taken back, settled once they are done again.

Which ones are lost is found out above, by those who know what the database says; here they are only kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.transactions import writer
from coalition.transparency.history import LEAVES, Leaf, leaf_of
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogPlace, LostAct
from coalition.transparency.operations import append

Standing = Callable[[Leaf], Mapping[str, Any]]


@dataclass(frozen=True)
class Loss:
    """One act to be done again, and when it was noticed that it is missing."""

    leaf: Leaf
    found_at: datetime


def taken_back(first: int) -> list[Leaf]:
    """Return the leaves from a place on, as the open transaction has them."""
    rows = writer().execute(LEAVES.where(LogPlace.place >= first).order_by(LogPlace.place))
    return [leaf_of(row) for row in rows]


def set_right(taken: Sequence[Leaf], *, standing: Standing, now: datetime) -> int:
    """Compare leaves that were taken back with what the database says, and return how many subjects differ.

    Of each that stands otherwise than the log told last, one leaf says how it stands now, so that reading the log gives
    what the database says. Each of its acts is noted.
    """
    newest = {leaf.subject: leaf for leaf in taken}
    states = {subject: standing(leaf) for subject, leaf in newest.items()}
    lost = {subject for subject, state in states.items() if state != newest[subject].content}
    _note([leaf for leaf in taken if leaf.subject in lost], now=now)
    for subject in sorted(lost):
        append(act=LeafAct.RESTORE, subject=subject, content=states[subject], now=now)
    return len(lost)


def _note(leaves: Iterable[Leaf], *, now: datetime) -> None:
    for leaf in leaves:
        index = leaf.content.get("index") if leaf.content is not None else None
        db.session.add(LostAct(place=leaf.place, index=index, found_at=now))
    db.session.flush()


def unsettled() -> list[Loss]:
    """Return the acts that nobody has done again, the oldest first."""
    asked = LEAVES.add_columns(LostAct.found_at).join(LostAct, LostAct.place == LogPlace.place)
    rows = db.session.execute(asked.where(LostAct.settled_at.is_(None)).order_by(LogPlace.place))
    return [Loss(leaf_of(row), row.found_at) for row in rows]


def count_unsettled() -> int:
    """Return how many acts nobody has done again."""
    return db.session.scalar(select(func.count()).where(LostAct.settled_at.is_(None))) or 0


def settle(*, places: Iterable[int], actor: Actor, now: datetime) -> None:
    """Note that acts were done again, or need not be; settled before, nothing changes."""
    waiting = (LostAct.place.in_(list(places)), LostAct.settled_at.is_(None))
    done = update(LostAct).where(*waiting).values(settled_at=now).returning(LostAct.place)
    for place in sorted(db.session.execute(done).scalars()):
        record.append(actor=actor, act="settle_lost_act", subject=f"leaf:{place}", now=now)
