"""The sheet is the parts of static/css in the order of their names; what a reader downloads stays small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
PARTS = sorted((STATIC / "css").glob("*.css"))
SHEET = "".join(part.read_text() for part in PARTS)


def test_parts_are_numbered_so_that_their_order_is_said() -> None:
    assert all(re.fullmatch(r"\d\d-[a-z]+\.css", part.name) for part in PARTS)
    assert (PARTS[0].name, PARTS[-1].name) == ("10-tokens.css", "99-print.css")


def test_sheet_is_at_most_eight_kilobytes_compressed() -> None:
    assert len(gzip.compress(SHEET.encode(), 9)) <= 8000


def test_every_file_that_the_sheet_names_is_there() -> None:
    named = re.findall(r"url\(([^\"')]+)\)", SHEET)
    assert len(named) == 5
    assert [name for name in named if not (STATIC / name).is_file()] == []


def test_fonts_of_an_english_or_french_page_are_at_most_fifty_kilobytes() -> None:
    sizes = [(STATIC / "fonts" / f"alegreya-{part}-700-normal.woff2").stat().st_size for part in ("latin", "latin-ext")]
    assert sum(sizes) <= 50_000


def test_font_is_handed_out_with_its_licence() -> None:
    assert "SIL Open Font License" in (STATIC / "fonts" / "ALEGREYA-OFL.txt").read_text()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_braces_of_each_part_are_closed(part: Path) -> None:
    text = part.read_text()
    assert text.count("{") == text.count("}")


def test_every_custom_property_in_use_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+):", SHEET))
    assert set(re.findall(r"var\((--[\w-]+)", SHEET)) <= defined
