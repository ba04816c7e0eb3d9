"""How does the log forget what must not be read any longer? Salt and content go, the commitment stays in the tree.

Whoever has kept a copy has kept it: forgetting reaches what we publish. Root, proofs and receipt codes stay as they
are; that it was done is a line of the audit log.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.transactions import writer
from coalition.transparency.errors import LeafUnknown
from coalition.transparency.models import LogLeaf, LogPlace


def forget_leaf(*, place: int, actor: Actor, now: datetime) -> None:
    """Forget what the leaf of a place opens to; forgotten before, nothing changes. Raises LeafUnknown.

    The files of the log follow with the next round of the worker.
    """
    statement = select(LogLeaf.id, LogLeaf.salt).join(LogPlace, LogPlace.leaf_id == LogLeaf.id)
    found = writer().execute(statement.where(LogPlace.place == place)).one_or_none()
    if found is None:
        raise LeafUnknown
    if found.salt is None:
        return
    writer().execute(update(LogLeaf).where(LogLeaf.id == found.id).values(salt=None, content=None))
    record.append(actor=actor, act="forget_leaf", subject=f"leaf:{place}", now=now)
