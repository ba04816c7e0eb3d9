"""What does a representative answer officers? A question, if only late; a decision, by an appeal. A GET never acts."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.errors import Conflict
from coalition.i18n import told
from coalition.portal import access
from coalition.portal.access import INVALID, SEE_OTHER, Answer, ask_for_link, opened
from coalition.portal.forms import AnswerForm, AppealForm
from coalition.review import dossier, questions, referrals
from coalition.review.errors import AnsweredAlready
from coalition.signing import proof, uploads
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.signing.uploads import Limits, Received
from coalition.transactions import transaction
from coalition.web.sizes import accepts_up_to

bp = access.bp
ANSWERABLE = frozenset({State.NEEDS_INFORMATION, State.LAPSED})


def _back() -> Answer:
    return redirect(url_for(".my_signature"), SEE_OTHER)


def _stale(why: Conflict) -> Answer:
    """Lead a reader to what can be done now; whoever sends what came too late is told why nothing was done."""
    if request.method == "POST":
        raise why
    return _back()


@bp.route("/my-signature/answer", methods=["GET", "POST"])
@accepts_up_to(lambda settings: Limits.of(settings).request)
def answer() -> Answer:
    """Answer the secretariat's question, with files if there are any; late, it reopens the application."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if signature.state not in ANSWERABLE or signature.representative is None:
        return _stale(AnsweredAlready())
    form = AnswerForm()
    if not form.validate_on_submit():
        return _answer_page(signature, form)
    limits = Limits.of(current_app.config)
    received = uploads.receive(form.mandate_document.data, limits=limits, present=len(signature.documents))
    if received.wrong:  # the answer stays typed; no job keeps files that no row claims
        form.mandate_document.errors = list(received.wrong)
        return _answer_page(signature, form)
    try:
        _give(signature, form.answer.data, received)
    except Conflict as late:
        form.form_errors.append(told(late))
        return _answer_page(signature, form)[0], 409
    return _back()


def _give(signature: Signature, words: str, received: Received) -> None:
    """Record the answer and its files together: a late one reopens the application first."""
    signature_id, limits = signature.id, Limits.of(current_app.config)
    act = questions.reply if signature.state == State.NEEDS_INFORMATION else questions.reopen
    now, actor = clock.now(), Actor.person()
    with transaction():
        act(signature_id=signature_id, answer=words, actor=actor, now=now)
        if received.files:
            proof.add_late(signature=signature, files=received.files, most=limits.files, actor=actor, now=now)


def _answer_page(signature: Signature, form: AnswerForm) -> tuple[str, int]:
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    asked = dossier.questions_of(signature.id)
    page = render_template(
        "portal/answer.html",
        form=form,
        signature=signature,
        definition=definition,
        question=asked[-1] if asked else None,
        limits=Limits.of(current_app.config),
    )
    return page, INVALID if form.errors else 200


@bp.route("/my-signature/appeal", methods=["GET", "POST"])
def appeal() -> Answer:
    """Appeal against a refusal or a delisting; said once, it is said."""
    signature, within = opened(), current_app.config["APPEAL_LIFETIME"]
    if signature is None:
        return ask_for_link()
    now = clock.now()
    if signature.representative is None or not referrals.may_appeal(signature, within=within, now=now):
        return _stale(referrals.why_no_appeal(signature))
    form = AppealForm()
    if not form.validate_on_submit():
        definition = charter_queries.definition_of(signature.charter, signature.charter_version)
        ends = referrals.appeal_until(signature, within=within)
        shown = {"form": form, "signature": signature, "definition": definition, "ends": ends}
        return render_template("portal/appeal.html", **shown), INVALID if form.errors else 200
    signature_id = signature.id
    with transaction():
        referrals.appeal(signature_id=signature_id, words=form.words.data, within=within, actor=Actor.person(), now=now)
    return _back()
