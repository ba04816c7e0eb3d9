"""How do programs get a credential, its status and the keys to check both? As files; no session, no cookie.

What a credential says never changes, how it stands does: that is told by the status lists, which carry the standing of
so many certificates that asking for one does not tell which is meant.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coalition import clock
from coalition.certificates import credential, credential_queries, credentialing
from coalition.certificates.content import normalise_serial
from coalition.certificates.errors import CertificateUnknown
from coalition.certificates.status_list import Purpose
from coalition.i18n import preferred_language
from coalition.web.caching import kept_for

bp = Blueprint("credentials", __name__)

LASTING, BRIEF = 300, 45  # seconds; with the time a list is kept here, no more than its ttl
KEPT = 15
ENVELOPED = "application/vc"
CONTROLLED_IDENTIFIER = "https://www.w3.org/ns/cid/v1"
MOST_LISTS = 1_000_000


@bp.after_request
def open_to_every_origin(response: Response) -> Response:
    """Let programs of other sites read what anybody may read."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/credentials/<serial>")
def single(serial: str) -> AnyResponse:
    """Hand out the credential of one certificate: signed, or in its envelope; a browser is led to the page on it."""
    found = normalise_serial(serial)
    signed = credential_queries.stored_credential(found) if found else None
    if found is None or signed is None:
        raise CertificateUnknown
    if found != serial:
        return redirect(url_for(".single", serial=found), 301)
    response = _in_the_form_asked_for(found, signed)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _in_the_form_asked_for(serial: str, signed: str) -> AnyResponse:
    known = [credential.MEDIA_TYPE, ENVELOPED, "application/ld+json", "application/json", "text/html"]
    asked = request.accept_mimetypes.best_match(known, default=credential.MEDIA_TYPE)
    if asked == "text/html":
        return redirect(url_for("certificates.standing", serial=serial, language=preferred_language()), 303)
    if asked == credential.MEDIA_TYPE:
        return _lasting(signed.encode(), credential.MEDIA_TYPE)
    return _lasting(credential.enveloped(signed), asked)


@bp.get("/credentials/issuer")
def issuer() -> Response:
    """Say who issues, by which keys: a controlled identifier document, with every key that was ever used."""
    name = credential.issuer_url(current_app.config["PUBLIC_URL"])
    keys = credential_queries.public_keys()
    methods = [
        {"id": f"{name}#{key['kid']}", "type": "JsonWebKey", "controller": name, "publicKeyJwk": key} for key in keys
    ]
    told = {
        "@context": [CONTROLLED_IDENTIFIER],
        "id": name,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
    return _json(told, "application/cid")


@bp.get("/.well-known/coalition/jwks.json")
def jwks() -> Response:
    """Publish every public key that credentials were signed with, for ever."""
    return _json({"keys": credential_queries.public_keys()}, "application/jwk-set+json")


@bp.get("/credentials/status/<int:stretch>")
def revocations(stretch: int) -> Response:
    """Hand out a list of which certificates have ended."""
    return _status_list(stretch, Purpose.REVOCATION)


@bp.get("/credentials/status/<int:stretch>/suspension")
def suspensions(stretch: int) -> Response:
    """Hand out a list of which certificates are suspended."""
    return _status_list(stretch, Purpose.SUSPENSION)


def _status_list(number: int, purpose: Purpose) -> Response:
    if not 1 <= number <= MOST_LISTS or number > credential_queries.list_count():
        abort(404)
    now = clock.now()
    signed = kept_for(
        str(int(now.timestamp()) // KEPT),
        f"status list {number} {purpose}",
        lambda: credentialing.signed_status_list(number, purpose, now=now),
    )
    response = Response(signed, content_type=credential.MEDIA_TYPE)
    response.headers["Cache-Control"] = f"public, max-age={BRIEF}"
    return response


def _json(told: dict[str, Any], media_type: str) -> Response:
    """Answer with JSON; a browser gets it as a type that it shows."""
    is_shown = request.accept_mimetypes.best_match([media_type, "text/html"]) == "text/html"
    response = _lasting(json.dumps(told, indent=2).encode(), "application/json" if is_shown else media_type)
    response.headers["Vary"] = "Accept"
    return response


def _lasting(body: bytes, media_type: str) -> Response:
    response = Response(body, content_type=media_type, headers={"Cache-Control": f"public, max-age={LASTING}"})
    response.add_etag()
    response.make_conditional(request.environ)
    return response
