"""Where does an officer start, and how does the work stand? What waits for this officer, and the desk in numbers."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.charters import queries as charters
from coalition.i18n import localised, told
from coalition.review import digest, filters, queue
from coalition.review.digest import Reader
from coalition.review.figures import Figures, figures_for
from coalition.review.quorum_queries import shortages_now
from coalition.review.states import AGES
from coalition.signing.states import State
from coalition.standing import queue as standing
from coalition.standing.certificate_queries import proposed_revocations
from coalition.transparency import losses, recovery

LONGEST_BAR = 240
bp = Blueprint("desk", __name__)
bp.before_request(speak_officers_language)


@bp.get("/")
@requires(Act.ENTER)
def start() -> ResponseReturnValue:
    """Show what waits for this officer, and what too few officers are left for."""
    person, now = officer(), clock.now()
    limit = current_app.config["DECISION_WORKING_DAYS"]
    reader = Reader(person.id, person.role, person.scope)
    return render_template(
        "desk/start.html",
        waiting=digest.waiting_for(reader, now=now, limit=limit),
        standing={**standing.waiting_counts(person.scope), "revocations": proposed_revocations(person.scope)},
        limit=limit,
        lost=losses.count_unsettled(),
        log_warning=told(found) if (found := recovery.warning(now=now)) else "",
        most=queue.COUNTED_UP_TO,
        kept=filters.filters_of(person.id),
        name=person.name,
        shortages=shortages_now(now=now, scope=person.scope),
        titles={item.slug: localised(item.definition.short_title) for item in charters.charter_list()},
    )


@bp.get("/statistics")
@requires(Act.READ_APPLICATIONS)
def figures() -> ResponseReturnValue:
    """Show how the review stands, as it was counted last."""
    found = figures_for(officer().scope)
    return render_template(
        "desk/statistics.html",
        found=found,
        limit=current_app.config["DECISION_WORKING_DAYS"],
        states=_states(found) if found else [],
        ages=_ages(found) if found else [],
    )


def _states(found: Figures) -> list[tuple[State, int, int]]:
    """Return every state with how many stand there and the length of its bar."""
    most = max(found.by_state.values(), default=0)
    return [(state, number, _length(number, most)) for state, number in found.by_state.items()]


def _ages(found: Figures) -> list[tuple[int, int | None, int, int]]:
    """Return every class of ages as (from, up to, how many, length of its bar); the last one is open."""
    most = max(found.ages.values(), default=0)
    begins, ends = (0, *(days + 1 for days in AGES)), (*AGES, None)
    numbers = [found.ages.get(place, 0) for place in range(len(ends))]
    return [
        (begin, end, number, _length(number, most)) for begin, end, number in zip(begins, ends, numbers, strict=True)
    ]


def _length(number: int, most: int) -> int:
    return max(round(LONGEST_BAR * number / most), 1) if number else 0
