"""What do officers see and do? The queue, an application's page, its proof, and the forms of the review."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coalition import clock
from coalition.accounts.permissions import Act, may
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.eligibility.assessment import assess
from coalition.errors import Invalid
from coalition.i18n import LANGUAGES, force_language, known_languages, told
from coalition.i18n import gettext as _
from coalition.review import mails, operations, queries, queue
from coalition.review.forms import DecisionForm, NoteForm
from coalition.review.queries import Application
from coalition.review.queue import Search
from coalition.review.states import Flag, Tab
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.headers import as_attachment
from coalition.web.pagination import cursor_of

bp = Blueprint("review", __name__)
bp.before_request(speak_officers_language)


@bp.get("/applications/")
@requires(Act.READ_APPLICATIONS)
def applications() -> ResponseReturnValue:
    """Show the queue."""
    search, now, limit = _search(), clock.now(), current_app.config["DECISION_WORKING_DAYS"]
    officer_id = officer().id
    return render_template(
        "review/applications.html",
        page=queue.page_of(search, officer_id=officer_id, now=now, limit=limit),
        counts=queue.counts_for(officer_id=officer_id, now=now, limit=limit),
        countries=queue.countries(),
        search=search,
        limit=limit,
        tabs=Tab,
        flags=Flag,
        languages=[LANGUAGES[code] for code in known_languages()],
    )


def _search() -> Search:
    """Read what is looked for; whatever is unknown is left out."""
    typed = request.args
    q = "".join(sign for sign in typed.get("q", "")[: queue.LONGEST_QUERY] if sign.isprintable()).strip()
    tab, flag = typed.get("tab", ""), typed.get("flag", "")
    return Search(
        tab=Tab(tab) if tab in set(Tab) else Tab.TO_REVIEW,
        q=q,
        country=typed.get("country", "") if typed.get("country", "").isalpha() else "",
        language=typed.get("language", "") if typed.get("language", "") in known_languages() else "",
        flag=Flag(flag) if flag in set(Flag) else None,
        after=cursor_of(typed.get("after")),
    )


@bp.get("/applications/<ref>/")
@requires(Act.READ_APPLICATIONS)
def application(ref: str) -> ResponseReturnValue:
    """Show everything that was sent, what is known, and the forms that this officer may use."""
    found = queries.application_of(queries.signature_of(ref), now=clock.now())
    return _page(found, _unsent_form(found))


@bp.post("/applications/<ref>/")
@requires(Act.DECIDE)
def decide(ref: str) -> ResponseReturnValue:
    """Record a decision, or show the mail that declining would send."""
    signature = queries.signature_of(ref)
    form = _sent_form(signature)
    if "preview" in request.form:
        found = queries.application_of(signature, now=clock.now())
        preview = _preview(found, form)
        return _page(found, form, preview=preview), 200 if preview else 422
    if form.validate():
        try:
            _record(signature.id, form)
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return redirect(url_for("review.application", ref=ref))
        signature = queries.signature_of(ref)
    return _page(queries.application_of(signature, now=clock.now()), form), 422


def _record(signature_id: int, form: DecisionForm) -> None:
    person, now = officer(), clock.now()
    act: dict[str, Any] = {"signature_id": signature_id, "officer_id": person.id, "actor": person.actor, "now": now}
    lifetime = current_app.config["VERIFICATION_LINK_LIFETIME"]
    with transaction():
        if form.approves:
            operations.approve(approval=form.approval(), link_lifetime=lifetime, **act)
        else:
            operations.decline(refusal=form.refusal(), **act)


@bp.post("/applications/<ref>/claim")
@requires(Act.CLAIM)
def claim(ref: str) -> ResponseReturnValue:
    """Take the application into hand."""
    signature_id, person = queries.signature_of(ref).id, officer()
    lifetime = current_app.config["CLAIM_LIFETIME"]
    with transaction():
        operations.claim(
            signature_id=signature_id, officer_id=person.id, lifetime=lifetime, actor=person.actor, now=clock.now()
        )
    return redirect(url_for("review.application", ref=ref))


@bp.post("/applications/<ref>/release")
@requires(Act.CLAIM)
def release(ref: str) -> ResponseReturnValue:
    """Give the application back."""
    signature_id, person = queries.signature_of(ref).id, officer()
    with transaction():
        operations.release(signature_id=signature_id, officer_id=person.id, actor=person.actor, now=clock.now())
    return redirect(url_for("review.application", ref=ref))


@bp.post("/applications/<ref>/notes")
@requires(Act.NOTE)
def note(ref: str) -> ResponseReturnValue:
    """Keep a note for colleagues."""
    signature, person, form = queries.signature_of(ref), officer(), NoteForm()
    if not form.validate():
        found = queries.application_of(signature, now=clock.now())
        return _page(found, _unsent_form(found), note_form=form), 422
    signature_id = signature.id
    with transaction():
        operations.note(
            signature_id=signature_id, officer_id=person.id, text=form.text.data, actor=person.actor, now=clock.now()
        )
    return redirect(url_for("review.application", ref=ref))


@bp.get("/applications/<ref>/proof/<document>")
@requires(Act.READ_PERSONAL_FILES)
def proof(ref: str, document: str) -> Response:
    """Hand out a proof of mandate, to be saved and never shown by the browser."""
    kept = queries.document_of(queries.signature_of(ref), document)
    data = BytesIO(store().get(kept.storage_key))
    return as_attachment(send_file(data, kept.media_type, as_attachment=True, download_name=kept.filename, max_age=0))


def _unsent_form(found: Application) -> DecisionForm:
    category = queries.category_at_hand([line.category for line in found.approvals], found.assessment)
    has_proof = bool(found.signature.documents)
    return _decision_form(found.signature, found.definition, category=category, has_proof=has_proof, sent=None)


def _sent_form(signature: Signature) -> DecisionForm:
    """Read what was sent; what is preset is looked up only for a field that was not."""
    definition, sent = charters.definition_of(signature.charter, signature.charter_version), request.form
    category = ""
    if "category" not in sent:
        answers = assess(definition.rules, signature.answers)
        category = queries.category_at_hand(queries.approved_categories(signature), answers)
    has_proof = "mandate_basis" not in sent and bool(signature.documents)
    return _decision_form(signature, definition, category=category, has_proof=has_proof, sent=sent)


def _decision_form(
    signature: Signature,
    definition: CharterDefinition,
    *,
    category: str,
    has_proof: bool,
    sent: MultiDict[str, str] | None,
) -> DecisionForm:
    sha256 = signature.content_sha256
    return DecisionForm(definition, sent=sent, content_sha256=sha256, category=category, has_proof=has_proof)


def _preview(found: Application, form: DecisionForm) -> dict[str, str] | None:
    """Write the mail of a refusal as it would be sent now; None, said at the field, as long as no reason is chosen."""
    if found.definition.reason(form.reason_code.data or "") is None:
        form.reason_code.errors = [_("Choose the reason for declining, then look at the mail.")]
        return None
    message = mails.declined(found.signature, definition=found.definition, refusal=form.refusal())
    base = current_app.config["PUBLIC_URL"]
    links = {name: base + link.path.format(language=message.language, token="") for name, link in message.links.items()}
    with force_language(message.language):
        subject = render_template(f"mail/{message.template}/subject.txt", values=message.values, links=links)
        text = render_template(f"mail/{message.template}/body.txt", values=message.values, links=links)
    return {"language": message.language, "subject": subject.strip(), "text": text.strip()}


def _page(found: Application, form: DecisionForm, **more: Any) -> str:
    person = officer()
    return render_template(
        "review/application.html",
        found=found,
        form=form,
        note_form=more.pop("note_form", None) or NoteForm(formdata=None),
        may={act.value for act in Act if may(person.role, act)},
        holds=found.holder is not None and found.holder.officer_id == person.id,
        has_approved=any(line.officer_id == person.id for line in found.approvals),
        **more,
    )
