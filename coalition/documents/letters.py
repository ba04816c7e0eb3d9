"""Which characters do the fonts of our documents have? Read from the fonts of this machine, for a list that is kept.

`make coalition/organisations/printable.txt` writes that list; forms judge by it without loading a font.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDERS = (Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto"))
WIDTH = 12


def known_letters(folders: Iterable[Path] = FOLDERS) -> frozenset[int]:
    """Return every character that the upright, regular fonts in `folders` can draw."""
    known: set[int] = set()
    for path in sorted(path for folder in folders for path in folder.glob("Noto*-Regular.tt[cf]")):
        with TTFont(path, fontNumber=0, lazy=True) as font:
            known |= font.getBestCmap().keys()
    return frozenset(known)


def as_runs(letters: Iterable[int]) -> str:
    """Return characters as lines of hexadecimal runs in rising order: "41-5a 61"."""
    runs = [f"{first:x}-{last:x}" if last > first else f"{first:x}" for first, last in _runs(sorted(letters))]
    lines = (" ".join(runs[start : start + WIDTH]) for start in range(0, len(runs), WIDTH))
    return "".join(f"{line}\n" for line in lines)


def _runs(letters: list[int]) -> Iterator[tuple[int, int]]:
    first = last = letters[0]
    for letter in letters[1:]:
        if letter > last + 1:
            yield first, last
            first = letter
        last = letter
    yield first, last


if __name__ == "__main__":
    sys.stdout.write(as_runs(known_letters()))
