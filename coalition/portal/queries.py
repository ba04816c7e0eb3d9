"""What has happened to a signature, as its representative may read it? Moments without any officer's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coalition.audit.queries import history_of
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.signing.mails import about
from coalition.signing.models import Signature

TOLD = frozenset({
    "bring_in", "submit", "correct_address", "verify", "add_proof", "change_details", "activate", "decline",
    "withdraw", "ask", "reply", "lapse", "reopen", "merge", "unmerge", "appeal", "uphold_refusal",
    "uphold_delisting", "reverse_refusal", "reinstate", "edit_application", "request_change",
    "take_back_change", "make_change", "decline_change", "correct", "suspend", "remedy", "delist", "succeed",
})  # fmt: skip
CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Moment:
    """What happened, and when; `act` is one of TOLD or CERTIFICATE."""

    at: datetime
    act: str


def history(signature: Signature) -> Sequence[Moment]:
    """Return what a representative may know of the way of a signature, oldest first.

    Who claimed it and that one of several officers has approved stay among officers.
    """
    acts = [Moment(line.at, line.act) for line in history_of(about(signature)) if line.act in TOLD]
    issued = select(Certificate.issued_at).where(
        Certificate.signature_id == signature.id,
        Certificate.kind == Kind.CERTIFICATE.value,
        Certificate.issued_at.is_not(None),
    )
    made = [Moment(at, CERTIFICATE) for at in db.session.scalars(issued) if at is not None]
    return sorted([*acts, *made], key=lambda moment: moment.at)
