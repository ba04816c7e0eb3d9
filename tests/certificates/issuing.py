"""Certificates as an approval leaves them, and their credentials as anybody reads them, with a library not ours."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64decode
from typing import Any

from flask.testing import FlaskClient
from jwcrypto import jwk, jws
from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import credentialing, operations
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import transaction
from coalition.transparency import sequencing

OFFICER = Actor.officer("officer-1", "Ada")


def issued(signature: Signature, language: str = "en") -> str:
    """Issue a certificate and return its serial; its leaf has no place yet."""
    signature_id = signature.id
    with transaction():
        return operations.issue(
            signature_id=signature_id, kind=Kind.CERTIFICATE, language=language, actor=OFFICER, now=clock.now()
        )


def id_of(serial: str) -> int:
    return db.session.scalars(select(Certificate.id).where(Certificate.serial == serial)).one()


def certified(signature: Signature, language: str = "en") -> str:
    """Issue a certificate whose credential is signed, and return its serial."""
    serial = issued(signature, language)
    sequencing.place_all()
    credentialing.credential_for(id_of(serial))
    return serial


def read(client: FlaskClient, path: str) -> dict[str, Any]:
    """Fetch a signed credential and check it with the published keys alone."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/vc+jwt")
    return checked(client, answer.text)


def checked(client: FlaskClient, compact: str) -> dict[str, Any]:
    """Check a signed credential with the published keys alone, and return what it says."""
    keys = jwk.JWKSet.from_json(client.get("/.well-known/coalition/jwks.json").text)
    token = jws.JWS()
    token.deserialize(compact)
    token.allowed_algs = ["ES256"]
    header = token.jose_header
    assert (header["alg"], header["typ"], header["cty"]) == ("ES256", "vc+jwt", "vc")
    key = keys.get_key(header["kid"])
    assert key is not None
    token.verify(key)
    told: dict[str, Any] = json.loads(token.payload)
    return told


def bits_of(status_list: dict[str, Any]) -> bytes:
    text = status_list["credentialSubject"]["encodedList"][1:]
    return gzip.decompress(urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}"))


def standing_of(client: FlaskClient, told: dict[str, Any]) -> dict[str, bool]:
    """Follow a credential's status entries as a verifier does: purpose → whether the bit is set."""
    found = {}
    for entry in told["credentialStatus"]:
        bits = bits_of(read(client, entry["statusListCredential"].removeprefix("http://coalition.test")))
        index = int(entry["statusListIndex"])
        found[entry["statusPurpose"]] = bool(bits[index // 8] >> (7 - index % 8) & 1)
    return found
