"""How does somebody leave a form and come back to it? "Save and finish later" mails a link, and the link opens it.

The link is exchanged at once for the browser's own cookie, as that of "my signature" is: it leaves the address bar, and
opening it changes no row, so that a mail scanner may. What it opens is as it was left; to sign takes ticks and a POST.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.errors import DomainError
from coalition.i18n import current_language, told
from coalition.signing import drafts, forms, handover, steps, verification
from coalition.signing.application import SigningRules
from coalition.signing.errors import DraftSigned, LinkEnded
from coalition.signing.models import Draft
from coalition.signing.signer_forms import SOMEONE_ELSE
from coalition.signing.steps import Answer, changing, open_draft, remember_link, step_page

bp = steps.bp
SAVED_TO = "saved_to"


@bp.route("/charters/<charter>/sign/save", methods=["GET", "POST"])
def save(charter: str) -> Answer:
    """Ask where to send the link, and send it."""
    version = charter_queries.current_version(charter)
    draft = open_draft(version, step=drafts.STEPS[0])
    if draft is None:
        return redirect(url_for(".organisation", charter=charter))
    form = forms.SaveForm(data={"email": _own_address(draft)} if request.method == "GET" else None)
    if not form.validate_on_submit():
        back = url_for(f".{drafts.first_unfinished(draft)}", charter=charter)
        return step_page("save", version, form, draft=draft, back=back)
    rules, language = SigningRules.of(current_app.config), current_language()
    with changing(draft) as kept:
        handover.save(kept, email=form.email.data, language=language, rules=rules, now=clock.now())
    session[SAVED_TO] = form.email.data
    return redirect(url_for(".saved", charter=charter))


def _own_address(draft: Draft) -> str:
    """Return the address of whoever is at the keyboard, as far as it is known."""
    is_preparing = draft.representative.get("signer") == SOMEONE_ELSE and draft.handed_over_at is None
    return str(draft.representative.get("preparer_email" if is_preparing else "email") or "")


@bp.get("/charters/<charter>/sign/saved")
def saved(charter: str) -> Answer:
    """Say where the link went, and until when it is good."""
    version = charter_queries.current_version(charter)
    draft = open_draft(version, step=drafts.STEPS[0])
    address = session.get(SAVED_TO)
    if draft is None or not address:
        return redirect(url_for(".organisation", charter=charter))
    go_on = url_for(f".{drafts.first_unfinished(draft)}", charter=charter)
    return step_page("saved", version, forms.SaveForm(formdata=None), draft=draft, address=address, go_on=go_on)


@bp.get("/charters/<charter>/sign/resume/", defaults={"token": ""})
@bp.get("/charters/<charter>/sign/resume/<token>")
def resume(charter: str, token: str) -> Answer:
    """Open a draft in this browser where it was left, or help with an old, used, wrong or cut link."""
    try:
        link = verification.open_draft_link(token, now=clock.now())
        if link.draft.charter != charter:
            raise LinkEnded
        if link.draft.signature_id is not None:
            raise DraftSigned
    except DomainError as wrong:
        return render_template("signing/resume_ended.html", sentence=told(wrong), charter=charter), 404
    remember_link(link)
    return redirect(url_for(f".{drafts.first_unfinished(link.draft)}", charter=charter))
