"""What may a representative see and do after signing? "My signature", behind a mailed link, without a password.

The link is exchanged at once for a short cookie, so that no address in the browser's history opens anything for long.
"""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort, current_app, redirect, render_template, send_file, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from coalition import clock
from coalition.certificates import queries as certificate_queries
from coalition.charters import queries as charter_queries
from coalition.errors import DomainError
from coalition.i18n import told
from coalition.jobs import queue
from coalition.mail.message import recipient_key
from coalition.signing import forms, queries, verification
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.tokens import Purpose
from coalition.transactions import transaction
from coalition.web import throttling

bp = Blueprint("portal", __name__)
Answer = str | BaseResponse | tuple[str, int]
COOKIE = "portal"
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
    session[COOKIE] = [link.signature.public_id, int(ends.timestamp())]
    return redirect(url_for(".my_signature"))


def _signature() -> Signature | None:
    """Return the signature that this browser's short cookie opens."""
    public_id, ends = (session.get(COOKIE) or [None, 0])[:2]
    if public_id is None or ends < clock.now().timestamp():
        return None
    return queries.signature_of(public_id)


@bp.get("/my-signature/")
def my_signature() -> Answer:
    """Show the status and the documents."""
    signature = _signature()
    if signature is None:
        return redirect(url_for(".ask_link"))
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    shown = {
        "signature": signature,
        "definition": definition,
        "documents": certificate_queries.documents_of(signature.id),
        "working_days": current_app.config["DECISION_WORKING_DAYS"],
    }
    return render_template("portal/my_signature.html", **shown)


@bp.get("/my-signature/<any(receipt, certificate):kind>.pdf", defaults={"version": None})
@bp.get("/my-signature/<version>/<any(receipt, certificate):kind>.pdf")
def document(kind: str, version: str | None) -> Response:
    """Hand out the sealed bytes as they were stored; `version` is a language of the document."""
    signature = _signature()
    if signature is None:
        return redirect(url_for(".ask_link"))  # type: ignore[return-value]
    found = [item for item in certificate_queries.documents_of(signature.id) if item.kind == kind and item.is_ready]
    chosen = next((item for item in found if item.language == version), found[0] if found else None)
    if chosen is None or chosen.storage_key is None:
        abort(404)
    name = f"{signature.register_number or signature.reference}-{kind}.pdf"
    data = BytesIO(store().get(chosen.storage_key))
    return send_file(data, mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.post("/my-signature/leave")
def leave() -> Answer:
    """Forget this browser."""
    session.pop(COOKIE, None)
    return redirect(url_for("site.home"))


@bp.route("/my-signature/link", methods=["GET", "POST"])
def ask_link() -> Answer:
    """Ask for a new link by mail. The answer is the same for every address: the mail tells its owner."""
    form = forms.AddressForm()
    if not form.validate_on_submit():
        return render_template("portal/ask_link.html", form=form), 422 if form.errors else 200
    key = recipient_key(form.email.data)
    throttling.allow("manage link", key)
    with transaction():
        queue.put(JOB, args={"email_key": key}, now=clock.now())
    return redirect(url_for(".link_sent"))


@bp.get("/my-signature/link/sent")
def link_sent() -> Answer:
    """Say that a mail is on its way if the address is known."""
    return render_template("portal/link_sent.html")
