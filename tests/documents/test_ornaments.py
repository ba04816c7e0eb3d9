"""Is what lies beneath a document made of nothing but drawing, shaped by its digest, symmetrical about the sheet?"""

from __future__ import annotations

import re

import pytest

from coalition.documents.ornaments import HEIGHT, POINTS, WIDTH, underlay

DIGEST, OTHER = "a" * 64, "b" * 64
PAPER_SIDES_CORNERS_DOTS = 5
OPERATORS = re.compile(r"[a-zA-Z*]+")


def test_underlay_when_drawn_holds_drawing_and_nothing_else() -> None:
    told = " ".join(f"{stamp.drawing} {' '.join(stamp.prints)}" for stamp in underlay(DIGEST, strands=8))
    assert set(OPERATORS.findall(told)) == {"c", "cm", "f", "l", "m", "re", "rg", "RG", "s", "S", "w"}


@pytest.mark.parametrize("strands", [1, 5, 24])
def test_seal_when_drawn_prints_each_strand_pale_and_strong(strands: int) -> None:
    outer, inner = underlay(DIGEST, strands=strands)[PAPER_SIDES_CORNERS_DOTS:]
    assert len(outer.prints) == len(inner.prints) == 2 * strands
    assert len(set(outer.prints)) == 2 * strands


def test_seal_when_another_digest_shapes_it_is_another_and_the_frame_is_the_same() -> None:
    one, other = underlay(DIGEST, strands=8), underlay(OTHER, strands=8)
    assert one[:PAPER_SIDES_CORNERS_DOTS] == other[:PAPER_SIDES_CORNERS_DOTS]
    assert one[PAPER_SIDES_CORNERS_DOTS:] != other[PAPER_SIDES_CORNERS_DOTS:]
    assert one == underlay(DIGEST, strands=8)


def test_frame_when_printed_has_a_dot_in_every_corner_and_all_its_sides() -> None:
    _, across, upright, petals, dots = underlay(DIGEST, strands=8)[:PAPER_SIDES_CORNERS_DOTS]
    places = {tuple(float(part) for part in dot.split()[-3:-1]) for dot in dots.prints}
    assert {(round(x / POINTS, 1), round(y / POINTS, 1)) for x, y in places} == {
        (x, y) for x in (11.2, round(WIDTH - 11.2, 1)) for y in (11.2, round(HEIGHT - 11.2, 1))
    }
    assert (len(across.prints), len(upright.prints), len(petals.prints)) == (2, 2, 16)
