"""A visitor who fills in the pages as a person would."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.charters import SLUG
from tests.factories.signing import ELIGIBLE

ORGANISATION = {
    "official_name": "Réseau des coopératives du Fleuve",
    "latin_name": "",
    "acronym": "RCF",
    "aliases": "",
    "country": "SN",
    "organisation_form": "network",
    "website": "https://reseau.example.org/",
    "registration_number": "SN-1",
    "description": "We bring together 140 cooperatives around the river.",
}
PERSON = {
    "full_name": "Awa N’Diaye",
    "role": "Secretary general",
    "email": "awa@reseau.example.org",
    "mandate": "decision",
}
PREPARER = {"signer": "me", "preparer_name": "", "preparer_email": ""}
FOR_AWA = {"signer": "someone_else", "preparer_name": "Kofi Mensah", "preparer_email": "kofi@reseau.example.org"}
STATEMENTS = {
    "recognises_characteristics": "y",
    "accepts_commitments": "y",
    "may_sign": "y",
    "privacy_read": "y",
}


def step(name: str, *, language: str = "en") -> str:
    """Return the address of a step of signing."""
    return f"/{language}/charters/{SLUG}/sign/{name}"


def first_step(*, language: str = "en", **answers: str) -> str:
    """Return the first step's address with answers that may sign."""
    return f"{step('organisation', language=language)}?{urlencode({**ELIGIBLE, **answers})}"


def fill_in(client: FlaskClient, *, language: str = "en", files: Any = None, **changes: str) -> None:
    """Fill in every step before the last."""
    organisation = {name: changes.get(name, value) for name, value in ORGANISATION.items()}
    person = {name: changes.get(name, value) for name, value in (PERSON | PREPARER).items()}
    assert client.post(first_step(language=language), data=organisation).status_code == 302
    assert client.post(step("representative", language=language), data=person).status_code == 302
    proof = client.post(step("proof", language=language), data=files or {}, content_type="multipart/form-data")
    assert proof.status_code == 302, proof.text


def sign(client: FlaskClient, *, language: str = "en", **changes: str) -> TestResponse:
    """Walk all steps and press the last button; returns its answer."""
    fill_in(client, language=language, **changes)
    typed = {**STATEMENTS, "typed_name": changes.get("full_name", PERSON["full_name"])}
    return client.post(step("review", language=language), data=typed)


def hand_over(client: FlaskClient, *, language: str = "en", **changes: str) -> TestResponse:
    """Fill in the form for Awa and press the button that sends it to her; returns its answer."""
    fill_in(client, language=language, **{**FOR_AWA, **changes})
    return client.post(step("review", language=language), data={"act": "hand_over"})


def without_token(page: str) -> str:
    """Return a page without its CSRF token."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def multipart(name: str, data: bytes, **fields: str) -> dict[str, Any]:
    """Return what to send for one large file, written out: the test client would leave its own copy of it open."""
    parts = [
        f'--mark\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--mark\r\nContent-Disposition: form-data; name="mandate_document"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + b"\r\n--mark--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=mark"}
