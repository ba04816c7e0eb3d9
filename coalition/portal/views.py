"""What may a representative see after signing? "My signature", behind a mailed link, without a password.

What can be changed there belongs to `change_views`.
"""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, current_app, redirect, render_template, request, url_for

from coalition import clock
from coalition.certificates import queries as certificate_queries
from coalition.certificates.states import Kind
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.errors import DomainError
from coalition.i18n import told
from coalition.jobs import queue
from coalition.mail.message import recipient_key
from coalition.portal import access, queries
from coalition.portal.access import INVALID, SEE_OTHER, Answer, ask_for_link, opened
from coalition.review import people, referrals
from coalition.signing import changes, forms, verification
from coalition.signing import queries as signing_queries
from coalition.signing.application import PrivateDetails
from coalition.signing.models import Signature
from coalition.signing.states import CHANGEABLE, OPEN, Act, State, after
from coalition.standing import queries as standing_queries
from coalition.storage.files import store
from coalition.tokens import Purpose
from coalition.transactions import transaction
from coalition.transparency import history as log
from coalition.web import throttling

bp = access.bp
JOB = "portal.send_manage_link"


@bp.get("/signatures/manage/<token>")
def manage(token: str) -> Answer:
    """Exchange a mailed link for a short cookie; opening it changes nothing else, so that a scanner may."""
    now = clock.now()
    try:
        link = verification.open_link(token, purpose=Purpose.MANAGE, now=now)
    except DomainError as wrong:
        return render_template("portal/link_ended.html", sentence=told(wrong)), 404
    ends = min(now + current_app.config["PORTAL_SESSION_LIFETIME"], link.expires_at)
    access.open_until(link.signature, ends)
    return redirect(url_for(".my_signature"), SEE_OTHER)


@bp.get("/my-signature/")
def my_signature() -> Answer:
    """Show the status, what has happened, what is kept, and what can be done."""
    signature = opened()
    if signature is None:
        return ask_for_link()
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    shown = {
        "signature": signature,
        "definition": definition,
        "receipt": log.receipt_of(signature.register_number) if signature.register_number else None,
        "documents": certificate_queries.documents_of(signature.id),
        "history": queries.history(signature),
        "details": _details(signature, definition),
        "takes_proof": signature.state in OPEN,
        "may_edit": changes.may_edit(signature),
        "open_changes": standing_queries.open_changes(signature.id),
        "suspension": standing_queries.open_suspension(signature.id),
        "may_withdraw": after(State(signature.state), Act.WITHDRAW) is not None,
        "working_days": current_app.config["DECISION_WORKING_DAYS"],
        "appeal_ends": _appeal_ends(signature),
        "removal_stands": signing_queries.removal_stands(signature),
        "under_appeal": signature.state == State.REFERRED and people.open_appeal(signature) is not None,
    }
    return render_template("portal/my_signature.html", **shown)


def _appeal_ends(signature: Signature) -> datetime | None:
    """Return until when the decision can be appealed against, where it still can."""
    within = current_app.config["APPEAL_LIFETIME"]
    if signature.representative is None or not referrals.may_appeal(signature, within=within, now=clock.now()):
        return None
    return referrals.appeal_until(signature, within=within)


def _details(signature: Signature, definition: CharterDefinition) -> PrivateDetails | None:
    """Return the private details where they may be changed."""
    if signature.state not in CHANGEABLE or signature.representative is None:
        return None
    return changes.details_of(signature, definition=definition)


@bp.get("/my-signature/<any(receipt, certificate):kind>.pdf", defaults={"version": None})
@bp.get("/my-signature/<version>/<any(receipt, certificate):kind>.pdf")
def document(kind: str, version: str | None) -> Answer:
    """Hand out the sealed bytes as they were stored; `version` is a language of the document."""
    public_id = access.opened_id()
    if public_id is None:
        return ask_for_link()
    found = certificate_queries.stored_files(public_id, kind=Kind(kind))
    chosen = next((item for item in found if item.language == version), found[0] if found else None)
    if chosen is None:
        abort(404)
    answer = Response(store().get(chosen.storage_key), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{chosen.name}-{kind}.pdf")
    return answer


@bp.post("/my-signature/leave")
def leave() -> Answer:
    """Forget this browser."""
    access.close()
    return redirect(url_for("site.home"))


@bp.route("/my-signature/link", methods=["GET", "POST"])
def ask_link() -> Answer:
    """Ask for a new link by mail. The answer is the same for every address: the mail tells its owner."""
    form = forms.AddressForm()
    if not form.validate_on_submit():
        page = render_template("portal/ask_link.html", form=form, ended="ended" in request.args)
        return page, INVALID if form.errors else 200
    key = recipient_key(form.email.data)
    throttling.allow("manage link", key)
    with transaction():
        queue.put(JOB, args={"email_key": key}, now=clock.now())
    return redirect(url_for(".link_sent"))


@bp.get("/my-signature/link/sent")
def link_sent() -> Answer:
    """Say that a mail is on its way if the address is known."""
    return render_template("portal/link_sent.html")
