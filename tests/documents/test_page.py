"""Does a certificate name every organisation, in its own script, on one page?"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from coalition.certificates.content import DocumentContent, printable_name
from coalition.documents import rendering
from tests.documents.names import HOSTILE, LONG, SCRIPTS
from tests.documents.pictures import picture
from tests.factories import documents

pytestmark = pytest.mark.pdf
Rendered = Callable[[DocumentContent], bytes]
UNKNOWN = "\U0010fffd"  # a letter of no font, drawn as a box
REORDERED = {
    "bengali"
}  # vowels drawn before their consonant are extracted in the order of drawing: the attached data tell


def ink(image: Image.Image) -> int:
    """How many points are as dark as letters are; the pale seal behind them is not."""
    return sum(image.histogram()[:140])


def squeezed(text: str) -> str:
    return "".join(text.split())


@cache
def letters_of(font: str) -> frozenset[int]:
    """The letters of one of Debian's Noto fonts, by the name that a PDF gives it; KeyError for any other font."""
    files = {path.stem.replace("-", ""): path for path in Path("/usr/share/fonts").rglob("noto/Noto*")}
    name = re.sub(r"CJK(SC|TC|HK|JP|KR)", "CJK", font.replace("-", ""))
    with TTFont(files.get(name) or files[f"{name}Regular"], fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


@pytest.mark.parametrize("script", [script for script in SCRIPTS if script not in REORDERED])
@pytest.mark.parametrize("make", [documents.certificate, documents.receipt], ids=["certificate", "receipt"])
def test_name_when_printed_is_extracted_as_typed(
    rendered: Rendered, text_of: Callable[[bytes], str], make: Callable[..., DocumentContent], script: str
) -> None:
    name, latin, country = SCRIPTS[script]
    text = squeezed(text_of(rendered(make(organisation=name, latin_name=latin, country=country))))
    assert squeezed(printable_name(name)) in text
    assert squeezed(latin) in text


@pytest.fixture(scope="module")
def boxes(drawing_app: Flask) -> Image.Image:
    """The picture of a name whose letters stand in no font."""
    name = "Name"
    with drawing_app.app_context():
        order = documents.order(documents.certificate(organisation=name))
    return picture(rendering.render(replace(order, html=order.html.replace(f">{name}<", f">{UNKNOWN * 20}<"))))


@pytest.mark.parametrize("script", SCRIPTS)
def test_name_when_printed_is_drawn_with_letters_of_its_script(
    rendered: Rendered, boxes: Image.Image, script: str
) -> None:
    """Text may be extracted right and drawn wrong: the picture must hold ink, and differ from one of boxes."""
    name, latin, country = SCRIPTS[script]
    drawn = picture(rendered(documents.certificate(organisation=name, latin_name=latin, country=country)))
    assert ink(drawn) > 300
    assert sum(ImageChops.difference(drawn, boxes).histogram()[80:]) > 300


@pytest.mark.parametrize("script", SCRIPTS)
def test_name_when_printed_finds_each_letter_in_an_embedded_font(rendered: Rendered, script: str) -> None:
    name, latin, country = SCRIPTS[script]
    content = documents.certificate(organisation=name, latin_name=latin, country=country)
    with pikepdf.open(io.BytesIO(rendered(content))) as pdf:
        fonts = [str(font.BaseFont).split("+")[1] for font in pdf.pages[0].Resources.Font.values()]
    known = {letter for font in fonts for letter in letters_of(font)}
    assert {letter for letter in content.organisation if ord(letter) not in known and not letter.isspace()} == set()


def test_vietnamese_letters_when_printed_are_not_those_of_a_split_font(rendered: Rendered) -> None:
    right, wrong = (rendered(documents.certificate(organisation=name)) for name in ("Hợp tác xã", "H©p tác xã"))
    assert sum(ImageChops.difference(picture(right), picture(wrong)).histogram()[80:]) > 20


def test_long_name_when_printed_is_whole_on_one_page(rendered: Rendered, text_of: Callable[[bytes], str]) -> None:
    assert 290 <= len(LONG) <= 300
    assert squeezed(LONG) in squeezed(text_of(rendered(documents.certificate(organisation=LONG))))


def test_two_long_names_when_printed_are_whole_on_one_page(rendered: Rendered, text_of: Callable[[bytes], str]) -> None:
    pdf = rendered(documents.certificate(organisation=SCRIPTS["thai"][0] * 12, latin_name=LONG, country="TH"))
    assert squeezed(LONG) in squeezed(text_of(pdf))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_name_when_printed_is_text_on_one_page_and_fetches_nothing(
    rendered: Rendered, text_of: Callable[[bytes], str], kind: str
) -> None:
    pdf = rendered(documents.certificate(organisation=HOSTILE[kind], charter_title=HOSTILE[kind][:300]))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    text = text_of(pdf)
    assert "ICSSE-00042" in text
    assert "7KQF-93MD-XW2P" in text
    if kind in {"markup", "entities", "template", "style"}:
        assert squeezed(printable_name(HOSTILE[kind])) in squeezed(text)


def test_accents_when_piled_up_leave_the_title_readable(rendered: Rendered, drawing_app: Flask) -> None:
    plain, piled = (
        picture(rendered(documents.certificate(organisation=name))) for name in ("Zalgo", HOSTILE["accents"])
    )
    assert ink(piled) < ink(plain) * 1.5


def test_receipt_when_printed_says_received_and_not_signed(rendered: Rendered, text_of: Callable[[bytes], str]) -> None:
    text = text_of(rendered(documents.receipt()))
    assert "Received, under review" in text
    assert "A-7K3F9Q2M" in text
    assert "signed" not in text.lower()


def test_endorsers_certificate_when_printed_does_not_call_it_a_signatory(
    rendered: Rendered, text_of: Callable[[bytes], str]
) -> None:
    text = text_of(rendered(documents.certificate(capacity="endorser")))
    assert "Certificate of endorsement" in text
    assert "register of its signatories" not in text


@pytest.mark.parametrize(
    ("nouns", "told"),
    [
        (
            {"the_text": "the Pledge", "signatories": "partners"},
            "signed the Pledge and was entered in the public register",
        ),
        ({"the_text": "the Pledge", "signatories": "partners"}, "register of its partners, in the category:"),
        ({"the_text": ""}, "has signed this text and was entered"),
    ],
)
def test_certificate_when_printed_speaks_in_the_charters_nouns(
    rendered: Rendered, text_of: Callable[[bytes], str], nouns: dict[str, str], told: str
) -> None:
    assert told in " ".join(text_of(rendered(documents.certificate(**nouns))).split())


def test_development_banner_when_the_key_is_the_coalitions_own_is_absent(
    drawing_app: Flask, text_of: Callable[[bytes], str]
) -> None:
    with drawing_app.app_context():
        real = documents.order(documents.certificate(), is_development=False)
        trial = documents.order(documents.certificate(), is_development=True)
    assert "(development)" not in text_of(rendering.render(real))
    assert "(development)" in text_of(rendering.render(trial))


def test_facts_when_printed_are_all_there(rendered: Rendered, text_of: Callable[[bytes], str]) -> None:
    content = documents.certificate(language="fr")
    text = " ".join(text_of(rendered(content)).split())
    facts = (
        "ICSSE-00042",
        "14 mars 2026",
        "2 avril 2026",
        "Senegal",
        f"{content.charter_sha256[:16]}…{content.charter_sha256[-8:]}",
        "7KQF-93MD-XW2P",
        "charter.example.org/v/",
        content.category,
    )
    assert [fact for fact in facts if fact not in text] == []
