"""Contents of receipts and certificates, and the orders that draw them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from coalition.certificates.content import (
    CertificateContent,
    DocumentContent,
    ExtractContent,
    ReceiptContent,
    SecondLanguage,
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
FRENCH = SecondLanguage(
    language="fr",
    coalition="Coalition internationale de l’économie sociale et solidaire",
    charter_title="Charte de la Coalition internationale de l’économie sociale et solidaire",
    the_text="la Charte",
    signatories="signataires",
    country_name="Sénégal",
    category="Réseau ou organisation à dimension internationale",
)
KINDS = {CertificateContent: "certificate", ReceiptContent: "receipt", ExtractContent: "extract"}
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


def membership(**changes: Any) -> CertificateContent:
    """Make the content of the certificate of a State that is a member of a group, by its declaration."""
    words = {
        "charter_kind": "declaration",
        "coalition": "International Leading Group on Social and Solidarity Economy",
        "charter_title": "Joint declaration of the International Leading Group on Social and Solidarity Economy",
        "the_text": "the Declaration",
        "signatories": "members",
        "organisation": "République du Sénégal",
        "number": "ILGSSE-00007",
        "category": "Member State",
    }
    return certificate(**{**words, **changes})


def extract(**changes: Any) -> ExtractContent:
    """Make the content of an extract of the register."""
    made = ExtractContent(
        number="ICSSE-00042",
        category="Network or organisation with international dimensions",
        status="active",
        as_of="2026-04-02T10:30:00Z",
        published_on=date(2026, 4, 1),
        ended_on=None,
        former_name="",
        other_number="",
        **SHARED,
    )
    return replace(made, **changes)


def order(content: DocumentContent, *, is_development: bool = True) -> Order:
    """Make the order for a document; needs an application context."""
    kind = KINDS[type(content)]
    sha256 = digest(content)
    return page.document_order(
        f"documents/{kind}.html",
        content,
        serial=grouped(content.serial),
        verify_url=VERIFY_URL,
        digest=sha256,
        created=CREATED,
        is_development=is_development,
        attachments=(Attachment(f"{kind}.json", canonical_json(content), "The facts"),),
    )
