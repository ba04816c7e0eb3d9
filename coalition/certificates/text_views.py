"""How does somebody read a charter on paper? As the sealed PDF of its text, made before anybody asks."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition.certificates import text_queries
from coalition.certificates.text_queries import TextName
from coalition.charters import queries as charters
from coalition.charters.errors import CharterUnknown
from coalition.i18n import current_language
from coalition.storage.files import store

bp = Blueprint("texts", __name__)
SECONDS = "5"
LONGEST_NUMBER = 6


@bp.get("/charters/<charter>/text.pdf")
def text(charter: str) -> AnyResponse:
    """Serve the text in the reader's language, or in the one asked for by `text`; a page waits while it is made.

    `version` asks for an earlier one. Raises CharterUnknown, also as long as only a summary is known.
    """
    typed = request.args.get("version", "")[:LONGEST_NUMBER]
    page = charters.charter_page(charter, int(typed) if typed.isascii() and typed.isdigit() else None)
    if page.number is None:
        raise CharterUnknown
    line = page.text_in(request.args.get("text") or current_language())
    key = text_queries.storage_key_of(TextName(page.slug, page.number, line.language), text_sha256=line.sha256)
    if key is None:
        return _waiting(url_for("charters.charter", charter=page.slug, version=page.number))
    name = f"{page.slug}-{page.number}-{line.language}.pdf"
    response = send_file(BytesIO(store().get(key)), "application/pdf", download_name=name, max_age=3600)
    response.set_etag(line.sha256)
    return response.make_conditional(request)


def _waiting(back: str) -> Response:
    """Answer 202: the worker makes the file by itself, and nothing is asked of it here."""
    response = make_response(render_template("certificates/text_waits.html", back=back), 202)
    response.headers["Refresh"] = SECONDS
    return response
