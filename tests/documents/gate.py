"""What a sealed file has to hold for archives, screen readers and programs, looked at with a library that made none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

IDENTIFIERS = (r'pdfaid:part="3"', r'pdfaid:conformance="A"', r'pdfuaid:part="1"')
EMBEDDED = {"/FontFile", "/FontFile2", "/FontFile3"}
PRINTED, HIDDEN = 0b100, 0b10


def faults_of(sealed: bytes, *, language: str) -> list[str]:
    """Return what the file lacks of PDF/A-3a, PDF/UA-1 and our own promises, in words; nothing when it is whole."""
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        return [fault for fault, holds in _looked_at(pdf, language) if not holds]


def _looked_at(pdf: pikepdf.Pdf, language: str) -> Iterator[tuple[str, bool]]:
    root, page = pdf.Root, pdf.pages[0]
    yield "one page", len(pdf.pages) == 1
    yield "MarkInfo", bool(root.MarkInfo.Marked)
    yield "StructTreeRoot", "/StructTreeRoot" in root
    yield "Lang", str(root.Lang) == language
    yield "DisplayDocTitle", bool(root.ViewerPreferences.DisplayDocTitle)
    yield "Tabs", str(page.Tabs) == "/S"
    yield "OutputIntent", [str(one.S) for one in root.OutputIntents] == ["/GTS_PDFA1"]
    yield "ID", len(pdf.trailer.ID) == 2 and all(len(bytes(one)) for one in pdf.trailer.ID)
    yield "no script and no form but the seal", not {"/OpenAction", "/AA"} & set(root.keys())
    yield from _metadata(bytes(root.Metadata.read_bytes()).decode(), str(pdf.docinfo["/Title"]))
    yield from _structure(pdf)
    yield from _fonts(page)
    yield from _attachments(pdf)
    yield from _widget(root)


def _metadata(metadata: str, title: str) -> Iterator[tuple[str, bool]]:
    yield "one RDF root", len(re.findall(r"<rdf:RDF", metadata)) == 1
    for identifier in IDENTIFIERS:
        yield identifier, re.search(identifier, metadata) is not None
    yield "title", bool(title.strip())


def _structure(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    elements = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"]
    kinds = [str(one.S) for one in elements]
    figures = [one for one in elements if str(one.S) == "/Figure"]
    yield "one H1", kinds.count("/H1") == 1
    yield "Alt of the figure", len(figures) == 1 and "https://" in str(figures[0].get("/Alt", ""))
    content = b"".join(stream.read_bytes() for stream in _streams(pdf.pages[0]))
    yield "everything marked", content.count(b"EMC") == content.count(b"BDC") + content.count(b"BMC")
    yield "ornament is an artifact", content.lstrip().startswith(b"/Artifact BMC")


def _streams(page: pikepdf.Page) -> list[pikepdf.Object]:
    contents = page.obj.Contents
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]  # type: ignore[call-overload]


def _fonts(page: pikepdf.Page) -> Iterator[tuple[str, bool]]:
    fonts = list(page.obj.Resources.Font.values())
    yield "fonts", bool(fonts)
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        yield f"{font.BaseFont} embedded", bool(EMBEDDED & set(descriptor.keys()))
        yield f"{font.BaseFont} ToUnicode", "/ToUnicode" in font


def _attachments(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    names = list(pdf.attachments)
    yield "attachments in order", names == sorted(names) and bool(names)
    yield "each listed once", len(pdf.Root.AF) == len(names)
    for name in names:
        yield f"{name} AFRelationship", str(pdf.attachments[name].obj.AFRelationship) == "/Data"
        yield f"{name} media type", "/" in str(pdf.attachments[name].obj.EF.F.Subtype)[1:]


def _widget(root: pikepdf.Object) -> Iterator[tuple[str, bool]]:
    (field,) = root.AcroForm.Fields
    yield "widget printed and not hidden", bool(int(field.F) & PRINTED) and not int(field.F) & HIDDEN
    yield "widget named", bool(str(field.get("/TU", "")))
