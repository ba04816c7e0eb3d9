"""What of the register may other sites and programs take? Files, linked data, a feed, a list to embed; no cookie.

The API's own answers belong to `api`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from sqlalchemy import Row

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.i18n import current_language, force_language, known_languages
from coalition.i18n import gettext as _
from coalition.register import exports, queries
from coalition.register.choices import choices, entry_url, list_url, version
from coalition.register.linked_data import linked_entry
from coalition.register.search import Search, Sort
from coalition.territories import names as territories
from coalition.web.caching import public_page, public_stream, remembered
from coalition.web.formatting import format_date
from coalition.web.headers import POLICY

pages_bp = Blueprint("register_files", __name__)
bp = Blueprint("register_data", __name__)

TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FEED, EMBEDDED, CHUNK = 50, 10, 64 * 1024
EMPTY = "1970-01-01"
EMBEDDABLE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


@bp.after_request
@pages_bp.after_request
def open_to_every_origin(response: Response) -> Response:
    """Let pages of other sites read and show what anybody may read."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@pages_bp.get("/register.<any(csv,json,xlsx):ending>")
def file(ending: str) -> Response:
    """Hand out everything that the query finds as one file."""
    return public_stream(version(), partial(_file, ending, _whole(Search.of_query(request.args))))


def _whole(search: Search) -> Search:
    return replace(search, after=None, before=None)


def _file(ending: str, search: Search) -> Response:
    if ending == "xlsx":
        parts = _sheet(search)
    elif ending == "csv":
        parts = exports.csv_file(search, extra=_extra_keys())
    else:
        parts = exports.json_file(search)
    response = Response(_begun(parts), content_type=TYPES[ending])
    response.call_on_close(parts.close)  # a HEAD request never reads them
    name = f"register-{clock.now().date().isoformat()}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Read the first part before the answer begins: what fails here is still an error page.

    What fails later breaks the connection off before its last chunk, so that half a file is never taken for a whole.
    """
    first = next(parts, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from parts

    return rest()


def _sheet(search: Search) -> Generator[bytes]:
    """Write a spreadsheet into a file without a name and send it from there: it is whole or it is none."""
    with tempfile.TemporaryFile() as written:
        exports.xlsx_file(search, written, extra=_extra_keys())
        written.seek(0)
        while part := written.read(CHUNK):
            yield part


def _extra_keys() -> list[str]:
    """Return the keys of all public fields that the charters add, each once."""
    fields = [field for item in _definitions() for field in item.extra_fields if field.public]
    return list(dict.fromkeys(field.key for field in fields))


def _definitions() -> list[CharterDefinition]:
    return [item.definition for item in remembered("charters", charter_queries.charter_list)]


@bp.get("/register/<number>.jsonld")
def linked(number: str) -> Response:
    """Hand out one entry as linked data."""
    return public_page(version(), partial(_linked, number))


def _linked(number: str) -> Response:
    found = queries.entry_of(number[:60].upper())
    if found is None:
        abort(404)
    linked_data = linked_entry(found, kin=queries.kin_of(found.number), site=current_app.config["PUBLIC_URL"])
    body = json.dumps(linked_data, ensure_ascii=False, indent=2)
    return Response(f"{body}\n", mimetype="application/ld+json")


def _language() -> str:
    """Return the language that the query asks for: an address without one says the same to everybody."""
    asked = request.args.get("language", "")
    return asked if asked in known_languages() else known_languages()[0]


@bp.get("/feeds/register.atom")
def feed() -> Response:
    """Hand out the newest entries as an Atom feed."""
    return public_page(version(), _feed)


def _feed() -> Response:
    search = replace(_whole(Search.of_query(request.args)), sort=Sort.NEWEST)
    with force_language(_language()):
        rows = queries.page_of_entries(search, size=FEED).rows
        days = [row.ended_on or row.published_on for row in rows]
        body = render_template(
            "register/feed.xml",
            entries=list(zip(rows, days, strict=True)),
            updated=max(days, default=EMPTY),
            offered=choices(search, version()),
            site_url=current_app.config["PUBLIC_URL"],
            list_url=list_url(search.query()),
            entry_url=entry_url,
            summary=_summary,
            query=request.query_string.decode(),
        )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _summary(entry: Row[Any]) -> str:
    country = territories.name(entry.country, current_language())
    return _("%(country)s, signed on %(date)s", country=country, date=format_date(entry.signed_on))


@bp.get("/embed/register")
def embed() -> Response:
    """Show the newest entries in a frame of somebody else's page."""
    response = public_page(version(), _embed)
    response.headers["Content-Security-Policy"] = EMBEDDABLE
    return response


def _embed() -> str:
    search = _whole(Search.of_query(request.args))
    with force_language(_language()):
        page = queries.page_of_entries(search, size=EMBEDDED)
        return render_template("register/embed.html", page=page, list_url=list_url(search.query()), entry_url=entry_url)
