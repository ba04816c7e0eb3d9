"""What is let go of letters to the secretariat, and when? Words, names, addresses and files; numbers and dates stay.

Inside the caller's transaction. When it is due is for the caller to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.enquiries import queries
from coalition.enquiries.mails import about
from coalition.enquiries.models import Enquiry, EnquiryMessage
from coalition.extensions import db
from coalition.jobs import queue
from coalition.mail import outbox

DELETE_FILES_JOB = "signing.delete_files"
DELETE_UNCLAIMED_JOB = "enquiries.delete_unclaimed"
KEPT_UNCLAIMED = timedelta(hours=1)


def forget_closed(*, before: datetime, actor: Actor, now: datetime) -> int:
    """Forget what was closed before a moment, some at a time; return how many letters it was."""
    return _forget(queries.closed_before(before), actor=actor, now=now)


def forget_of_signature(*, signature_id: int, actor: Actor, now: datetime) -> int:
    """Forget every letter that belongs to an application; return how many it was."""
    statement = select(Enquiry.id).where(Enquiry.signature_id == signature_id, Enquiry.forgotten_at.is_(None))
    return _forget(db.session.scalars(statement).all(), actor=actor, now=now)


def forget_of_mailbox(*, sender_key: str, actor: Actor, now: datetime) -> int:
    """Forget every letter that came from a mailbox, wherever it belongs; return how many it was."""
    statement = select(Enquiry.id).where(Enquiry.sender_key == sender_key, Enquiry.forgotten_at.is_(None))
    return _forget(db.session.scalars(statement).all(), actor=actor, now=now)


def unclaimed(keys: list[str]) -> list[str]:
    """Return those keys of kept letters that no row names."""
    named = set(db.session.scalars(select(EnquiryMessage.letter_key).where(EnquiryMessage.letter_key.in_(keys))))
    return [key for key in keys if key not in named]


def _forget(enquiry_ids: Iterable[int], *, actor: Actor, now: datetime) -> int:
    """Take words and names out of each; its files are deleted after the commit."""
    ids = list(enquiry_ids)
    for enquiry_id in ids:
        keys = db.session.scalars(
            select(EnquiryMessage.letter_key).where(
                EnquiryMessage.enquiry_id == enquiry_id, EnquiryMessage.letter_key.is_not(None)
            )
        ).all()
        if keys:
            queue.put(DELETE_FILES_JOB, args={"keys": list(keys)}, now=now)
        db.session.execute(delete(EnquiryMessage).where(EnquiryMessage.enquiry_id == enquiry_id))
        gone = {"subject": "", "sender_name": "", "sender_email": "", "sender_key": "", "search": "", "digest": None}
        reference = db.session.scalar(
            update(Enquiry)
            .where(Enquiry.id == enquiry_id)
            .values(forgotten_at=now, waiting_at=None, **gone)
            .returning(Enquiry.reference)
        )
        outbox.erase(about=about(str(reference)))
        record.append(actor=actor, act="forget_enquiry", subject=about(str(reference)), now=now)
    return len(ids)
