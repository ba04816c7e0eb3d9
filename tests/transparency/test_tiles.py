from __future__ import annotations

import pytest

from coalition.transparency import tiles
from coalition.transparency.tiles import Part


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (Part(0, 256), "000"),
        (Part(5, 17), "005.p/17"),
        (Part(1234, 256), "x001/234"),
        (Part(1_234_067, 255), "x001/x234/067.p/255"),
        (Part(1000, 1), "x001/000.p/1"),
    ],
)
def test_part_has_the_path_of_the_specification(part: Part, path: str) -> None:
    assert part.path() == path
    assert tiles.part_at(path) == part


@pytest.mark.parametrize(
    "path",
    ["", "0", "1234", "x000/001", "x001/1", "001.p/0", "001.p/256", "001.p/007", "001.p", "../etc", "x1/234", "٠٠١"],
)
def test_path_in_another_form_names_nothing(path: str) -> None:
    assert tiles.part_at(path) is None


def test_parts_of_a_log_are_those_that_changed() -> None:
    assert list(tiles.parts_of(0)) == []
    assert list(tiles.parts_of(700)) == [Part(0, 256), Part(1, 256), Part(2, 188)]
    assert list(tiles.parts_of(700, after=300)) == [Part(1, 256), Part(2, 188)]
    assert list(tiles.parts_of(512, after=512)) == []
    assert list(tiles.parts_of(700, level=1, after=600)) == []
    assert list(tiles.parts_of(800, level=1, after=600)) == [Part(0, 3)]


@pytest.mark.parametrize(("size", "levels"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3)])
def test_log_has_levels_up_to_the_last_that_holds_a_hash(size: int, levels: int) -> None:
    assert len(tiles.levels_of(size)) == levels


def test_leaves_in_a_bundle_come_out_as_they_went_in() -> None:
    leaves = [b"", b"a", b"b" * 65_535]
    assert tiles.bundle([b"ab"]) == b"\x00\x02ab"
    assert list(tiles.unbundled(tiles.bundle(leaves))) == leaves


@pytest.mark.parametrize("held", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00"])
def test_bundle_that_ends_within_a_leaf_is_refused(held: bytes) -> None:
    with pytest.raises(ValueError, match="ends within one"):
        list(tiles.unbundled(held))
