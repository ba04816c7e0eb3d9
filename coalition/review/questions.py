"""How is a representative asked for information? Asked, reminded, answered, lapsed, reopened; the clock stands still.

Inside the caller's transaction; the signature's row is held first, so that an answer and the end of its time come one
after the other. Who answers goes by the mailed link and belongs to the portal.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from coalition.accounts import staff
from coalition.accounts.permissions import Act as OfficerAct
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.mail import outbox
from coalition.review import errors, holding, mails, people
from coalition.review.decisions import Request
from coalition.review.models import Question, ReviewNote
from coalition.review.people import Colleague
from coalition.signing import verification
from coalition.signing.mails import WayIn, about
from coalition.signing.models import Signature
from coalition.signing.operations import change_state
from coalition.signing.states import Act, State
from coalition.tokens import Purpose, new_public_id

OTHER = "other"
MAIL_GAP = timedelta(days=1)
WAY_BACK = timedelta(days=30)


def ask(
    *, signature_id: int, officer_id: int, request: Request, lifetime: timedelta, actor: Actor, now: datetime
) -> None:
    """Ask the representative, who has `lifetime` to answer; the application stays on the officer's list.

    Raises a Conflict that says who was first, ReasonUnknown, or QuestionMissing where nothing is asked.
    """
    signature = holding.held(signature_id)
    holding.require_claim(signature, officer_id, seen_sha256=request.seen_sha256)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    if request.reason_code and definition.reason(request.reason_code) is None:
        raise errors.ReasonUnknown
    if request.reason_code in ("", OTHER) and not request.message.strip():
        raise errors.QuestionMissing
    question = Question(
        public_id=new_public_id(),
        signature_id=signature_id,
        officer_id=officer_id,
        reason_code=request.reason_code,
        message=request.message,
        asked_at=now,
        due_at=now + lifetime,
        answer="",
    )
    db.session.add(question)
    if request.note:
        db.session.add(ReviewNote(signature_id=signature_id, officer_id=officer_id, text=request.note, noted_at=now))
    holding.forget_claim(signature_id)
    holding.put_on_list(signature_id, officer_id=officer_id, now=now)
    change_state(signature=signature, act=Act.ASK, actor=actor, now=now, reason=request.reason_code or None)
    if signature.representative is not None:
        way_in = _way_in(signature, question, now)
        outbox.put(mails.asked(signature, way_in, definition=definition, request=request), now=now)


def remind(*, signature_id: int, actor: Actor, now: datetime) -> None:
    """Remind the representative of the open question. Raises NoQuestion, or RemindedJustNow within a day of a mail."""
    signature = holding.held(signature_id)
    question = holding.open_question(signature_id)
    if signature.state != State.NEEDS_INFORMATION or question is None or signature.representative is None:
        raise errors.NoQuestion
    if now - (question.reminded_at or question.asked_at) < MAIL_GAP:
        raise errors.RemindedJustNow
    question.reminded_at = now
    definition = charters.definition_of(signature.charter, signature.charter_version)
    words = Request(question.reason_code, question.message)
    way_in = _way_in(signature, question, now)
    outbox.put(mails.asked_again(signature, way_in, definition=definition, request=words), now=now)
    record.append(actor=actor, act="remind_question", subject=about(signature), now=now)


def reply(*, signature_id: int, answer: str, actor: Actor, now: datetime) -> None:
    """Take the answer; the application goes back to the queue, onto the list of the officer who asked, who is told.

    Raises AnswerMissing, or AnsweredAlready once the question is closed.
    """
    signature = holding.held(signature_id)
    question = holding.open_question(signature_id)
    if signature.state != State.NEEDS_INFORMATION or question is None:
        raise errors.AnsweredAlready
    if not answer.strip():
        raise errors.AnswerMissing
    question.answer, question.closed_at = answer, now
    change_state(signature=signature, act=Act.REPLY, actor=actor, now=now)
    holding.resume_clock(signature, since=question.asked_at, now=now)
    _tell(signature, _back_to(signature, question.officer_id, now=now), now=now)


def lapse(*, signature_id: int, actor: Actor, now: datetime) -> None:
    """End an application whose answer did not come in time, and say how to reopen it. Raises NoQuestion."""
    signature = holding.held(signature_id)
    question = holding.open_question(signature_id)
    if question is None or question.due_at > now or signature.state != State.NEEDS_INFORMATION:
        raise errors.NoQuestion
    question.closed_at = now
    change_state(signature=signature, act=Act.LAPSE, actor=actor, now=now)
    if signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=WAY_BACK, now=now)
        outbox.put(mails.lapsed(link, definition=definition), now=now)


def reopen(*, signature_id: int, actor: Actor, now: datetime, answer: str = "") -> None:
    """Let a lapsed application be reviewed again: the representative answers late, or an officer does without.

    Raises AnsweredAlready where nothing has lapsed. An officer's act is told to the representative.
    """
    signature = holding.held(signature_id)
    if signature.state != State.LAPSED:
        raise errors.AnsweredAlready
    question = _last_question(signature_id)
    change_state(signature=signature, act=Act.REOPEN, actor=actor, now=now)
    question.answer = answer or question.answer
    holding.resume_clock(signature, since=question.asked_at, now=now)
    asker = _back_to(signature, question.officer_id, now=now)
    if answer:
        _tell(signature, asker, now=now)
    if actor.kind == "officer" and signature.representative is not None:
        definition = charters.definition_of(signature.charter, signature.charter_version)
        outbox.put(mails.under_review_again(signature, definition=definition, why="reopened"), now=now)


def _last_question(signature_id: int) -> Question:
    newest = select(Question).where(Question.signature_id == signature_id).order_by(Question.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def _back_to(signature: Signature, officer_id: int, *, now: datetime) -> Colleague | None:
    """Put the application on the list of whoever asked and return them; None if they can no longer decide on it."""
    asker = people.colleague(signature, officer_id)
    is_able = asker.may_act(OfficerAct.DECIDE, signature)
    holding.put_on_list(signature.id, officer_id=officer_id if is_able else None, now=now)
    return asker if is_able else None


def _tell(signature: Signature, asker: Colleague | None, *, now: datetime) -> None:
    """Write to the officer that the answer came; who is away reads it in the digest, with all else that waits."""
    if asker is None or asker.id in staff.absent_on(now.date()):
        return
    definition = charters.definition_of(signature.charter, signature.charter_version)
    outbox.put(mails.answered(signature, definition=definition, to=asker), now=now)


def _way_in(signature: Signature, question: Question, now: datetime) -> WayIn:
    """Make a way in that is good until the answer is due."""
    link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=question.due_at - now, now=now)
    return WayIn(link.public_id, link.expires_at)
