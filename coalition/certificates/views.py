"""How does somebody ask whether a document is ours and how it stands? By its number, its QR code or the file itself.

Stores nothing, needs no session, sets no cookie. The answers come from `inspection`; an answer is never kept by a
cache, because it is told for now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition import clock
from coalition.certificates import inspection
from coalition.certificates.content import digest, grouped, kind_of_number, normalise_serial
from coalition.certificates.inspection import Inspection
from coalition.certificates.queries import Standing
from coalition.certificates.states import Kind, Status
from coalition.charters import queries as charters
from coalition.extensions import csrf
from coalition.i18n import localised, preferred_language
from coalition.web import sizes, throttling
from coalition.web.seal import seal_svg

bp = Blueprint("certificates", __name__)
short_bp = Blueprint("certificates_short", __name__)

LONGEST_NUMBER = 60
ENVELOPE = 64 * 1024


@dataclass(frozen=True)
class NumberAsked:
    """A number that names no document: what was typed, and what kind of number it looks like."""

    typed: str
    kind: str


@bp.get("/verify/")
def verify() -> str | AnyResponse:
    """Show the two ways to ask; a number that was typed leads on to its document, or is explained."""
    typed = request.args.get("number", "")[:LONGEST_NUMBER].strip()
    serial = normalise_serial(typed)
    if serial and inspection.standing(serial):
        return redirect(url_for("certificates.standing", serial=serial))
    return _asked(NumberAsked(typed, kind_of_number(typed)) if typed else None)


@bp.post("/verify/")
def inspect() -> str | tuple[str, int]:
    """Tell the three answers for the file that was sent."""
    most = current_app.config["INSPECTION_BYTES"]
    throttling.allow("inspection", request.remote_addr or "")
    if (request.content_length or 0) > most + ENVELOPE:
        sizes.drain()
        return _told(None, inspection.too_large()), 413
    request.max_content_length = most + ENVELOPE
    sent = request.files.get("file")
    data = sent.read(most + 1) if sent else b""
    if not data:
        return _asked(None, file_missing=True), 422
    answer = inspection.inspect(data)
    return _told(answer.standing if answer.sealed_by_us else None, answer)


csrf.exempt(inspect)  # it changes nothing, and may be asked from a form that somebody keeps


@bp.get("/verify/<serial>/")
def standing(serial: str) -> str | AnyResponse | tuple[str, int]:
    """Tell how the document of that serial stands now."""
    found = inspection.standing(serial[:LONGEST_NUMBER])
    if found is None:
        return _asked(NumberAsked(serial[:LONGEST_NUMBER], kind_of_number(serial))), 404
    if found.serial != serial:
        return redirect(url_for("certificates.standing", serial=found.serial))
    return _told(found, None)


@short_bp.get("/v/")
@short_bp.get("/V/")
def cut() -> AnyResponse:
    """Lead an address that lost its serial to the page that asks for it, in the reader's language."""
    response = redirect(url_for("certificates.verify", language=preferred_language()))
    response.headers["Vary"] = "Accept-Language"
    return response


@short_bp.get("/v/<serial>")
@short_bp.get("/V/<serial>")
def scanned(serial: str) -> AnyResponse:
    """Lead a QR code's address to the page in the reader's language."""
    known = normalise_serial(serial) or serial[:LONGEST_NUMBER]
    response = redirect(url_for("certificates.standing", serial=known, language=preferred_language()))
    response.headers["Vary"] = "Accept-Language"
    return response


def _asked(number: NumberAsked | None, *, file_missing: bool = False) -> str:
    return render_template("certificates/verify.html", number=number, file_missing=file_missing, **_place())


def _told(found: Standing | None, answer: Inspection | None) -> str:
    """Show one answer. By number there is no file: `answer` is then None, and the page says what that leaves open."""
    is_shown = (
        found is not None and found.kind is Kind.CERTIFICATE and found.status in {Status.ACTIVE, Status.SUSPENDED}
    )
    return render_template(
        "certificates/result.html",
        standing=found,
        inspection=answer,
        serial=grouped(found.serial) if found else "",
        text_title=_text_title(answer),
        seal=seal_svg(digest(found.content), uid="c", size=200, strands=found.content.seal_strands)
        if found and is_shown
        else "",
        checked_at=clock.now(),
        **_place(),
    )


def _text_title(answer: Inspection | None) -> str:
    """Return how the charter is called whose text was sent."""
    return localised(charters.charter_page(answer.text.charter).definition.title) if answer and answer.text else ""


def _place() -> dict[str, Any]:
    """Where the reader is: the right name of this site, and its address."""
    address = current_app.config["PUBLIC_URL"]
    return {"domain": urlsplit(address).netloc, "site_url": address}
