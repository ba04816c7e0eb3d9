"""What is added to a PDF that WeasyPrint has laid out? Its underlay, its title bar, the names of its attachments.

How a page is laid out is `rendering`'s business; what lies beneath it is drawn by `ornaments`.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

import pydyf

from coalition.documents.order import Attachment, Order, Stamp

REACH = 300  # no drawing of an ornament reaches further from its origin, in its own units
KEPT = 32


class Frozen(pydyf.Object):  # type: ignore[misc]  # a class without types
    """A stream whose bytes are settled: WeasyPrint asks each twice, for the file's digest and for the file."""

    compressible = False

    def __init__(self, data: bytes, number: int) -> None:
        super().__init__()
        self.number = number
        self._data = data

    @property
    def data(self) -> bytes:
        """The stream as it stands in the file."""
        return self._data


def finish(pdf: Any, order: Order) -> None:
    """Add to `pdf` what its order asks for besides the page."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    _name_attachments(pdf, order)
    if order.underlay:
        _lay_beneath(pdf, order.underlay)
    for place, one in enumerate(pdf.objects):
        if isinstance(one, pydyf.Stream):
            is_colour_profile = "N" in one.extra
            pdf.objects[place] = Frozen(bytes((_pack(one) if is_colour_profile else one).data), place)


def in_order(attachments: tuple[Attachment, ...]) -> list[Attachment]:
    """Return attachments by their names: readers look them up in a sorted list."""
    return sorted(attachments, key=lambda attachment: attachment.name)


def _name_attachments(pdf: Any, order: Order) -> None:
    """Say each attachment's media type, which WeasyPrint guesses, and list each once, which it does twice."""
    streams = (one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/EmbeddedFile")
    for stream, attachment in zip(streams, in_order(order.attachments), strict=True):
        stream.extra["Subtype"] = "/" + attachment.media_type.replace("/", "#2f")
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _lay_beneath(pdf: Any, underlay: tuple[Stamp, ...]) -> None:
    """Draw the stamps before everything else on the first page, as decoration that a screen reader passes over."""
    page = pdf.objects[pdf.pages["Kids"][0]]
    drawings = _object(pdf, page["Resources"]).setdefault("XObject", pydyf.Dictionary())
    printed = ["/Artifact BMC"]
    for place, stamp in enumerate(underlay):
        form = _form(stamp.drawing)
        pdf.add_object(form)
        drawings[f"under{place}"] = form.reference
        printed += (f"q {pen} /under{place} Do Q" for pen in stamp.prints)
    _object(pdf, page["Contents"]).stream[:0] = [*printed, "EMC"]


def _form(drawing: str) -> Any:
    box = pydyf.Array((-REACH, -REACH, REACH, REACH))
    kind = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": pydyf.Dictionary()}
    return _pack(pydyf.Stream([drawing.encode()], kind))


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _pack(stream: Any) -> Any:
    """Pack a stream that is the same in many files, which is done only once."""
    stream.stream, stream.compress = [_packed(*stream.stream)], False
    stream.extra["Filter"] = "/FlateDecode"
    return stream


@lru_cache(maxsize=KEPT)
def _packed(content: bytes) -> bytes:
    return zlib.compress(content, 9)
