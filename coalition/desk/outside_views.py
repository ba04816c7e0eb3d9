"""Who from outside decides on one application, where nobody of the desk can? Named, invited by mail, told to all."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts import queries, roles, staff
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.desk.officer_forms import PersonForm
from coalition.errors import Conflict, DomainError, mark
from coalition.i18n import current_language, told
from coalition.review.access import reached
from coalition.signing.states import OPEN, State
from coalition.transactions import transaction

bp = Blueprint("outside", __name__)
bp.before_request(speak_officers_language)


@bp.route("/applications/<ref>/outside", methods=["GET", "POST"])
@requires(Act.MANAGE_OFFICERS, fresh=True)
def outside(ref: str) -> ResponseReturnValue:
    """Lay one application before somebody who is no officer."""
    signature = reached(ref)
    if State(signature.state) not in OPEN:
        raise Conflict(mark("Nothing is to be decided on this application any more."))
    form, reference = PersonForm(), signature.reference
    if form.validate_on_submit():
        try:
            with transaction():
                roles.lay_case_before(
                    email=form.email.data,
                    name=form.name.data,
                    reference=reference,
                    language=current_language(),
                    lifetime=current_app.config["INVITATION_LIFETIME"],
                    asked_by=queries.officer_named(officer().public_id),
                    now=clock.now(),
                )
            return redirect(url_for(".outside", ref=ref), 303)
        except DomainError as failed:
            form.form_errors.append(told(failed))
    given = staff.outside_of(reference)
    return render_template("desk/outside.html", form=form, ref=reference, given=given), 422 if form.errors else 200
