"""What was done, for people and programs that read the log? Leaves in their order, by place, subject, receipt code.

Proofs, tiles and what mirrors fetch belong to `queries`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Executable, func, select

from coalition.transactions import reading, writer
from coalition.transparency import receipts
from coalition.transparency.leaves import LeafAct, leaf_bytes
from coalition.transparency.models import LogLeaf, LogPlace

PAGE = 20
LONGEST = 80
DIGITS = 64
_ENTERED = (LeafAct.ENTER, LeafAct.RESTORE)
_COLUMNS = (
    LogPlace.place, LogLeaf.act, LogLeaf.subject, LogLeaf.at, LogLeaf.commitment, LogLeaf.salt, LogLeaf.content
)  # fmt: skip
LEAVES = select(*_COLUMNS).join(LogPlace, LogPlace.leaf_id == LogLeaf.id)
_WAITING = select(*_COLUMNS).outerjoin(LogPlace, LogPlace.leaf_id == LogLeaf.id)


@dataclass(frozen=True)
class Leaf:
    """One act of the log. `place` is None for the seconds until it has one; `salt` and `told` once it was forgotten."""

    place: int | None
    act: LeafAct
    subject: str
    at: datetime
    commitment: str
    salt: str | None
    told: str | None

    @property
    def text(self) -> str:
        """What the tree holds of it."""
        return leaf_bytes(act=self.act, subject=self.subject, at=self.at, commitment=self.commitment).decode()

    @property
    def receipt(self) -> str:
        """The code by which it is found."""
        return receipts.code_of(self.commitment)

    @cached_property
    def content(self) -> Mapping[str, Any] | None:
        """What its commitment opens to."""
        found: Mapping[str, Any] | None = json.loads(self.told) if self.told else None
        return found

    @property
    def is_whole(self) -> bool:
        """Whether it still says what was done."""
        return self.salt is not None


def newest(*, before: int | None = None, most: int = PAGE) -> list[Leaf]:
    """Return the newest leaves first, those before a place where one is named."""
    statement = LEAVES.order_by(LogPlace.place.desc()).limit(most)
    return _read(statement if before is None else statement.where(LogPlace.place < before))


def after(place: int, *, most: int, subject: str | None = None) -> list[Leaf]:
    """Return the leaves behind a place, in their order; -1 begins with the first one."""
    statement = LEAVES.where(LogPlace.place > place).order_by(LogPlace.place).limit(most)
    return _read(statement if subject is None else statement.where(LogLeaf.subject == subject))


def leaf_at(place: int) -> Leaf | None:
    """Return the leaf of a place."""
    return next(iter(_read(LEAVES.where(LogPlace.place == place))), None)


def size() -> int:
    """Return how many leaves have a place."""
    with reading() as connection:
        last = connection.execute(select(func.max(LogPlace.place))).scalar()
    return 0 if last is None else int(last) + 1


def find(typed: str) -> list[Leaf]:
    """Return the leaves of a register number, a serial, a text, or the one of a receipt code; the newest first.

    What was done this moment is found too, still without a place.
    """
    beginning = receipts.beginning_of(typed)
    if beginning is not None:
        end = DIGITS - len(beginning)
        asked = _WAITING.where(LogLeaf.commitment.between(beginning + "0" * end, beginning + "f" * end))
    else:
        asked = _WAITING.where(LogLeaf.subject == receipts.subject_of(typed[:LONGEST]))
    return _read(asked.order_by(LogLeaf.id.desc()).limit(100))


def receipt_of(number: str) -> str | None:
    """Return the code by which an entry's own leaf is found; what the open transaction wrote counts.

    Of an entry that a backup lost and brought back, the newest such leaf counts.
    """
    found = (
        select(LogLeaf.commitment)
        .where(LogLeaf.subject == number, LogLeaf.act.in_(_ENTERED))
        .order_by(LogLeaf.id.desc())
        .limit(1)
    )
    commitment = writer().execute(found).scalar()
    return receipts.code_of(commitment) if commitment else None


def _read(statement: Executable) -> list[Leaf]:
    with reading() as connection:
        return [leaf_of(row) for row in connection.execute(statement)]


def leaf_of(row: Any) -> Leaf:
    """Return the leaf of a row of LEAVES."""
    return Leaf(row.place, LeafAct(row.act), row.subject, row.at, row.commitment, row.salt, row.content)
