"""Does the comparison show every change, and nothing that stayed?"""

from __future__ import annotations

import time

from coalition.charters.comparison import Kind, Paragraph, compare

LONG = "\n\n".join(f"Paragraph {number} of the text." for number in range(1, 8)) + "\n"


def said(found: tuple[Paragraph, ...]) -> list[str]:
    """Write each paragraph with [-what was removed-] and {+what was added+}."""
    marks = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
    return [
        f"… {one.skipped} …" if one.skipped else "".join(marks[part.kind].format(part.text) for part in one.pieces)
        for one in found
    ]


def test_compare_same_text_is_nothing() -> None:
    assert compare(LONG, LONG) == ()


def test_compare_changed_word_is_shown_within_its_paragraph() -> None:
    assert said(compare("We cut it by half, together.\n", "We cut it by three quarters, together.\n")) == [
        "We cut it by [-half, -]{+three quarters, +}together."
    ]


def test_compare_word_that_came_or_went_is_shown_alone() -> None:
    assert said(compare("We cut it together.\n", "We all cut it together.\n")) == ["We {+all +}cut it together."]
    assert said(compare("We all cut it together.\n", "We cut it together.\n")) == ["We [-all -]cut it together."]


def test_compare_unchanged_paragraphs_are_counted_but_for_the_nearest() -> None:
    changed = LONG.replace("Paragraph 4 of the text.", "Paragraph 4 of this text.")
    assert said(compare(LONG, changed)) == [
        "… 2 …",
        "Paragraph 3 of the text.",
        "Paragraph 4 of [-the -]{+this +}text.",
        "Paragraph 5 of the text.",
        "… 2 …",
    ]


def test_compare_paragraph_that_came_or_went_is_shown_whole() -> None:
    assert said(compare("One.\n\nTwo.\n", "One.\n\nTwo.\n\nA third.\n")) == ["… 1 …", "Two.", "{+A third.+}"]
    assert said(compare("One.\n\nGone for good.\n\nTwo.\n", "One.\n\nTwo.\n")) == ["One.", "[-Gone for good.-]", "Two."]


def test_compare_paragraph_of_other_words_is_not_mixed_word_by_word() -> None:
    assert said(compare("Peace among peoples\n", "Emissions cut by half\n")) == [
        "[-Peace among peoples-]{+Emissions cut by half+}"
    ]


def test_compare_giant_texts_take_no_giant_time() -> None:
    many, words = "same\n" * 20_000, "word " * 20_000
    begun = time.process_time()
    assert compare(many + "end\n", many + "other\n")
    assert said(compare(words, f"{words}more")) == [f"[-{words}-]{{+{words}more+}}"]
    assert time.process_time() - begun < 2
