"""What may be taken out of the house about one signature, and who may be erased? The evidence file, and erasing."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.desk import erasure, evidence_operations
from coalition.desk.record_forms import EraseForm, EvidenceForm
from coalition.review.access import reached
from coalition.signing.models import Signature
from coalition.signing.states import OPEN, PUBLISHED, State
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.headers import as_attachment

bp = Blueprint("records", __name__)
bp.before_request(speak_officers_language)
INVALID, SEE_OTHER = 422, 303


@bp.get("/applications/<ref>/evidence")
@requires(Act.EXPORT, fresh=True)
def evidence(ref: str) -> ResponseReturnValue:
    """Say what an evidence file holds, and show those that were made."""
    return _evidence(reached(ref), EvidenceForm())


@bp.post("/applications/<ref>/evidence")
@requires(Act.EXPORT, fresh=True)
def ask_evidence(ref: str) -> ResponseReturnValue:
    """Let an evidence file be made."""
    signature, person, form = reached(ref), officer(), EvidenceForm()
    if not form.validate():
        return _evidence(signature, form), INVALID
    with transaction():
        evidence_operations.ask(
            signature=signature,
            officer_id=person.id,
            language=form.language.data,
            lifetime=current_app.config["EVIDENCE_LIFETIME"],
            actor=person.actor,
            now=clock.now(),
        )
    return redirect(url_for("records.evidence", ref=ref), SEE_OTHER)


@bp.get("/applications/<ref>/evidence/<document>.zip")
@requires(Act.EXPORT, fresh=True)
def evidence_file(ref: str, document: str) -> Response:
    """Hand out an evidence file that was made."""
    signature = reached(ref)
    made = evidence_operations.file_of(signature.id, document, now=clock.now())
    data = BytesIO(store().get(str(made.storage_key)))
    name = f"evidence-{signature.reference}.zip"
    return as_attachment(send_file(data, "application/zip", as_attachment=True, download_name=name, max_age=0))


@bp.get("/applications/<ref>/erase")
@requires(Act.ERASE, fresh=True)
def erase(ref: str) -> ResponseReturnValue:
    """Say what erasing does, and ask for the tick."""
    return _erasing(reached(ref), EraseForm(formdata=None))


@bp.post("/applications/<ref>/erase")
@requires(Act.ERASE, fresh=True)
def do_erase(ref: str) -> ResponseReturnValue:
    """Erase the person; without the tick nothing happens and the page is shown again."""
    signature, person, form = reached(ref), officer(), EraseForm()
    if not form.validate():
        return _erasing(signature, form), INVALID
    with transaction():
        erasure.erase(signature_id=signature.id, actor=person.actor, now=clock.now())
    return redirect(url_for("records.erase", ref=ref, done=1), SEE_OTHER)


def _evidence(signature: Signature, form: EvidenceForm) -> str:
    files = evidence_operations.files_of(signature.id, now=clock.now())
    return render_template("desk/evidence.html", signature=signature, files=files, form=form)


def _erasing(signature: Signature, form: EraseForm) -> str:
    state = State(signature.state)
    return render_template(
        "desk/erase.html",
        signature=signature,
        others=erasure.others_of(signature),
        is_open=state in OPEN or state is State.PENDING_VERIFICATION,
        is_published=state in PUBLISHED,
        form=form,
        done="done" in request.args,
    )
