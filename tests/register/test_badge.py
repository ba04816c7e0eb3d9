"""Does a badge say how an entry stands, in a drawing that needs nothing from elsewhere and that no name can break?"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.register import badge
from coalition.register.badge import LOOKS, ROOM, SIZES, BadgeWords
from coalition.register.entry import Status

SVG = "{http://www.w3.org/2000/svg}"
ACCENT = "\N{COMBINING ACUTE ACCENT}"


def words(name: str = "Réseau du Fleuve", standing: str = "Signatory") -> BadgeWords:
    return BadgeWords("The SSE Charter", standing, name, "ICSSE-00042", "as of 22 November 2026")


def drawn(told: BadgeWords, status: Status | None = Status.ACTIVE) -> ET.Element:
    return ET.fromstring(badge.badge_svg(told, status=status, strands=8))


def lines(told: BadgeWords, status: Status | None = Status.ACTIVE) -> list[str]:
    found = [line.text or "" for line in drawn(told, status).iter(f"{SVG}text")]
    return [line.strip(f"{badge.FIRST_STRONG}{badge.POP}") for line in found]


def test_badge_when_drawn_says_who_how_which_and_when() -> None:
    told = words()
    assert lines(told) == [
        "The SSE Charter",
        "Réseau du Fleuve",
        "Signatory",
        "ICSSE-00042  ·  as of 22 November 2026",
    ]
    title = drawn(told).find(f"{SVG}title")
    assert title is not None
    assert title.text == "Réseau du Fleuve: Signatory – The SSE Charter, ICSSE-00042, as of 22 November 2026"


@pytest.mark.parametrize("status", LOOKS)
def test_badge_when_the_entry_does_not_stand_bears_no_seal(status: Status | None) -> None:
    picture = drawn(words(), status)
    assert bool(list(picture.iter(f"{SVG}use"))) is (status is Status.ACTIVE)
    assert bool(list(picture.iter(f"{SVG}polyline"))) is (status is not Status.ACTIVE)


def test_look_when_of_a_status_is_there_for_each_and_unlike_that_of_an_active_one() -> None:
    assert set(LOOKS) == {*Status, None}
    assert [status for status, look in LOOKS.items() if look == LOOKS[Status.ACTIVE]] == [Status.ACTIVE]


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", '"/><image href="//elsewhere"/>', "&amp;{{7*7}}", "\N{RIGHT-TO-LEFT OVERRIDE}abc"],
)
def test_badge_when_a_name_holds_markup_shows_it_as_text(name: str) -> None:
    picture = drawn(words(name))
    assert {one.tag.removeprefix(SVG) for one in picture.iter()} <= {"svg", "title", "rect", "g", "path", "use", "text"}
    assert lines(words(name))[1] == name
    assert b"elsewhere" not in b"".join(
        value.encode() for one in picture.iter() for key, value in one.attrib.items() if key == "href"
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_name_when_fitted_is_not_wider_than_its_room(name: str) -> None:
    told, size = badge.fitted(name, sizes=SIZES, room=ROOM)
    assert badge.estimated_width(told) * size <= ROOM
    assert size in SIZES
    assert told == name or told.endswith(badge.ELLIPSIS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("International Federation of Cooperatives and Mutual Societies", "International Federation…"),
        ("W" * 80, f"{'W' * 16}…"),
        (f"{'W' * 16}e{ACCENT * 299} and more", f"{'W' * 16}…"),
        (f"क{'का' * 30}", f"क{'का' * 9}…"),
    ],
)
def test_name_when_too_long_is_cut_at_a_word_and_never_before_an_accent(name: str, expected: str) -> None:
    assert badge.shortened(name, 12) == expected


def test_width_when_estimated_counts_wide_letters_as_wider_and_accents_as_nothing() -> None:
    assert badge.estimated_width("財") == 1
    assert badge.estimated_width("e\N{COMBINING ACUTE ACCENT}") == badge.estimated_width("e")
    assert badge.estimated_width("i") < badge.estimated_width("e") < badge.estimated_width("W")
