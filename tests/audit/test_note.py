from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coalition.audit import note
from coalition.audit.note import Checkpoint, NoteBroken

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
CHECKPOINT = Checkpoint("charter.example.org/audit", 4711, "ab" * 32)
NOTE = note.signed(CHECKPOINT, KEY)


def test_note_when_signed_has_the_form_of_the_standard() -> None:
    text, signatures = NOTE.split("\n\n")
    assert text.split("\n") == ["charter.example.org/audit", "4711", b64encode(bytes.fromhex("ab" * 32)).decode()]
    dash, name, signature = signatures.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", "charter.example.org/audit")
    assert len(b64decode(signature)) == 4 + 64


def test_verifier_key_when_written_holds_name_id_and_key() -> None:
    name, key_id, key = note.verifier_key("charter.example.org/audit", KEY.public_key()).split("+", 2)
    assert name == "charter.example.org/audit"
    assert b64decode(NOTE.rsplit(" ", 1)[1])[:4].hex() == key_id
    assert b64decode(key) == b"\x01" + KEY.public_key().public_bytes_raw()


def test_note_when_opened_says_what_was_signed() -> None:
    assert note.opened(NOTE, KEY.public_key()) == CHECKPOINT


def test_note_with_a_second_signature_before_ours_is_opened() -> None:
    text, signatures = NOTE.split("\n\n")
    witnessed = f"{text}\n\n\u2014 witness.example.org {b64encode(bytes(68)).decode()}\n{signatures}"
    assert note.opened(witnessed, KEY.public_key()) == CHECKPOINT


@pytest.mark.parametrize(
    "changed",
    [
        NOTE.replace("4711", "4712"),
        NOTE.replace("charter.example.org", "charter.example.com"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\u2014", "-"),
        NOTE[:-20],
        "",
        "\n\n",
        NOTE.split("\n\n", maxsplit=1)[0] + "\n\n\u2014 charter.example.org/audit %%%\n",
        note.signed(CHECKPOINT, OTHER),
    ],
    ids=["size", "origin", "gap", "dash", "cut", "nothing", "gap_alone", "no_base64", "another_key"],
)
def test_note_that_was_changed_is_not_opened(changed: str) -> None:
    with pytest.raises(NoteBroken, match="not signed with the key of this site"):
        note.opened(changed, KEY.public_key())


@pytest.mark.parametrize("text", ["a\n1\n", "a\nmany\nqg==\n", "a\n1\n***\n", "a\n01\nqg==\n", "a\n1\nqg==\nmore\n"])
def test_note_of_something_else_is_no_checkpoint(text: str) -> None:
    key_id = b64decode(NOTE.rsplit(" ", 1)[1])[:4]
    signature = b64encode(key_id + KEY.sign(text.encode())).decode()
    with pytest.raises(NoteBroken, match="no checkpoint of a log"):
        note.opened(f"{text}\n\u2014 charter.example.org/audit {signature}\n", KEY.public_key())


def test_verifier_key_when_read_is_the_one_that_was_written() -> None:
    name, key = note.key_of(note.verifier_key("charter.example.org/log", KEY.public_key()))
    assert (name, key.public_bytes_raw()) == ("charter.example.org/log", KEY.public_key().public_bytes_raw())


@pytest.mark.parametrize("changed", ["", "a+b", "a+00000000+AQ==", "a+00000000+%%%", "other"])
def test_verifier_key_that_is_none_is_refused(changed: str) -> None:
    whole = note.verifier_key("charter.example.org/log", KEY.public_key())
    with pytest.raises(NoteBroken, match="no public key of a log"):
        note.key_of(whole.replace("example", "another") if changed == "other" else changed)
