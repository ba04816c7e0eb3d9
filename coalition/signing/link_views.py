"""What does a mailed link open? Confirming a signature, or saying "this was not me".

A GET shows, a POST with a tick that a person made acts: mail scanners open links and send forms.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from coalition import clock, tokens
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.errors import DomainError
from coalition.i18n import told
from coalition.signing import forms, operations, verification
from coalition.signing.application import SigningRules
from coalition.signing.models import MailedLink
from coalition.signing.states import VERIFIED, State
from coalition.tokens import Purpose, TokenBroken
from coalition.transactions import transaction

bp = Blueprint("signatures", __name__)
Answer = str | BaseResponse | tuple[str, int]
INVALID = 422


@bp.route("/signatures/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Answer:
    """Show what is confirmed; only a POST with a tick that a person made acts."""
    link = _link(token, Purpose.CONFIRM)
    if isinstance(link, Response):
        return link
    form = forms.ConfirmForm()
    if not form.validate_on_submit():
        return _link_page("confirm", link, form)
    with transaction():
        way_in = operations.verify(
            link=link, rules=SigningRules.of(current_app.config), actor=Actor.person(), now=clock.now()
        )
    return redirect(url_for("portal.manage", token=tokens.sign(Purpose.MANAGE, way_in.claim)))


@bp.route("/signatures/disown/<token>", methods=["GET", "POST"])
def disown(token: str) -> Answer:
    """Let the mailbox's owner say "this was not me"; only a POST with its tick acts."""
    link = _link(token, Purpose.DISOWN)
    if isinstance(link, Response):
        return link
    form = forms.DisownForm()
    if not form.validate_on_submit():
        return _link_page("disown", link, form)
    with transaction():
        operations.disown(link=link, actor=Actor.person(), now=clock.now())
    return redirect(url_for(".disowned"))


@bp.get("/signatures/<any(confirm, disown, manage):purpose>/")
def cut(purpose: str) -> Answer:
    """Help where a mail program cut off all that names the link."""
    return _help(told(TokenBroken()), None, Purpose(purpose)), 404


@bp.get("/signatures/disowned")
def disowned() -> Answer:
    """Say that it is done."""
    return render_template("signing/disowned.html")


def _link(token: str, purpose: Purpose) -> MailedLink | Response:
    """Return the link, or the page that helps with an old, used, wrong or cut one."""
    try:
        link = verification.open_link(token, purpose=purpose, now=clock.now())
    except DomainError as wrong:
        return Response(_help(told(wrong), verification.fate_of(token, purpose=purpose), purpose), 404)
    g.charter = link.signature.charter  # the page bears its coalition's wordmark and address
    return link


def _help(sentence: str, fate: State | None, purpose: Purpose) -> str:
    """Say what became of a link, to whoever holds the one that was good last, and which ways lead on."""
    fates = {State.DISOWNED: "disowned", State.EXPIRED: "expired", **dict.fromkeys(VERIFIED, "confirmed")}
    shown = {"sentence": sentence, "fate": fates.get(fate, "") if fate else "", "purpose": purpose.value}
    return render_template("signing/link_ended.html", **shown)


def _link_page(step: str, link: MailedLink, form: Any) -> Answer:
    signature = link.signature
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    page = render_template(f"signing/{step}.html", form=form, signature=signature, definition=definition, link=link)
    return page, INVALID if form.errors else 200
