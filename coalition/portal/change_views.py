"""What may a representative do after signing? Send proof, change private details, withdraw. A GET never acts."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.i18n import gettext as _
from coalition.portal import access
from coalition.portal.access import INVALID, SEE_OTHER, Answer, ask_for_link, opened
from coalition.portal.forms import WithdrawForm, details_form
from coalition.review import operations as review
from coalition.signing import changes, downloads, proof, uploads
from coalition.signing.errors import StateChanged
from coalition.signing.forms import ProofForm
from coalition.signing.models import Signature
from coalition.signing.resolution import of_signature
from coalition.signing.states import CHANGEABLE, OPEN, Act, State, after
from coalition.signing.uploads import Limits
from coalition.transactions import transaction
from coalition.web import error_pages
from coalition.web.sizes import accepts_up_to, drain

bp = access.bp


def _back() -> Answer:
    return redirect(url_for(".my_signature"), SEE_OTHER)


@bp.route("/my-signature/proof", methods=["GET", "POST"], endpoint="proof")
@accepts_up_to(lambda settings: Limits.of(settings).request)
def late_proof() -> Answer:
    """Send documents that show the mandate, as long as officers are deciding."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if signature.state not in OPEN:
        return _back()
    form = ProofForm()
    if not form.validate_on_submit():
        return _proof_page(signature, form)
    return _back() if _keep_files(signature, form) else _proof_page(signature, form)


def _proof_page(signature: Signature, form: ProofForm) -> tuple[str, int]:
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    page = render_template(
        "portal/proof.html",
        form=form,
        signature=signature,
        definition=definition,
        limits=Limits.of(current_app.config),
        **downloads.offered(".resolution"),
    )
    return page, INVALID if form.errors else 200


def _keep_files(signature: Signature, form: ProofForm) -> bool:
    """Keep every file that can be used; say at the field what is wrong with the others, or that there is none."""
    limits = Limits.of(current_app.config)
    received = uploads.receive(form.mandate_document.data, limits=limits, present=len(signature.documents))
    with transaction():
        left_out = proof.add_late(
            signature=signature, files=received.files, most=limits.files, actor=Actor.person(), now=clock.now()
        )
    wrong = [*received.wrong, *(uploads.no_room(name, limits) for name in left_out)]
    if not received.files and not wrong:
        wrong = [_("Choose the file that you want to send")]
    form.mandate_document.errors = [*form.mandate_document.errors, *wrong]
    return not wrong


@bp.route("/my-signature/<version>/resolution.<any(docx, pdf):file_format>", methods=["GET", "POST"])
def resolution(version: str, file_format: str) -> Answer:
    """Hand out the model resolution, filled in; `version` is a language of it."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if signature.state not in OPEN:
        return _back()
    return downloads.hand_out(
        of_signature(signature, version),
        file_format=file_format,
        owner=f"signature:{signature.public_id}",
        back=url_for(".proof"),
        now=clock.now(),
    )


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Answer:
    """Show the page for proof again: a request too large costs nothing that is there already."""
    signature = opened() if request.endpoint == "portal.proof" else None
    if signature is None or signature.state not in OPEN:
        return error_pages.answer(413)
    drain()
    form = ProofForm(formdata=None)
    form.mandate_document.errors = [_("These files are too large together. Send fewer at a time")]
    return _proof_page(signature, form)[0], 413


@bp.route("/my-signature/details", methods=["GET", "POST"])
def details() -> Answer:
    """Change what is private, at once."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if signature.state not in CHANGEABLE or signature.representative is None:
        return _back()
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    kept = changes.details_of(signature, definition=definition)
    form = details_form(definition, kept=kept, is_sent=request.method == "POST")
    if not form.validate_on_submit():
        page = render_template("portal/details.html", form=form, signature=signature, definition=definition)
        return page, INVALID if form.errors else 200
    with transaction():
        changes.change_details(
            signature=signature,
            details=form.details(),
            definition=definition,
            actor=Actor.person(),
            now=clock.now(),
        )
    return _back()


@bp.route("/my-signature/withdraw", methods=["GET", "POST"])
def withdraw() -> Answer:
    """Say what withdrawing means; only a POST with its tick acts, and acting twice is acting once."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if after(State(signature.state), Act.WITHDRAW) is None:
        if request.method == "POST" and signature.state != State.WITHDRAWN:  # done twice, it is done once
            raise StateChanged
        return _back()
    definition, form = charter_queries.definition_of(signature.charter, signature.charter_version), WithdrawForm()
    if not form.validate_on_submit():
        page = render_template("portal/withdraw.html", form=form, signature=signature, definition=definition)
        return page, INVALID if form.errors else 200
    with transaction():
        changes.withdraw(
            signature=signature,
            reason=form.reason.data or "",
            secretariat=definition.contact_email,
            actor=Actor.person(),
            now=clock.now(),
        )
        review.end_review(signature_id=signature.id, now=clock.now())
    return _back()
