"""Which officers are there for one application, and which of them may not decide on it? Fixed statements by Core."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role, Scope, may
from coalition.extensions import db
from coalition.review.decisions import ReferralKind, Verdict
from coalition.review.models import Assignment, Decision, Recusal, Referral
from coalition.review.recusal import Party, in_network
from coalition.signing.models import Signature
from coalition.signing.states import State

OWN_ACT, BY_NETWORK = "own", "network"
CONTESTED = frozenset({Verdict.DECLINE.value, Verdict.DELIST.value})


@dataclass(frozen=True)
class Colleague:
    """An officer as seen from one application; `recused_by` is "" or why they may not decide on it."""

    id: int
    public_id: str
    name: str
    email: str
    language: str
    role: Role
    scope: Scope
    is_disabled: bool
    recused_by: str

    def may_act(self, act: Act, signature: Signature) -> bool:
        """Tell whether the officer may do this to the application: by role, reach, and without being recused."""
        reaches = self.scope.covers(charter=signature.charter, reference=signature.reference)
        return may(self.role, act) and reaches and not self.is_disabled and not self.recused_by


def colleagues(signature: Signature) -> tuple[Colleague, ...]:
    """Return every officer whose account is in use, in the order of their names."""
    rows = db.session.execute(_officers(signature).where(Officer.disabled_at.is_(None)).order_by(Officer.name))
    party = party_of(signature)
    return tuple(_colleague(row, party) for row in rows)


def colleague(signature: Signature, officer_id: int) -> Colleague:
    """Return one officer, also one whose account has ended. Raises NoResultFound for a key that nobody has."""
    return _colleague(
        db.session.execute(_officers(signature).where(Officer.id == officer_id)).one(), party_of(signature)
    )


def candidates(signature: Signature, officers: Collection[Colleague]) -> tuple[Colleague, ...]:
    """Return those who may be given the application: to review it, or to decide on the appeal that it is under."""
    appeal = open_appeal(signature) if signature.state == State.REFERRED else None
    deciders = contested_by(signature) if appeal is not None else frozenset()
    act = Act.DECIDE if appeal is None else Act.DECIDE_APPEAL
    return tuple(one for one in officers if one.may_act(act, signature) and one.id not in deciders)


def contested_by(signature: Signature) -> frozenset[int]:
    """Return who took the decision that an appeal is, or would be, against: the last refusal, or the delisting."""
    rows = db.session.execute(
        select(Decision.officer_id, Decision.verdict)
        .where(Decision.signature_id == signature.id, Decision.verdict.in_(CONTESTED), Decision.voided_at.is_(None))
        .order_by(Decision.id.desc())
    ).all()
    last = rows[0].verdict if rows else ""
    return frozenset(row.officer_id for row in rows if row.verdict == last)


def open_appeal(signature: Signature) -> Referral | None:
    """Return the appeal that waits for a decision."""
    found = open_referral(signature.id)
    return found if found is not None and found.kind == ReferralKind.APPEAL else None


def open_referral(signature_id: int) -> Referral | None:
    """Return what waits for an opinion or for the decision on an appeal."""
    return db.session.scalar(
        select(Referral).where(Referral.signature_id == signature_id, Referral.answered_at.is_(None))
    )


def assigned_to(signature_id: int) -> int | None:
    """Return the officer on whose list the application stands."""
    return db.session.scalar(select(Assignment.officer_id).where(Assignment.signature_id == signature_id))


def party_of(signature: Signature) -> Party:
    """Return what of the applicant tells its network."""
    organisation, person = signature.organisation, signature.representative
    names = (organisation.official_name, organisation.latin_name, organisation.acronym, organisation.aliases)
    return Party.of(names=names, website=organisation.website, email=person.email if person is not None else "")


def _officers(signature: Signature) -> Select[*tuple[Any, ...]]:
    own = and_(Recusal.officer_id == Officer.id, Recusal.signature_id == signature.id)
    return select(
        Officer.id,
        Officer.public_id,
        Officer.name,
        Officer.email,
        Officer.language,
        Officer.role,
        Officer.charters,
        Officer.only_reference,
        Officer.networks,
        Officer.disabled_at,
        Recusal.recused_at,
    ).outerjoin(Recusal, own)


def _colleague(row: Any, party: Party) -> Colleague:
    return Colleague(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        email=row.email,
        language=row.language,
        role=Role(row.role),
        scope=Scope(frozenset(row.charters), row.only_reference),
        is_disabled=row.disabled_at is not None,
        recused_by=_why(row.recused_at, networks=row.networks, email=row.email, party=party),
    )


def _why(recused_at: datetime | None, *, networks: list[str], email: str, party: Party) -> str:
    if recused_at is not None:
        return OWN_ACT
    return BY_NETWORK if in_network(networks=networks, officer_email=email, party=party) else ""
