"""Every pair of colours that meet on a page, light and dark, against WCAG 2.2: 4.5 for words, 3 for lines and rings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PARTS = Path(__file__).parents[2] / "static" / "css"
WORDS = """
    ink:bg ink:surface ink:surface-2 ink:tint ink-2:bg ink-2:surface ink-2:surface-2 brand:bg brand:surface
    brand:surface-2 brand:tint brand-hover:bg brand-hover:surface-2 on-brand:brand on-brand:brand-hover on-deep:deep
    on-deep-2:deep on-gold:gold gold-ink:bg ok:ok-bg ok:surface warn:warn-bg
    warn:surface err:err-bg err:surface err:bg
    info:info-bg ink:ok-bg ink:warn-bg ink:err-bg ink:info-bg
"""
LINES = "line-strong:surface line-strong:bg brand:line gold:deep thread-1:surface thread-2:surface"
PAIRS = [(*pair.split(":"), least) for pairs, least in ((WORDS, 4.5), (LINES, 3.0)) for pair in pairs.split()]


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", (PARTS / name).read_text()))
        for name in ("11-light.css", "12-dark.css")
    )
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert round(contrast("#000", "#ffffff"), 6) == 21
    assert contrast("#777777", "#777") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_two_colours_that_meet_can_be_told_apart(scheme: str, one: str, other: str, least: float) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[one], colours[other]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["bg", "surface", "surface-2", "deep"])
def test_focus_ring_shows_on_every_ground_by_one_of_its_two_colours(scheme: str, ground: str) -> None:
    colours = schemes()[scheme]
    outer = "on-deep" if ground == "deep" else "ink"
    assert max(contrast(colours[outer], colours[ground]), contrast(colours["gold"], colours[ground])) >= 3
