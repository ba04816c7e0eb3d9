"""What do officers see of the certificates, and how do two of them revoke one? The certificates' desk."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.guard import officer, requires
from coalition.accounts.permissions import Act
from coalition.certificates import operations as certificates
from coalition.certificates import waiting
from coalition.certificates.content import grouped, normalise_serial
from coalition.certificates.errors import CertificateUnknown
from coalition.certificates.states import RevocationReason
from coalition.certificates.waiting import WaitingDocument
from coalition.standing import access, revocations
from coalition.standing import certificate_queries as queries
from coalition.standing.certificate_queries import CertificateAtDesk, Tab
from coalition.standing.forms import REASONS, RevocationForm
from coalition.transactions import transaction
from coalition.web.pagination import cursor_of

bp = access.bp
LONGEST_TYPED = 60
REISSUE = "reissue"


@bp.get("/certificates/")
@requires(Act.READ_APPLICATIONS)
def certificate_list() -> ResponseReturnValue:
    """List the certificates within this officer's reach, those of one state or all."""
    scope, asked = officer().scope, request.args.get("state", "")
    typed = request.args.get("q", "")[:LONGEST_TYPED].strip()
    tab = Tab(asked) if asked in list(Tab) else Tab.ALL
    after = cursor_of(request.args.get("after"))
    page = queries.page_of_certificates(scope, tab, typed=typed, after=after)
    shown = {"page": page, "tab": tab.value, "typed": typed, "after": after, "grouped": grouped, "reasons": REASONS}
    awaits_date = tab is Tab.WAITING and current_app.config["TIMESTAMP_URL"]
    return render_template(
        "standing/certificates.html",
        whys=_whys() if tab is Tab.WAITING else {},
        undated=waiting.undated_documents() if awaits_date else None,
        proposed=queries.proposed_revocations(scope),
        **shown,
    )


@bp.get("/certificates/<serial>/")
@requires(Act.READ_APPLICATIONS)
def certificate(serial: str) -> ResponseReturnValue:
    """Show one certificate: how it stands, its stored files, what was proposed, what can be done."""
    return render_template("standing/certificate.html", **_shown(_reached(serial)))


@bp.route("/certificates/<serial>/revoke", methods=["GET", "POST"])
@requires(Act.REVOKE, fresh=True)
def revoke(serial: str) -> ResponseReturnValue:
    """Propose to revoke a certificate for an error."""
    found, form, person = _reached(serial), RevocationForm(), officer()
    wanted = found.row.serial
    if form.validate_on_submit():
        with transaction():
            revocations.propose(
                serial=wanted,
                officer_id=person.id,
                reason=RevocationReason(form.reason.data),
                note=form.note.data,
                actor=person.actor,
                now=clock.now(),
            )
        return _back(wanted)
    page = render_template("standing/revoke.html", form=form, **_shown(found))
    return page, access.INVALID if form.errors else 200


@bp.post("/certificates/<serial>/revocation/<proposal>/confirm")
@requires(Act.REVOKE, fresh=True)
def confirm_revocation(serial: str, proposal: str) -> ResponseReturnValue:
    """Revoke the certificate that another officer proposed to."""
    wanted, person = _reached(serial).row.serial, officer()
    with transaction():
        revocations.confirm(serial=wanted, officer_id=person.id, proposal=proposal, actor=person.actor, now=clock.now())
    return _back(wanted)


@bp.post("/certificates/<serial>/revocation/<proposal>/refuse")
@requires(Act.REVOKE)
def refuse_revocation(serial: str, proposal: str) -> ResponseReturnValue:
    """Let the certificate stand."""
    wanted, person = _reached(serial).row.serial, officer()
    with transaction():
        revocations.refuse(serial=wanted, officer_id=person.id, proposal=proposal, actor=person.actor, now=clock.now())
    return _back(wanted)


@bp.post("/certificates/<serial>/reissue")
@requires(Act.CORRECT)
def reissue_certificate(serial: str) -> ResponseReturnValue:
    """Put a new certificate in the place of one whose file is lost; it says what is true now."""
    wanted, person = _reached(serial).row.serial, officer()
    with transaction():
        new = certificates.reissue(serial=wanted, reason=REISSUE, actor=person.actor, now=clock.now())
    return _back(new)


def _reached(serial: str) -> CertificateAtDesk:
    found = normalise_serial(serial)
    if found is None:
        raise CertificateUnknown
    return queries.certificate_at_desk(found, officer().scope)


def _whys() -> dict[str, WaitingDocument]:
    """Return why documents have no file yet, by their serials."""
    return {one.serial: one for one in waiting.waiting_documents(now=clock.now())}


def _shown(found: CertificateAtDesk) -> dict[str, Any]:
    why = None if found.row.storage_key or not found.is_live else _whys().get(found.row.serial)
    return {"found": found, "why": why, "grouped": grouped, "reasons": REASONS, "officer_id": officer().id}


def _back(serial: str) -> ResponseReturnValue:
    return redirect(url_for("standing.certificate", serial=serial))
