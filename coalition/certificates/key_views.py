"""With which public certificates is a seal checked? Files for programs and for people, published for ever.

Stores nothing, needs no session. Which seals there are is told by `published_keys`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from coalition.certificates import published_keys
from coalition.certificates.published_keys import PublicCertificate

bp = Blueprint("certificate_keys", __name__, url_prefix="/.well-known/coalition")

PEM = "application/x-pem-file"


@bp.get("/certificates.pem")
def certificates_pem() -> Response:
    """Publish every certificate that documents were sealed with, each followed by its chain."""
    return _kept(Response("".join(seal.chain_pem for seal in published_keys.published_seals()), mimetype=PEM))


@bp.get("/roots.pem")
def roots_pem() -> Response:
    """Publish what a check needs to trust: the roots above all seals and above all timestamps."""
    told = (f"# {root.subject}\n# SHA-256 {root.grouped}\n{root.pem}" for root in published_keys.roots())
    return _kept(Response("".join(told), mimetype=PEM))


@bp.get("/fingerprints.txt")
def fingerprints_text() -> Response:
    """Publish the fingerprints for people: to be read out, printed, compared."""
    return _kept(Response("\n".join(_lines()) + "\n", mimetype="text/plain"))


@bp.get("/fingerprints.json")
def fingerprints_json() -> Response:
    """Publish the fingerprints for programs."""
    seals = [
        _told(seal.certificate)
        | {
            "root": _told(seal.root),
            "development": seal.is_development,
            "first_used_at": seal.first_used_at.isoformat(),
        }
        for seal in published_keys.published_seals()
    ]
    authorities = [
        {"address": one.address, "root": _told(one.root), "first_used_at": one.first_used_at.isoformat()}
        for one in published_keys.published_authorities()
    ]
    return _kept(jsonify(site=current_app.config["PUBLIC_URL"], seals=seals, timestamp_authorities=authorities))


def _lines() -> Iterator[str]:
    yield f"Certificates that seal documents of {current_app.config['PUBLIC_URL']}, the oldest first. SHA-256."
    for seal in published_keys.published_seals():
        yield ""
        yield from _line("seal", seal.certificate)
        yield from _line("root", seal.root)
    for authority in published_keys.published_authorities():
        yield ""
        yield from _line("timestamps", authority.root)


def _line(kind: str, certificate: PublicCertificate) -> Iterator[str]:
    yield f"{kind}: {certificate.subject}"
    yield f"  {certificate.grouped}"
    yield f"  {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"


def _told(certificate: PublicCertificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject,
        "sha256": certificate.fingerprint,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
    }


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
