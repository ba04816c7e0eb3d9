"""How are many certificates issued at once? In small transactions: whatever is interrupted goes on where it stopped.

A certificate's words and its job are written here; its file is made by that job, by whichever worker takes it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, String, cast, func, literal, select

from coalition.audit.record import Actor
from coalition.certificates import operations
from coalition.certificates.models import Certificate
from coalition.certificates.queries import LIVING
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.signing.states import State


def lacking_count(charter: str, *, language: str | None) -> int:
    """Return how many signatories have no certificate in `language`; None is each one's own."""
    lacking = _lacking(charter, language).subquery()
    return int(db.session.scalar(select(func.count()).select_from(lacking)) or 0)


def unmade_count(charter: str) -> int:
    """Return how many certificates of a charter have no file yet."""
    found = select(func.count(Certificate.id)).join(Signature, Signature.id == Certificate.signature_id)
    unmade = (Certificate.kind == Kind.CERTIFICATE.value, Certificate.storage_key.is_(None), *LIVING)
    return int(db.session.scalar(found.where(Signature.charter == charter, *unmade)) or 0)


def issue_some(charter: str, *, language: str | None, most: int, actor: Actor, now: datetime) -> int:
    """Issue certificates to up to `most` signatories that lack one; return how many have theirs now, 0 when all have.

    Of two that issue at once the second waits for the first one's rows; what was issued meanwhile is not issued again.
    """
    rows = db.session.execute(_lacking(charter, language).limit(most).with_for_update(of=Signature)).all()
    for signature_id, wanted in rows:
        operations.issue(signature_id=signature_id, kind=Kind.CERTIFICATE, language=wanted, actor=actor, now=now)
    return len(rows)


def _lacking(charter: str, language: str | None) -> Select[int, str]:
    wanted = cast(literal(language), String(10)) if language else Signature.language
    has_one = (
        select(Certificate.id)
        .where(
            Certificate.signature_id == Signature.id,
            Certificate.kind == Kind.CERTIFICATE.value,
            Certificate.language == wanted,
            *LIVING,
        )
        .exists()
    )
    return (
        select(Signature.id, wanted.label("language"))
        .where(
            Signature.charter == charter,
            Signature.state == State.ACTIVE.value,
            Signature.register_number.is_not(None),
            ~has_one,
        )
        .order_by(Signature.id)
    )
