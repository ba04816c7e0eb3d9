"""How is a PDF sealed? A PAdES signature over the whole file that certifies it and allows no change; dated or not.

B-T with a timestamp authority's date, else B-B. The field is invisible: what one sees of a seal on paper is an
ornament. Whether a seal is ours is `certificates.inspection`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from coalition.documents import hardware
from coalition.documents.errors import KeyUnusable
from coalition.documents.hardware import HardwareKey
from coalition.documents.keys import SealingKey
from coalition.documents.timestamps import Authority
from coalition.errors import mark

FIELD = "RegisterSeal"
A4 = (0, 0, 595, 842)


def seal(pdf: bytes, *, key: SealingKey, name: str, reason: str, authority: Authority | None = None) -> bytes:
    """Return `pdf` with its seal; `name` says who seals and `reason` what the seal stands for, for readers.

    Raises KeyUnusable when the key's device fails, TimestampMissing when `authority` is given and gives no date.
    """
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
    with _signer(key) as signer:
        signers.PdfSigner(metadata, signer, timestamper=authority).sign_pdf(writer, output=sealed)
    return sealed.getvalue()


def prove(key: SealingKey) -> None:
    """Seal one blank page and check it as a stranger would who trusts the key's root.

    Raises KeyUnusable when the page would not be good for him: the next certificate would not be either.
    """
    page = seal(_blank_page(), key=key, name=key.subject[:100], reason="A blank page")
    (signature,) = PdfFileReader(BytesIO(page)).embedded_signatures
    context = ValidationContext(trust_roots=[_asn1(root_of(key))])
    if not validate_pdf_signature(signature, context).bottom_line:
        raise KeyUnusable(mark("A page sealed with this key is not valid: key, certificate and chain do not fit."))


def root_of(key: SealingKey) -> Certificate:
    """Return the certificate that the key's chain ends with: its own where there is none above."""
    return (key.certificate, *key.chain)[-1]


def _blank_page() -> bytes:
    writer = PdfFileWriter()  # type: ignore[no-untyped-call]
    page = PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=A4)  # type: ignore[no-untyped-call]
    writer.insert_page(page)  # type: ignore[no-untyped-call]
    made = BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]
    return made.getvalue()


@contextmanager
def _signer(key: SealingKey) -> Iterator[signers.Signer]:
    """Lend what signs: with the key in memory, or by the device that holds it."""
    certificate, chain = _asn1(key.certificate), [_asn1(one) for one in key.chain]
    if isinstance(key.private_key, HardwareKey):
        address = key.private_key.address
        with hardware.using(key.private_key) as session:
            yield PKCS11Signer(
                session,
                signing_cert=certificate,
                ca_chain=chain,
                key_label=address.label,
                key_id=address.id,
                use_raw_mechanism=True,
            )
        return
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(chain)
    secret = key.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    yield signers.SimpleSigner(
        signing_cert=certificate, signing_key=keys.PrivateKeyInfo.load(secret), cert_registry=store
    )


def _asn1(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
