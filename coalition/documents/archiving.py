"""How does a sealed file stay checkable? By later revisions that add dates, and what is needed to check what is there.

Only these may follow a seal that allows no change: document timestamps, and certificates with the answers on their
revocation. Each revision ends with a timestamp over the whole file. What a file is worth is `inspection`'s to judge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import Certificate, load_pem_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from coalition import clock
from coalition.documents.errors import DocumentFailed
from coalition.documents.timestamps import Authority


def dated(pdf: bytes, *, authority: Authority) -> bytes:
    """Return the sealed file with one more revision: a timestamp over all of it. Raises TimestampMissing."""
    return _stamped(IncrementalPdfFileWriter(BytesIO(pdf), strict=True), authority)


def archived(pdf: bytes, *, authority: Authority, roots: Sequence[str]) -> bytes:
    """Return the dated file with what a check of every seal and date in it needs, and a new timestamp over all of it.

    `roots` are the PEMs that seals and dates lead to. What certificates say about where to ask for their revocation is
    asked there. Raises DocumentFailed when that cannot be had, TimestampMissing when no new date can.
    """
    authority.introduce()
    signatures = list(PdfFileReader(BytesIO(pdf)).embedded_signatures)
    contexts = [_context(roots, moment) for moment in _moments(signatures)]
    latest = _context(roots, clock.now())
    try:
        paths = asyncio.run(_paths(list(zip(signatures, contexts, strict=True)), authority, latest))
    except (PathError, ValidationError) as lacking:
        raise DocumentFailed(f"a certificate in the file cannot be checked now: {lacking}"[:300]) from None
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        paths=paths,
        ocsps=[answer for context in (*contexts, latest) for answer in context.ocsps],
        crls=[answer for context in (*contexts, latest) for answer in context.crls],
    )
    return _stamped(writer, authority)


def _stamped(writer: IncrementalPdfFileWriter, authority: Authority) -> bytes:
    number = len(writer.prev.embedded_timestamp_signatures) + 1
    stamper = PdfTimeStamper(
        authority,
        field_name=f"Timestamp{number}",
        invis_settings=InvisSigSettings(box_out_of_bounds=True),
        readable_field_name="Timestamp",
    )
    stamped = BytesIO()
    stamper.timestamp_pdf(writer, "sha256", output=stamped)
    return stamped.getvalue()


async def _paths(
    judged: Sequence[tuple[EmbeddedPdfSignature, ValidationContext]], authority: Authority, latest: ValidationContext
) -> list[Any]:
    """Check each certificate at the moment it was used; what was asked about them stays in the contexts."""
    paths: list[Any] = []
    try:
        for signature, context in judged:
            paths += await collect_validation_info(signature, context)
        paths += [path async for path in authority.validation_paths(latest)]  # type: ignore[no-untyped-call]
    finally:
        for context in (latest, *(context for _, context in judged)):
            await context.aclose()  # type: ignore[no-untyped-call]
    return paths


def _context(roots: Sequence[str], moment: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[_asn1(load_pem_x509_certificate(root.encode())) for root in roots],
        moment=moment,
        allow_fetching=True,
        revocation_mode="hard-fail",
        retroactive_revinfo=True,
    )


def _moments(signatures: Sequence[EmbeddedPdfSignature]) -> list[datetime]:
    """Return when each seal and date was surely there already: by its own token, else by the next one in the file."""
    known: list[datetime] = []
    following = clock.now()
    for signature in reversed(signatures):
        is_date = signature.sig_object_type == "/DocTimeStamp"
        token = signature.signed_data if is_date else _token_of(signature)
        following = _moment_of(token) if token is not None else following
        known.insert(0, following)
    return known


def _token_of(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None)


def _moment_of(token: cms.SignedData) -> datetime:
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _asn1(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
