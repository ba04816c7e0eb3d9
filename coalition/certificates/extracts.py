"""How does somebody get an extract of the register? One a day for an entry and language, a new one when it changed.

An extract is a document like a receipt: its row first, its file by a job. An older one stays what it was: true of its
moment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from coalition.audit.record import Actor
from coalition.certificates import operations
from coalition.certificates.content import ExtractContent
from coalition.certificates.extract_facts import extract_facts
from coalition.certificates.models import Certificate
from coalition.certificates.queries import content_of, live_certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.register.errors import EntryUnknown
from coalition.signing.models import Signature

NEWER = "newer extract"


def order_extract(*, number: str, language: str, actor: Actor, now: datetime) -> str:
    """Return the serial of an extract of the entry `number` as it stands; today's serves again while it is still true.

    Raises EntryUnknown.
    """
    held = select(Signature.id).where(Signature.register_number == number).with_for_update()  # two ask at once
    signature_id = db.session.scalar(held)
    if signature_id is None:
        raise EntryUnknown
    found = live_certificate(signature_id, kind=Kind.EXTRACT, language=language)
    if found is None:
        return operations.issue(signature_id=signature_id, kind=Kind.EXTRACT, language=language, actor=actor, now=now)
    if _is_true(found, number, now=now):
        return found.serial
    return operations.reissue(serial=found.serial, reason=NEWER, actor=actor, now=now)


def _is_true(found: Certificate, number: str, *, now: datetime) -> bool:
    """Tell whether an extract was made today and still says what the register says."""
    content = content_of(found.kind, found.content)
    if not isinstance(content, ExtractContent) or content.issued_on != now.date():
        return False
    return replace(content, **{**extract_facts(number, now=now), "as_of": content.as_of}) == content
