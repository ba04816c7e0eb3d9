"""How large is the public log, and who vouches for it? Signed notes in the form of C2SP tlog-checkpoint.

They are signed by `sequencing` alone, after what they vouch for was published.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import Connection, func, select

from coalition.audit import note
from coalition.audit.note import Checkpoint
from coalition.keyfiles import ed25519_key
from coalition.transactions import reading, transaction
from coalition.transparency.models import LogCheckpoint

_NEWEST = select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
_LARGEST = select(func.max(LogCheckpoint.size))


def origin() -> str:
    """Return the log's name: the site's host, and that it is this log of it."""
    return f"{urlsplit(current_app.config['PUBLIC_URL']).netloc}/log"


def signing_key() -> Ed25519PrivateKey:
    """Return the log's key. Raises Unavailable when the file holds none."""
    settings = current_app.config
    return ed25519_key(settings["LOG_KEY"], default=settings["DATA_DIR"] / "keys" / "log.pem")


def public_key() -> str:
    """Return the key by which everybody can check the notes, in the form that verifiers take."""
    return note.verifier_key(origin(), signing_key().public_key())


def signed(size: int, root: bytes) -> str:
    """Return the note of a tree: the same tree gives the same one."""
    return note.signed(Checkpoint(origin(), size, root.hex()), signing_key())


def keep(*, size: int, signed_note: str, now: datetime) -> None:
    """Keep a note, from which moment on it is public, in a transaction of its own; one by a former key makes room."""
    with transaction() as session:
        kept = session.get(LogCheckpoint, size)
        if kept is None:
            session.add(LogCheckpoint(size=size, made_at=now, note=signed_note))
        elif kept.note != signed_note:
            kept.note = signed_note


def newest() -> str | None:
    """Return the newest note; None as long as none was made."""
    with reading() as connection:
        return connection.execute(_NEWEST).scalar()


def largest(connection: Connection) -> int:
    """Return the size of the newest checkpoint; -1 as long as there is none."""
    found = connection.execute(_LARGEST).scalar()
    return -1 if found is None else int(found)
