"""What stands in the database? Counted from outside, so that "everything or nothing" can be told."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select, text

from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.signing.models import Signature


def count(model: Any, *where: Any) -> int:
    """Return how many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def state_of(signature_id: int) -> str:
    """Return the state that is kept of a signature."""
    db.session.rollback()
    return db.session.scalar(select(Signature.state).where(Signature.id == signature_id)) or ""


def census() -> Counter[str]:
    """Return the number of rows of every table, of signatures in each state and of mails of each kind."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    found = Counter({table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables})
    found.update(f"is {state}" for state in db.session.scalars(select(Signature.state)))
    found.update(f"mail {name}" for name in db.session.scalars(select(OutboxMessage.template)))
    found.update(f"act {name}" for name in db.session.scalars(select(AuditRecord.act)))
    db.session.rollback()
    return found


def change(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    """Return what has come and gone."""
    return {name: after[name] - before[name] for name in {*before, *after} if after[name] != before[name]}


def broken_chains() -> list[str]:
    """Return the audit lines that do not begin where the line before them ended, and signatures that are elsewhere."""
    at: dict[str, str | None] = {}
    broken = []
    moves = select(AuditRecord).where(AuditRecord.to_state.is_not(None)).order_by(AuditRecord.id)
    for line in db.session.scalars(moves):
        if at.get(line.subject) != line.from_state:
            broken.append(f"{line.subject} {line.act}: {at.get(line.subject)} is not {line.from_state}")
        at[line.subject] = line.to_state
    now = db.session.execute(select(Signature.public_id, Signature.state)).all()
    return broken + [f"{name} is {state}" for name, state in now if at[f"signature:{name}"] != state]


def damage() -> list[str]:
    """Return what the database itself finds wrong with its file; PostgreSQL has nothing of the kind to ask."""
    if db.engine.dialect.name != "sqlite":
        return []
    db.session.rollback()
    told = [str(row[0]) for row in db.session.execute(text("PRAGMA integrity_check"))]
    return [line for line in told if line != "ok"] + [
        str(row) for row in db.session.execute(text("PRAGMA foreign_key_check"))
    ]
