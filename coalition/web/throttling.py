"""How often may the same thing be asked? Counters in the database, so that they hold across processes.

Mails are limited where they are sent (`mail.delivery`); no limit rests on a network address alone, save for uploads
to be inspected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import current_app
from limits import RateLimitItem, parse
from sqlalchemy import BigInteger, Integer, String, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from coalition import clock
from coalition.errors import TooMany
from coalition.extensions import db
from coalition.i18n import lazy_gettext as _l
from coalition.transactions import transaction

RULES: Mapping[str, RateLimitItem] = {
    "letter": parse("5 per hour"),
    "letters": parse("120 per hour"),
    "login": parse("10 per 15 minutes"),
    "extract": parse("300 per hour"),
    "factor": parse("10 per 15 minutes"),
    "inspection": parse("60 per minute"),
    "manage link": parse("10 per hour"),
}


class ThrottleCounter(db.Model):  # type: ignore[name-defined,misc]
    """How often one thing was asked for in one window of time."""

    __tablename__ = "throttle_counters"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)


def allow(name: str, key: str) -> None:
    """Count one more of `name` for `key`, in a transaction of its own.

    Raises TooMany once the rule of that name is used up. Only a digest of the key is kept.
    """
    if not current_app.config["RATE_LIMITS"]:
        return
    rule = RULES[name]
    seconds = rule.get_expiry()
    ends_at = (int(clock.now().timestamp()) // seconds + 1) * seconds
    digest = hashlib.sha256(f"{name}|{key.strip().casefold()}".encode()).hexdigest()
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    with transaction() as session:
        count = session.execute(
            insert(ThrottleCounter)
            .values(key=digest, ends_at=ends_at, count=1)
            .on_conflict_do_update(
                index_elements=[ThrottleCounter.key, ThrottleCounter.ends_at], set_={"count": ThrottleCounter.count + 1}
            )
            .returning(ThrottleCounter.count)
        ).scalar_one()
    if count > rule.amount:
        raise TooMany(_l("This was tried too often. Wait a few minutes, then try again."))


def forget_past() -> None:
    """Remove the counters of windows that have ended; the worker does it now and then."""
    with transaction() as session:
        session.execute(delete(ThrottleCounter).where(ThrottleCounter.ends_at < int(clock.now().timestamp())))
