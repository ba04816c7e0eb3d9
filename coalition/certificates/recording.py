"""What does the public log learn of certificates? That one was issued, and that it ended; receipts are not public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, text

from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import writer
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf, LostAct
from coalition.transparency.operations import append

BATCH = 500
REVOKED, SUPERSEDED, LOST = "revoked", "superseded", "lost"

_LOST = select(func.max(LostAct.index))
_NEWEST = select(func.max(Certificate.id))
_LIFT = text(
    "SELECT setval(pg_get_serial_sequence('certificates', 'id'), greatest(:index, (SELECT max(id) FROM certificates)))"
)


def certified_state(certificate: Certificate, *, number: str) -> dict[str, Any]:
    """Return what the log says of a certificate; `index` is its place in the list of standings."""
    return {
        "serial": certificate.serial,
        "number": number,
        "content_sha256": certificate.content_sha256,
        "language": certificate.language,
        "index": certificate.id,
    }


def ended_state(serial: str, *, ended: str, reason: str, by: str | None = None) -> dict[str, Any]:
    """Return what the log says of the end of a certificate; `by` is the serial of the one in its place."""
    return {"serial": serial, "ended": ended, "reason": reason, "by": by}


def standing_of(serial: str) -> dict[str, Any]:
    """Return what the log ought to say of a serial now; a certificate that is not there any more was lost."""
    row = _row(serial)
    if row is None:
        return ended_state(serial, ended=LOST, reason=LOST)
    if row.revoked_at is not None:
        return ended_state(serial, ended=REVOKED, reason=row.revoked_reason or "")
    if row.superseded_by_id is not None:
        by = db.session.get_one(Certificate, row.superseded_by_id).serial
        return ended_state(serial, ended=SUPERSEDED, reason=SUPERSEDED, by=by)
    signature = db.session.get_one(Signature, row.signature_id)
    return certified_state(row, number=str(signature.register_number))


def revoke_again(serial: str, *, reason: str, now: datetime) -> None:
    """Let a certificate that the log says was revoked count no more, though a restored database still has it live."""
    row = _row(serial)
    if row is not None and row.revoked_at is None:
        row.revoked_at, row.revoked_reason = now, reason
        db.session.flush()


def tell_missing(*, now: datetime, most: int = BATCH) -> int:
    """Tell of certificates that were issued before there was a log, so many at once; return how many."""
    known = exists().where(LogLeaf.subject == Certificate.serial)
    asked = select(Certificate).where(Certificate.kind == Kind.CERTIFICATE.value, ~known)
    rows = db.session.scalars(asked.order_by(Certificate.id).limit(most)).all()
    for row in rows:
        signature = db.session.get_one(Signature, row.signature_id)
        certified(row, number=str(signature.register_number), now=now)
        state = standing_of(row.serial)
        if "ended" in state:
            append(act=LeafAct.END, subject=row.serial, content=state, now=now)
    return len(rows)


def index_above(index: int) -> None:
    """Let no document get an id up to `index` any more: they were public before a backup was restored."""
    connection = writer()
    if connection.dialect.name == "postgresql":
        connection.execute(_LIFT, {"index": index})


def next_index() -> int | None:
    """Return the id that a new document must have lest it take a lost certificate's place; None where any will do.

    PostgreSQL's own sequence was lifted above it; SQLite goes on from the newest row.
    """
    if writer().dialect.name == "postgresql":
        return None
    lost = db.session.scalar(_LOST)
    newest = db.session.scalar(_NEWEST) if lost is not None else None
    return lost + 1 if lost is not None and lost >= (newest or 0) else None


def certified(certificate: Certificate, *, number: str, now: datetime) -> None:
    """Tell that a certificate was issued: its words are committed to before there is a file."""
    state = certified_state(certificate, number=number)
    append(act=LeafAct.CERTIFY, subject=certificate.serial, content=state, now=now)


def ended(serial: str, *, ended: str, reason: str, now: datetime, by: str | None = None) -> None:
    """Tell that a certificate counts no more, by its revocation or because another stands in its place."""
    append(act=LeafAct.END, subject=serial, content=ended_state(serial, ended=ended, reason=reason, by=by), now=now)


def _row(serial: str) -> Certificate | None:
    return db.session.scalars(select(Certificate).where(Certificate.serial == serial)).one_or_none()
