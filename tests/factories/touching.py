"""What becomes of a sealed file in strange hands: touched, added to, saved anew, imitated."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from coalition.documents.keys import SealingKey


def flipped(pdf: bytes, place: int, bit: int = 0) -> bytes:
    """Change one bit."""
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return bytes(changed)


def retitled(pdf: bytes) -> bytes:
    """Add a revision with another title in the metadata: what pyHanko counts among the harmless updates."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._meta.title = "Certificate of somebody else"
    writer.update_root()
    return _written(writer)


def edited(pdf: bytes) -> bytes:
    """Add a revision that says another language, as an editor does with what it changes."""
    from pyhanko.pdf_utils.generic import TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = TextStringObject("xx")
    writer.update_root()
    return _written(writer)


def saved_anew(pdf: bytes) -> bytes:
    """Save the file as another program does."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        anew = io.BytesIO()
        opened.save(anew)
    return anew.getvalue()


def unsealed(pdf: bytes) -> bytes:
    """Save the file without its seal, as printing to a file does."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm, opened.Root.Perms, opened.pages[0].Annots
        anew = io.BytesIO()
        opened.save(anew)
    return anew.getvalue()


def signed(pdf: bytes, key: SealingKey, field: str = "Another") -> bytes:
    """Add an ordinary signature, though the seal forbids it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from coalition.documents import sealing

    class Careless(signers.PdfSigner):
        def _enforce_certification_constraints(self, reader: object) -> None:
            pass

    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    made = io.BytesIO()
    with sealing._signer(key) as signer:
        Careless(metadata, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=made)
    return made.getvalue()


def scanned() -> bytes:
    """Make a PDF of one picture, as a scanner does."""
    pdf = pikepdf.new()
    picture = pikepdf.Stream(pdf, b"\x80" * 64)
    picture.update(
        {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 8, "/Height": 8}
        | {"/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8}
    )
    pdf.add_blank_page(page_size=(200, 200))
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
    made = io.BytesIO()
    pdf.save(made)
    return made.getvalue()


def bomb(filters: bytes = b"/FlateDecode", rounds: int = 1) -> bytes:
    """Make a small file that unpacks into tens of megabytes."""
    packed = b"\0" * 64 * 1024 * 1024
    for _ in range(rounds):
        packed = zlib.compress(packed, 9)
    head = b"%PDF-1.7\n"
    table = b"1 0 obj<</Type/XRef/Size 99999999/W[1 4 2]/Root 2 0 R/Filter%s/Length %d>>stream\n"
    body = table % (filters, len(packed)) + packed + b"\nendstream endobj\n"
    return head + body + b"startxref\n%d\n%%%%EOF" % len(head)


def _written(writer: object) -> bytes:
    changed = io.BytesIO()
    writer.write(changed)  # type: ignore[attr-defined]
    return changed.getvalue()
