"""Applications at any stage of their review, made by the acts themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update

from coalition import clock
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act as OfficerAct
from coalition.accounts.permissions import Role, may
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.review import merging, operations, questions, referrals
from coalition.review.decisions import ReferralKind, Referring, Refusal, Request, Verdict
from coalition.review.models import Decision, Question
from coalition.signing import operations as signing_operations
from coalition.signing import retention
from coalition.signing.models import Signature
from coalition.signing.states import Act, State
from coalition.transactions import transaction
from tests.factories import officers, signing

DAY, MONTH = timedelta(days=1), timedelta(days=30)
WORKER = Actor.system("worker")


class Stage(StrEnum):
    """A state, and of what is referred: to whom."""

    PENDING = "pending_verification"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    LAPSED = "lapsed"
    REFERRED = "referred"
    APPEALED = "appealed"
    DELISTING_APPEALED = "delisting_appealed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    MERGED = "merged"
    DISOWNED = "disowned"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DELISTED = "delisted"
    SUPERSEDED = "superseded"

    @property
    def state(self) -> State:
        """The state that the stage is."""
        return State.REFERRED if self in (Stage.APPEALED, Stage.DELISTING_APPEALED) else State(self.value)


def actor_of(person: Officer) -> Actor:
    return Actor.officer(person.public_id, person.name)


def claimed(person: Officer, signature: Signature | None = None) -> Signature:
    """Return an application that this officer holds, whatever the role."""
    found, who = signature or signing.verified(), {"officer_id": person.id, "actor": actor_of(person)}
    with transaction():
        operations.claim(signature_id=found.id, lifetime=DAY, now=clock.now(), **who)
    return found


def asked(person: Officer, *, due_in: timedelta = MONTH, message: str = "Who signs?", **changes: object) -> Signature:
    """Return an application whose representative was asked something two days ago."""
    found, now = claimed(person, signing.verified(**changes)), clock.now()
    request = Request(message=message)
    with transaction():
        questions.ask(
            signature_id=found.id,
            officer_id=person.id,
            request=request,
            lifetime=due_in,
            actor=actor_of(person),
            now=now,
        )
        db.session.execute(
            update(Question)
            .where(Question.signature_id == found.id)
            .values(asked_at=now - 2 * DAY, due_at=now + due_in)
        )
    return found


def lapsed(person: Officer, **changes: object) -> Signature:
    found = asked(person, due_in=-DAY, **changes)
    with transaction():
        questions.lapse(signature_id=found.id, actor=WORKER, now=clock.now())
    return found


def referred(
    person: Officer, to: Officer | None = None, kind: ReferralKind = ReferralKind.SECOND_REVIEWER
) -> Signature:
    found = claimed(person)
    referring = Referring(ReferralKind(kind), "Is this a network?", to.id if to is not None else None)
    with transaction():
        referrals.refer(
            signature_id=found.id, officer_id=person.id, referring=referring, actor=actor_of(person), now=clock.now()
        )
    return found


def declined(person: Officer, **changes: object) -> Signature:
    found, refusal = claimed(person, signing.verified(**changes)), Refusal("no_category")
    with transaction():
        operations.decline(
            signature_id=found.id, officer_id=person.id, refusal=refusal, actor=actor_of(person), now=clock.now()
        )
    return found


def merged(person: Officer, into: Signature | None = None) -> Signature:
    target, found = into or signing.verified(), claimed(person)
    into_id = target.id
    with transaction():
        merging.merge(
            signature_id=found.id,
            officer_id=person.id,
            into_signature_id=into_id,
            actor=actor_of(person),
            now=clock.now(),
        )
    return found


def delisted(person: Officer, **changes: object) -> Signature:
    """Return a signature that this officer, among two, has taken off the register."""
    found = moved(signing.active(**changes), Act.DELIST)
    with transaction():
        db.session.add(
            Decision(
                signature_id=found.id,
                officer_id=person.id,
                verdict=Verdict.DELIST.value,
                reason_code="conduct",
                message="",
                note="",
                content_sha256=found.content_sha256,
                decided_at=clock.now(),
            )
        )
    return found


def appealed(found: Signature, words: str = "You overlooked our statutes.") -> Signature:
    with transaction():
        referrals.appeal(signature_id=found.id, words=words, within=MONTH, actor=Actor.person(), now=clock.now())
    return found


def moved(found: Signature, act: Act) -> Signature:
    with transaction():
        signing_operations.change_state(signature=found, act=act, actor=WORKER, now=clock.now())
    return found


def _disowned() -> Signature:
    found = signing.submitted()
    with transaction():
        signing_operations.disown(link=signing.link_of(found), actor=Actor.person(), now=clock.now())
    return found


def _expired() -> Signature:
    found = signing.submitted()
    with transaction():
        retention.expire(signature=found, actor=WORKER, now=clock.now())
    return found


def _withdrawn() -> Signature:
    found = signing.verified()
    with transaction():
        signing_operations.withdraw(signature=found, actor=Actor.person(), now=clock.now())
    return found


def at(stage: Stage, *, person: Officer, colleague: Officer) -> Signature:
    """Return an application at a stage: in `person`'s hands where somebody holds it, else handled by `colleague`."""
    to = person if may(Role(person.role), OfficerAct.ANSWER_REFERRAL) else None
    made: Mapping[Stage, Callable[[], Signature]] = {
        Stage.PENDING: signing.submitted,
        Stage.SUBMITTED: signing.verified,
        Stage.IN_REVIEW: lambda: claimed(person),
        Stage.NEEDS_INFORMATION: lambda: asked(colleague),
        Stage.LAPSED: lambda: lapsed(colleague),
        Stage.REFERRED: lambda: referred(colleague, to),
        Stage.APPEALED: lambda: appealed(declined(colleague)),
        Stage.DELISTING_APPEALED: lambda: appealed(delisted(colleague)),
        Stage.ACTIVE: signing.active,
        Stage.SUSPENDED: lambda: moved(signing.active(), Act.SUSPEND),
        Stage.DECLINED: lambda: declined(colleague),
        Stage.MERGED: lambda: merged(colleague),
        Stage.DISOWNED: _disowned,
        Stage.EXPIRED: _expired,
        Stage.WITHDRAWN: _withdrawn,
        Stage.DELISTED: lambda: delisted(colleague),
        Stage.SUPERSEDED: lambda: moved(signing.active(), Act.SUCCEED),
    }
    return made[stage]()


def officer(name: str, role: Role = Role.SECRETARIAT, **more: object) -> Officer:
    """Add an officer in a transaction of its own; `more` are columns of the account."""
    with transaction():
        made = officers.officer(name, role)
        for column, value in more.items():
            setattr(made, column, value)
    db.session.refresh(made)
    return made


def state_of(signature: Signature) -> State:
    """Return the state as the database has it now."""
    db.session.rollback()
    return State(db.session.execute(select(Signature.state).where(Signature.id == signature.id)).scalar_one())
