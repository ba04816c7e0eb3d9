"""How is a model resolution handed out? The Word file at once, the PDF once the worker has made it.

Nobody but the browser that holds the draft, or the short cookie of a signature, gets here; what is made lies a day.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from coalition import machine
from coalition.i18n import known_languages
from coalition.jobs import queue
from coalition.signing.resolution import Resolution, word_file
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.headers import as_attachment

JOB = "signing.make_resolution"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECONDS = "2"


def offered(endpoint: str, **where: Any) -> dict[str, Any]:
    """Return what a page needs to offer the resolution: where it is handed out, in which languages, and as what."""
    return {
        "resolution_url": partial(url_for, endpoint, **where),
        "languages": known_languages(),
        "makes_pdf": not machine.missing_for_documents(),
    }


def hand_out(resolution: Resolution, *, file_format: str, owner: str, back: str, now: datetime) -> BaseResponse:
    """Answer with the file, or with the page that waits for it; `owner` names whose facts the worker has to read.

    A POST asks the worker; a GET never does.
    """
    if resolution.language not in known_languages():
        abort(404)
    if file_format == "docx":
        return _file(word_file(resolution), DOCX, f"resolution-{resolution.language}.docx")
    key = resolution.storage_key
    if store().exists(key):
        return _file(store().get(key), "application/pdf", f"resolution-{resolution.language}.pdf")
    if request.method == "POST":
        with transaction():
            args = {"owner": owner, "language": resolution.language}
            queue.put(JOB, args=args, now=now, key=f"resolution:{resolution.digest()}")
        return redirect(request.path, 303)
    return _waiting(back)


def _file(data: bytes, kind: str, name: str) -> Response:
    return as_attachment(send_file(BytesIO(data), kind, as_attachment=True, download_name=name, max_age=0))


def _waiting(back: str) -> Response:
    response = make_response(render_template("signing/resolution_waits.html", back=back))
    response.headers["Refresh"] = SECONDS
    return response
