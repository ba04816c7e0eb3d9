"""What else do officers do to an application? Take over, step back, assign, answer, judge an appeal, undo, reopen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.errors import Invalid
from coalition.i18n import told
from coalition.review import access, merging, operations, people, questions, referrals
from coalition.review.access import acting, reached
from coalition.review.application_page import NOBODY, assign_form, show
from coalition.review.decisions import Outcome
from coalition.review.errors import NotAssignable
from coalition.review.forms import AppealForm, OpinionForm
from coalition.transactions import transaction
from coalition.web.forms import Form

bp = access.bp


def _done(ref: str) -> ResponseReturnValue:
    return redirect(url_for("review.application", ref=ref))


@bp.post("/applications/<ref>/take-over")
@requires(Act.TAKE_OVER)
def take_over(ref: str) -> ResponseReturnValue:
    """Take the application out of a colleague's hands."""
    signature_id, lifetime = reached(ref).id, current_app.config["CLAIM_LIFETIME"]
    seen_holder = request.form.get("seen_holder", "")
    with transaction():
        operations.take_over(lifetime=lifetime, seen_holder=seen_holder, **acting(signature_id))
    return _done(ref)


@bp.post("/applications/<ref>/recuse")
@requires(Act.RECUSE)
def recuse(ref: str) -> ResponseReturnValue:
    """Step back from the application."""
    signature_id = reached(ref).id
    with transaction():
        operations.recuse(**acting(signature_id))
    return _done(ref)


@bp.post("/applications/<ref>/assign")
@requires(Act.ASSIGN)
def assign(ref: str) -> ResponseReturnValue:
    """Put the application on an officer's list, or take it off."""
    signature = reached(ref)
    signature_id, chosen = signature.id, assign_form((), None, sent=request.form).officer.data or NOBODY
    to = next((one for one in people.colleagues(signature) if one.public_id == chosen), None)
    if chosen != NOBODY and to is None:
        raise NotAssignable
    to_id = to.id if to is not None else None
    with transaction():
        operations.assign(signature_id=signature_id, to_officer_id=to_id, actor=officer().actor, now=clock.now())
    return _done(ref)


@bp.post("/applications/<ref>/answer")
@requires(Act.ANSWER_REFERRAL)
def answer(ref: str) -> ResponseReturnValue:
    """Give the opinion that was asked for, or take the referral back."""
    form, lifetime = OpinionForm(), current_app.config["CLAIM_LIFETIME"]

    def act(**who: Any) -> None:
        referrals.answer(text=form.opinion.data or "", claim_lifetime=lifetime, **who)

    return _sent(ref, form, act, name="opinion_form")


@bp.post("/applications/<ref>/appeal")
@requires(Act.DECIDE_APPEAL)
def decide_appeal(ref: str) -> ResponseReturnValue:
    """Dismiss an appeal or grant it."""
    form, lifetime = AppealForm(), current_app.config["VERIFICATION_LINK_LIFETIME"]

    def act(**who: Any) -> object:
        if form.outcome.data == Outcome.UPHELD:
            return referrals.uphold(text=form.words.data, **who)
        return referrals.reverse(text=form.words.data, link_lifetime=lifetime, **who)

    return _sent(ref, form, act, name="appeal_form")


def _sent(ref: str, form: Form, act: Callable[..., object], *, name: str) -> ResponseReturnValue:
    """Do what a form says, or show it again with what is wrong."""
    signature = reached(ref)
    signature_id = signature.id
    if form.validate():
        try:
            with transaction():
                act(**acting(signature_id))
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return _done(ref)
        signature = reached(ref)
    return show(signature, **{name: form}), 422


@bp.post("/applications/<ref>/unmerge")
@requires(Act.DECIDE)
def unmerge(ref: str) -> ResponseReturnValue:
    """Take a merged application apart again."""
    signature_id = reached(ref).id
    with transaction():
        merging.unmerge(**acting(signature_id))
    return _done(ref)


@bp.post("/applications/<ref>/reopen")
@requires(Act.ASK)
def reopen(ref: str) -> ResponseReturnValue:
    """Let a lapsed application be reviewed again."""
    signature_id = reached(ref).id
    with transaction():
        questions.reopen(signature_id=signature_id, actor=officer().actor, now=clock.now())
    return _done(ref)


@bp.post("/applications/<ref>/remind")
@requires(Act.ASK)
def remind(ref: str) -> ResponseReturnValue:
    """Remind the representative of the question."""
    signature_id = reached(ref).id
    with transaction():
        questions.remind(signature_id=signature_id, actor=officer().actor, now=clock.now())
    return _done(ref)
