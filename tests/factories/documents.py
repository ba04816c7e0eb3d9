"""Contents of receipts and certificates, and the orders that draw them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from coalition.certificates.content import (
    CertificateContent,
    DocumentContent,
    ReceiptContent,
    canonical_json,
    digest,
    grouped,
)
from coalition.documents import page
from coalition.documents.order import Attachment, Order

SHARED: dict[str, Any] = {
    "serial": "7KQF93MDXW2P",
    "language": "en",
    "coalition": "International Coalition of Social and Solidarity Economy",
    "charter": "icsse-charter",
    "charter_title": "Charter of the International Coalition of Social and Solidarity Economy",
    "charter_kind": "charter",
    "charter_version": 1,
    "charter_sha256": hashlib.sha256(b"the text").hexdigest(),
    "the_text": "the Charter",
    "signatories": "signatories",
    "seal_strands": 8,
    "organisation": "Réseau des mutuelles du Fleuve",
    "latin_name": "",
    "country": "SN",
    "country_name": "Senegal",
    "capacity": "signatory",
    "signed_on": date(2026, 3, 14),
    "issued_on": date(2026, 4, 2),
}
CREATED = datetime(2026, 4, 2, 10, 30, tzinfo=UTC)
VERIFY_URL = "https://charter.example.org/v/7KQF93MDXW2P"


def certificate(**changes: Any) -> CertificateContent:
    """Make the content of a certificate."""
    made = CertificateContent(
        number="ICSSE-00042", category="Network or organisation with international dimensions", **SHARED
    )
    return replace(made, **changes)


def receipt(**changes: Any) -> ReceiptContent:
    """Make the content of a receipt."""
    return replace(ReceiptContent(reference="A-7K3F9Q2M", **SHARED), **changes)


def order(content: DocumentContent, *, is_development: bool = True) -> Order:
    """Make the order for a document; needs an application context."""
    kind = "certificate" if isinstance(content, CertificateContent) else "receipt"
    sha256 = digest(content)
    return Order(
        html=page.page_html(
            f"documents/{kind}.html",
            content,
            serial=grouped(content.serial),
            verify_url=VERIFY_URL,
            is_development=is_development,
        ),
        sheet=page.page_sheet(),
        assets=page.page_assets(content, digest=sha256),
        identifier=bytes.fromhex(sha256)[:16],
        created=CREATED,
        attachment=Attachment(f"{kind}.json", canonical_json(content), "The facts"),
    )
