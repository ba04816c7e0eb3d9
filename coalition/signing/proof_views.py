"""How does an organisation show that its representative may sign? The step for proof: files added, listed, removed."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.charters.queries import CharterPage
from coalition.errors import DomainError
from coalition.i18n import gettext as _
from coalition.signing import downloads, forms, proof, steps, uploads
from coalition.signing.models import Draft
from coalition.signing.resolution import of_draft
from coalition.signing.steps import Answer, changing, is_saving, open_draft, step_page, version_to_sign
from coalition.signing.uploads import Limits
from coalition.web import error_pages
from coalition.web.sizes import accepts_up_to, drain

bp = steps.bp
STAY = "stay"


@bp.route("/charters/<charter>/sign/proof", methods=["GET", "POST"], endpoint="proof")
@accepts_up_to(lambda settings: Limits.of(settings).request)
def proof_step(charter: str) -> Answer:
    """Third step: documents that show the mandate; it can be left empty."""
    version = version_to_sign(charter)
    draft = open_draft(version, step="proof")
    if draft is None:
        return redirect(url_for(".representative", charter=charter))
    form = forms.ProofForm()
    if not form.is_submitted():
        return _page(version, draft, form)
    if remove := request.form.get("remove"):
        with changing(draft) as kept:
            proof.remove(kept, public_id=remove, now=clock.now())
        return redirect(url_for(".proof", charter=charter))
    if not form.validate() or not _keep_files(draft, form):
        return _page(version, draft, form)
    return redirect(url_for(_next_page(), charter=charter))


def _next_page() -> str:
    if is_saving():
        return ".save"
    return ".proof" if STAY in request.form else ".review"


def _page(version: CharterPage, draft: Draft, form: forms.ProofForm) -> tuple[str, int]:
    limits, offered = Limits.of(current_app.config), downloads.offered(".resolution", charter=draft.charter)
    return step_page("proof", version, form, draft=draft, documents=draft.documents, limits=limits, **offered)


def _keep_files(draft: Draft, form: forms.ProofForm) -> bool:
    """Keep every file that can be used; say at the field what is wrong with the others. True when none is."""
    limits = Limits.of(current_app.config)
    received = uploads.receive(form.mandate_document.data, limits=limits, present=len(draft.documents))
    with changing(draft) as kept:
        left_out = proof.keep(kept, files=received.files, most=limits.files, now=clock.now())
        kept.proof_seen = kept.proof_seen or _next_page() == ".review"
    wrong = (*received.wrong, *(uploads.no_room(name, limits) for name in left_out))
    form.mandate_document.errors = [*form.mandate_document.errors, *wrong]
    return not wrong


@bp.route("/charters/<charter>/sign/<version>/resolution.<any(docx, pdf):file_format>", methods=["GET", "POST"])
def resolution(charter: str, version: str, file_format: str) -> Answer:
    """Hand out the model resolution, filled in; `version` is a language of it."""
    draft = open_draft(charter_queries.current_version(charter), step="proof")
    if draft is None:
        return redirect(url_for(".representative", charter=charter))
    return downloads.hand_out(
        of_draft(draft, version),
        file_format=file_format,
        owner=f"draft:{draft.public_id}",
        back=url_for(".proof", charter=charter),
        now=clock.now(),
    )


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Answer:
    """Show the step again with what was sent before: a request too large costs nothing that is there already."""
    if request.endpoint == "signing.proof":
        with suppress(DomainError):
            return _too_large(charter_queries.current_version((request.view_args or {})["charter"]))
    return error_pages.answer(413)


def _too_large(version: CharterPage) -> Answer:
    draft = open_draft(version, step="proof")
    if draft is None:
        return error_pages.answer(413)
    drain()
    form = forms.ProofForm(formdata=None)
    form.mandate_document.errors = [_("These files are too large together. Send fewer at a time")]
    return _page(version, draft, form)[0], 413
