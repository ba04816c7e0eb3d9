"""Are the characters of a name named that no font of our documents has, and no others?"""

from __future__ import annotations

import pytest

from coalition.organisations.printable import unprintable
from tests.documents.names import LONG, SCRIPTS


@pytest.mark.parametrize("name", [*(name for name, _, _ in SCRIPTS.values()), LONG])
def test_name_when_its_script_is_known_can_be_printed(name: str) -> None:
    assert unprintable(name) == ()


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("Green Earth 🐝 Co-op 🐝 ✊ Ltd", ("🐝", "✊")),
        ("Love ❤\ufe0f and\u3000space", ()),
        ("می\u200cخواهم", ()),
        ("\U00018b00 Tangut", ("\U00018b00",)),
        ("\u202ehidden\x00", ()),
        ("", ()),
    ],
)
def test_name_when_a_character_is_in_no_font_names_it_once(name: str, lacking: tuple[str, ...]) -> None:
    assert unprintable(name) == lacking
