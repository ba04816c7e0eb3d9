"""How does the chain leave the house? As lines of JSON that an auditor's own program checks (docs/verify-audit-log.py).

The first says where the part begins, each further one is a line in its place. What the reader may not know stays
behind: then the commitment stands for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from coalition.audit.chain import GENESIS
from coalition.audit.models import AuditLink

FORMAT = "coalition-audit-chain/1"
AT_ONCE = 2000


def json_lines(connection: Connection, *, first: int = 1, subject: str | None = None) -> Iterator[str]:
    """Yield the chain from the line `first` on; with a `subject`, of all other things the commitments alone."""
    before = select(AuditLink.head).where(AuditLink.number == first - 1)
    head = connection.execute(before).scalar() or GENESIS
    part = {} if subject is None else {"subject": subject}
    yield _json({"format": FORMAT, "after": first - 1, "head": head, **part})
    columns = (AuditLink.number, AuditLink.commitment, AuditLink.head, AuditLink.salt, AuditLink.line)
    statement = select(*columns).where(AuditLink.number >= first).order_by(AuditLink.number)
    with connection.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            yield _json(_told(row, subject))


def _told(row: Any, subject: str | None) -> dict[str, Any]:
    told = {"number": row.number, "commitment": row.commitment, "head": row.head}
    if row.line is None or (subject is not None and json.loads(row.line)["subject"] != subject):
        return told
    return {**told, "salt": row.salt, "line": row.line}


def _json(told: dict[str, Any]) -> str:
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n"
