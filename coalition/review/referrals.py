"""How is an application laid before somebody else? Referred and answered; an appeal made, dismissed or granted.

Inside the caller's transaction; the signature's row is held first. Who may answer is judged by `decisions.is_asked`;
nobody decides on an appeal against what they decided themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from coalition.accounts.permissions import Act as OfficerAct
from coalition.accounts.permissions import Role
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.errors import Conflict
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import entering, errors, holding, mails, people
from coalition.review.decisions import (
    Addressee,
    Outcome,
    ReferralKind,
    Referring,
    appeal_ends,
    is_asked,
    may_recall,
)
from coalition.review.models import Decision, Referral
from coalition.review.people import CONTESTED, Colleague
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import Act, State
from coalition.tokens import new_public_id

APPEALABLE = frozenset({State.DECLINED, State.DELISTED})
UPHOLD = {State.DECLINED: Act.UPHOLD_REFUSAL, State.DELISTED: Act.UPHOLD_DELISTING}
REVERSE = {State.DECLINED: Act.REVERSE_REFUSAL, State.DELISTED: Act.REINSTATE}


def refer(*, signature_id: int, officer_id: int, referring: Referring, actor: Actor, now: datetime) -> None:
    """Lay an application before a second reviewer or the presidency; the officer asked gets a mail.

    Raises a Conflict that says who was first, AnswerMissing without a note, or NotAssignable for an officer who cannot
    give an opinion on it.
    """
    signature = holding.held(signature_id)
    holding.require_claim(signature, officer_id, seen_sha256=referring.seen_sha256)
    if not referring.note.strip():
        raise errors.AnswerMissing
    addressee = Addressee(referring.kind, officer_id, referring.to_officer_id)
    asked = _asked(signature, addressee)
    if not asked:
        raise errors.NotAssignable
    db.session.add(_referral(signature, addressee, note=referring.note, now=now))
    holding.forget_claim(signature_id)
    change_state(signature=signature, act=Act.REFER, actor=actor, now=now, reason=referring.kind)
    if referring.to_officer_id is None and referring.kind is not ReferralKind.PRESIDENCY:
        return  # whoever of the reviewers comes first: they see it in the queue
    definition = charters.definition_of(signature.charter, signature.charter_version)
    for person in asked:
        outbox.put(mails.referred(signature, definition=definition, to=person, by=actor.name), now=now)


def answer(
    *, signature_id: int, officer_id: int, text: str, claim_lifetime: timedelta, actor: Actor, now: datetime
) -> None:
    """Give the opinion that was asked for; whoever asked holds the application again.

    The officer who referred it, or the secretariat, may take it back instead. Raises NothingToDecide, AnswerMissing,
    NotAsked, or that the officer is recused.
    """
    signature = holding.held(signature_id)
    referral = people.open_referral(signature_id)
    if signature.state != State.REFERRED or referral is None or referral.kind == ReferralKind.APPEAL:
        raise errors.NothingToDecide
    person = holding.require_able(signature, officer_id)
    addressee = Addressee(ReferralKind(referral.kind), referral.officer_id, referral.to_officer_id)
    gives = is_asked(addressee, officer_id=officer_id, role=person.role)
    if not gives and not may_recall(addressee, officer_id=officer_id, role=person.role):
        raise errors.NotAsked
    if gives and not text.strip():
        raise errors.AnswerMissing
    _close(referral, officer_id=officer_id, outcome=Outcome.ANSWERED if gives else Outcome.RECALLED, text=text, now=now)
    change_state(signature=signature, act=Act.ANSWER, actor=actor, now=now, reason=referral.outcome)
    back_to = referral.officer_id or officer_id
    holding.give(signature_id, officer_id=back_to, lifetime=claim_lifetime, now=now)


def appeal(*, signature_id: int, words: str, within: timedelta, actor: Actor, now: datetime) -> None:
    """Take the representative's appeal against a refusal or a delisting, once and in time; the secretariat is told.

    Raises NotAppealable, AppealTooLate, AppealedAlready or AnswerMissing.
    """
    signature = holding.held(signature_id)
    if not may_appeal(signature, within=within, now=now):
        raise why_no_appeal(signature)
    if not words.strip():
        raise errors.AnswerMissing
    made = _referral(signature, Addressee(ReferralKind.APPEAL, None, None), note=words, now=now)
    db.session.add(made)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    change_state(signature=signature, act=Act.APPEAL, actor=actor, now=now)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    outbox.put(mails.appeal_received(signature, definition=definition, appeal=made), now=now)


def uphold(*, signature_id: int, officer_id: int, text: str, actor: Actor, now: datetime) -> State:
    """Dismiss an appeal: the decision stands, and the representative reads why. Raises as `reverse`."""
    signature, made = _judged(signature_id, officer_id, text)
    _close(made, officer_id=officer_id, outcome=Outcome.UPHELD, text=text, now=now)
    act = UPHOLD[State(made.from_state)]
    state = change_state(signature=signature, act=act, actor=actor, now=now)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    if signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        outbox.put(mails.appeal_dismissed(signature, definition=definition, message=text), now=now)
    return state


def reverse(
    *, signature_id: int, officer_id: int, text: str, link_lifetime: timedelta, actor: Actor, now: datetime
) -> State:
    """Grant an appeal: what was declined is reviewed again, what was delisted is back on the register, certified anew.

    Raises NothingToDecide, AnswerMissing, OwnDecision, that the officer is recused, or NameTaken when another of that
    name has been entered since.
    """
    signature, made = _judged(signature_id, officer_id, text)
    _close(made, officer_id=officer_id, outcome=Outcome.REVERSED, text=text, now=now)
    _void_decisions(signature, now=now)
    state = change_state(signature=signature, act=REVERSE[State(made.from_state)], actor=actor, now=now)
    holding.put_on_list(signature_id, officer_id=None, now=now)
    if state is State.ACTIVE:
        _reinstate(signature, text=text, link_lifetime=link_lifetime, actor=actor, now=now)
        return state
    holding.resume_clock(signature, since=signature.decided_at or now, now=now)
    if signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        outbox.put(mails.under_review_again(signature, definition=definition, why="appeal", message=text), now=now)
    return state


def may_appeal(signature: Signature, *, within: timedelta, now: datetime) -> bool:
    """Tell whether the representative can appeal now: against a decision, in time, for the first time."""
    ends = appeal_until(signature, within=within)
    return ends is not None and now < ends and not _was_appealed(signature)


def why_no_appeal(signature: Signature) -> Conflict:
    """Say why an appeal that cannot be made cannot."""
    if signature.state == State.REFERRED and people.open_appeal(signature) is not None:
        return errors.AppealedAlready()
    if signature.state not in APPEALABLE:
        return errors.NotAppealable()
    return errors.AppealedAlready() if _was_appealed(signature) else errors.AppealTooLate()


def appeal_until(signature: Signature, *, within: timedelta) -> datetime | None:
    """Return until when the decision can be appealed against; None where there is none."""
    if signature.state not in APPEALABLE:
        return None
    decided = signature.decided_at if signature.state == State.DECLINED else signature.ended_on
    return appeal_ends(decided, within) if decided is not None else None


def _was_appealed(signature: Signature) -> bool:
    """Tell whether the decision that stands was appealed against, and upheld."""
    upheld = select(Referral.id).where(
        Referral.signature_id == signature.id,
        Referral.from_state == signature.state,
        Referral.outcome == Outcome.UPHELD,
    )
    return db.session.scalar(upheld.limit(1)) is not None


def _asked(signature: Signature, addressee: Addressee) -> Sequence[Colleague]:
    """Return the officers whose opinion is asked."""
    able = (one for one in people.colleagues(signature) if one.may_act(OfficerAct.ANSWER_REFERRAL, signature))
    return [one for one in able if is_asked(addressee, officer_id=one.id, role=one.role) and _is_of(one, addressee)]


def _is_of(person: Colleague, addressee: Addressee) -> bool:
    return addressee.kind is not ReferralKind.PRESIDENCY or person.role is Role.PRESIDENCY


def _referral(signature: Signature, addressee: Addressee, *, note: str, now: datetime) -> Referral:
    return Referral(
        public_id=new_public_id(),
        signature_id=signature.id,
        kind=addressee.kind.value,
        from_state=signature.state,
        officer_id=addressee.from_officer_id,
        to_officer_id=addressee.to_officer_id,
        note=note,
        referred_at=now,
        answer="",
    )


def _close(referral: Referral, *, officer_id: int, outcome: Outcome, text: str, now: datetime) -> None:
    referral.answered_at, referral.answered_by_id = now, officer_id
    referral.outcome, referral.answer = outcome.value, text
    db.session.flush()


def _judged(signature_id: int, officer_id: int, text: str) -> tuple[Signature, Referral]:
    """Hold an appeal that this officer may decide on."""
    signature = holding.held(signature_id)
    made = people.open_appeal(signature)
    if signature.state != State.REFERRED or made is None:
        raise errors.NothingToDecide
    holding.require_able(signature, officer_id)
    if officer_id in people.contested_by(signature):
        raise errors.OwnDecision
    if not text.strip():
        raise errors.AnswerMissing
    return signature, made


def _void_decisions(signature: Signature, *, now: datetime) -> None:
    contested = (Decision.signature_id == signature.id, Decision.verdict.in_(CONTESTED), Decision.voided_at.is_(None))
    db.session.execute(update(Decision).where(*contested).values(voided_at=now))


def _reinstate(signature: Signature, *, text: str, link_lifetime: timedelta, actor: Actor, now: datetime) -> None:
    definition = charters.definition_of(signature.charter, signature.charter_version)
    entering.hand_over(
        signature,
        partial(mails.reinstated, definition=definition, message=text),
        definition=definition,
        link_lifetime=link_lifetime,
        actor=actor,
        now=now,
    )
