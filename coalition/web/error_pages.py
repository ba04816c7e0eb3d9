"""What does a reader see when something goes wrong? The one place that turns errors into statuses and pages.

HTML under the reader's language, problem details under /api. No error page needs the database or a session.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from traceback import format_tb
from urllib.parse import quote

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadHost, HTTPException, NotFound, SecurityError

from coalition import errors
from coalition.extensions import db
from coalition.i18n import gettext as _
from coalition.i18n import told
from coalition.transactions import without_values
from coalition.web import detours, languages

log = logging.getLogger(__name__)

STATUS: Mapping[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Refused: 403,
    errors.TooMany: 429,
    errors.Invalid: 422,
    errors.Unavailable: 503,
}
RETRY_SECONDS = "30"
PASSES = (429, 500, 503)


def install(app: Flask) -> None:
    """Map every error of `app` to a status and a page."""
    app.before_request(_make_query_readable)
    app.register_error_handler(errors.DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(Exception, _unexpected)


def answer(
    status: int, message: str = "", headers: Mapping[str, str] | None = None, *, again: str | None = None
) -> Response:
    """Make the answer for `status`, with the sentence that tells the reader what to do.

    `again` is the address that a link offers to open once more; where waiting helps, that is the page's own.
    """
    title, advice = _words(status)
    text = message or advice
    if f"{request.path}/".startswith("/api/"):
        body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": text}, ensure_ascii=False)
        response = Response(body, status, mimetype="application/problem+json")
    else:
        if status in PASSES and request.method == "GET":
            again = detours.once_more()
        shown = {"status": status, "title": title, "text": text, "again": again}
        response = make_response(render_template("errors/error.html", **shown), status)
    response.headers.extend(headers or {})
    if status in (429, 503):
        response.headers.setdefault("Retry-After", RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _make_query_readable() -> None:
    """Escape what no address may hold: raw bytes in a query would fail wherever it is read."""
    request.query_string = quote(request.query_string, safe=f"{languages.IN_PATHS}%?").encode()


def _domain(error: errors.DomainError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    db.session.rollback()
    if status == HTTPStatus.NOT_FOUND and (small := detours.written_small()):
        return Response(status=301, headers={"Location": small})
    return answer(status, told(error))


def _csrf(error: CSRFError) -> Response:
    sentence = _(
        "This page was open too long, or your browser keeps no cookies. Go back: what you typed is usually still "
        "there. Copy what took you long, load the page again, and send it once more."
    )
    return answer(400, sentence, again=detours.once_more())


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, BadHost | SecurityError):  # under such a name no page can say where its links lead
        return Response("\n".join(_words(400)), 400, mimetype="text/plain")
    if isinstance(error, NotFound) and (elsewhere := detours.elsewhere()):
        return Response(status=302, headers={"Location": elsewhere, "Vary": "Accept-Language"})
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return answer(error.code or 500, headers=headers)


def _database(error: Exception) -> Response:
    """Tell a lost database or a full disk, which pass, from a mistake of ours."""
    db.session.rollback()
    passes = isinstance(error, OperationalError | PoolTimeout) or getattr(error, "connection_invalidated", False)
    log.error("database error: %s\n%s", without_values(error), "".join(format_tb(error.__traceback__)))
    return answer(503 if passes else 500)


def _unstorable(error: DataError) -> Response:
    """Answer a value that the database cannot hold, such as a NUL: nothing on our side is wrong."""
    db.session.rollback()
    return answer(404 if request.method in ("GET", "HEAD") else 422)


def _system(error: OSError) -> Response:
    log.error("system error", exc_info=error)
    return answer(503 if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE) else 500)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return answer(500)


def _words(status: int) -> tuple[str, str]:
    """Return the title of an error page and what the reader can do."""
    words = {
        400: (_("We could not read this request"), _("Go back, load the page again and send it once more.")),
        403: (_("You may not do this"), _("Sign in with an account that may, or ask the secretariat.")),
        404: (_("There is no page here"), _("Check the address, or begin at the home page.")),
        405: (_("This page cannot be used in this way"), _("Go back and use the buttons of the page.")),
        410: (_("This page is gone"), _("Look for it on the register, or begin at the home page.")),
        409: (_("Somebody else was first"), _("Load the page again to see what has changed.")),
        413: (_("This is too large"), _("Send a smaller file or a shorter text.")),
        415: (_("We cannot read this kind of content"), _("Send the kind of content that the page asks for.")),
        422: (_("Something is missing or cannot be used"), _("Go back and check what you entered.")),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
        503: (_("The service is busy for a moment"), _("What you had sent before is kept. Try again in a minute.")),
    }
    general = (
        _("Something went wrong on our side"),
        _("What you had sent before is kept. Try again in a few minutes."),
    )
    unreadable = (_("We could not use this request"), _("Go back and try again."))
    return words.get(status, general if status >= 500 else unreadable)
