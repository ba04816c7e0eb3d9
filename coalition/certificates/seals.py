"""What does the seal of a PDF cover, and does it fit? Reads one file's bytes; whose key it is belongs to `inspection`.

What a stranger sends may break the reader in any way: every breakage is an answer, none is an error. pyHanko is loaded
at the first file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

MEBIBYTE = 1024 * 1024
END = b"%%EOF"
SHORTER_READINGS = 3
TIMESTAMP = "/DocTimeStamp"


class Fault(StrEnum):
    """Why a file is not taken for an unchanged one of ours."""

    TOO_LARGE = "too large"
    NOT_A_PDF = "not a PDF"
    UNREADABLE = "unreadable"
    UNPACKS_TOO_FAR = "unpacks too far"
    UNSEALED = "unsealed"
    SCAN = "scan"
    SAVED_ANEW = "saved anew"
    CHANGED = "changed"
    APPENDED = "appended"
    UPDATED = "updated"
    SEVERAL_SEALS = "several seals"
    SAME_NAME = "same name"
    SEALED_BY_OTHERS = "sealed by others"


@dataclass(frozen=True)
class Reading:
    """What the seal of one file says. Without a fault the whole file is what was sealed, whoever sealed it.

    `fingerprint` is the SHA-256 of the certificate that sealed, `subject` its common name: anybody can write any name
    there. The seal covers the first `length` bytes; what follows, if anything, only adds dates and their proofs.
    """

    fault: Fault | None = None
    fingerprint: str = ""
    subject: str = ""
    length: int = 0


def read(data: bytes) -> Reading:
    """Look for the seal and what it covers."""
    from pyhanko.pdf_utils.misc import PdfDecodeLimitError

    try:
        return _read(data)
    except PdfDecodeLimitError:
        return Reading(Fault.UNPACKS_TOO_FAR)
    except Exception:  # noqa: BLE001  # a broken file is an answer, not an error
        return Reading(Fault.APPENDED if _is_sealed_without_its_end(data) else Fault.UNREADABLE)


def _read(data: bytes) -> Reading:
    reader = _reader(data)
    signatures = reader.embedded_signatures
    if not signatures or signatures[0].sig_object_type == TIMESTAMP:
        return Reading(Fault.SCAN if _is_a_scan(reader) else Fault.UNSEALED)
    seal, *later = signatures
    fault = _fault_of_seal(seal, data) or _fault_of_end(reader, seal, later=later, data=data)
    signer = seal.signer_cert
    return Reading(
        fault=fault,
        fingerprint=hashlib.sha256(signer.dump()).hexdigest(),
        subject=str(signer.subject.native.get("common_name", "")),
        length=_end(seal),
    )


def _reader(data: bytes) -> PdfFileReader:
    """Open a file within limits: a small one may not unpack into a large one."""
    from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
    from pyhanko.pdf_utils.reader import PdfFileReader

    limits = DecodeLimits(
        per_stream=StreamDecodeLimits(max_ratio=200, max_output_size=8 * MEBIBYTE),
        document_budget=DocumentDecodeBudget(base_allowance=32 * MEBIBYTE, max_ratio=4),
    )
    return PdfFileReader(BytesIO(data), decode_limits=limits)


def _end(signature: EmbeddedPdfSignature) -> int:
    """Return how many bytes of the file a signature covers, from the first on and its own place among them."""
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _fault_of_seal(seal: EmbeddedPdfSignature, data: bytes) -> Fault | None:
    """Say whether the seal stands where it says, covers all before and around it, and fits these bytes."""
    if not _is_in_place(seal, data):
        return Fault.SAVED_ANEW
    return None if _is_genuine(seal, "data", seal.compute_digest()) else Fault.CHANGED


def _is_in_place(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether every byte up to the signature's end is signed, but for the signature itself.

    The bytes between the signed ranges must be the signature in hexadecimal: nothing can hide in there.
    """
    start, length, rest, _ = (int(number) for number in signature.byte_range)
    gap = b"<%s>" % signature.pkcs7_content.hex().upper().encode()
    return start == 0 and _end(signature) <= len(data) and data[length:rest].upper() == gap


def _is_genuine(signature: EmbeddedPdfSignature, content_type: str, digest: bytes) -> bool:
    """Whether a signature fits that digest of what it signs, and nothing hides in its padding."""
    from asn1crypto import parser
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    content = signature.pkcs7_content
    if content[parser.peek(content) :].strip(b"\0"):
        return False
    intact, genuine = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, expected_content_type=content_type, actual_digest=digest
    )
    return bool(intact and genuine)


def _fault_of_end(
    reader: PdfFileReader, seal: EmbeddedPdfSignature, *, later: Sequence[EmbeddedPdfSignature], data: bytes
) -> Fault | None:
    """Say what is wrong with what follows the sealed bytes: nothing, or dates with their proofs, may follow.

    pyHanko calls a file with junk at its end good, and counts another title among the harmless updates: both are asked
    about here.
    """
    if any(one.sig_object_type != TIMESTAMP for one in later):
        return Fault.SEVERAL_SEALS
    last = [seal, *later][-1]
    if _end(last) != len(data):
        return Fault.APPENDED if reader.xrefs.total_revisions == last.signed_revision + 1 else Fault.UPDATED
    if later and not (all(_is_date(one, data) for one in later) and _only_adds_dates(seal, data)):
        return Fault.UPDATED
    return None


def _is_date(timestamp: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether a timestamp is of these very bytes and genuine, whoever gave it."""
    held = timestamp.signed_data["encap_content_info"]["content"]
    imprint = held.parsed["message_imprint"]["hashed_message"].native
    digest = hashlib.new(timestamp.md_algorithm, bytes(held)).digest()
    return (
        _is_in_place(timestamp, data)
        and imprint == timestamp.compute_digest()
        and _is_genuine(timestamp, "tst_info", digest)
    )


def _only_adds_dates(seal: Any, data: bytes) -> bool:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    seal.compute_integrity_info()
    found = seal.diff_result
    if not isinstance(found, DiffResult) or found.modification_level > ModificationLevel.LTA_UPDATES:
        return False
    return _titles(_reader(data[: _end(seal)])) == _titles(seal.reader)


def _titles(state: Any) -> tuple[str, list[str]]:
    """Return what a file calls itself, in both places where readers look."""
    from pyhanko.pdf_utils.metadata.model import DC_TITLE
    from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp

    told = parse_xmp(BytesIO(state.root["/Metadata"].data)) if "/Metadata" in state.root else []
    titles = [str(value) for part in told for name, value in part if name == DC_TITLE]
    return str(state.trailer_view["/Info"].get("/Title", "")), titles


def _is_sealed_without_its_end(data: bytes) -> bool:
    """Whether a file that cannot be read is a sealed one behind which something was written."""
    return any(_is_whole(data[:length]) for length in _ends(data))


def _is_whole(data: bytes) -> bool:
    try:
        return _read(data).fault is None
    except Exception:  # noqa: BLE001  # shorter, and broken as well
        return False


def _ends(data: bytes) -> Iterator[int]:
    """Return where the file may have ended before, the latest first: few, because each costs a reading."""
    place = len(data)
    for _ in range(SHORTER_READINGS):
        place = data.rfind(END, 0, place)
        if place < 0:
            return
        after = place + len(END)
        yield after + len(data[after : after + 2]) - len(data[after : after + 2].lstrip(b"\r\n"))


def _is_a_scan(reader: PdfFileReader) -> bool:
    """Whether a file without a seal shows pictures and no letters, as a scanned sheet does."""
    try:
        kids = reader.root["/Pages"]["/Kids"]
        resources = kids[0].get("/Resources", {})
        images = [one.get_object().get("/Subtype") for one in resources.get("/XObject", {}).values()]
        return "/Image" in images and not resources.get("/Font")
    except Exception:  # noqa: BLE001  # an unsealed file is told the same either way
        return False
