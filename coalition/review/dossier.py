"""What was asked, referred, appealed and merged around one application, and which are due? Fixed statements by Core.

What officers decided, noted and did belongs to `queries`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.review import people
from coalition.review.decisions import Addressee, ReferralKind
from coalition.review.models import Merge, Question, Referral
from coalition.review.people import Colleague
from coalition.signing.models import Signature
from coalition.signing.states import State

MOST_DUE = 200
Asker, Asked, Answerer = aliased(Officer), aliased(Officer), aliased(Officer)


@dataclass(frozen=True)
class QuestionLine:
    """A question with the name of whoever asked; `answer` is "" unless one came."""

    name: str
    reason_code: str
    message: str
    asked_at: datetime
    due_at: datetime
    closed_at: datetime | None
    answer: str


@dataclass(frozen=True)
class ReferralLine:
    """A referral or an appeal; names are "" where there is nobody: an appeal is the representative's."""

    addressee: Addressee
    from_name: str
    to_name: str
    note: str
    referred_at: datetime
    answered_at: datetime | None
    answered_by: str
    outcome: str
    answer: str


@dataclass(frozen=True)
class MergeLine:
    """A merge with another application; `is_into` tells whether this one was merged into it, or it into this one."""

    reference: str
    official_name: str
    name: str
    is_into: bool
    merged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True)
class Dossier:
    """Everything around an application that is no decision on it."""

    questions: tuple[QuestionLine, ...]
    referrals: tuple[ReferralLine, ...]
    merges: tuple[MergeLine, ...]
    colleagues: tuple[Colleague, ...]
    candidates: tuple[Colleague, ...]
    assigned_to: int | None
    contested_by: frozenset[int]

    @property
    def open_referral(self) -> ReferralLine | None:
        """What waits for an opinion, or for the decision on an appeal."""
        return next((line for line in self.referrals if line.answered_at is None), None)

    @property
    def assignee(self) -> Colleague | None:
        """On whose list it stands."""
        return next((one for one in self.colleagues if one.id == self.assigned_to), None)


def dossier_of(signature: Signature) -> Dossier:
    """Return all that stands around a signature."""
    colleagues = people.colleagues(signature)
    return Dossier(
        questions=questions_of(signature.id),
        referrals=referrals_of(signature.id),
        merges=_merges(signature.id),
        colleagues=colleagues,
        candidates=people.candidates(signature, colleagues),
        assigned_to=people.assigned_to(signature.id),
        contested_by=people.contested_by(signature) if signature.state == State.REFERRED else frozenset(),
    )


def questions_of(signature_id: int) -> tuple[QuestionLine, ...]:
    """Return every question to a representative, the oldest first."""
    rows = db.session.execute(
        select(
            Officer.name,
            Question.reason_code,
            Question.message,
            Question.asked_at,
            Question.due_at,
            Question.closed_at,
            Question.answer,
        )
        .join(Officer, Officer.id == Question.officer_id)
        .where(Question.signature_id == signature_id)
        .order_by(Question.id)
    ).all()
    return tuple(QuestionLine(*row) for row in rows)


def referrals_of(signature_id: int) -> tuple[ReferralLine, ...]:
    """Return every referral and appeal, the oldest first."""
    rows = db.session.execute(
        select(Referral, Asker.name, Asked.name, Answerer.name)
        .outerjoin(Asker, Asker.id == Referral.officer_id)
        .outerjoin(Asked, Asked.id == Referral.to_officer_id)
        .outerjoin(Answerer, Answerer.id == Referral.answered_by_id)
        .where(Referral.signature_id == signature_id)
        .order_by(Referral.id)
    ).all()
    return tuple(_referral(one, [asker or "", asked or "", answerer or ""]) for one, asker, asked, answerer in rows)


def _referral(one: Referral, names: Sequence[str]) -> ReferralLine:
    return ReferralLine(
        addressee=Addressee(ReferralKind(one.kind), one.officer_id, one.to_officer_id),
        from_name=names[0],
        to_name=names[1],
        note=one.note,
        referred_at=one.referred_at,
        answered_at=one.answered_at,
        answered_by=names[2],
        outcome=one.outcome or "",
        answer=one.answer,
    )


def _merges(signature_id: int) -> tuple[MergeLine, ...]:
    other = or_(
        (Merge.signature_id == signature_id) & (Signature.id == Merge.into_signature_id),
        (Merge.into_signature_id == signature_id) & (Signature.id == Merge.signature_id),
    )
    rows = db.session.execute(
        select(
            Signature.reference,
            Organisation.official_name,
            Officer.name,
            (Merge.signature_id == signature_id).label("is_into"),
            Merge.merged_at,
            Merge.undone_at,
        )
        .select_from(Merge)
        .join(Signature, other)
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .join(Officer, Officer.id == Merge.officer_id)
        .where(or_(Merge.signature_id == signature_id, Merge.into_signature_id == signature_id))
        .order_by(Merge.id)
    ).all()
    return tuple(MergeLine(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) for row in rows)


def questions_due(now: datetime) -> Sequence[int]:
    """Return the signatures whose answer did not come in time, the oldest first."""
    late = (Question.closed_at.is_(None), Question.due_at <= now)
    return _asked_of(*late)


def questions_to_remind_of(now: datetime, *, due_by: datetime) -> Sequence[int]:
    """Return the signatures whose answer is due by a moment and who were not reminded yet, the oldest first."""
    soon = (Question.closed_at.is_(None), Question.reminded_at.is_(None), Question.due_at <= due_by)
    return _asked_of(*soon, Question.due_at > now)


def _asked_of(*conditions: object) -> Sequence[int]:
    statement = (
        select(Question.signature_id)
        .join(Signature, Signature.id == Question.signature_id)
        .where(Signature.state == State.NEEDS_INFORMATION, *conditions)  # type: ignore[arg-type]
        .order_by(Question.due_at)
        .limit(MOST_DUE)
    )
    return db.session.scalars(statement).all()
