"""Does the list that forms judge by say what the fonts of this machine can draw?"""

from __future__ import annotations

from pathlib import Path

from coalition.documents import letters
from coalition.organisations import printable

KEPT = Path(printable.__file__).with_name("printable.txt")


def test_list_of_letters_when_compared_is_what_the_fonts_have() -> None:
    assert KEPT.read_text("ascii") == letters.as_runs(letters.known_letters())


def test_letters_when_written_are_runs_in_rising_order() -> None:
    assert letters.as_runs([0x61, 0x43, 0x41, 0x42]) == "41-43 61\n"
    assert letters.as_runs(range(0, 50, 2)).count("\n") == 3
