"""How does an officer decide? One form with five verdicts, and a look at the mail that it would send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act, Role, may
from coalition.accounts.views import officer, requires
from coalition.charters import queries as charters
from coalition.errors import Invalid, Refused, mark
from coalition.i18n import gettext as _
from coalition.i18n import told
from coalition.mail.writing import addresses_without_tokens, written
from coalition.review import access, mails, merging, operations, people, questions, referrals
from coalition.review.access import acting, reached
from coalition.review.application_page import NEEDS, ONE, sent_form, show
from coalition.review.decisions import ReferralKind, Referring, Verdict
from coalition.review.errors import ApplicationUnknown, MergeTargetUnknown, NotAssignable
from coalition.review.forms import DecisionForm
from coalition.signing.mails import WayIn
from coalition.signing.models import Signature
from coalition.transactions import transaction

bp = access.bp


@bp.post("/applications/<ref>/")
@requires(Act.DECIDE)
def decide(ref: str) -> ResponseReturnValue:
    """Record a decision, or show the mail that declining or asking would send."""
    signature = reached(ref)
    form = sent_form(signature)
    if form.verdict is not None:
        _require_right(form.verdict)
    if "preview" in request.form:
        preview = _preview(signature, form)
        return show(signature, form, preview=preview), 200 if preview else 422
    if form.validate():
        try:
            _record(signature, form)
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return redirect(url_for("review.application", ref=ref))
        signature = reached(ref)
    return show(signature, form), 422


def _require_right(verdict: Verdict) -> None:
    """Ask for the right to the verdict itself: the route asks for the right to decide alone."""
    if not may(officer().role, NEEDS[verdict]):
        raise Refused(mark("Your role does not allow this. Ask an officer of the secretariat."))


def _record(signature: Signature, form: DecisionForm) -> None:
    signature_id = signature.id
    act = ACTS[form.verdict or Verdict.APPROVE](signature, form)
    with transaction():
        act(**acting(signature_id))


def _approve(_signature: Signature, form: DecisionForm) -> Callable[..., Any]:
    more = {"approval": form.approval(), "link_lifetime": current_app.config["VERIFICATION_LINK_LIFETIME"]}
    return lambda **act: operations.approve(**more, **act)


def _ask(_signature: Signature, form: DecisionForm) -> Callable[..., Any]:
    more = {"request": form.request(), "lifetime": current_app.config["QUESTION_LIFETIME"]}
    return lambda **act: questions.ask(**more, **act)


def _refer(signature: Signature, form: DecisionForm) -> Callable[..., Any]:
    referring = _referring(signature, form)
    return lambda **act: referrals.refer(referring=referring, **act)


def _decline(_signature: Signature, form: DecisionForm) -> Callable[..., Any]:
    refusal = form.refusal()
    return lambda **act: operations.decline(refusal=refusal, **act)


def _merge(_signature: Signature, form: DecisionForm) -> Callable[..., Any]:
    try:
        into = reached(form.merge_into.data).id
    except ApplicationUnknown:
        raise MergeTargetUnknown from None
    more = {"into_signature_id": into, "note": form.note.data, "seen_sha256": form.seen_sha256}
    return lambda **act: merging.merge(**more, **act)


ACTS: Mapping[Verdict, Callable[[Signature, DecisionForm], Callable[..., Any]]] = {
    Verdict.APPROVE: _approve,
    Verdict.ASK: _ask,
    Verdict.REFER: _refer,
    Verdict.DECLINE: _decline,
    Verdict.MERGE: _merge,
}


def _referring(signature: Signature, form: DecisionForm) -> Referring:
    """Read whom an application is referred to: a kind, or one officer."""
    chosen, note = form.refer_to.data, form.note.data
    if not chosen.startswith(ONE):
        return Referring(ReferralKind(chosen), note, None, form.seen_sha256)
    to = next((one for one in people.colleagues(signature) if one.public_id == chosen.removeprefix(ONE)), None)
    if to is None:
        raise NotAssignable
    kind = ReferralKind.PRESIDENCY if to.role is Role.PRESIDENCY else ReferralKind.SECOND_REVIEWER
    return Referring(kind, note, to.id, form.seen_sha256)


def _preview(signature: Signature, form: DecisionForm) -> dict[str, str] | None:
    """Write the mail of a refusal, or of a question, as it would be sent now.

    None, said at the field, as long as a refusal has no reason.
    """
    definition = charters.definition_of(signature.charter, signature.charter_version)
    if form.verdict is Verdict.ASK:
        due_at = clock.now() + current_app.config["QUESTION_LIFETIME"]
        message = mails.asked(signature, WayIn("", due_at), definition=definition, request=form.request())
    elif definition.reason(form.reason_code.data or "") is None:
        form.reason_code.errors = [_("Choose the reason for declining, then look at the mail.")]
        return None
    else:
        message = mails.declined(signature, definition=definition, refusal=form.refusal())
    links = addresses_without_tokens({name: vars(link) for name, link in message.links.items()}, message.language)
    mail = written(message.template, language=message.language, values=message.values, links=links)
    return {"language": message.language, "subject": mail.subject, "text": mail.text}
