"""What do officers see and take into hand? An application's page and its proof; claims and notes."""

from __future__ import annotations

from io import BytesIO

from flask import Response, current_app, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from coalition.accounts.permissions import Act
from coalition.accounts.views import requires
from coalition.review import access, operations, queries
from coalition.review.access import acting, reached
from coalition.review.application_page import show
from coalition.review.forms import NoteForm
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.headers import as_attachment

bp = access.bp


@bp.get("/applications/<ref>/")
@requires(Act.READ_APPLICATIONS)
def application(ref: str) -> ResponseReturnValue:
    """Show everything that was sent, what is known, and the forms that this officer may use."""
    return show(reached(ref))


@bp.post("/applications/<ref>/claim")
@requires(Act.CLAIM)
def claim(ref: str) -> ResponseReturnValue:
    """Take the application into hand."""
    signature_id, lifetime = reached(ref).id, current_app.config["CLAIM_LIFETIME"]
    with transaction():
        operations.claim(lifetime=lifetime, **acting(signature_id))
    return redirect(url_for("review.application", ref=ref))


@bp.post("/applications/<ref>/release")
@requires(Act.CLAIM)
def release(ref: str) -> ResponseReturnValue:
    """Give the application back."""
    signature_id = reached(ref).id
    with transaction():
        operations.release(**acting(signature_id))
    return redirect(url_for("review.application", ref=ref))


@bp.post("/applications/<ref>/notes")
@requires(Act.NOTE)
def note(ref: str) -> ResponseReturnValue:
    """Keep a note for colleagues."""
    signature, form = reached(ref), NoteForm()
    if not form.validate():
        return show(signature, note_form=form), 422
    signature_id = signature.id
    with transaction():
        operations.note(text=form.text.data, **acting(signature_id))
    return redirect(url_for("review.application", ref=ref))


@bp.get("/applications/<ref>/proof/<document>")
@requires(Act.READ_PERSONAL_FILES)
def proof(ref: str, document: str) -> Response:
    """Hand out a proof of mandate, to be saved and never shown by the browser."""
    kept = queries.document_of(reached(ref), document)
    data = BytesIO(store().get(kept.storage_key))
    return as_attachment(send_file(data, kept.media_type, as_attachment=True, download_name=kept.filename, max_age=0))
