"""The data that the API's examples show: one entry of the register, and its certificate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest import mock

from sqlalchemy import select

from coalition.audit.record import Actor
from coalition.certificates import operations
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import signing

SERIAL = "7KQF93MDXW2P"
ISSUED_AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
ORGANISATION = {
    "official_name": "Réseau des coopératives du Fleuve",
    "acronym": "RCF",
    "country": "SN",
    "website": "https://reseau.example.org/",
    "description": "We bring together 140 cooperatives.",
}


def an_issued_certificate(*, serial: str = SERIAL, **changes: Any) -> Signature:
    """Put the examples' organisation on the register and issue its certificate."""
    signature = signing.active(**{**ORGANISATION, **changes})
    with mock.patch.object(operations, "new_serial", return_value=serial), transaction():
        operations.issue(
            signature_id=signature.id, kind=Kind.CERTIFICATE, language="en", actor=Actor.system("tests"), now=ISSUED_AT
        )
    with transaction():
        row = db.session.scalars(select(Certificate).where(Certificate.serial == serial)).one()
        row.issued_at = ISSUED_AT
        row.credential = "aGVhZA.Ym9keQ.c2VhbA"
    return signature
