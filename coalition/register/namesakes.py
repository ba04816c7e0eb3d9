"""Which entries are not to be confused with each other? Written both ways, by the acts above in their transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition.extensions import db
from coalition.register.entry import NAMESAKE, SHOWN
from coalition.register.models import RegisterEntry, RegisterHead, RegisterLink
from coalition.transactions import reading


@dataclass(frozen=True)
class Namesake:
    """An entry that another one might be taken for."""

    number: str
    official_name: str
    country: str


_NAMESAKES = (
    select(RegisterEntry.number, RegisterEntry.official_name, RegisterEntry.country)
    .join(RegisterLink, RegisterLink.other_number == RegisterEntry.number)
    .where(RegisterLink.number == bindparam("number"), RegisterLink.kind == NAMESAKE)
    .where(RegisterEntry.status.in_(sorted(SHOWN)))
    .order_by(RegisterEntry.number)
)


def namesakes_of(number: str) -> Sequence[Namesake]:
    """Return the entries that this one is not to be confused with, as far as they stand on the register."""
    with reading() as connection:
        return [Namesake(*row) for row in connection.execute(_NAMESAKES, {"number": number})]


def link(one: str, other: str, *, on: date) -> None:
    """Let both entries say that they are not each other. Said before, it changes nothing."""
    rows = [{"number": a, "other_number": b, "kind": NAMESAKE, "since_on": on} for a, b in ((one, other), (other, one))]
    db.session.execute(_insert().values(rows).on_conflict_do_nothing())
    _touch(one, other)


def unlink(one: str, other: str) -> None:
    """Let neither entry speak of the other any more."""
    pair = RegisterLink.number.in_((one, other)), RegisterLink.other_number.in_((one, other))
    db.session.execute(delete(RegisterLink).where(*pair, RegisterLink.kind == NAMESAKE))
    _touch(one, other)


def _touch(*numbers: str) -> None:
    """Tell readers' caches: the heads are taken in one order, so that of two who publish none waits for ever."""
    for prefix in sorted({number.rpartition("-")[0] for number in numbers}):
        newer = update(RegisterHead).where(RegisterHead.prefix == prefix).values(version=RegisterHead.version + 1)
        db.session.execute(newer)


def _insert() -> Any:
    return postgresql_insert(RegisterLink) if db.engine.dialect.name == "postgresql" else sqlite_insert(RegisterLink)
