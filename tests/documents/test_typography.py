"""Does every name find a size, a direction and a language tag?"""

from __future__ import annotations

import pytest

from coalition.documents.typography import (
    LATIN,
    NAME,
    NAME_WITH_LATIN,
    TITLE,
    direction,
    estimated_width,
    language_tag,
    setting,
)
from tests.documents.names import LONG, SCRIPTS


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Ligue", "ltr"),
        ("شبكة", "rtl"),
        ("(شبكة) Ligue", "rtl"),
        ("2026 – Ligue شبكة", "ltr"),
        ("12 – 34", "ltr"),
        ("", "ltr"),
        ("הרשת", "rtl"),
    ],
)
def test_direction_when_asked_is_that_of_the_first_strong_letter(text: str, way: str) -> None:
    assert direction(text) == way


@pytest.mark.parametrize(
    ("script", "tag"),
    {
        "latin": "",
        "vietnamese": "",
        "greek": "und-Grek",
        "cyrillic": "und-Cyrl",
        "arabic": "und-Arab",
        "hebrew": "und-Hebr",
        "devanagari": "und-Deva",
        "thai": "und-Thai",
        "amharic": "und-Ethi",
        "chinese": "zh-Hans",
        "traditional": "zh-Hant-TW",
        "japanese": "ja",
        "korean": "ko",
    }.items(),
)
def test_language_tag_when_asked_names_the_script(script: str, tag: str) -> None:
    name, _, country = SCRIPTS[script]
    assert language_tag(name, country) == tag


@pytest.mark.parametrize(
    ("country", "tag"), [("JP", "ja"), ("HK", "zh-Hant-HK"), ("MO", "zh-Hant-HK"), ("KR", "ko"), ("", "zh-Hans")]
)
def test_language_tag_when_only_chinese_letters_are_there_follows_the_country(country: str, tag: str) -> None:
    assert language_tag("協同組合", country) == tag


def test_width_when_estimated_counts_marks_as_nothing() -> None:
    assert estimated_width("Z\u0301\u0301\u200d") == estimated_width("Z")
    assert estimated_width("中") == 1
    assert estimated_width("il") < estimated_width("ab") < estimated_width("AB") < estimated_width("WM")


@pytest.mark.parametrize(
    ("name", "size"), [("Mondragon", 40), ("Réseau des mutuelles du Fleuve", 36), ("中" * 24, 40), (LONG, 16)]
)
def test_size_when_chosen_is_the_largest_that_fits(name: str, size: int) -> None:
    assert setting(name, box=NAME).size == size


def test_size_when_a_word_would_stand_alone_on_the_last_line_is_smaller() -> None:
    assert setting("中" * 17, box=NAME).size == 36  # 640 points hold 16 at 40, and one would be left


@pytest.mark.parametrize("box", [NAME, NAME_WITH_LATIN, LATIN, TITLE], ids=["name", "with latin", "latin", "title"])
@pytest.mark.parametrize(
    "name", ["W" * 300, "中" * 300, "ش" * 300, "a " * 150], ids=["wide", "chinese", "arabic", "words"]
)
def test_size_when_nothing_fits_is_the_smallest(box: object, name: str) -> None:
    chosen = setting(name, box=box)  # type: ignore[arg-type]
    assert chosen.size in box.sizes  # type: ignore[attr-defined]
    assert chosen.size <= 18


def test_lines_when_the_script_needs_them_are_tall() -> None:
    assert [setting(SCRIPTS[script][0], box=NAME).is_tall for script in ("latin", "chinese", "hebrew")] == [False] * 3
    assert [setting(SCRIPTS[script][0], box=NAME).is_tall for script in ("arabic", "thai", "devanagari")] == [True] * 3
