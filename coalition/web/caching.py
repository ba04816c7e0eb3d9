"""May a public page be kept? Its ETag is one version of what it shows; a page that is the same costs no template."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Response, make_response, request

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30


@cache
def release() -> str:
    """Name the code and templates that are served: a new deployment makes every page new."""
    found = [path for folder in ("coalition", "templates", "static") for path in (ROOT / folder).rglob("*.*")]
    # What Python compiles as it goes is left out: it would name each process of one release differently.
    files = [path for path in found if path.parent.name != "__pycache__" and path.is_file()]
    newest = max((path.stat().st_mtime_ns for path in files), default=0)
    return f"{len(files)}-{newest}"


def public_page(version: str, render: Callable[[], str | Response]) -> Response:
    """Answer with 304 when the reader holds `version` of this address, else with what `render` makes.

    `version` names everything the page shows; language and query are part of the address. Touches no session.
    """
    accept = request.headers.get("Accept", "") if request.path.startswith("/api/") else ""
    shown = f"{release()}|{version}|{accept}|{request.path}?".encode()
    etag = hashlib.sha256(shown + request.query_string).hexdigest()[:24]  # bytes: a query need not be UTF-8
    is_held = request.if_none_match.contains_weak(etag)
    response = Response(status=304) if is_held else make_response(render())
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
