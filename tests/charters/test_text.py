"""Is there one form of a text to hash, and one clean way to show it?"""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from coalition.charters.text import Section, canonical, digest, sections, to_html


def test_canonical_line_ends_accents_and_white_space_are_one_form() -> None:
    assert canonical("\r\n  Cafe\u0301 \t\r\nnoir\r\n\n") == "Café\nnoir\n"
    assert canonical("a\rb") == "a\nb\n"


@given(st.text())
def test_canonical_done_twice_changes_nothing(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_digest_is_that_of_the_canonical_form() -> None:
    assert digest("a \r\nb") == hashlib.sha256(b"a\nb\n").hexdigest()


def test_sections_are_numbered_and_anchored() -> None:
    text = "Before.\n\n## One {#first}\n\nIt *is*.\n\n### Part\n\n## Two\n"
    assert sections(text) == [
        Section(0, "text", "", "<p>Before.</p>\n"),
        Section(1, "first", "One", "<p>It <em>is</em>.</p>\n<h3>Part</h3>\n"),
        Section(2, "section-2", "Two", ""),
    ]


def test_sections_text_without_headings_is_one_part() -> None:
    assert sections("We agree.") == [Section(0, "text", "", "<p>We agree.</p>\n")]


def test_sections_numbered_list_of_words_is_set_with_great_numbers() -> None:
    (section,) = sections("1. one\n2. two\n\nAnd:\n\n- three")
    assert (
        section.html
        == '<ol class="eight">\n<li>one</li>\n<li>two</li>\n</ol>\n<p>And:</p>\n<ul>\n<li>three</li>\n</ul>\n'
    )


def test_to_html_numbered_list_with_markup_is_an_ordinary_list() -> None:
    assert to_html("1. **one**\n2. two") == "<ol>\n<li><strong>one</strong></li>\n<li>two</li>\n</ol>\n"


def test_to_html_hostile_text_is_harmless() -> None:
    shown = to_html("<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://e.org/i.png) <b onclick=x>")
    assert "<script" not in shown
    assert "<b" not in shown
    assert "<img" not in shown
    assert "href" not in shown


def test_to_html_address_is_a_link_to_write_to() -> None:
    assert to_html("<a@example.org>") == '<p><a href="mailto:a@example.org">a@example.org</a></p>\n'
