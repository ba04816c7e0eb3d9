"""How is a PDF sealed? A PAdES B-B signature over the whole file that certifies it and allows no change.

The field is invisible: what one sees of a seal on paper is an ornament. Whether a seal is ours is
`certificates.inspection`'s.
"""

from __future__ import annotations

from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from coalition.documents.keys import SealingKey

FIELD = "RegisterSeal"


def seal(pdf: bytes, *, key: SealingKey, name: str, reason: str) -> bytes:
    """Return `pdf` with its seal; `name` says who seals and `reason` what the seal stands for, for readers."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
    fields.append_signature_field(
        writer,
        fields.SigFieldSpec(
            FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True), readable_field_name=reason
        ),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=name,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    sealed = BytesIO()
    signers.PdfSigner(metadata, _signer(key)).sign_pdf(writer, output=sealed)
    return sealed.getvalue()


def _signer(key: SealingKey) -> signers.SimpleSigner:
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for certificate in key.chain:
        chain.register(x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)))
    secret = key.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(secret),
        cert_registry=chain,
    )
