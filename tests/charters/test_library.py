"""Are the built-in texts the ones that were adopted, and do their data quote them truly?"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from coalition.charters.definition import LIBRARY, CharterFolder, check, load
from coalition.charters.shapes import Joining, Kind, TextStanding
from coalition.charters.text import sections

SEED = Path(__file__).parent / "seeds" / "icsse-charter.txt"
ICSSE = load(LIBRARY / "icsse-charter")
DECLARATION = load(LIBRARY / "ilgsse-declaration")


def seed_words() -> list[str]:
    """Return the words of the seed: the typesetter's hyphens joined, one kept, bullets and white space set anew."""
    text = SEED.read_text("utf-8")
    text = re.sub(r"advocacy- *\n *based", "advocacy-based", text)
    text, joined = re.subn(r"(?<=[a-zé])-\n(?=[a-z])", "", text)
    assert joined == 8
    return text.split()


def page_words(folder: CharterFolder, language: str) -> list[str]:
    """Return the words that a reader of the page sees."""
    (text,) = (text for text in folder.texts if text.language == language)
    shown = " ".join(f"{section.heading} {section.html}" for section in sections(text.markdown))
    return html.unescape(re.sub(r"<[^>]+>", " ", shown)).split()


def quotations(folder: CharterFolder, language: str) -> list[str]:
    """Return every sentence of the data that claims to be the charter's."""
    definition = folder.definition
    words = [
        *(category.words for category in definition.categories),
        *(question.why for question in definition.questions),
        *(settlement.words for settlement in definition.rules.settlements),
        *(criterion.words for category in definition.rules.categories for criterion in category.criteria),
        *definition.commitments,
    ]
    return [part for quoted in words for part in quoted[language].split(" … ")]


def test_icsse_text_compared_with_the_seed_has_the_same_words() -> None:
    assert page_words(ICSSE, "en") == seed_words()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_icsse_data_quoting_the_text_quotes_it_word_for_word(language: str) -> None:
    text = " ".join(page_words(ICSSE, language))
    assert [quoted for quoted in quotations(ICSSE, language) if " ".join(quoted.split()) not in text] == []


def test_icsse_texts_in_both_languages_have_the_same_sections() -> None:
    english, french = (sections(text.markdown) for text in ICSSE.texts)
    anchors = ["preamble", "characteristics", "objectives", "commitments", "contact"]
    assert [(section.number, section.anchor) for section in english] == list(enumerate(anchors, 1))
    assert [section.anchor for section in french] == anchors
    for tag in ("<li>", "<p>", "<h3>"):
        assert [s.html.count(tag) for s in french] == [s.html.count(tag) for s in english]


def test_icsse_data_say_what_each_text_is_worth() -> None:
    assert ICSSE.definition.texts == {"en": TextStanding.AUTHENTIC, "fr": TextStanding.COURTESY}
    assert ICSSE.definition.authentic_language == "en"
    assert ICSSE.definition.is_signed_by_form is True


def test_icsse_data_hold_the_promised_names() -> None:
    definition = ICSSE.definition
    assert {q.key: tuple(o.key for o in q.options) for q in definition.questions} == {
        "organisation_form": (
            "association",
            "cooperative",
            "foundation",
            "mutual",
            "social_enterprise",
            "network",
            "public_authority",
            "company",
            "individual",
            "other",
        ),
        "sse_members": ("all", "some", "none", "no_members", "unsure"),
        **dict.fromkeys(("acts_for_sse", "is_sse", "international_dimension"), ("yes", "no", "unsure")),
        **dict.fromkeys(("independent", "surplus_reinvested"), ("yes", "no", "unsure")),
    }
    assert [attestation.key for attestation in definition.attestations] == [
        "recognises_characteristics",
        "accepts_commitments",
        "may_sign",
        "privacy_read",
    ]
    assert (definition.slug, definition.number_prefix) == ("icsse-charter", "ICSSE")
    assert (definition.seal.strands, definition.approvers, definition.proof_required) == (8, 2, False)


def test_every_question_offers_a_last_answer_for_who_does_not_know() -> None:
    last = {question.options[-1].label["en"] for question in ICSSE.definition.questions}
    assert last == {"Something else, or I do not know"}


def test_declaration_is_a_summary_that_nobody_can_sign() -> None:
    definition = DECLARATION.definition
    assert (definition.kind, definition.joining) == (Kind.DECLARATION, Joining.CORRESPONDENCE)
    assert definition.is_summary is True
    assert definition.is_signed_by_form is False
    assert definition.authentic_language is None
    for word in ("note verbale or letter", "presidency", "permanent secretariat"):
        assert word in definition.how_to_join["en"]
    assert [category.label["en"] for category in definition.categories] == [
        "Member State",
        "Observer member",
        "International organisation",
        "SSE and civil-society organisation",
    ]


@pytest.mark.parametrize("folder", sorted(path for path in LIBRARY.iterdir() if path.is_dir()), ids=lambda p: p.name)
def test_built_in_folder_checked_has_no_fault(folder: Path) -> None:
    assert check(folder) == []
