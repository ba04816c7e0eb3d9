"""Where does a signing key of the site's own lie? In a PEM file that the settings name, or one made at its first use.

Two processes that start at once agree on one file, for its owner alone. Keys that seal documents have rooms of their
own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coalition.errors import Unavailable, mark

Key = Ed25519PrivateKey | EllipticCurvePrivateKey
CURVE = ec.SECP256R1()


def ed25519_key(named: str, *, default: Path) -> Ed25519PrivateKey:
    """Return the key in the file `named`; where that is "", the one in `default`, made at its first use.

    Raises Unavailable when the file holds no such key.
    """
    path = _path(named, default, Ed25519PrivateKey.generate)
    key = _read(path)
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise Unavailable(mark("The key %(path)s must be an Ed25519 key in PEM without a passphrase."), path=str(path))


def p256_key(named: str, *, default: Path) -> EllipticCurvePrivateKey:
    """Return the key in the file `named`; where that is "", the one in `default`, made at its first use.

    Raises Unavailable when the file holds no such key.
    """
    path = _path(named, default, lambda: ec.generate_private_key(CURVE))
    key = _read(path)
    if isinstance(key, EllipticCurvePrivateKey) and key.curve.name == CURVE.name:
        return key
    raise Unavailable(mark("The key %(path)s must be a P-256 key in PEM without a passphrase."), path=str(path))


def _path(named: str, default: Path, generate: Callable[[], Key]) -> Path:
    if named:
        return Path(named)
    if not default.exists():
        _make(default, generate())
    return default


def _read(path: Path) -> object:
    try:
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _make(path: Path, key: Key) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key is the one
    finally:
        fresh.unlink()
