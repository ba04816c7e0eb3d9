"""How does the sealed PDF of a charter's text come on record? Once for each text; the first of two makers is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates.models import SealedText
from coalition.certificates.text_queries import TextName
from coalition.extensions import db


def keep_text(
    *,
    name: TextName,
    text_sha256: str,
    storage_key: str,
    pdf_sha256: str,
    size: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Note where the sealed PDF of a text lies; False when another worker's came first."""
    known = {"charter": name.charter, "version": name.version, "language": name.language, "text_sha256": text_sha256}
    row = SealedText(**known, made_at=now, storage_key=storage_key, pdf_sha256=pdf_sha256, size=size)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # two workers made it at once
        return False
    subject = f"text:{name.charter}/{name.version}/{name.language}"
    record.append(actor=actor, act="seal", subject=subject, now=now)
    return True
