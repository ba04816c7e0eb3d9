"""Which JSON does the API answer of receipts, certificates and files that are inspected? As in `answers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from coalition.api.v1.answers import COUNTRY, DIGEST, LANGUAGE, NUMBER, SERIAL, SLUG, TEXT_SHA256, Slug
from coalition.api.v1.schema import Told
from coalition.certificates.seals import Fault
from coalition.certificates.states import Kind, RevocationReason, Status


@dataclass(frozen=True)
class Document:
    """How a receipt or a certificate stands now.

    What it says is told only once its signature stood in the register: a receipt must not show who applied.
    """

    serial: Annotated[str, Told("the serial number", "7KQF93MDXW2P", pattern=SERIAL)]
    kind: Annotated[Kind, Told("which document it is", "certificate")]
    status: Annotated[Status, Told("how the signature behind it stands now", "active")]
    number: Annotated[str | None, Told("the number in the register", "ICSSE-00001", pattern=NUMBER)]
    organisation: Annotated[str | None, Told("the organisation", "Réseau des coopératives du Fleuve", longest=300)]
    country: Annotated[str | None, Told("its country or territory", "SN", pattern=COUNTRY)]
    charter: Annotated[str | None, Told("the charter", "icsse-charter", pattern=SLUG)]
    charter_version: Annotated[int | None, Told("the version that was signed", 1, least=1)]
    charter_sha256: Annotated[str | None, Told("the SHA-256 of the text signed", TEXT_SHA256, pattern=DIGEST)]
    signed_on: Annotated[date | None, Told("the day on which the signature was confirmed", "2026-11-02")]
    issued_at: Annotated[datetime | None, Told("when the document was issued", "2026-11-16T09:30:00+00:00")]
    ended_on: Annotated[date | None, Told("the day on which the signature ended", None)]
    revoked_at: Annotated[datetime | None, Told("when the document itself was revoked", None)]
    revoked_for: Annotated[
        RevocationReason | None, Told("why it was revoked: its signatory was delisted, or it was in error", None)
    ]
    superseded_by: Annotated[str | None, Told("the serial of the document that took its place", None, pattern=SERIAL)]
    credential: Annotated[
        str | None,
        Told(
            "where the signed credential lies, once a certificate has one",
            "https://charter.example.org/credentials/7KQF93MDXW2P",
            form="uri",
        ),
    ]


@dataclass(frozen=True)
class Revision:
    """Which sealed state of a document's file it is: the first, or a later one that only adds dates."""

    place: Annotated[int, Told("its place among those stored, from 1", 1, least=1)]
    count: Annotated[int, Told("how many were stored", 1, least=1)]
    level: Annotated[str, Told("its PAdES level", "B-T", options=("B-B", "B-T", "B-LTA"))]
    stored_at: Annotated[datetime, Told("when it was stored", "2026-11-16T09:30:00+00:00")]


@dataclass(frozen=True)
class CharterText:
    """A charter's text as a sealed file; it says nothing of who has signed."""

    charter: Slug
    version: Annotated[int, Told("the version", 1, least=1)]
    language: Annotated[str, Told("the language", "en", pattern=LANGUAGE)]


@dataclass(frozen=True)
class Inspection:
    """The three answers for one file, never one."""

    intact: Annotated[bool, Told("whether the whole file is what was sealed, whoever sealed it", example=False)]
    sealed_by_us: Annotated[bool, Told("whether it is unchanged and sealed with a key of ours", example=False)]
    registered: Annotated[bool, Told("whether these very bytes were issued here", example=False)]
    serial: Annotated[str | None, Told("the serial number of the file issued", None, pattern=SERIAL)]
    status: Annotated[Status, Told("how the signature stands now", "unknown")]
    fault: Annotated[Fault | None, Told("why the file is not taken for an unchanged one of ours", "not a PDF")]
    pdf_sha256: Annotated[str, Told("the SHA-256 of the file that was sent", TEXT_SHA256, pattern=DIGEST)]
    revision: Annotated[Revision | None, Told("which stored state of the document it is", None)]
    text: Annotated[CharterText | None, Told("the charter’s text that it is, if it is one", None)]
    document: Annotated[Document | None, Told("the document, where the file is one of ours", None)]
