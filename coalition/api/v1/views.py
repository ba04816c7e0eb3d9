"""What may programs ask? Register, charters, assessments and certificates as JSON; read-only, for every origin."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition.api.problems import BadBody, NothingHere
from coalition.api.v1 import answers, asked, shapes
from coalition.api.v1.description import BY_NAME, FILE, USUAL_PAGE
from coalition.api.v1.openapi import document
from coalition.api.v1.samples import Sample
from coalition.api.v1.schema import as_json
from coalition.certificates import inspection
from coalition.charters import queries as charter_queries
from coalition.eligibility.assessment import assess, questions_that_matter
from coalition.errors import mark
from coalition.extensions import csrf
from coalition.i18n import preferred_language
from coalition.register import queries as register
from coalition.register.errors import EntryUnknown
from coalition.register.namesakes import namesakes_of
from coalition.register.search import Search
from coalition.register.statistics import statistics as register_statistics
from coalition.web import throttling
from coalition.web.caching import public_page, remembered

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)
ENVELOPE = 64 * 1024


@bp.after_app_request
def open_to_every_origin(response: Response) -> Response:
    """Let pages of other sites read what anybody may read; no cookie is ever sent or taken here."""
    if not request.path.startswith("/api/"):
        return response
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET")
        headers["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = "86400"
    return response


@bp.before_request
def only_what_is_described() -> None:
    """Refuse a query that the description does not know."""
    operation = BY_NAME.get((request.endpoint or "").removeprefix("api."))
    if operation and request.method != "OPTIONS":
        asked.query(operation, request.args)


def told(value: object) -> Response:
    """Answer a value as JSON."""
    return Response(as_json(value), mimetype="application/json")


def told_for_now(value: object) -> Response:
    """Answer a value that may be kept only if it is asked for again each time."""
    response = told(value)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24], weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def of_the_register(render: Callable[[], Response]) -> Response:
    """Answer what changes with the register alone."""
    return public_page(remembered("register", register.register_version), render)


@bp.get("/")
def start() -> AnyResponse:
    """Lead people to the page for people, in their language."""
    response = redirect(url_for("api_pages.overview", language=preferred_language()))
    response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """Answer the description for programs."""
    address = current_app.config["PUBLIC_URL"]
    return public_page("openapi", lambda: told(document(address, Sample.of(charter_queries.first_definition()))))


@bp.get("/signatories")
def signatories() -> Response:
    """List the entries that are shown, newest first."""
    return of_the_register(_signatories)


def _signatories() -> Response:
    given = request.args.to_dict()
    search = Search.of_query({**given, "country": given.get("country", "").upper()})
    page = register.page_of_entries(search, size=int(given.get("size", USUAL_PAGE)))
    return told(
        answers.SignatoryList(
            items=tuple(map(shapes.signatory, page.rows)),
            total=page.total,
            more_than_total=page.more_than_total,
            next=_next(page.next_after),
        )
    )


def _next(after: int | None) -> str | None:
    """Return the address of the next page: the present one, its key moved on."""
    if after is None:
        return None
    query = urlencode({**request.args.to_dict(), "after": str(after)})
    return f"{current_app.config['PUBLIC_URL']}{request.path}?{query}"


@bp.get("/signatories/<number>")
def signatory(number: str) -> Response:
    """Answer one entry, whatever its status."""
    return of_the_register(partial(_signatory, number))


def _signatory(number: str) -> Response:
    found = register.entry_of(number[:61].upper())
    if found is None:
        raise EntryUnknown
    number, note = found.number, register.note_of(found.number)
    kin, former_names = register.kin_of(number), register.former_names(number)
    others = namesakes_of(number)
    return told(shapes.register_entry(found, note=note, kin=kin, namesakes=others, former_names=former_names))


@bp.get("/statistics")
def statistics() -> Response:
    """Answer the register in numbers."""
    return of_the_register(lambda: told(shapes.statistics(register_statistics())))


@bp.get("/charters")
def charters() -> Response:
    """List the charters."""
    items = tuple(shapes.charter_line(item) for item in charter_queries.charter_list())
    return told_for_now(answers.CharterList(items=items, total=len(items), next=None))


@bp.get("/charters/<slug>")
def charter(slug: str) -> Response:
    """Answer the version of a charter that is in force."""
    return told_for_now(shapes.charter(charter_queries.charter_page(slug)))


@bp.get("/charters/<slug>/versions/<int(max=2147483647):version>")
def charter_version(slug: str, version: int) -> Response:
    """Answer one version of a charter."""
    return told_for_now(shapes.charter(charter_queries.charter_page(slug, version)))


@bp.post("/charters/<slug>/assessments")
def assessments(slug: str) -> Response:
    """Judge answers; nothing is stored."""
    rules = charter_queries.charter_page(slug).definition.rules
    given = asked.answers(_json())
    found = assess(rules, given)
    return told(shapes.assessment(found, missing=questions_that_matter(rules, given)))


def _json() -> Any:
    if not request.is_json:
        abort(415)
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets without end: the parser gives up
        return None


@bp.get("/certificates/<string(minlength=12, maxlength=60):serial>")
def certificate(serial: str) -> Response:
    """Answer how a certificate stands now."""
    found = inspection.standing(serial)
    if found is None:
        raise NothingHere
    return told_for_now(shapes.document(found, site=current_app.config["PUBLIC_URL"]))


@bp.post("/certificates/inspections")
def inspections() -> Response:
    """Inspect a PDF sent as `file`; nothing is stored."""
    throttling.allow("inspection", request.remote_addr or "")
    if request.mimetype != FILE:
        abort(415)
    request.max_content_length = current_app.config["INSPECTION_BYTES"] + ENVELOPE
    sent = request.files.getlist("file")
    if len(sent) != 1 or [*request.files] != ["file"] or request.form:
        raise BadBody(mark("Send the PDF as the field “file” of a multipart form, and nothing else."))
    found = inspection.inspect(sent[0].stream.read())
    return told(shapes.inspection(found, site=current_app.config["PUBLIC_URL"]))
