"""How does an order become a PDF? WeasyPrint in this process: tagged, with embedded fonts, the same bytes every time.

The file says that it is PDF/A-3a and PDF/UA-1. Slow and heavy to load: `isolation` runs it in a process of its own.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from datetime import UTC
from functools import cache
from typing import Any

from weasyprint import CSS, HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.urls import FatalURLFetchingError

from coalition.documents.errors import DocumentFailed
from coalition.documents.fetcher import DataOnlyFetcher
from coalition.documents.finishing import finish, in_order
from coalition.documents.fonts import font_configuration
from coalition.documents.order import Attachment, Order
from coalition.documents.tagging import say_languages

say_languages()

VARIANT = "pdf/a-3a"
ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def render(order: Order) -> bytes:
    """Return the unsigned PDF of `order`, with identical bytes in every process, time zone and hash seed.

    Raises DocumentFailed when the page asks for anything that was not handed over, or has more pages than it may.
    """
    fetcher = DataOnlyFetcher(order.assets)
    pdf = b""
    with suppress(FatalURLFetchingError):
        pdf = _render(order, fetcher)
    if fetcher.refused:
        raise DocumentFailed(f"a document may not load {fetcher.refused[0]!r}")
    return pdf


def _render(order: Order, fetcher: DataOnlyFetcher) -> bytes:
    options: dict[str, Any] = {"pdf_variant": VARIANT, "pdf_identifier": order.identifier}
    document = HTML(string=order.html, url_fetcher=fetcher).render(
        stylesheets=[_sheet(order.sheet)], font_config=font_configuration(), **options
    )
    if len(document.pages) > order.most_pages:
        raise DocumentFailed(f"the document has {len(document.pages)} pages and may have {order.most_pages}")
    _describe(document, order)
    attachments = [_embedded(attachment, order) for attachment in in_order(order.attachments)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves the file of its colour profile open
        written: bytes = document.write_pdf(
            finisher=lambda _document, pdf: finish(pdf, order), attachments=attachments, **options
        )
    return written


@cache
def _sheet(text: str) -> CSS:
    """Return the parsed sheet, kept: parsing it is a third of a page's work."""
    return CSS(string=text, font_config=font_configuration(), url_fetcher=DataOnlyFetcher({}))


def _embedded(attachment: Attachment, order: Order) -> EmbeddedFile:
    return EmbeddedFile(
        string=attachment.content,
        name=attachment.name,
        description=attachment.description,
        relationship="Data",
        created=order.created,
        modified=order.created,
    )


def _describe(document: Any, order: Order) -> None:
    """Set the moment, and say PDF/UA within the one RDF root: a second root makes the claim void."""
    metadata = document.metadata
    metadata.created = metadata.modified = order.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    describe = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *told: describe(*told).replace(b"</rdf:RDF>", ACCESSIBLE + b"</rdf:RDF>")
