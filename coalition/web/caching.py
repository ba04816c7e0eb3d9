"""May a public page be kept? Its ETag is one version of what it shows; a page that is still the same costs no template."""

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
    files = [path for folder in ("coalition", "templates", "static") for path in (ROOT / folder).rglob("*.*")]
    newest = max((path.stat().st_mtime_ns for path in files if path.is_file()), default=0)
    return f"{len(files)}-{newest}"


def public_page(version: str, render: Callable[[], str | Response]) -> Response:
    """Answer with 304 when the reader holds `version` of this address, else with what `render` makes.

    `version` names everything the page shows; language and query are part of the address. Touches no session.
    """
    address = f"{request.full_path}|{request.headers.get('Accept', '') if request.path.startswith('/api/') else ''}"
    etag = hashlib.sha256(f"{release()}|{version}|{address}".encode()).hexdigest()[:24]
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = make_response(render())
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
