"""Who are the officers, and who changes what of whom? The list, one officer's page, roles that take two."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts import absences, changes, operations, queries, roles, sessions, staff
from coalition.accounts.forms import AbsenceForm
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.charters import queries as charters
from coalition.desk.officer_forms import InviteForm, LimitsForm, RoleForm
from coalition.errors import DomainError, Refused, mark
from coalition.i18n import current_language, localised, told
from coalition.transactions import transaction

bp = Blueprint("officers", __name__)
bp.before_request(speak_officers_language)
INVALID, SEE_OTHER = 422, 303


@bp.before_request
def refuse_the_limited() -> None:
    """Refuse officers who are limited to some charters: officers belong to all of them."""
    person = officer()
    if person.is_authenticated and person.scope.charters:
        raise Refused(mark("You are limited to some charters; officers are managed by colleagues who are not."))


@bp.get("/officers/")
@requires(Act.MANAGE_OFFICERS)
def officers() -> ResponseReturnValue:
    """List the officers, and what waits for a second one."""
    return _list(InviteForm(formdata=None))


@bp.post("/officers/")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def invite() -> ResponseReturnValue:
    """Invite somebody; where there is a second officer of the secretariat, that one has to confirm."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _list(form)
    try:
        with transaction():
            made = roles.invite(
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                language=current_language(),
                lifetime=current_app.config["INVITATION_LIFETIME"],
                asked_by=_self(),
                now=clock.now(),
            )
            public_id = made.public_id
    except DomainError as failed:
        form.form_errors.append(told(failed))
        return _list(form)
    return redirect(url_for(".one", officer_id=public_id), SEE_OTHER)


def _list(form: InviteForm) -> ResponseReturnValue:
    shown = {
        "lines": staff.lines(today=clock.today()),
        "wanted": staff.wanted(),
        "own_id": officer().id,
        "titles": _titles(),
        "form": form,
    }
    return render_template("desk/officers.html", **shown), INVALID if form.errors else 200


@bp.post("/officers/requests/<asked>")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def decide_request(asked: str) -> ResponseReturnValue:
    """Confirm or refuse a role that a colleague wants to give."""
    with transaction():
        if request.form.get("decision") == "confirm":
            lifetime = current_app.config["INVITATION_LIFETIME"]
            roles.confirm(public_id=asked, decided_by=_self(), lifetime=lifetime, now=clock.now())
        else:
            roles.refuse(public_id=asked, decided_by=_self(), now=clock.now())
    return redirect(url_for(".officers"), SEE_OTHER)


@bp.get("/officers/<officer_id>/")
@requires(Act.MANAGE_OFFICERS)
def one(officer_id: str) -> ResponseReturnValue:
    """Show one officer, and what may be changed."""
    return _page(queries.officer_named(officer_id))


def _page(person: Officer, **sent: Any) -> ResponseReturnValue:
    forms: dict[str, Any] = {
        "role_form": RoleForm(formdata=None, data={"role": person.role}),
        "limits_form": LimitsForm(
            formdata=None, data={"charters": person.charters, "networks": "\n".join(person.networks)}
        ).offer(list(_titles())),
        "absence_form": AbsenceForm(formdata=None),
    } | sent
    shown = {
        "person": person,
        "standing": staff.standing(person, is_invited=staff.is_invited(person.id)),
        "absences": staff.absences_of(person.id, today=clock.today()),
        "sessions": staff.sessions_of(person.id, now=clock.now()),
        "wanted": [one for one in staff.wanted() if one.officer_id == person.id],
        "own_id": officer().id,
        "titles": _titles(),
    }
    wrong = next((form for form in forms.values() if form.errors), None)
    page = render_template("desk/officer.html", **shown, **forms, wrong=wrong or forms["role_form"])
    return page, INVALID if wrong else 200


@bp.post("/officers/<officer_id>/role")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def change_role(officer_id: str) -> ResponseReturnValue:
    """Lower a role at once, or ask a second officer to raise it."""
    form = RoleForm()
    if not form.validate_on_submit():
        return _page(queries.officer_named(officer_id), role_form=form)
    with transaction():
        person = queries.officer_named(officer_id)
        roles.change(officer=person, role=Role(form.role.data), asked_by=_self(), now=clock.now())
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


@bp.post("/officers/<officer_id>/limits")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def limit(officer_id: str) -> ResponseReturnValue:
    """Limit an officer to charters, and note the networks."""
    form = LimitsForm().offer(list(_titles()))
    if not form.validate_on_submit():
        return _page(queries.officer_named(officer_id), limits_form=form)
    limits = {"charters": form.charters.data or [], "networks": form.network_names()}
    with transaction():
        person = queries.officer_named(officer_id)
        changes.limit(officer=person, actor=officer().actor, now=clock.now(), **limits)
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


@bp.post("/officers/<officer_id>/disable")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def disable(officer_id: str) -> ResponseReturnValue:
    """Close an account."""
    with transaction():
        person = queries.officer_named(officer_id)
        changes.disable(email=person.email, actor=officer().actor, now=clock.now())
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


@bp.post("/officers/<officer_id>/recover")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def recover(officer_id: str) -> ResponseReturnValue:
    """Mail an officer the link with which password and authenticator are chosen anew, or an invitation once more."""
    with transaction():
        person = queries.officer_named(officer_id)
        lifetime = current_app.config["INVITATION_LIFETIME"]
        operations.send_again(officer=person, lifetime=lifetime, actor=officer().actor, now=clock.now())
    return redirect(url_for(".one", officer_id=officer_id, sent=1), SEE_OTHER)


@bp.post("/officers/<officer_id>/sessions/end")
@requires(Act.MANAGE_OFFICERS, fresh=True)
def end_sessions(officer_id: str) -> ResponseReturnValue:
    """Sign an officer out everywhere."""
    with transaction():
        person = queries.officer_named(officer_id)
        sessions.end_for(officer=person, actor=officer().actor, now=clock.now())
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


@bp.post("/officers/<officer_id>/absences")
@requires(Act.MANAGE_OFFICERS)
def enter_absence(officer_id: str) -> ResponseReturnValue:
    """Enter that a colleague is away."""
    form = AbsenceForm()
    if not form.validate_on_submit():
        return _page(queries.officer_named(officer_id), absence_form=form)
    days = {"first_on": form.first_on.data, "last_on": form.last_on.data}
    with transaction():
        person = queries.officer_named(officer_id)
        absences.enter(officer=person, actor=officer().actor, now=clock.now(), **days)
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


@bp.post("/officers/<officer_id>/absences/<absence>/remove")
@requires(Act.MANAGE_OFFICERS)
def remove_absence(officer_id: str, absence: str) -> ResponseReturnValue:
    """Take back that a colleague is away."""
    with transaction():
        person = queries.officer_named(officer_id)
        absences.remove(officer=person, public_id=absence, actor=officer().actor, now=clock.now())
    return redirect(url_for(".one", officer_id=officer_id), SEE_OTHER)


def _self() -> Officer:
    return queries.officer_named(officer().public_id)


def _titles() -> dict[str, str]:
    """Return the charters by their slugs, with what officers call them."""
    known = charters.charter_list(with_disabled=True)
    return {line.slug: localised(line.definition.title) for line in known}
