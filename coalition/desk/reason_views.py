"""How is a reason for declining worded? In each language, with what it said before; reasons come and go elsewhere."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask import redirect as lead_to
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.charters import amending, history
from coalition.charters.errors import CharterUnknown, ReasonUnknown
from coalition.desk.mail_forms import ReasonForm, reason_form
from coalition.transactions import transaction

bp = Blueprint("reasons", __name__)
bp.before_request(speak_officers_language)


@bp.route("/charters/<slug>/reasons/<key>/", methods=["GET", "POST"])
@requires(Act.MANAGE_REASONS)
def reason(slug: str, key: str) -> ResponseReturnValue:
    """Show what a reason says, in forms and in mails, and what it said before; word it anew."""
    person = officer()
    if not person.scope.covers(charter=slug, reference=""):
        raise CharterUnknown
    found = history.charter_of(slug, now=clock.now())
    known = found.definition.reason(key)
    if known is None:
        raise ReasonUnknown
    form = reason_form(found.definition, known, revision=found.revision, is_sent=False)
    if form.is_submitted():
        form = reason_form(found.definition, known, revision=found.revision, is_sent=True)
        if form.validate():
            _word(slug, key, form)
            return lead_to(url_for(".reason", slug=slug, key=key))
    page = render_template(
        "desk/reason.html",
        found=found,
        reason=known,
        form=form,
        changes=history.changes_of(slug, subject=f"reason:{key}"),
    )
    return page, 422 if form.errors else 200


def _word(slug: str, key: str, form: ReasonForm) -> None:
    label, words = form.words_of("label"), form.words_of("words")
    with transaction():
        amending.word_reason(
            slug=slug,
            key=key,
            label=label,
            words=words,
            seen=form.seen_id,
            actor=officer().actor,
            now=clock.now(),
        )
