"""What may a representative ask to be changed? What is still open is edited at once, what is public is reviewed first.

Private details belong to `change_views`. A GET never acts.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for

from coalition import clock, tokens
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.errors import DomainError, Invalid
from coalition.i18n import current_language, told
from coalition.portal import access
from coalition.portal.access import INVALID, SEE_OTHER, Answer, ask_for_link, opened
from coalition.portal.change_forms import EditForm, TakeOverForm, asked_change, change_form, edit_form
from coalition.signing import changes as signing_changes
from coalition.signing.errors import StateChanged
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED
from coalition.standing import changes, queries
from coalition.standing.errors import ChangeClosed
from coalition.standing.states import ChangeKind
from coalition.territories import names as territories
from coalition.tokens import Purpose
from coalition.transactions import transaction

bp = access.bp


def _back() -> Answer:
    return redirect(url_for(".my_signature"), SEE_OTHER)


def _definition(signature: Signature) -> CharterDefinition:
    return charter_queries.definition_of(signature.charter, signature.charter_version)


def _too_late() -> Answer:
    """Lead back whoever only looks; raise StateChanged where a page that was open for long is sent."""
    if request.method == "POST":
        raise StateChanged
    return _back()


@bp.route("/my-signature/application", methods=["GET", "POST"])
def edit_application() -> Answer:
    """Edit what an open application says of the organisation."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    if not signing_changes.may_edit(signature):
        return _too_late()
    definition, (kept, extra) = _definition(signature), signing_changes.said_of(signature)
    form = edit_form(definition, kept=kept, extra=extra, is_sent=request.method == "POST")
    if form.validate_on_submit():
        try:
            _edit(signature, form, definition)
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return _back()
    countries = territories.options_html(current_language(), form.country.data)
    shown = {"form": form, "signature": signature, "definition": definition, "countries": countries}
    return render_template("portal/edit_application.html", **shown), INVALID if form.errors else 200


def _edit(signature: Signature, form: EditForm, definition: CharterDefinition) -> None:
    kept, _extra = signing_changes.said_of(signature)
    with transaction():
        signing_changes.edit_application(
            signature=signature,
            organisation=form.details(kept),
            extra=form.extra(),
            definition=definition,
            actor=Actor.person(),
            now=clock.now(),
        )


@bp.route("/my-signature/change/<any(organisation, category, representative):subject>", methods=["GET", "POST"])
def ask_change(subject: str) -> Answer:
    """Ask for a change of what is public, or of who stands for it."""
    signature, kind = opened(), ChangeKind(subject)
    if signature is None:
        return ask_for_link()
    if signature.state not in PUBLISHED or queries.open_change(signature.id, kind) is not None:
        return _too_late()
    definition = _definition(signature)
    form, signature_id = change_form(kind, definition, present=queries.present(signature)), signature.id
    if form.validate_on_submit():
        try:
            with transaction():
                lifetime = current_app.config["VERIFICATION_LINK_LIFETIME"]
                change, actor = asked_change(kind, form), Actor.person()
                changes.ask(signature_id=signature_id, change=change, lifetime=lifetime, actor=actor, now=clock.now())
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return _back()
    countries = territories.options_html(current_language(), form.country.data) if "country" in form else ""
    shown = {"form": form, "signature": signature, "definition": definition, "countries": countries, "kind": subject}
    return render_template("portal/ask_change.html", **shown), INVALID if form.errors else 200


@bp.post("/my-signature/changes/<change>/take-back")
def take_back_change(change: str) -> Answer:
    """Take a change back before it is decided."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    signature_id = signature.id
    with transaction():
        changes.take_back(signature_id=signature_id, public_id=change, actor=Actor.person(), now=clock.now())
    return _back()


@bp.route("/signatures/take-over/<token>", methods=["GET", "POST"])
def take_over(token: str) -> Answer:
    """Let the owner of a new mailbox confirm that they take over; opening the link changes nothing."""
    try:
        public_id = tokens.read(Purpose.TAKE_OVER, token)
        found = queries.change_to_confirm(public_id, now=clock.now())
    except DomainError as wrong:
        return render_template("portal/link_ended.html", sentence=told(wrong)), 404
    if found is None:
        return render_template("portal/link_ended.html", sentence=told(ChangeClosed(""))), 404
    form = TakeOverForm()
    shown = {"form": form, "signature": found.signature, "is_confirmed": found.is_confirmed}
    if form.validate_on_submit():
        with transaction():
            changes.take_over(public_id=public_id, actor=Actor.person(), now=clock.now())
        return redirect(url_for(".take_over", token=token), SEE_OTHER)
    return render_template("portal/take_over.html", **shown), INVALID if form.errors else 200
