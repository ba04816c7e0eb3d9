"""What may programs ask? Register, charters, assessments and certificates as JSON; read-only, for every origin."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request

from coalition.api.problems import BadBody, NothingHere
from coalition.api.v1 import shapes
from coalition.certificates import inspection
from coalition.charters import queries as charter_queries
from coalition.eligibility.assessment import assess, questions_that_matter
from coalition.errors import mark
from coalition.extensions import csrf
from coalition.register import queries as register
from coalition.register.queries import FILTERS, Search
from coalition.web import throttling
from coalition.web.caching import public_page, remembered
from coalition.web.pagination import cursor_of

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)
SIZE, LARGEST_SIZE = 50, 200


@bp.after_request
def open_to_every_origin(response: Response) -> Response:
    """Let pages of other sites read what anybody may read; no cookie is ever sent or taken here."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/signatories")
def signatories() -> Response:
    """List the entries that are shown, newest first."""
    return public_page(remembered("register", register.register_version), _signatories)


def _signatories() -> Response:
    filters = {name: request.args.get(name, "")[:60] for name in FILTERS}
    search = Search.of(request.args.get("q", ""), filters, cursor_of(request.args.get("after")))
    size = min(cursor_of(request.args.get("size")) or SIZE, LARGEST_SIZE)
    page = register.page_of_entries(search, size=size)
    total = page.total
    return jsonify(items=[shapes.entry(row) for row in page.rows], total=total, next=_next(page.next_after))


def _next(after: int | None) -> str | None:
    """Return the address of the next page: the present one, its key moved on."""
    if after is None:
        return None
    kept = [(name, value) for name, value in request.args.items() if name != "after"]
    return f"{current_app.config['PUBLIC_URL']}{request.path}?{urlencode([*kept, ('after', after)])}"


@bp.get("/signatories/<number>")
def signatory(number: str) -> Response:
    """Answer one entry, whatever its status."""
    return public_page(remembered("register", register.register_version), partial(_signatory, number))


def _signatory(number: str) -> Response:
    found = register.entry_of(number[:60].upper())
    if found is None:
        raise NothingHere
    return jsonify(shapes.entry(found))


@bp.get("/charters")
def charters() -> Response:
    """List the charters."""
    items = [shapes.charter_line(item) for item in charter_queries.charter_list()]
    return jsonify(items=items, total=len(items), next=None)


@bp.get("/charters/<slug>")
def charter(slug: str) -> Response:
    """Answer the version of a charter that is in force."""
    return jsonify(shapes.charter_page(charter_queries.charter_page(slug)))


@bp.get("/charters/<slug>/versions/<int:number>")
def charter_version(slug: str, number: int) -> Response:
    """Answer one version of a charter."""
    if number > 2**31:
        raise NothingHere
    return jsonify(shapes.charter_page(charter_queries.charter_page(slug, number)))


@bp.post("/charters/<slug>/assessments")
def assessments(slug: str) -> Response:
    """Judge answers; nothing is stored."""
    rules = charter_queries.charter_page(slug).definition.rules
    answers = _answers()
    found = assess(rules, answers)
    return jsonify(shapes.assessment(found, missing=questions_that_matter(rules, answers)))


def _answers() -> dict[str, str]:
    try:
        body: Any = request.get_json(silent=True)
    except RecursionError:  # brackets without end: the parser gives up
        body = None
    given = body.get("answers", body) if isinstance(body, dict) else None
    if not isinstance(given, dict):
        raise BadBody(mark("Send a JSON object with an answer for each question's key."))
    return {str(key): value for key, value in given.items() if isinstance(value, str)}


@bp.get("/certificates/<serial>")
def certificate(serial: str) -> Response:
    """Answer how a certificate stands now."""
    found = inspection.standing(serial)
    if found is None:
        raise NothingHere
    return jsonify(shapes.standing(found))


@bp.post("/certificates/inspections")
def inspections() -> Response:
    """Inspect a PDF sent as `file`; nothing is stored."""
    throttling.allow("inspection", request.remote_addr or "")
    request.max_content_length = current_app.config["INSPECTION_BYTES"] + 64 * 1024
    sent = request.files.get("file")
    if sent is None:
        raise BadBody(mark("Send the PDF as the field “file” of a multipart form."))
    return jsonify(shapes.inspection(inspection.inspect(sent.stream.read())))
