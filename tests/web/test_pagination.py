from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.web.pagination import LARGEST, cursor_of


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("42", 42), ("007", 7), (str(LARGEST - 1), LARGEST - 1)])
def test_cursor_that_names_a_key_is_that_key(text: str, key: int) -> None:
    assert cursor_of(text) == key


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1\x00",
        "\x00",
        "1.0",
        "1e5",
        "0x1",
        "1_000",
        "10^20",
        "1" + "0" * 20,
        str(LARGEST),
        "9" * 100_000,
        "٣",
        "３",
        "¹",
        "Ⅷ",
        "NaN",
        "inf",
        "true",
        "1; DROP TABLE entries",
        "\ud800",
    ],
)
def test_cursor_that_names_none_is_the_first_page(text: str | None) -> None:
    assert cursor_of(text) is None


@given(st.text())
def test_cursor_of_any_text_is_a_key_that_every_database_holds_or_none(text: str) -> None:
    key = cursor_of(text)
    assert key is None or 0 < key < 2**53
