"""What does the public log learn of the register? One leaf for each entry that comes, changes, goes.

A leaf tells the whole public state after the act: the newest leaf of each number is the register. Written in the
caller's transaction, while it holds the head's row: the leaves of one number stand in the order of the acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from coalition.extensions import db
from coalition.register.entry import SUCCESSOR, public_state
from coalition.register.models import RegisterEntry, RegisterLink
from coalition.transactions import writer
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf
from coalition.transparency.operations import append, append_all

BATCH = 500
_SUCCESSOR = select(RegisterLink.other_number).where(
    RegisterLink.number == bindparam("number"), RegisterLink.kind == SUCCESSOR
)


def state_of(row: RegisterEntry) -> dict[str, Any]:
    """Return what is public of an entry now."""
    successor = writer().execute(_SUCCESSOR, {"number": row.number}).scalars().first()
    return public_state(row, successor=successor)


def standing_of(number: str) -> dict[str, Any]:
    """Return what the log ought to say of a number now: where no entry stands, the number alone."""
    row = db.session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one_or_none()
    return state_of(row) if row is not None else {"number": number}


def enter_missing(*, now: datetime, most: int = BATCH) -> int:
    """Tell of entries that stood before there was a log, so many at once; return how many."""
    known = exists().where(LogLeaf.subject == RegisterEntry.number)
    missing = select(RegisterEntry).where(~known).order_by(RegisterEntry.id).limit(most)
    rows = db.session.scalars(missing).all()
    entered([state_of(row) for row in rows], now=now)
    return len(rows)


def entered(states: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Tell that entries came into the register."""
    append_all(act=LeafAct.ENTER, told=[(state["number"], state) for state in states], now=now)


def changed(row: RegisterEntry, *, now: datetime, before: Mapping[str, Any] | None = None) -> None:
    """Tell what an entry says from now on, unless that is what it said `before`."""
    if (state := state_of(row)) != before:
        append(act=LeafAct.CHANGE, subject=row.number, content=state, now=now)


def removed(numbers: Sequence[str], *, now: datetime) -> None:
    """Tell that entries were taken out as if they had never been."""
    append_all(act=LeafAct.REMOVE, told=[(number, {"number": number}) for number in numbers], now=now)
