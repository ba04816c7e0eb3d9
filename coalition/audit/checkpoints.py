"""How long was the chain, and who vouches for it? Signed notes, made once a day and whenever somebody asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import select

from coalition.audit import note, sequencing
from coalition.audit.chain import GENESIS
from coalition.audit.models import AuditCheckpoint, AuditLink
from coalition.audit.note import Checkpoint
from coalition.extensions import db
from coalition.keyfiles import ed25519_key
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
    """Return the key that the settings name, or the one in the data folder. Raises Unavailable when it is none."""
    settings = current_app.config
    default = settings["DATA_DIR"] / "keys" / "checkpoint.pem"
    return ed25519_key(settings["CHECKPOINT_KEY"], default=default)
