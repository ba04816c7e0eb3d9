"""What do the steps of signing share? The blueprint, the draft that this browser's cookie names, how a step is shown.

What one step asks and keeps belongs to its view.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, current_app, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.charters.errors import SigningClosed
from coalition.charters.queries import CharterPage
from coalition.charters.shapes import CharterDefinition
from coalition.charters.states import may_finish
from coalition.eligibility.assessment import assess
from coalition.signing import drafts, queries, signer_forms
from coalition.signing.application import SigningRules
from coalition.signing.models import Draft, DraftLink
from coalition.transactions import transaction

bp = Blueprint("signing", __name__)
Answer = str | BaseResponse | tuple[str, int]
COOKIE = "drafts"
BY_LINK = "link:"
SAVE = "save_later"
INVALID = 422


def remember(charter: str, name: str) -> None:
    """Let this browser hold a draft, until its time is over: whoever closes the browser comes back to it."""
    session[COOKIE] = {**session.get(COOKIE, {}), charter: name}
    session.permanent = True


def remember_link(link: DraftLink) -> None:
    """Let this browser hold the draft of a mailed link. As the signer it does so only while the link is good."""
    name = f"{BY_LINK}{link.public_id}" if link.for_signer else link.draft.public_id
    remember(link.draft.charter, name)


def _held(charter: str) -> tuple[Draft | None, bool]:
    """Return this browser's draft for a charter, and whether the link that its signer was mailed has opened it."""
    name, now = session.get(COOKIE, {}).get(charter), clock.now()
    if not isinstance(name, str):
        return None, False
    if name.startswith(BY_LINK):
        link = queries.draft_link_of(name.removeprefix(BY_LINK))
        return (link.draft if link and link.ended_at is None and link.expires_at > now else None), True
    return queries.draft_of(name, now=now), False


def browser_draft(charter: str) -> Draft | None:
    """Return the draft that this browser may act on, submitted or not; once handed over, that is the signer's alone."""
    draft, is_signer = _held(charter)
    return draft if draft is not None and (is_signer or draft.handed_over_at is None) else None


def given_away(charter: str) -> Draft | None:
    """Return the draft that this browser has handed over to its signer."""
    draft, is_signer = _held(charter)
    return draft if draft is not None and draft.handed_over_at is not None and not is_signer else None


def version_to_sign(charter: str) -> CharterPage:
    """Return the version that this browser may sign: after the closing date only a form begun before it goes on.

    Raises CharterUnknown, NotSignable, SigningClosed.
    """
    version = charter_queries.current_version(charter)
    if not version.is_open:
        draft, _ = _held(charter)
        grace, now = current_app.config["CLOSING_GRACE"], clock.now()
        if draft is None or draft.signature_id is not None:
            raise SigningClosed
        if not may_finish(version.closes_at, begun_at=draft.created_at, grace=grace, now=now):
            raise SigningClosed
    return version


def open_draft(version: CharterPage, *, step: str) -> Draft | None:
    """Return the draft that this browser may fill in, if every step before `step` is done for the version in force.

    The first step takes a draft of an older version: what was typed is carried over.
    """
    draft = browser_draft(version.slug)
    return draft if draft is not None and may_open(draft, version, step=step) else None


def may_open(draft: Draft, version: CharterPage, *, step: str) -> bool:
    """Tell whether a draft is still being filled in and has come as far as `step`."""
    if draft.signature_id is not None:
        return False
    if step == drafts.STEPS[0]:
        return True
    is_current = draft.charter_version == version.number and _fits(draft, version.definition)
    return is_current and drafts.is_filled_in(draft, before=step)


def _fits(draft: Draft, definition: CharterDefinition) -> bool:
    """Tell whether the charter's data, which may change under its text, still ask what was answered."""
    return definition.takes(draft.answers, draft.extra) and assess(definition.rules, draft.answers).may_apply


@contextmanager
def changing(draft: Draft) -> Iterator[Draft]:
    """Open the transaction in which this browser changes its draft.

    Raises StateChanged when it was signed, handed over or discarded since this request read it.
    """
    draft_id, handed_over_at = draft.id, draft.handed_over_at
    with transaction():
        yield drafts.hold(draft_id, handed_over_at=handed_over_at)


def is_saving() -> bool:
    """Tell whether "save and finish later" was pressed: what was typed is kept, and nothing is judged yet."""
    return request.method == "POST" and SAVE in request.form


def step_page(step: str, version: CharterPage, form: Any, **more: Any) -> tuple[str, int]:
    """Show a step with its form; one with errors says so in its status."""
    known = {"definition": version.definition, "version": version, "mandates": signer_forms.MANDATES}
    page = render_template(
        f"signing/{step}.html", form=form, rules=SigningRules.of(current_app.config), **known, **more
    )
    return page, INVALID if form.errors else 200
