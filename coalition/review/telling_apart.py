"""What does an officer say of two organisations that resemble each other? That they are different, or no longer so.

Remembered for good, and shown on the register where both stand there; inside the caller's transaction. That two are the
same belongs to `merging`.
"""

from __future__ import annotations

from datetime import datetime

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.organisations import distinctions
from coalition.register import namesakes
from coalition.signing.mails import about
from coalition.signing.models import Signature


def tell_apart(
    *, signature: Signature, other_id: int, other_number: str, officer_id: int, actor: Actor, now: datetime
) -> None:
    """Remember that the applicant and another organisation are different. Said before, it changes nothing."""
    if not distinctions.add(one=signature.organisation_id, other=other_id, officer_id=officer_id, now=now):
        return
    if signature.register_number and other_number:
        namesakes.link(signature.register_number, other_number, on=now.date())
    record.append(actor=actor, act="tell_apart", subject=about(signature), now=now)


def take_back(*, signature: Signature, other_id: int, other_number: str, actor: Actor, now: datetime) -> None:
    """Forget that the two are different. Never said, it changes nothing."""
    if not distinctions.remove(one=signature.organisation_id, other=other_id):
        return
    if signature.register_number and other_number:
        namesakes.unlink(signature.register_number, other_number)
    record.append(actor=actor, act="untell_apart", subject=about(signature), now=now)
