"""What waits for an officer today? Counted for the page on which officers start, and for one mail on a working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role, Scope, may
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import mails, queue
from coalition.review.decisions import ReferralKind
from coalition.review.models import Digest, Referral
from coalition.review.queue_statements import in_scope
from coalition.review.searching import Search
from coalition.review.states import SATURDAY, Tab
from coalition.signing.models import Signature


@dataclass(frozen=True)
class Waiting:
    """How much waits for one officer. Counted up to a thousand: a greater number says only that there are more."""

    mine: int
    to_review: int
    late: int
    second_review: int
    referrals: int

    @property
    def is_anything(self) -> bool:
        """Tell whether there is anything to do."""
        return any(vars(self).values())


@dataclass(frozen=True)
class Reader:
    """An officer whose work is counted."""

    id: int
    role: Role
    scope: Scope


def waiting_for(reader: Reader, *, now: datetime, limit: int) -> Waiting:
    """Return what waits for an officer, of what the officer may reach and do; two statements."""
    search = Search(scope=reader.scope)
    counts = queue.counts_for(search, officer_id=reader.id, now=now, limit=limit)
    reviews = may(reader.role, Act.DECIDE)
    return Waiting(
        mine=counts.tabs[Tab.MINE] if reviews else 0,
        to_review=counts.tabs[Tab.TO_REVIEW] if reviews else 0,
        late=counts.late if reviews else 0,
        second_review=counts.second_review if reviews else 0,
        referrals=_referrals(reader, search),
    )


def _referrals(reader: Reader, search: Search) -> int:
    """Count what was laid before this officer, or before whoever has the role."""
    kinds = {
        ReferralKind.SECOND_REVIEWER: reader.role in (Role.REVIEWER, Role.SECRETARIAT),
        ReferralKind.PRESIDENCY: reader.role is Role.PRESIDENCY,
        ReferralKind.APPEAL: may(reader.role, Act.DECIDE_APPEAL),
    }
    open_to = [kind.value for kind, holds in kinds.items() if holds]
    asked = or_(
        Referral.to_officer_id == reader.id,
        and_(Referral.to_officer_id.is_(None), Referral.kind.in_(open_to), _is_not_own(reader)),
    )
    statement = select(func.count()).select_from(Referral).join(Signature, Signature.id == Referral.signature_id)
    found: int = db.session.execute(
        statement.where(Referral.answered_at.is_(None), asked, *in_scope(search))
    ).scalar_one()
    return found


def _is_not_own(reader: Reader) -> Any:
    return or_(Referral.officer_id.is_(None), Referral.officer_id != reader.id)


def unwritten(*, now: datetime) -> Sequence[int]:
    """Return the officers who can sign in and were not written to today; nobody at the weekend."""
    if now.weekday() >= SATURDAY:
        return []
    written = select(Digest.officer_id).where(Digest.sent_on == now.date())
    able = (Officer.enrolled_at.is_not(None), Officer.disabled_at.is_(None), Officer.role != Role.OUTSIDE.value)
    return db.session.scalars(select(Officer.id).where(*able, Officer.id.not_in(written)).order_by(Officer.id)).all()


def write_to(*, officer_id: int, limit: int, now: datetime) -> None:
    """Write to an officer of what waits, once a day; of two workers one does. Nothing waits, nothing is sent."""
    if not _take_day(officer_id, now):
        return
    person = db.session.get_one(Officer, officer_id)
    reader = Reader(person.id, Role(person.role), Scope(frozenset(person.charters), person.only_reference))
    waiting = waiting_for(reader, now=now, limit=limit)
    if waiting.is_anything:
        letter = mails.Addressee(person.public_id, person.email, person.name, person.language)
        outbox.put(mails.digest(letter, counts=vars(waiting), limit=limit, most=queue.COUNTED_UP_TO), now=now)


def _take_day(officer_id: int, now: datetime) -> bool:
    """Mark the day; False when it was marked before."""
    insert: Any = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(Digest).values(officer_id=officer_id, sent_on=now.date()).on_conflict_do_nothing()
    return db.session.execute(row.returning(Digest.officer_id)).scalar() is not None
