"""May a public page be kept? Its ETag is one version of what it shows; a page that is still the same costs no template."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, make_response, request

SECONDS = 30


def public_page(version: str, render: Callable[[], str | Response]) -> Response:
    """Answer with 304 when the reader holds `version` of this address, else with what `render` makes.

    `version` names everything the page shows; language and query are part of the address. Touches no session.
    """
    address = f"{request.full_path}|{request.headers.get('Accept', '') if request.path.startswith('/api/') else ''}"
    etag = hashlib.sha256(f"{version}|{address}".encode()).hexdigest()[:24]
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = make_response(render())
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
