"""How long was the chain, and who vouches for it? Signed notes, made once a day and whenever somebody asks for one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import select

from coalition.audit import note, sequencing
from coalition.audit.chain import GENESIS
from coalition.audit.models import AuditCheckpoint, AuditLink
from coalition.audit.note import Checkpoint
from coalition.errors import Unavailable, mark
from coalition.extensions import db
from coalition.transactions import reading, transaction


def make(*, now: datetime) -> str:
    """Sign the length and the head of the chain, keep the note and return it; the same chain gives the same one.

    What waits is numbered before. Opens transactions of its own.
    """
    sequencing.number_all()
    key, origin = signing_key(), f"{urlsplit(current_app.config['PUBLIC_URL']).netloc}/audit"
    with transaction() as session:
        last = session.execute(
            select(AuditLink.number, AuditLink.head).order_by(AuditLink.number.desc()).limit(1)
        ).first()
        size, head = (last.number, last.head) if last else (0, GENESIS)
        kept = session.get(AuditCheckpoint, size)
        if kept is not None:
            return str(kept.note)
        made = note.signed(Checkpoint(origin, size, head), key)
        session.add(AuditCheckpoint(size=size, made_at=now, note=made))
    return made


def newest() -> str | None:
    """Return the newest note; None as long as none was made."""
    statement = select(AuditCheckpoint.note).order_by(AuditCheckpoint.size.desc()).limit(1)
    with reading() as connection:
        return connection.execute(statement).scalar()


def kept() -> Sequence[tuple[int, str]]:
    """Return the size and the note of every checkpoint, the smallest first."""
    statement = select(AuditCheckpoint.size, AuditCheckpoint.note).order_by(AuditCheckpoint.size)
    return [(size, text) for size, text in db.session.execute(statement)]


def public_key() -> str:
    """Return the key by which everybody can check the notes, in the form that verifiers take."""
    origin = f"{urlsplit(current_app.config['PUBLIC_URL']).netloc}/audit"
    return note.verifier_key(origin, signing_key().public_key())


def signing_key() -> Ed25519PrivateKey:
    """Return the key that the settings name, or the one in the data folder, made at its first use.

    Two processes that start at once agree on one. Raises Unavailable when the file holds no Ed25519 key.
    """
    path = Path(current_app.config["CHECKPOINT_KEY"] or current_app.config["DATA_DIR"] / "keys" / "checkpoint.pem")
    if not current_app.config["CHECKPOINT_KEY"] and not path.exists():
        _make_key(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(
            mark("The checkpoints' key %(path)s must be an Ed25519 key in PEM without a passphrase."), path=str(path)
        )
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_bytes(
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key is the one
    finally:
        fresh.unlink()
