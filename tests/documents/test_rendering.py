"""Are the unsigned bytes the same everywhere, is the structure accessible, and is nothing ever fetched?"""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace

import pikepdf
import pytest
from flask import Flask

from coalition.certificates.content import DocumentContent, canonical_json
from coalition.documents import fetcher, rendering
from coalition.documents.errors import DocumentFailed
from coalition.documents.isolation import Limits, Press
from coalition.documents.order import Asset, Order
from tests.factories import documents

pytestmark = pytest.mark.pdf


@pytest.fixture
def order(drawing_app: Flask) -> Order:
    with drawing_app.app_context():
        return documents.order(documents.certificate(organisation="شبكة تعاونيات المتوسط", latin_name="Mediterranean"))


@pytest.fixture(scope="module")
def pdf(rendered: Callable[[DocumentContent], bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(rendered(documents.certificate()))) as opened:
        yield opened


def simple(body: str, **changes: object) -> Order:
    made = Order(
        html=f"<!doctype html><html lang=en><title>t</title>{body}",
        sheet="",
        identifier=bytes(16),
        created=documents.CREATED,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("zone", "seed"), [("Pacific/Kiritimati", "4711"), ("America/Anchorage", "0")])
def test_unsigned_bytes_when_made_in_another_process_and_zone_are_the_same(
    drawing_app: Flask, order: Order, monkeypatch: pytest.MonkeyPatch, zone: str, seed: str
) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)
    monkeypatch.setitem(os.environ, "PYTHONHASHSEED", seed)
    with drawing_app.app_context():
        others = [
            documents.order(content)
            for content in (documents.receipt(), documents.extract(), documents.certificate(second=documents.FRENCH))
        ]
    press = Press()
    try:
        for one in (order, *others):
            assert press.render(one) == rendering.render(one)
    finally:
        press.close()


def test_order_when_sent_to_another_process_arrives_whole(order: Order) -> None:
    assert Order.from_json(order.as_json()) == order
    assert Order.from_json(simple("x").as_json()) == simple("x")


def test_document_when_opened_is_tagged_and_says_its_language(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    assert bool(root.MarkInfo.Marked) is True
    assert "/StructTreeRoot" in root
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle) is True
    assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
    assert len(bytes(pdf.trailer.ID[0])) > 0
    assert str(pdf.docinfo["/Title"]) == "Certificate ICSSE-00042: Réseau des mutuelles du Fleuve"


def test_document_when_opened_embeds_every_font(pdf: pikepdf.Pdf) -> None:
    fonts = [font.DescendantFonts[0].FontDescriptor for font in pdf.pages[0].Resources.Font.values()]
    assert fonts
    assert [font for font in fonts if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys())] == []


def test_document_when_opened_names_its_figures(pdf: pikepdf.Pdf) -> None:
    figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
    assert [str(figure.Alt) for figure in figures] == [
        "QR code with the address https://charter.example.org/v/7KQF93MDXW2P"
    ]


def test_document_when_opened_has_one_heading(pdf: pikepdf.Pdf) -> None:
    kinds = [str(item.get("/S")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S")]
    assert kinds.count("/H1") == 1


def test_metadata_when_read_claim_both_standards_in_one_root(pdf: pikepdf.Pdf) -> None:
    metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert len(re.findall(r"<rdf:RDF", metadata)) == 1
    assert 'pdfuaid:part="1"' in metadata
    assert re.search(r'pdfaid:part="3"', metadata)
    assert re.search(r'pdfaid:conformance="A"', metadata)
    assert "2026-04-02T10:30:00Z" in metadata


def test_attached_data_when_read_are_the_content_and_nobody_is_named(pdf: pikepdf.Pdf) -> None:
    (name,) = pdf.attachments
    specification = pdf.attachments[name].obj
    assert name == "certificate.json"
    assert str(specification.AFRelationship) == "/Data"
    assert pdf.attachments[name].get_file().read_bytes() == canonical_json(documents.certificate())


@pytest.mark.parametrize(
    "body",
    [
        "<img src=http://127.0.0.1:9/x.png>",
        "<img src=file:///etc/hostname>",
        "<img src='data:image/png;base64,AAAA'>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<style>@import 'ftp://evil.example/x.css';</style>",
        "<style>@font-face{font-family:x;src:url(https://evil.example/x.ttf)} p{font-family:x}</style><p>x",
        "<p style='background:url(//evil.example/x.svg)'>x",
        "<object data=file:///etc/passwd></object>",
        "<img src=asset:frame2>",
    ],
)
def test_page_when_it_asks_for_anything_else_is_not_made(body: str) -> None:
    with_known = simple(
        body, assets={"asset:frame": Asset("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}
    )
    based = replace(with_known, html=with_known.html.replace("//evil", "http://evil"))
    with pytest.raises(DocumentFailed, match="may not load"):
        rendering.render(based)


def test_asset_when_it_refers_to_another_place_is_not_made() -> None:
    image = b"<image href='file:///etc/hostname' width='9' height='9'/>"
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>" + image + b"</svg>"
    with pytest.raises(DocumentFailed, match="may not load"):
        rendering.render(simple("<img src=asset:a>", assets={"asset:a": Asset("image/svg+xml", svg)}))


def test_fetcher_when_asked_for_what_it_has_hands_it_over() -> None:
    answer = fetcher.DataOnlyFetcher({"asset:a": Asset("text/css", b"p{}")}).fetch("asset:a")
    assert (answer.read(), answer.content_type) == (b"p{}", "text/css")


def test_document_when_it_grows_beyond_its_pages_is_not_made() -> None:
    with pytest.raises(DocumentFailed, match="has 3 pages and may have 2"):
        rendering.render(simple("<p style='break-after:page'>1<p style='break-after:page'>2<p>3", most_pages=2))


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    made = Press()
    yield made
    made.close()


class TestPress:
    """The process of its own: what it may use, and what its end means."""

    def test_press_when_a_page_is_refused_says_why_and_goes_on(self, press: Press) -> None:
        press.render(simple("<p>good"))
        process = press._process
        with pytest.raises(DocumentFailed, match="may not load 'file:///etc/hostname'"):
            press.render(simple("<img src=file:///etc/hostname>"))
        assert press.render(simple("<p>good")).startswith(b"%PDF")
        assert press._process is process

    def test_press_when_its_process_dies_fails_that_document_alone(self, press: Press) -> None:
        press.render(simple("<p>good"))
        assert press._process is not None
        press._process.kill()
        press._process.wait()
        with pytest.raises(DocumentFailed, match="ended before"):
            press.render(simple("<p>good"))
        assert press.render(simple("<p>good")).startswith(b"%PDF")

    def test_press_when_it_has_made_enough_documents_starts_anew(self, press: Press) -> None:
        press.render(simple("<p>good"))
        first = press._process
        press._taken = press.limits.orders
        press.render(simple("<p>good"))
        assert press._process is not first
        assert press._taken == 1

    def test_press_when_its_process_does_not_end_by_itself_kills_it(self) -> None:
        press = Press(Limits(seconds_to_end=0.1))
        press._process = process = subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        press.close()
        assert process.returncode == -9
        assert press._process is None

    def test_press_when_a_document_takes_too_long_ends_it(self) -> None:
        press = Press(Limits(seconds=0.2))
        with pytest.raises(DocumentFailed, match="ended before"):
            press.render(simple("<p>never"))
        assert press._process is None

    def test_press_when_memory_is_scarce_fails_the_document(self) -> None:
        press = Press(Limits(memory=64 * 1024 * 1024))
        with pytest.raises(DocumentFailed):
            press.render(simple("<p>large"))
        press.close()
