"""What when yesterday's backup was put back? What the log knows better is set right, noted, and persons stay erased.

The log has kept its leaves; the register, the certificates and the texts say what they said yesterday. Run before
anybody acts again: numbers that were public are not given twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from coalition.audit.record import Actor
from coalition.certificates import recording as certificates
from coalition.charters import recording as charters
from coalition.desk import erasure, journal
from coalition.extensions import db
from coalition.register import operations as register
from coalition.register import recording as entries
from coalition.signing.models import Signature
from coalition.transactions import transaction
from coalition.transparency import history, losses, receipts, recovery
from coalition.transparency.history import Leaf

log = logging.getLogger(__name__)
RESTORED = Actor.system("restore")


def restore(*, now: datetime) -> int:
    """Take back what the log knows and the database lost, and return how many leaves; in transactions of its own.

    Whoever was erased since the backup is erased again. Raises what `recovery.recover` raises; persons go all the same.
    """
    try:
        return recovery.recover(now=now, then=partial(set_right, first=history.size(), now=now))
    finally:
        erase_again(now=now)


def erase_again(*, now: datetime) -> Sequence[str]:
    """Erase everybody whose erasure the journal holds and the database does not; return their references."""
    again = []
    for public_id, at in journal.read().items():
        asked = select(Signature).where(Signature.public_id == public_id)
        signature = db.session.scalars(asked).one_or_none()
        if signature is None or (signature.anonymised_at is not None and signature.anonymised_at >= at):
            continue
        signature_id, reference = signature.id, signature.reference
        with transaction():
            erasure.erase(signature_id=signature_id, actor=RESTORED, now=now)
        again.append(reference)
    if again:
        log.warning("erased again after a restore: %s", ", ".join(again))
    return again


def set_right(*, first: int, now: datetime) -> None:
    """Lift the numbers above those that were public, and tell the log what the database says; in one transaction."""
    taken = losses.taken_back(first)
    highest: dict[str, int] = defaultdict(int)
    for leaf in taken:
        if receipts.is_number(leaf.subject):
            prefix, _, number = leaf.subject.rpartition("-")
            highest[prefix] = max(highest[prefix], int(number))
    for prefix, last in highest.items():
        register.number_above(prefix=prefix, last=last)
    indexes = [leaf.content["index"] for leaf in taken if leaf.content is not None and "index" in leaf.content]
    if indexes:
        certificates.index_above(max(indexes))
    lost = losses.set_right(taken, standing=_standing, now=now)
    log.warning("taken back after a restore: %d leaves; %d things stand as they did before", len(taken), lost)


def _standing(leaf: Leaf) -> Mapping[str, Any]:
    """Return how the subject of a leaf stands in the database; a revocation is final and is done again at once."""
    if receipts.is_number(leaf.subject):
        return entries.standing_of(leaf.subject)
    if "/" in leaf.subject:
        return charters.standing_of(leaf.subject)
    content = leaf.content or {}
    if content.get("ended") == certificates.REVOKED:
        certificates.revoke_again(leaf.subject, reason=content["reason"], now=leaf.at)
    return certificates.standing_of(leaf.subject)
