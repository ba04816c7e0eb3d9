"""How do officers change what stands on the register? They decide on what was asked, mend slips, name successors."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.guard import officer, requires
from coalition.accounts.permissions import Act
from coalition.charters import queries as charters
from coalition.errors import Invalid
from coalition.i18n import current_language, told
from coalition.signing.forms import offer_kinds
from coalition.signing.models import Signature
from coalition.standing import access, changes, queries, succession
from coalition.standing.access import INVALID, back, reached, shown
from coalition.standing.amendments import fingerprint
from coalition.standing.forms import ChangeForm, CorrectionForm, SuccessionForm
from coalition.territories import names as territories
from coalition.transactions import transaction

bp = access.bp


@bp.route("/signatories/<number>/changes/<change>", methods=["GET", "POST"])
@requires(Act.DECIDE)
def change(number: str, change: str) -> ResponseReturnValue:
    """Show what is to change beside what stands there, and decide on it."""
    signature, form = reached(number), ChangeForm()
    found = queries.change_of(signature.id, change)
    if form.validate_on_submit():
        _decide(change, form)
        return redirect(url_for("standing.change", number=number, change=change))
    page = render_template(
        "standing/change.html",
        form=form,
        change=found,
        approvals=queries.change_approvals(found.ChangeRequest.id),
        **shown(signature),
    )
    return page, INVALID if form.errors else 200


def _decide(public_id: str, form: ChangeForm) -> None:
    person = officer()
    act: dict[str, Any] = {
        "public_id": public_id,
        "officer_id": person.id,
        "actor": person.actor,
        "now": clock.now(),
    }
    with transaction():
        if form.approves:
            changes.approve(link_lifetime=current_app.config["VERIFICATION_LINK_LIFETIME"], **act)
        else:
            changes.decline(message=form.message.data, **act)


@bp.route("/signatories/<number>/correct", methods=["GET", "POST"])
@requires(Act.CORRECT)
def correct(number: str) -> ResponseReturnValue:
    """Mend a slip in what the register says of an organisation."""
    signature = reached(number)
    form = _correction_form(signature)
    if form.validate_on_submit():
        try:
            _correct(signature.id, form)
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return back(number)
        signature = reached(number)
    countries = territories.options_html(current_language(), form.country.data)
    page = render_template("standing/correct.html", form=form, countries=countries, **shown(signature))
    return page, INVALID if form.errors else 200


def _correction_form(signature: Signature) -> CorrectionForm:
    present = queries.present(signature)
    form = CorrectionForm(data=present | {"seen_sha256": fingerprint(present)})
    offer_kinds(form, charters.definition_of(signature.charter, signature.charter_version))
    return form


def _correct(signature_id: int, form: CorrectionForm) -> None:
    person = officer()
    with transaction():
        changes.correct(
            signature_id=signature_id,
            officer_id=person.id,
            wished=form.wished(),
            explanation=form.explanation.data,
            seen_sha256=form.seen_sha256.data or "",
            actor=person.actor,
            now=clock.now(),
        )


@bp.route("/signatories/<number>/succession", methods=["GET", "POST"])
@requires(Act.CORRECT, fresh=True)
def succeed(number: str) -> ResponseReturnValue:
    """Record who goes on in a signatory's place."""
    signature, form, person = reached(number), SuccessionForm(), officer()
    signature_id = signature.id
    if form.validate_on_submit():
        try:
            with transaction():
                succession.succeed(
                    signature_id=signature_id,
                    officer_id=person.id,
                    heir=form.heir(),
                    actor=person.actor,
                    now=clock.now(),
                )
        except Invalid as wrong:
            form.number.errors = [told(wrong)]
        else:
            return back(number)
        signature = reached(number)
    page = render_template("standing/succession.html", form=form, **shown(signature))
    return page, INVALID if form.errors else 200
