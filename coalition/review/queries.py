"""Which applications wait, and what do officers need to know of one? Columns by Core, a fixed number of statements.

The rows of one application, its claim, decisions, notes and lines of history, belong here; the queue to `queue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select

from coalition.accounts.models import Officer
from coalition.audit.queries import history_of
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.eligibility.assessment import Assessment, assess
from coalition.eligibility.criteria import Outcome
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.register.entry import SHOWN
from coalition.register.models import RegisterEntry
from coalition.review.decisions import Verdict
from coalition.review.errors import ApplicationUnknown
from coalition.review.models import Decision, ReviewClaim, ReviewNote
from coalition.review.signals import Signal, address_signals
from coalition.signing import queries as signing
from coalition.signing.mails import about
from coalition.signing.models import ProofDocument, Signature
from coalition.signing.states import OPEN, PUBLISHED, Contact

REFERENCE = re.compile(r"A-[0-9A-Z]{4,18}")
MOST_EXPIRED = 200
MOST_LIKE = 10


@dataclass(frozen=True)
class Holder:
    """The officer who works on an application, until when."""

    officer_id: int
    public_id: str
    name: str
    expires_at: datetime


@dataclass(frozen=True)
class DecisionLine:
    """A decision with its officer's name; `counts` is False of an approval that was voided or is of other content."""

    officer_id: int
    name: str
    verdict: Verdict
    reason_code: str
    message: str
    note: str
    category: str
    mandate_basis: str
    decided_at: datetime
    counts: bool


@dataclass(frozen=True)
class HistoryLine:
    """What happened, when, by whom; `name` is "" for somebody without an account."""

    at: datetime
    act: str
    name: str
    reason: str


@dataclass(frozen=True)
class SameName:
    """Another application or entry of the same name; `reference` is "" where only the register knows it."""

    official_name: str
    country: str
    reference: str
    state: str
    number: str


@dataclass(frozen=True)
class Application:
    """Everything that an officer reads before deciding."""

    signature: Signature
    definition: CharterDefinition
    assessment: Assessment
    holder: Holder | None
    decisions: tuple[DecisionLine, ...]
    notes: Sequence[Row[str, str, datetime]]
    history: tuple[HistoryLine, ...]
    same_names: tuple[SameName, ...]
    signals: tuple[Signal, ...]

    @property
    def approvals(self) -> tuple[DecisionLine, ...]:
        """The approvals that count."""
        return tuple(line for line in self.decisions if line.counts and line.verdict is Verdict.APPROVE)


def signature_of(reference: str) -> Signature:
    """Return the signature of a reference as it stands in an address. Raises ApplicationUnknown."""
    found = signing.signature_by_reference(reference) if REFERENCE.fullmatch(reference) else None
    if found is None:
        raise ApplicationUnknown
    return found


def document_of(signature: Signature, public_id: str) -> ProofDocument:
    """Return a proof document of this signature. Raises ApplicationUnknown for anybody else's."""
    found = next((document for document in signature.documents if document.public_id == public_id), None)
    if found is None:
        raise ApplicationUnknown
    return found


def application_of(signature: Signature, *, now: datetime) -> Application:
    """Return all that stands behind a signature."""
    definition = charters.definition_of(signature.charter, signature.charter_version)
    same_names = _same_names(signature)
    return Application(
        signature=signature,
        definition=definition,
        assessment=assess(definition.rules, signature.answers),
        holder=_holder(signature, now),
        decisions=_decisions(signature),
        notes=_notes(signature.id),
        history=_history(signature),
        same_names=same_names,
        signals=_signals(signature, name_known=bool(same_names)),
    )


def live_approvals(signature_id: int) -> Select[Decision]:
    """Return the statement of a signature's approvals that were not voided, the oldest first."""
    live = (Decision.verdict == Verdict.APPROVE.value, Decision.voided_at.is_(None))
    return select(Decision).where(Decision.signature_id == signature_id, *live).order_by(Decision.id)


def approved_categories(signature: Signature) -> list[str]:
    """Return the categories of the approvals that are bound to the present content, the oldest first."""
    approvals = db.session.scalars(live_approvals(signature.id)).all()
    return [one.category or "" for one in approvals if one.content_sha256 == signature.content_sha256]


def category_at_hand(approved: Sequence[str], assessment: Assessment) -> str:
    """Return the category that a colleague approved, else the one that the answers allow if there is just one."""
    if approved:
        return approved[-1]
    eligible = assessment.with_outcome(Outcome.ELIGIBLE)
    return eligible[0].key if len(eligible) == 1 else ""


def last_decision(signature_id: int) -> DecisionLine | None:
    """Return the newest decision on a signature that was not voided."""
    row = db.session.execute(
        _DECISIONS.where(Decision.signature_id == signature_id, Decision.voided_at.is_(None))
    ).first()
    return _line(row, "") if row else None


def officer_name(officer_id: int) -> str:
    """Return how colleagues read an officer's name."""
    return db.session.execute(select(Officer.name).where(Officer.id == officer_id)).scalar_one()


def expired_claims(now: datetime) -> Sequence[int]:
    """Return the signatures whose claim ran out, the oldest first."""
    statement = select(ReviewClaim.signature_id).where(ReviewClaim.expires_at <= now).order_by(ReviewClaim.expires_at)
    return db.session.scalars(statement.limit(MOST_EXPIRED)).all()


_DECISIONS: Select[Decision, str] = (
    select(Decision, Officer.name).join(Officer, Officer.id == Decision.officer_id).order_by(Decision.id.desc())
)


def _decisions(signature: Signature) -> tuple[DecisionLine, ...]:
    rows = db.session.execute(_DECISIONS.where(Decision.signature_id == signature.id)).all()
    return tuple(_line(row, signature.content_sha256) for row in reversed(rows))


def _line(row: Row[Decision, str], content_sha256: str) -> DecisionLine:
    decision, name = row
    return DecisionLine(
        officer_id=decision.officer_id,
        name=name,
        verdict=Verdict(decision.verdict),
        reason_code=decision.reason_code or "",
        message=decision.message,
        note=decision.note,
        category=decision.category or "",
        mandate_basis=decision.mandate_basis or "",
        decided_at=decision.decided_at,
        counts=decision.voided_at is None and decision.content_sha256 == content_sha256,
    )


def _holder(signature: Signature, now: datetime) -> Holder | None:
    row = db.session.execute(
        select(ReviewClaim.officer_id, Officer.public_id, Officer.name, ReviewClaim.expires_at)
        .join(Officer, Officer.id == ReviewClaim.officer_id)
        .where(ReviewClaim.signature_id == signature.id, ReviewClaim.expires_at > now)
    ).first()
    return Holder(*row) if row else None


def _notes(signature_id: int) -> Sequence[Row[str, str, datetime]]:
    return db.session.execute(
        select(Officer.name, ReviewNote.text, ReviewNote.noted_at)
        .join(Officer, Officer.id == ReviewNote.officer_id)
        .where(ReviewNote.signature_id == signature_id)
        .order_by(ReviewNote.id)
    ).all()


def _history(signature: Signature) -> tuple[HistoryLine, ...]:
    records = history_of(about(signature))
    names = _names(record.actor_id for record in records if record.actor_kind == "officer")
    return tuple(
        HistoryLine(record.at, record.act, names.get(record.actor_id or "", ""), record.reason or "")
        for record in records
    )


def _names(public_ids: Iterable[str | None]) -> Mapping[str, str]:
    rows = db.session.execute(
        select(Officer.public_id, Officer.name).where(Officer.public_id.in_(set(public_ids)))
    ).all()
    return {row.public_id: row.name for row in rows}


def _same_names(signature: Signature) -> tuple[SameName, ...]:
    """Return whoever has the same name in this charter: under review, on the register, or entered there by import."""
    key, charter = signature.organisation.name_key, signature.charter
    applications = db.session.execute(
        select(
            Organisation.official_name,
            Organisation.country,
            Signature.reference,
            Signature.state,
            Signature.register_number,
        )
        .join(Signature, Signature.organisation_id == Organisation.id)
        .where(Organisation.name_key == key, Signature.charter == charter, Signature.id != signature.id)
        .where(Signature.state.in_(OPEN | PUBLISHED))
        .order_by(Signature.id)
        .limit(MOST_LIKE)
    ).all()
    known = {row.register_number for row in applications} | {signature.register_number}
    entries = db.session.execute(
        select(RegisterEntry.official_name, RegisterEntry.country, RegisterEntry.status, RegisterEntry.number)
        .where(RegisterEntry.charter == charter, RegisterEntry.capacity == signature.capacity)
        .where(RegisterEntry.name_key == key, RegisterEntry.status.in_(SHOWN))
        .order_by(RegisterEntry.id)
        .limit(MOST_LIKE)
    ).all()
    found = [SameName(*row[:4], row.register_number or "") for row in applications]
    return tuple(found) + tuple(
        SameName(row.official_name, row.country, "", row.status, row.number)
        for row in entries
        if row.number not in known
    )


def _signals(signature: Signature, *, name_known: bool) -> tuple[Signal, ...]:
    representative, website = signature.representative, signature.organisation.website
    found = list(address_signals(representative.email, website)) if representative is not None else []
    if signature.contact == Contact.BOUNCED:
        found.append(Signal.MAILBOX_REFUSES)
    if name_known:
        found.append(Signal.NAME_KNOWN)
    if not signature.documents:
        found.append(Signal.PROOF_MISSING)
    return tuple(found)
