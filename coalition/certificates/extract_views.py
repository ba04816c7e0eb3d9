"""How does somebody get an extract of the register? A POST asks for it, the page waits for it and hands it out.

Needs no session. An extract says no more than the entry's page, sealed and dated.
"""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, make_response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.certificates import extracts, queries
from coalition.certificates.content import normalise_serial
from coalition.certificates.errors import CertificateUnknown
from coalition.certificates.queries import ExtractFile
from coalition.extensions import csrf
from coalition.i18n import current_language
from coalition.register import queries as register
from coalition.register.errors import EntryUnknown
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web import throttling
from coalition.web.headers import as_attachment

bp = Blueprint("extracts", __name__)
SECONDS = "2"
LONGEST_NUMBER = 60


@bp.get("/register/<number>/extract/")
def ask(number: str) -> str:
    """Show what an extract is, and the button that asks for one."""
    entry = register.entry_of(number[:LONGEST_NUMBER].upper())
    if entry is None:
        raise EntryUnknown
    return render_template(
        "certificates/extract.html", entry=entry, makes_pdf=not machine.missing_for_documents(), waits=False
    )


@bp.post("/register/<number>/extract/")
def order(number: str) -> AnyResponse:
    """Ask for an extract in the page's language; of one entry there is one a day, unless it changes."""
    throttling.allow("extract", "all")  # each costs the worker a page: nobody may keep certificates waiting behind them
    with transaction():
        serial = extracts.order_extract(
            number=number[:LONGEST_NUMBER].upper(), language=current_language(), actor=Actor.person(), now=clock.now()
        )
    return redirect(url_for(".extract", serial=serial), 303)


csrf.exempt(order)  # it gives away nothing that a GET does not, and the register's pages set no cookie


@bp.get("/register/extracts/<serial>.pdf")
def extract(serial: str) -> Response:
    """Hand out an extract, or the page that waits until it is made. Raises CertificateUnknown."""
    found = queries.extract_file(normalise_serial(serial) or "")
    if found is None:
        raise CertificateUnknown
    return _waiting(found) if found.storage_key is None else _file(found, found.storage_key)


def _file(found: ExtractFile, storage_key: str) -> Response:
    name = f"extract-{found.content.number}-{found.content.issued_on}.pdf"
    data = BytesIO(store().get(storage_key))
    return as_attachment(send_file(data, "application/pdf", as_attachment=True, download_name=name, max_age=0))


def _waiting(found: ExtractFile) -> Response:
    entry = register.entry_of(found.content.number)
    response = make_response(render_template("certificates/extract.html", entry=entry, makes_pdf=True, waits=True), 202)
    response.headers["Refresh"] = SECONDS
    return response
