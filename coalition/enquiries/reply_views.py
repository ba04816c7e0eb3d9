"""Which words do officers keep for their answers? Added, and offered no more."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.enquiries import access, operations, queries
from coalition.enquiries.forms import ReplyForm
from coalition.i18n import LANGUAGES
from coalition.transactions import transaction

bp = access.bp


@bp.get("/enquiries/replies/")
@requires(Act.MANAGE_ENQUIRIES)
def replies() -> ResponseReturnValue:
    """Show what is kept, and the form for more."""
    return _page(ReplyForm(formdata=None))


@bp.post("/enquiries/replies/")
@requires(Act.MANAGE_ENQUIRIES)
def save_reply() -> ResponseReturnValue:
    """Keep a reply."""
    form, person = ReplyForm(), officer()
    if not form.validate():
        return _page(form), 422
    with transaction():
        operations.save_reply(
            officer_id=person.id,
            language=form.language.data,
            title=form.title.data,
            text=form.text.data,
            actor=person.actor,
            now=clock.now(),
        )
    return redirect(url_for(".replies"))


@bp.post("/enquiries/replies/<int:reply>/remove")
@requires(Act.MANAGE_ENQUIRIES)
def remove_reply(reply: int) -> ResponseReturnValue:
    """Offer a reply no more."""
    person = officer()
    with transaction():
        operations.remove_reply(reply_id=reply, actor=person.actor, now=clock.now())
    return redirect(url_for(".replies"))


def _page(form: ReplyForm) -> str:
    return render_template("enquiries/replies.html", form=form, replies=queries.saved_replies(), languages=LANGUAGES)
