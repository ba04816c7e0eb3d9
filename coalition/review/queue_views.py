"""What do officers see and do across applications? The queue, its filters, and what is done to many at once."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.charters import queries as charters
from coalition.errors import DomainError
from coalition.i18n import LANGUAGES, known_languages, told
from coalition.review import access, bulk, filters, queue, staff
from coalition.review.searching import NOBODY, Search
from coalition.review.states import REMINDABLE, Flag, Tab
from coalition.signing.application import SigningRules
from coalition.signing.states import State
from coalition.transactions import transaction

bp = access.bp
DONE = ("assigned", "reminded")


@bp.get("/applications/")
@requires(Act.READ_APPLICATIONS)
def applications() -> ResponseReturnValue:
    """Show the queue."""
    return _queue(_search())


def _search() -> Search:
    return Search.of_query(request.args, scope=officer().scope)


def _queue(search: Search, *, refused: DomainError | None = None) -> str:
    person, now, limit = officer(), clock.now(), current_app.config["DECISION_WORKING_DAYS"]
    return render_template(
        "review/applications.html",
        page=queue.page_of(search, officer_id=person.id, now=now, limit=limit),
        counts=queue.counts_for(search, officer_id=person.id, now=now, limit=limit),
        most=queue.COUNTED_UP_TO,
        countries=queue.countries(),
        charters=[item for item in charters.charter_list() if _reaches(item.slug)],
        people=staff.reviewers(),
        kept=filters.filters_of(person.id),
        search=search,
        limit=limit,
        tabs=Tab,
        flags=Flag,
        states=State,
        nobody=NOBODY,
        remindable=REMINDABLE,
        languages=[LANGUAGES[code] for code in known_languages()],
        done=_done(),
        refused=told(refused) if refused is not None else "",
    )


def _reaches(slug: str) -> bool:
    scope = officer().scope
    return not scope.charters or slug in scope.charters


def _done() -> tuple[str, int] | None:
    """Return what was just done, and to how many; an address that says otherwise says nothing."""
    for name in DONE:
        number = request.args.get(name, "")
        if number.isascii() and number.isdigit() and 0 < int(number) <= bulk.MOST:
            return name, int(number)
    return None


@bp.post("/queue/filters")
@requires(Act.READ_APPLICATIONS)
def keep_filter() -> ResponseReturnValue:
    """Keep the present search under a name."""
    search, person = Search.of_query(request.form, scope=officer().scope), officer()
    try:
        with transaction():
            filters.keep(
                officer_id=person.id, name=request.form.get("name", ""), query=search.address(), now=clock.now()
            )
    except DomainError as refused:
        return _queue(search, refused=refused), 422
    return redirect(_address(search))


@bp.post("/queue/filters/<public_id>/delete")
@requires(Act.READ_APPLICATIONS)
def forget_filter(public_id: str) -> ResponseReturnValue:
    """Forget a filter."""
    person = officer()
    with transaction():
        filters.forget(officer_id=person.id, public_id=public_id)
    return redirect(url_for("review.applications"))


@bp.post("/queue/assign")
@requires(Act.ASSIGN)
def assign_all() -> ResponseReturnValue:
    """Put the ticked applications on somebody's list."""
    search, person = Search.of_query(request.form, scope=officer().scope), officer()
    try:
        with transaction():
            done = bulk.assign(
                references=request.form.getlist("ref"),
                to_officer_id=staff.reviewer_id(request.form.get("to", "")),
                scope=person.scope,
                actor=person.actor,
                now=clock.now(),
            )
    except DomainError as refused:
        return _refused(search, refused)
    return redirect(_address(search, assigned=done))


@bp.post("/queue/remind")
@requires(Act.REMIND)
def remind_all() -> ResponseReturnValue:
    """Remind whoever the ticked applications wait for."""
    search, person = Search.of_query(request.form, scope=officer().scope), officer()
    try:
        with transaction():
            done = bulk.remind(
                references=request.form.getlist("ref"),
                scope=person.scope,
                rules=SigningRules.of(current_app.config),
                gap=current_app.config["REMINDER_GAP"],
                actor=person.actor,
                now=clock.now(),
            )
    except DomainError as refused:
        return _refused(search, refused)
    return redirect(_address(search, reminded=done))


def _refused(search: Search, refused: DomainError) -> ResponseReturnValue:
    """Show the queue again with the one sentence; what is unknown or out of reach is so for the whole page."""
    if isinstance(refused, (bulk.NotForAll, bulk.RemindedJustNow)):
        return _queue(search, refused=refused), 409
    if isinstance(refused, (bulk.NobodyChosen, staff.ReviewerUnknown)):
        return _queue(search, refused=refused), 422
    raise refused


def _address(search: Search, **done: int) -> str:
    return url_for("review.applications", **search.query(), **done)  # type: ignore[arg-type]
