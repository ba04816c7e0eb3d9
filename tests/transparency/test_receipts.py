"""Does a receipt code lead back to its commitment, however it is typed, and is nothing else taken for one?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from coalition.transparency.receipts import BEGINNING, beginning_of, code_of, is_number, subject_of

HEX = some.text("0123456789abcdef", min_size=64, max_size=64)


@given(HEX)
def test_code_when_typed_again_leads_to_the_beginning_of_its_commitment(commitment: str) -> None:
    code = code_of(commitment)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code} ", code.replace("0", "O").replace("1", "l")):
        assert beginning_of(typed) == commitment[:BEGINNING]


@pytest.mark.parametrize("typed", ["", "7KQF-93MD-XW2P", "7KQF-93MD-XW2P-04AZ-0", "7KQF-93MD-XW2P-04AU", "ICSSE-00001"])
def test_code_when_it_is_none_names_no_commitment(typed: str) -> None:
    assert beginning_of(typed) is None


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        (" icsse-00001 ", "ICSSE-00001"),
        ("7kqf 93md-xw2p", "7KQF93MDXW2P"),
        ("ICSSE-Charter/1", "icsse-charter/1"),
        ("No such thing as this", "no such thing as this"),
    ],
)
def test_subject_when_typed_is_read_as_the_log_writes_it(typed: str, subject: str) -> None:
    assert subject_of(typed) == subject
    assert is_number(subject) is subject.startswith("ICSSE-")
