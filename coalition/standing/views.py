"""What do officers see of those on the register, and how do they suspend or remove one? The signatories' desk.

Changes of what stands there, and successions, belong to `change_views`.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.guard import officer, requires
from coalition.accounts.permissions import Act, Scope
from coalition.certificates import operations as certificates
from coalition.certificates.content import normalise_serial
from coalition.errors import Invalid
from coalition.i18n import told
from coalition.register import queries as entries
from coalition.register.choices import known_charters, status_words
from coalition.register.search import Search
from coalition.standing import access, operations, queries, queue
from coalition.standing.access import INVALID, back, reached, shown
from coalition.standing.forms import GROUNDS, DelistingForm, SuspensionForm
from coalition.transactions import transaction
from coalition.web.pagination import cursor_of

bp = access.bp
WAITING = {
    "changes": queue.waiting_changes,
    "delistings": queue.proposed_delistings,
    "suspensions": queue.announced_suspensions,
}
REISSUE = "reissue"


@bp.get("/signatories/")
@requires(Act.READ_APPLICATIONS)
def signatories() -> ResponseReturnValue:
    """List those on the register that lie within this officer's reach."""
    scope = officer().scope
    search, offered = _search(scope)
    page = None if search is None else entries.page_of_entries(search)
    numbers = [row.number for row in page.rows] if page else []
    return render_template(
        "standing/signatories.html",
        page=page,
        search=search,
        charters=offered,
        marks=queue.marks_of(numbers),
        counts=queue.waiting_counts(scope),
        statuses=status_words(),
        chosen=search.query() if search else {},
    )


def _search(scope: Scope) -> tuple[Search | None, dict[str, Mapping[str, str]]]:
    """Read what is looked for, and the charters to choose from; None where this officer reaches no list."""
    known = {item.slug: item.definition.short_title for item in known_charters()}
    within = {slug: title for slug, title in known.items() if not scope.charters or slug in scope.charters}
    asked = request.args.to_dict()
    if scope.charters and asked.get("charter") not in within:
        asked["charter"] = next(iter(within), "")
    if scope.only_reference is not None or (scope.charters and not within):
        return None, {}
    return Search.of_query(asked), within


@bp.get("/signatories/waiting/<any(changes, delistings, suspensions):what>")
@requires(Act.READ_APPLICATIONS)
def waiting(what: str) -> ResponseReturnValue:
    """List what waits for officers, the oldest first."""
    scope = officer().scope
    page = WAITING[what](scope, after=cursor_of(request.args.get("after")))
    counts = queue.waiting_counts(scope)
    return render_template("standing/waiting.html", what=what, page=page, counts=counts, grounds=GROUNDS)


@bp.get("/signatories/<number>/")
@requires(Act.READ_APPLICATIONS)
def signatory(number: str) -> ResponseReturnValue:
    """Show how one signatory stands, what has happened to it and what can be done."""
    signature = reached(number)
    return render_template("standing/signatory.html", **shown(signature))


@bp.route("/signatories/<number>/suspend", methods=["GET", "POST"])
@requires(Act.SUSPEND)
def suspend(number: str) -> ResponseReturnValue:
    """Announce a suspension."""
    signature, form, person = reached(number), SuspensionForm(), officer()
    period, signature_id = current_app.config["SUSPENSION_NOTICE"], signature.id
    if form.validate_on_submit():
        try:
            with transaction():
                operations.announce_suspension(
                    signature_id=signature_id,
                    officer_id=person.id,
                    notice=form.notice(),
                    period=period,
                    actor=person.actor,
                    now=clock.now(),
                )
        except Invalid as wrong:
            form.ends_on.errors = [told(wrong)]
        else:
            return back(number)
    begins_on = (clock.now() + period).date()
    page = render_template("standing/suspend.html", form=form, begins_on=begins_on, **shown(reached(number)))
    return page, INVALID if form.errors else 200


@bp.post("/signatories/<number>/suspension/lift")
@requires(Act.SUSPEND)
def lift(number: str) -> ResponseReturnValue:
    """End a suspension, or call it off."""
    signature_id, person = reached(number).id, officer()
    with transaction():
        operations.lift_suspension(signature_id=signature_id, officer_id=person.id, actor=person.actor, now=clock.now())
    return back(number)


@bp.route("/signatories/<number>/delist", methods=["GET", "POST"])
@requires(Act.DELIST, fresh=True)
def delist(number: str) -> ResponseReturnValue:
    """Propose to remove a signatory."""
    signature, form, person = reached(number), DelistingForm(), officer()
    signature_id = signature.id
    if form.validate_on_submit():
        with transaction():
            operations.propose_delisting(
                signature_id=signature_id,
                officer_id=person.id,
                removal=form.removal(),
                actor=person.actor,
                now=clock.now(),
            )
        return back(number)
    page = render_template("standing/delist.html", form=form, **shown(signature))
    return page, INVALID if form.errors else 200


@bp.post("/signatories/<number>/delisting/<proposal>/confirm")
@requires(Act.DELIST, fresh=True)
def confirm_delisting(number: str, proposal: str) -> ResponseReturnValue:
    """Remove the signatory that another officer proposed to."""
    signature_id, person = reached(number).id, officer()
    with transaction():
        operations.confirm_delisting(
            signature_id=signature_id,
            officer_id=person.id,
            proposal=proposal,
            appeal_period=current_app.config["APPEAL_LIFETIME"],
            actor=person.actor,
            now=clock.now(),
        )
    return back(number)


@bp.post("/signatories/<number>/delisting/<proposal>/refuse")
@requires(Act.DELIST)
def refuse_delisting(number: str, proposal: str) -> ResponseReturnValue:
    """Let the signatory stay."""
    signature_id, person = reached(number).id, officer()
    with transaction():
        operations.refuse_delisting(
            signature_id=signature_id, officer_id=person.id, proposal=proposal, actor=person.actor, now=clock.now()
        )
    return back(number)


@bp.post("/signatories/<number>/certificates/<serial>/reissue")
@requires(Act.CORRECT)
def reissue(number: str, serial: str) -> ResponseReturnValue:
    """Put a new certificate in the place of one whose file is lost or wrong."""
    signature, person = reached(number), officer()
    known = {row.serial for row in queries.standing_of(signature.id).certificates}
    wanted = normalise_serial(serial) or ""
    with transaction():
        certificates.reissue(
            serial=wanted if wanted in known else "", reason=REISSUE, actor=person.actor, now=clock.now()
        )
    return back(number)
