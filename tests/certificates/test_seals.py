"""Does a seal cover the whole file, and is every way of touching it told apart? No database, no key of ours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from coalition.certificates import seals
from coalition.certificates.seals import Fault, Reading
from coalition.documents import archiving
from coalition.documents.keys import SealingKey
from coalition.documents.timestamps import Authority
from tests.factories import documents, touching
from tests.factories.authority import answering

pytestmark = pytest.mark.pdf
CHANGES = 1000


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with answering() as running:
        one = Authority(running.url)
        one.introduce()
        yield one


@pytest.fixture(scope="module")
def pdf(seal: Callable[..., bytes]) -> bytes:
    return seal(documents.certificate())


@pytest.fixture(scope="module")
def dated(pdf: bytes, authority: Authority) -> bytes:
    return archiving.dated(pdf, authority=authority)


def signed_range(pdf: bytes) -> tuple[int, int]:
    """Where the seal itself stands, which cannot seal itself."""
    start = pdf.index(b"/Contents <")
    return start + len(b"/Contents "), pdf.index(b">", start) + 1


def test_file_when_whole_has_no_fault_and_names_its_seal(pdf: bytes, sealing_key: SealingKey) -> None:
    expected = Reading(None, sealing_key.fingerprint, "Coalition register seal (development)", len(pdf))
    assert seals.read(pdf) == expected


def test_file_when_a_thousand_single_bytes_are_changed_is_never_whole_inside_the_signed_range(pdf: bytes) -> None:
    chance, (begin, end) = random.Random(7), signed_range(pdf)
    sealed = [place for place in range(len(pdf)) if not begin <= place < end]
    wrong = [
        (place, bit)
        for place, bit in ((chance.choice(sealed), chance.randrange(8)) for _ in range(CHANGES))
        if seals.read(touching.flipped(pdf, place, bit)).fault in {None, Fault.SEALED_BY_OTHERS, Fault.SAME_NAME}
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "junk",
    [b"\n", b"%%EOF\n", b"\0" * 100, b"1 0 obj<<>>endobj\n%%EOF", b"x" * 5000, b"%PDF-1.4\nxx"],
    ids=["line", "end", "zeros", "object", "letters", "head"],
)
def test_file_when_junk_follows_is_told_from_one_that_was_updated(pdf: bytes, dated: bytes, junk: bytes) -> None:
    assert [seals.read(one + junk).fault for one in (pdf, dated)] == [Fault.APPENDED, Fault.APPENDED]


def test_file_when_dates_were_added_is_whole_and_says_how_far_the_seal_goes(
    pdf: bytes, dated: bytes, authority: Authority, sealing_key: SealingKey
) -> None:
    twice = archiving.dated(dated, authority=authority)
    for one in (dated, twice):
        assert seals.read(one) == Reading(None, sealing_key.fingerprint, seals.read(pdf).subject, len(pdf))
    assert seals.read(dated[:-1]).fault is not None
    inside = dated.rindex(b"/ByteRange") - 40
    assert seals.read(touching.flipped(dated, inside)).fault is not None


def test_file_when_a_date_covers_another_change_is_not_whole(pdf: bytes, authority: Authority) -> None:
    for change in (touching.edited, touching.retitled):
        changed = change(pdf)
        assert changed.startswith(pdf)
        assert seals.read(changed).fault is Fault.UPDATED
        assert seals.read(archiving.dated(changed, authority=authority)).fault is Fault.UPDATED


def test_file_when_its_date_is_of_other_bytes_is_not_whole(dated: bytes) -> None:
    begin = dated.rindex(b"/Contents <") + len(b"/Contents <")
    assert seals.read(touching.flipped(dated, begin + 400)).fault in {Fault.UPDATED, Fault.APPENDED}


def test_file_when_changed_saved_anew_or_signed_again_is_told_so(pdf: bytes, sealing_key: SealingKey) -> None:
    assert seals.read(touching.flipped(pdf, pdf.index(b"stream") + 20)).fault is Fault.CHANGED
    assert seals.read(touching.saved_anew(pdf)).fault is Fault.SAVED_ANEW
    assert seals.read(touching.signed(pdf, sealing_key)).fault is Fault.SEVERAL_SEALS
    assert seals.read(b"%PDF-1.7\n" + pdf).fault is Fault.UNREADABLE


def test_seal_when_its_padding_holds_something_or_its_place_is_wrong_does_not_fit(pdf: bytes) -> None:
    end = pdf.index(b"0000>") + 4
    hidden = bytearray(pdf)
    hidden[end - 4 : end] = b"CAFE"
    assert seals.read(bytes(hidden)).fault is Fault.CHANGED
    assert seals.read(pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 ")).fault is Fault.SAVED_ANEW


def test_file_when_it_carries_a_certificate_beside_another_key_is_not_whole(
    seal: Callable[..., bytes], sealing_key: SealingKey
) -> None:
    thief = SealingKey(ec.generate_private_key(ec.SECP256R1()), sealing_key.certificate, sealing_key.chain)
    assert seals.read(seal(documents.certificate(), thief)).fault is Fault.CHANGED


def test_file_when_it_bears_no_seal_is_told_from_a_scan(rendered: Callable[..., bytes], pdf: bytes) -> None:
    assert seals.read(rendered(documents.certificate())).fault is Fault.UNSEALED
    assert seals.read(touching.unsealed(pdf)).fault is Fault.UNSEALED
    assert seals.read(touching.scanned()).fault is Fault.SCAN


def test_file_when_it_is_only_dated_bears_no_seal(rendered: Callable[..., bytes], authority: Authority) -> None:
    assert seals.read(archiving.dated(rendered(documents.certificate()), authority=authority)).fault is Fault.UNSEALED


def test_file_when_it_has_no_page_to_speak_of_is_unsealed() -> None:
    import io

    made = io.BytesIO()
    pikepdf.new().save(made)
    assert seals.read(made.getvalue()).fault is Fault.UNSEALED


@pytest.mark.parametrize(
    ("filters", "rounds"), [(b"/FlateDecode", 1), (b"[/FlateDecode/FlateDecode]", 2)], ids=["one filter", "stacked"]
)
def test_file_when_it_unpacks_into_a_thousand_times_its_size_is_given_up(filters: bytes, rounds: int) -> None:
    bomb = touching.bomb(filters, rounds)
    assert len(bomb) < 100_000
    assert seals.read(bomb) == Reading(Fault.UNPACKS_TOO_FAR)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n" + b"\xff" * 5000,
        b"%PDF-1.7\n" + b"%%EOF\n" * 5,
        b"%PDF-1.7\nstartxref\n999999\n%%EOF",
        b"%PDF-1.7\nxref\n0 1\ntrailer<</Root 1 0 R/Prev 9>>startxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF",
    ],
    ids=["head", "noise", "ends", "nowhere", "loop", "deep"],
)
def test_file_when_it_cannot_be_read_is_told_so(data: bytes) -> None:
    assert seals.read(data) == Reading(Fault.UNREADABLE)
