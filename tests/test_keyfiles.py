from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from coalition import keyfiles
from coalition.errors import Unavailable

Kind = Callable[..., Any]
KINDS = pytest.mark.parametrize("kind", [keyfiles.ed25519_key, keyfiles.p256_key])
FORM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
PLAIN = serialization.NoEncryption()


def public(key: Any) -> bytes:
    found: bytes = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return found


@KINDS
def test_key_when_made_is_kept_for_its_owner_alone(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.pem"
    assert public(kind("", default=path)) == public(kind("", default=path)) == public(kind(str(path), default=path))
    assert (stat.S_IMODE(path.stat().st_mode), [file.name for file in path.parent.iterdir()]) == (0o600, ["one.pem"])


@KINDS
def test_key_that_another_process_made_meanwhile_is_the_one(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.pem"
    first = public(kind("", default=path))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", lambda self: False)
        assert public(kind("", default=path)) == first


@KINDS
@pytest.mark.parametrize("what", ["missing", "rubbish", "other", "locked", "folder"])
def test_key_that_is_none_is_refused_in_one_sentence(kind: Kind, tmp_path: Path, what: str) -> None:
    path = tmp_path / "key.pem"
    if what == "rubbish":
        path.write_text("no key")
    elif what == "other":
        path.write_bytes(ec.generate_private_key(ec.SECP384R1()).private_bytes(*FORM, PLAIN))
    elif what == "locked":
        made = ed25519.Ed25519PrivateKey.generate()
        path.write_bytes(made.private_bytes(*FORM, serialization.BestAvailableEncryption(b"secret")))
    elif what == "folder":
        path.mkdir()
    with pytest.raises(Unavailable, match=r"key.pem must be an? \S+ key in PEM without a passphrase"):
        kind(str(path), default=tmp_path / "unused.pem")
