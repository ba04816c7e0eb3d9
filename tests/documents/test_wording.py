"""Does one sheet say who signed, who endorsed and who is a member, in one language, in two, from right to left?"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from babel.support import NullTranslations
from flask import Flask

from coalition import i18n
from coalition.certificates.content import DocumentContent
from coalition.documents import rendering
from coalition.documents.order import Attachment
from tests.documents import arabic
from tests.factories import documents

pytestmark = pytest.mark.pdf
TextOf = Callable[[bytes], str]
BOTH = {"second": documents.FRENCH}


class Arabic(NullTranslations):
    """The sentences of the sheet in a language that has no catalogue yet."""

    def ugettext(self, message: str) -> str:
        """Say a sentence."""
        return arabic.SENTENCES[message]


@pytest.fixture
def printed(rendered: Callable[[DocumentContent], bytes], text_of: TextOf) -> Callable[[DocumentContent], str]:
    return lambda content: " ".join(text_of(rendered(content)).split())


@pytest.fixture
def in_arabic(drawing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A certificate in Arabic, sealed with the coalition's own key."""
    spoken = i18n._catalogue
    monkeypatch.setattr(i18n, "_catalogue", lambda code: Arabic() if code == "ar" else spoken(code))
    monkeypatch.setitem(drawing_app.config, "LOCALES", ("en", "fr", "ar"))
    with drawing_app.app_context():
        return rendering.render(documents.order(documents.certificate(**arabic.WORDS), is_development=False))


@pytest.mark.parametrize(
    ("content", "told", "untold"),
    [
        (
            documents.certificate(),
            ("Certificate of signature", "register of its signatories, in the category: Network", "Signed on"),
            ("endorse", "member"),
        ),
        (
            documents.certificate(charter_kind="statement"),
            ("Certificate of endorsement", "publicly endorsed this text", "Endorsed on", "Text endorsed, SHA-256"),
            ("signed", "signatories", "category"),
        ),
        (
            documents.membership(),
            ("Certificate of membership", "register of its members, as: Member State.", "Member since", "ILGSSE-00007"),
            ("signatories", "category", "endorse"),
        ),
        (
            documents.membership(capacity="endorser"),
            ("Certificate of endorsement",),
            ("Member since", "has signed"),
        ),
    ],
    ids=["signatory", "endorser", "member", "endorser of a declaration"],
)
def test_certificate_when_printed_says_what_was_done_and_nothing_else(
    printed: Callable[[DocumentContent], str], content: DocumentContent, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    text = printed(replace(content, coalition="The coalition", charter_title="The text"))
    assert [words for words in told if words not in text] == []
    assert [words for words in untold if words in text.replace("digitally", "")] == []


class TestTwoLanguages:
    """The document's own language first, the other beside it; dates and names of countries in both."""

    def test_certificate_when_it_speaks_two_languages_says_everything_in_both(
        self, printed: Callable[[DocumentContent], str]
    ) -> None:
        text = printed(documents.certificate(**BOTH))
        for words in (
            "Certificate of signature · version 1 · Certificat de signature · version 1",
            "Charte de la Coalition internationale",
            "This certifies that · Le présent document certifie que",
            "Senegal · Sénégal",
            "14 March 2026 · 14 mars 2026",
            "Register number · Numéro",
        ):
            assert words in text
        assert text.count("ICSSE-00042") == 1
        assert "internationale." in text

    def test_document_when_it_speaks_two_languages_is_one_page_and_names_each(
        self, rendered: Callable[[DocumentContent], bytes]
    ) -> None:
        for content in (
            documents.certificate(**BOTH),
            documents.receipt(**BOTH),
            documents.extract(**BOTH),
            documents.membership(**BOTH),
        ):
            with pikepdf.open(io.BytesIO(rendered(content))) as pdf:
                assert len(pdf.pages) == 1
                spoken = {
                    str(one.Lang) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Lang" in one
                }
                assert spoken == {"en", "fr"}

    def test_words_when_a_charter_hides_markup_in_them_stay_text(
        self, printed: Callable[[DocumentContent], str]
    ) -> None:
        second = replace(
            documents.FRENCH, coalition="<b>&amp;</b>", category="<script>x</script>", charter_title="<i>t"
        )
        text = printed(documents.certificate(second=second))
        assert "<SCRIPT>" not in text
        for words in ("<B>&AMP;</B>", "<script>x</script>", "<i>t"):
            assert words in text or words.lower() in text


class TestRightToLeft:
    """The page is mirrored, names and codes keep their own direction."""

    def test_certificate_when_its_language_runs_from_right_to_left_says_all_of_it(
        self, in_arabic: bytes, text_of: TextOf
    ) -> None:
        text = "".join(text_of(in_arabic).split())
        for words in (arabic.WORDS["organisation"], arabic.WORDS["charter_title"], "Mediterranean", "ICSSE-00042"):
            assert words.replace(" ", "") in text

    def test_certificate_when_its_language_runs_from_right_to_left_is_mirrored(self, in_arabic: bytes) -> None:
        with pikepdf.open(io.BytesIO(in_arabic)) as pdf:
            assert str(pdf.Root.Lang) == "ar"
            assert len(pdf.pages) == 1
            right = max(float(edge) for link in pdf.pages[0].Annots for edge in (link.Rect[0], link.Rect[2]))
            assert right < float(pdf.pages[0].MediaBox[2]) / 2


def test_attachments_when_there_are_several_are_in_order_with_their_types(drawing_app: Flask) -> None:
    with drawing_app.app_context():
        order = documents.order(documents.certificate())
    more = Attachment("a-credential.json", b"{}", "The credential", "application/vc")
    with pikepdf.open(io.BytesIO(rendering.render(replace(order, attachments=(*order.attachments, more))))) as pdf:
        assert list(pdf.attachments) == ["a-credential.json", "certificate.json"]
        types = [str(pdf.attachments[name].obj.EF.F.Subtype) for name in pdf.attachments]
        assert types == ["/application/vc", "/application/json"]
        assert [str(one.AFRelationship) for one in pdf.Root.AF] == ["/Data", "/Data"]


def test_name_when_in_another_script_says_so_to_a_screen_reader(rendered: Callable[[DocumentContent], bytes]) -> None:
    name = documents.certificate(organisation="अखिल भारतीय", latin_name="All India")
    with pikepdf.open(io.BytesIO(rendered(name))) as pdf:
        told = [str(one.Lang) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Lang" in one]
        assert sorted(told) == ["en", "und-Deva"]
