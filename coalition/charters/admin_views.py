"""What goes with a charter's text, and who changes it? The charters desk but for the texts themselves."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.charters import access, amending, history, queries
from coalition.charters.access import INVALID, covered, opened, page
from coalition.charters.forms import ChangeForm, ClosingForm, reason_form, rules_form
from coalition.errors import Invalid
from coalition.i18n import localised, told
from coalition.transactions import transaction

bp = access.bp


@bp.get("/charters/")
@requires(Act.READ_APPLICATIONS)
def charters() -> ResponseReturnValue:
    """List the charters within this officer's scope, also those that are switched off."""
    now = clock.now()
    found = [history.charter_of(line.slug, now=now) for line in queries.all_charters() if covered(line.slug)]
    return render_template("charters/admin/charters.html", charters=found, localised=localised, now=now)


@bp.get("/charters/<slug>/")
@requires(Act.READ_APPLICATIONS)
def charter(slug: str) -> ResponseReturnValue:
    """Show all that holds for a charter now, what waits for its day, and who changed what."""
    found = opened(slug)
    return page("charter", found, changes=history.changes_of(slug), now=clock.now())


@bp.route("/charters/<slug>/rules", methods=["GET", "POST"])
@requires(Act.MANAGE_CHARTERS)
def rules(slug: str) -> ResponseReturnValue:
    """Change how many approve, and the evidence that is asked for."""
    found, person = opened(slug), officer()
    form = rules_form(found.definition, revision=found.revision)
    if form.validate_on_submit():
        with transaction():
            amending.set_rules(
                slug=slug,
                approvers=form.approvers.data,
                evidence=form.evidence(),
                seen=form.seen,
                actor=person.actor,
                now=clock.now(),
            )
        return redirect(url_for(".charter", slug=slug))
    return page("rules", found, form)


@bp.route("/charters/<slug>/reasons", methods=["GET", "POST"])
@requires(Act.MANAGE_REASONS)
def reasons(slug: str) -> ResponseReturnValue:
    """Show the reasons for declining, and add one."""
    found, person = opened(slug), officer()
    form = reason_form(found.definition, revision=found.revision)
    if form.validate_on_submit():
        said = {"label": form.said("label"), "words": form.said("words")}
        try:
            with transaction():
                amending.add_reason(
                    slug=slug, key=form.key.data, **said, seen=form.seen, actor=person.actor, now=clock.now()
                )
        except Invalid as wrong:
            form.key.errors = [told(wrong)]
        else:
            return redirect(url_for(".reasons", slug=slug))
    return page("reasons", found, form)


@bp.post("/charters/<slug>/reasons/<key>/<any(retire, restore):act>")
@requires(Act.MANAGE_REASONS)
def reason(slug: str, key: str, act: str) -> ResponseReturnValue:
    """Offer a reason no longer, or again."""
    found, person, form = opened(slug), officer(), ChangeForm()
    if not form.validate():
        unsent = reason_form(found.definition, revision=found.revision)
        return page("reasons", found, unsent, broken=form)[0], INVALID
    change = amending.retire_reason if act == "retire" else amending.restore_reason
    with transaction():
        change(slug=slug, key=key, seen=form.seen, actor=person.actor, now=clock.now())
    return redirect(url_for(".reasons", slug=slug))


@bp.route("/charters/<slug>/signing", methods=["GET", "POST"])
@requires(Act.MANAGE_CHARTERS)
def signing(slug: str) -> ResponseReturnValue:
    """Set the last day, close at once, or open signing again."""
    found, person, now = opened(slug), officer(), clock.now()
    form = ClosingForm(revision=found.revision)
    at_once = request.method == "POST" and bool({"now", "open"} & set(request.form))
    if at_once:
        del form.closes_on
    if form.validate_on_submit():
        closes_at = (now if "now" in request.form else None) if at_once else form.closes_at()
        try:
            with transaction():
                amending.close_signing(slug=slug, closes_at=closes_at, seen=form.seen, actor=person.actor, now=now)
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
        else:
            return redirect(url_for(".charter", slug=slug))
    return page("signing", found, form, now=now)
