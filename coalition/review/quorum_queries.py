"""What is known of who is there and of what waits? A fixed number of statements, and a bounded number of applications.

Looked at are all open referrals and appeals, what has one approval already or somebody's recusal, and the applications
that wait longest; what is short is told by `quorum`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, union_all

from coalition.accounts import staff
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role, Scope
from coalition.accounts.queries import ABLE
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.review.decisions import OPINION_GIVERS, ReferralKind, Verdict
from coalition.review.models import Decision, Recusal, Referral
from coalition.review.people import CONTESTED
from coalition.review.quorum import Case, Gap, Person, Shortage, shortages
from coalition.review.recusal import Party, in_network
from coalition.signing.models import Representative, Signature
from coalition.signing.states import TO_REVIEW, State

MOST, RECENT = 40, 300
WAITING = [state.value for state in (*TO_REVIEW, State.NEEDS_INFORMATION)]
Officers = Iterable[Row[*tuple[Any, ...]]]
Members = tuple[tuple[int, str, tuple[str, ...]], ...]


def shortages_now(*, now: datetime, scope: Scope) -> tuple[Shortage, ...]:
    """Return what too few officers are left for, as far as `scope` reaches; nothing before anybody can sign in."""
    officers = _officers()
    if not officers:
        return ()
    away = staff.absent_on(now.date())
    people = [
        Person(one.id, Role(one.role), Scope(frozenset(one.charters), one.only_reference), one.id in away)
        for one in officers
    ]
    approvers = {
        known.slug: known.definition.approvers
        for known in charters.charter_list()
        if known.definition.is_signed_by_form and scope.covers(charter=known.slug, reference="")
    }
    found = [
        case for case in _cases(officers, approvers) if scope.covers(charter=case.charter, reference=case.reference)
    ]
    return shortages(people, approvers=approvers, cases=found)


def _officers() -> list[Any]:
    columns = (Officer.id, Officer.email, Officer.role, Officer.charters, Officer.only_reference, Officer.networks)
    return list(db.session.execute(select(*columns).where(*ABLE)))


def _cases(officers: Officers, approvers: Mapping[str, int]) -> list[Case]:
    referrals = _referrals()
    ids = {one.signature_id for one in referrals} | _delicate()
    recused = _by_signature(select(Recusal.signature_id, Recusal.officer_id).where(Recusal.signature_id.in_(ids)))
    decided = _decisions(ids)
    laid = {one.signature_id: one for one in referrals}
    members = tuple((one.id, one.email, tuple(one.networks)) for one in officers)
    found = []
    for row in _rows(ids):
        names = (row.official_name, row.latin_name, row.acronym, row.aliases)
        network = _of_network(names, row.website, (row.email or "").rpartition("@")[2], members)
        kept_from = recused.get(row.id, frozenset()) | network
        if row.id in laid:
            found.append(_laid_before(row, laid[row.id], kept_from=kept_from, decided=decided.get(row.id, [])))
        elif row.state in WAITING and row.charter in approvers:
            approved = frozenset(
                one.officer_id
                for one in decided.get(row.id, [])
                if one.verdict == Verdict.APPROVE.value and one.content_sha256 == row.content_sha256
            )
            needed = approvers[row.charter] - len(approved)
            found.append(Case(row.reference, row.charter, Gap.REVIEW, needed, kept_from | approved))
    return found


def _referrals() -> list[Any]:
    columns = (Referral.signature_id, Referral.kind, Referral.officer_id, Referral.to_officer_id)
    return list(
        db.session.execute(select(*columns).where(Referral.answered_at.is_(None)).order_by(Referral.id).limit(RECENT))
    )


def _delicate() -> set[int]:
    """Return the applications on which somebody may be kept from deciding, by their keys.

    Each part walks an index from one end and stops, so that it costs the same however many applications wait.
    """
    live = (Decision.verdict == Verdict.APPROVE.value, Decision.voided_at.is_(None))
    newest = (
        select(Decision.signature_id).where(*live).order_by(Decision.id.desc()).limit(RECENT),
        select(Recusal.signature_id).order_by(Recusal.id.desc()).limit(RECENT),
    )
    touched = [_first(Signature.id.in_(part), Signature.state.in_(WAITING)) for part in newest]
    oldest = [_first(Signature.state == state) for state in WAITING]
    return set(db.session.scalars(union_all(*(select(part.subquery().c.id) for part in (*touched, *oldest)))))


def _first(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(Signature.id).where(*conditions).order_by(Signature.clock_at, Signature.id).limit(MOST)


def _rows(ids: Iterable[int]) -> list[Any]:
    columns = (
        Signature.id,
        Signature.reference,
        Signature.charter,
        Signature.state,
        Signature.content_sha256,
        Organisation.official_name,
        Organisation.latin_name,
        Organisation.acronym,
        Organisation.aliases,
        Organisation.website,
        Representative.email,
    )
    statement = (
        select(*columns)
        .join(Organisation, Signature.organisation_id == Organisation.id)
        .outerjoin(Representative, Representative.signature_id == Signature.id)
        .where(Signature.id.in_(ids))
        .order_by(Signature.clock_at, Signature.id)
    )
    return list(db.session.execute(statement))


def _decisions(ids: Iterable[int]) -> dict[int, list[Any]]:
    columns = (Decision.signature_id, Decision.officer_id, Decision.verdict, Decision.content_sha256)
    statement = select(*columns).where(Decision.signature_id.in_(ids), Decision.voided_at.is_(None))
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement.order_by(Decision.id)):
        found.setdefault(row.signature_id, []).append(row)
    return found


def _by_signature(statement: Any) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.signature_id, set()).add(row.officer_id)
    return {key: frozenset(officers) for key, officers in found.items()}


@lru_cache(maxsize=1024)
def _of_network(names: tuple[str, ...], website: str, mail_domain: str, members: Members) -> frozenset[int]:  # noqa: PLR0917
    """Return which officers belong to an applicant's network; remembered, because the same ones wait day after day."""
    party = Party.of(names=names, website=website, email=f"@{mail_domain}" if mail_domain else "")
    return frozenset(
        officer_id
        for officer_id, email, networks in members
        if in_network(networks=networks, officer_email=email, party=party)
    )


def _laid_before(row: Any, referral: Any, *, kept_from: frozenset[int], decided: list[Any]) -> Case:
    """Return an open referral: an appeal waits for whoever did not decide, an opinion for whoever was asked."""
    if referral.kind == ReferralKind.APPEAL:
        contested = frozenset(one.officer_id for one in decided if one.verdict in CONTESTED)
        return Case(row.reference, row.charter, Gap.APPEAL, 1, kept_from | contested)
    roles = frozenset({Role.PRESIDENCY}) if referral.kind == ReferralKind.PRESIDENCY else OPINION_GIVERS
    return Case(
        row.reference,
        row.charter,
        Gap.OPINION,
        1,
        kept_from | {referral.officer_id},
        roles=frozenset() if referral.to_officer_id else roles,
        only=referral.to_officer_id,
    )
