"""Are a document's facts one canonical text without a person in it, and its numbers hard to mistake?"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.certificates.content import (
    ALPHABET,
    CertificateContent,
    ReceiptContent,
    SecondLanguage,
    canonical_json,
    digest,
    grouped,
    kind_of_number,
    new_serial,
    normalise_serial,
    printable_name,
)
from tests.factories.documents import certificate, receipt

PUBLIC = {
    "serial", "language", "coalition", "charter", "charter_title", "charter_kind", "charter_version", "charter_sha256",
    "the_text", "signatories", "second",
    "seal_strands", "organisation", "latin_name", "country", "country_name", "capacity", "signed_on", "issued_on",
}  # fmt: skip

SECOND = SecondLanguage(
    language="fr",
    coalition="Coalition",
    charter_title="Charte",
    the_text="la Charte",
    signatories="signataires",
    country_name="Sénégal",
    category="Réseau",
)


def test_content_when_listed_holds_nothing_of_a_person() -> None:
    assert {field.name for field in fields(CertificateContent)} == PUBLIC | {"number", "category"}
    assert {field.name for field in fields(ReceiptContent)} == PUBLIC | {"reference"}


def test_canonical_json_when_made_is_the_one_form() -> None:
    text = canonical_json(certificate(organisation="شبكة «é»"))
    told = json.loads(text)
    assert text == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert told["organisation"] == "شبكة «é»"
    assert (told["kind"], told["format"], told["signed_on"]) == ("certificate", 1, "2026-03-14")
    assert json.loads(canonical_json(receipt()))["kind"] == "receipt"


@pytest.mark.parametrize("content", [certificate(), receipt(language="fr")], ids=["certificate", "receipt"])
def test_content_when_read_back_is_the_same(content: CertificateContent) -> None:
    assert type(content).from_json(canonical_json(content)) == content


def test_content_when_written_before_charters_had_nouns_is_read() -> None:
    told = json.loads(canonical_json(certificate()))
    del told["the_text"], told["signatories"]
    assert CertificateContent.from_json(json.dumps(told)) == certificate(the_text="", signatories="")


def test_content_when_it_speaks_two_languages_is_read_back_and_can_be_had_in_the_second_alone() -> None:
    both = certificate(second=SECOND)
    assert CertificateContent.from_json(canonical_json(both)) == both
    french = both.in_second()
    assert (french.language, french.category, french.country_name) == ("fr", "Réseau", "Sénégal")
    assert (french.second, french.number) == (None, both.number)
    assert receipt(second=SECOND).in_second().charter_title == "Charte"


def test_content_when_it_speaks_one_language_says_nothing_of_a_second() -> None:
    assert "second" not in json.loads(canonical_json(certificate()))
    assert certificate().in_second() == certificate()


def test_digest_when_a_fact_changes_is_another() -> None:
    assert digest(certificate()) == digest(certificate())
    assert digest(certificate()) != digest(certificate(number="ICSSE-00043"))


def test_content_when_made_makes_its_names_fit_for_print() -> None:
    made = certificate(organisation="  A\x00 \u202eB\n\nC ", latin_name="x" * 400)
    assert (made.organisation, len(made.latin_name)) == ("A BC".replace("B", "B "), 300)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ligue", "Ligue"),
        ("e\u0301", "é"),
        ("a\u202eb\u202c\u2066c\u2069\u200ed\u00ad", "abcd"),
        ("नि\u200dक्\u200cष", "नि\u200dक्\u200cष"),
        ("\x00a\x1b[0m\x7fb", "a[0mb"),
        ("a\tb\r\nc\u2003d\u3000e", "a b c d e"),
        ("e\u200b\u0301", "é"),
        ("Z" + "\u0301" * 299 + "o", "Ź" + "\u0301" * 4 + "o"),
        ("\ud800a\ue000b\U0010ffffc", "abc"),
        ("\u0301" * 9, "\u0301" * 4),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_name_when_cleaned_can_be_printed(typed: str, printed: str) -> None:
    assert printable_name(typed) == printed


@given(st.text(max_size=400))
def test_name_when_cleaned_twice_is_the_same(typed: str) -> None:
    once = printable_name(typed)
    assert printable_name(once) == once
    assert len(once) <= 300
    assert unicodedata.is_normalized("NFC", once)


def test_serial_when_new_has_sixty_random_bits_that_nobody_mistakes() -> None:
    serials = {new_serial() for _ in range(200)}
    assert len(serials) == 200
    assert {len(serial) for serial in serials} == {12}
    assert set("".join(serials)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "7KQF93MDXW2P",
        "7kqf-93md-xw2p",
        " 7KQF 93MD XW2P ",
        "7KQF–93MD—XW2P",
        "7kqf‑93md‑xw2p",
        "7-K-Q-F-9-3-M-D-X-W-2-P",
    ],
)
def test_serial_when_typed_in_any_way_is_the_same(typed: str) -> None:
    assert normalise_serial(typed) == "7KQF93MDXW2P"


def test_serial_when_letters_are_mistaken_is_read_as_meant() -> None:
    assert normalise_serial("oOiIlL-000000") == "001111000000"


@pytest.mark.parametrize(
    "typed", ["", "7KQF93MDXW2", "7KQF93MDXW2PP", "7KQF93MDXW2U", "７KQF93MDXW2P", "a" * 100_000, "7KQF93MDXW2\x00"]
)
def test_serial_when_it_is_none_is_not_taken_for_one(typed: str) -> None:
    assert normalise_serial(typed) is None


def test_serial_when_grouped_reads_back() -> None:
    assert grouped("7KQF93MDXW2P") == "7KQF-93MD-XW2P"
    assert normalise_serial(grouped("7KQF93MDXW2P")) == "7KQF93MDXW2P"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("ICSSE-00042", "register"),
        ("icsse-2026-000142", "register"),
        ("A-7K3F9Q2M", "reference"),
        ("a-2026-1187", "reference"),
        ("7kqf-93md-xw2p", "serial"),
        ("A7KQ-93MD-XW2P", "serial"),
        ("00042", "unknown"),
        ("x" * 100_000, "unknown"),
        ("", "unknown"),
    ],
)
def test_number_when_typed_in_anothers_place_is_recognised(typed: str, kind: str) -> None:
    assert kind_of_number(typed) == kind
