"""What when one organisation goes on as another, alone or merged with others? The old entry leads to the new one.

The successor has signed for itself; nothing of the old signature passes to it. Inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.register import operations as register
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import Act, State
from coalition.standing import errors, mails
from coalition.standing.amendments import Heir
from coalition.standing.holding import held
from coalition.standing.models import Succession
from coalition.standing.operations import overtake
from coalition.standing.telling import tell


def succeed(*, signature_id: int, officer_id: int, heir: Heir, actor: Actor, now: datetime) -> None:
    """Let a signatory go on as the one with the number of `heir`, from today; its certificates say so at once.

    Both rows are held in the order of their keys: two successions at once never wait for each other. Raises HeirUnknown
    or NotOnRegister.
    """
    number = heir.number.strip().upper()
    other = db.session.scalar(select(Signature.id).where(Signature.register_number == number))
    if other is None or other == signature_id:
        raise errors.HeirUnknown
    rows = {
        key: held(key, officer_id=officer_id if key == signature_id else None) for key in sorted((signature_id, other))
    }
    signature, successor = rows[signature_id], rows[other]
    if signature.state != State.ACTIVE or signature.register_number is None:
        raise errors.NotOnRegister
    is_alike = (successor.charter, successor.capacity) == (signature.charter, signature.capacity)
    if successor.state != State.ACTIVE or not is_alike:
        raise errors.HeirUnknown
    change_state(signature=signature, act=Act.SUCCEED, actor=actor, reason=heir.kind.value, now=now)
    db.session.add(
        Succession(
            signature_id=signature_id,
            successor_id=other,
            officer_id=officer_id,
            kind=heir.kind.value,
            since_on=now.date(),
            note=heir.note,
            recorded_at=now,
        )
    )
    register.link_successor(number=signature.register_number, successor=number, now=now)
    overtake(signature_id=signature_id, now=now)
    for one in (signature, successor):
        _tell(one, signature=signature, successor=successor, heir=heir, now=now)


def _tell(one: Signature, *, signature: Signature, successor: Signature, heir: Heir, now: datetime) -> None:
    tell(
        one,
        lambda letter: mails.succeeded(
            letter,
            number=successor.register_number or "",
            predecessor=signature.organisation.official_name,
            successor=successor.organisation.official_name,
            kind=heir.kind,
            since_on=now.date(),
        ),
        now=now,
    )
