"""Does a status list hold the bits it was given, at the places the rules name?"""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64decode

from hypothesis import given
from hypothesis import strategies as st

from coalition.certificates import status_list
from coalition.certificates.status_list import BITS


def decoded(text: str) -> bytes:
    assert text.startswith("u")
    assert "=" not in text
    return gzip.decompress(urlsafe_b64decode(f"{text[1:]}{'=' * (-len(text[1:]) % 4)}"))


@given(st.sets(st.integers(0, BITS - 1), max_size=50))
def test_list_when_encoded_holds_exactly_its_bits(indices: set[int]) -> None:
    bits = decoded(status_list.encoded(indices))
    assert len(bits) * 8 == BITS
    assert all(bits[at // 8] >> (7 - at % 8) & 1 for at in indices)
    assert int.from_bytes(bits).bit_count() == len(indices)


def test_list_when_encoded_puts_index_0_into_the_highest_bit() -> None:
    assert decoded(status_list.encoded([0, 15]))[:3] == b"\x80\x01\x00"


def test_list_when_encoded_twice_is_the_same_text() -> None:
    assert status_list.encoded([5, 9]) == status_list.encoded([9, 5])


@given(st.integers(1, 10_000_000))
def test_certificate_when_placed_stands_in_the_list_that_holds_its_id(certificate_id: int) -> None:
    ids = status_list.ids_of(status_list.list_number(certificate_id))
    assert certificate_id in ids
    assert ids[status_list.index_of(certificate_id)] == certificate_id
