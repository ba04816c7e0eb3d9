"""Who resembles an applicant, and how do the two stand side by side? Reads; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from coalition.accounts.permissions import Scope
from coalition.extensions import db
from coalition.organisations.keys import number_key
from coalition.organisations.models import Organisation
from coalition.organisations.resemblance import FIELDS, Resemblance, resembling, told_apart
from coalition.review.errors import ApplicationUnknown
from coalition.review.queries import REFERENCE, signature_of
from coalition.review.signals import website_domain
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED, State

UNSEEN = frozenset({State.PENDING_VERIFICATION, State.DISOWNED, State.EXPIRED})


@dataclass(frozen=True)
class Similar:
    """An organisation that may be the same one; `reference` is "" of one that lists alone know, or is out of reach.

    `key` names it in an address; `is_apart` says that an officer knows it to be another.
    """

    key: str
    official_name: str
    country: str
    reference: str
    state: str
    number: str
    resemblance: Resemblance
    is_apart: bool


@dataclass(frozen=True)
class Beside:
    """One of two organisations that are compared; without a signature it is known by lists alone."""

    organisation: Organisation
    signature: Signature | None

    @property
    def number(self) -> str:
        """Its registration number without its signs."""
        return number_key(self.organisation.registration_number)

    @property
    def domain(self) -> str:
        """The part of its website's address that somebody registered."""
        return website_domain(self.organisation.website)


def similar_to(signature: Signature, *, scope: Scope) -> tuple[Similar, ...]:
    """Return the organisations that resemble the applicant, the likest first; those told apart stand last."""
    organisation = signature.organisation
    found = resembling({name: getattr(organisation, name) for name in FIELDS}, own_id=organisation.id)
    rows = _rows(one.organisation_id for one in found)
    apart = told_apart(organisation.id)
    lines = [
        _line(row, one, scope=scope, is_apart=one.organisation_id in apart)
        for one in found
        if (row := _told(rows.get(one.organisation_id, []), signature, scope)) is not None
    ]
    return tuple(sorted(lines, key=lambda line: line.is_apart))


def beside(signature: Signature, other: str, *, scope: Scope) -> Beside:
    """Return who is compared with an applicant: an application by its reference, else an organisation of a list.

    Raises ApplicationUnknown, also for the applicant itself and outside of what the officer may reach.
    """
    if REFERENCE.fullmatch(other):
        found = signature_of(other)
        reaches = scope.covers(charter=found.charter, reference=found.reference)
        if not reaches or found.organisation_id == signature.organisation_id or State(found.state) in UNSEEN:
            raise ApplicationUnknown
        return Beside(found.organisation, found)
    organisation = db.session.scalar(select(Organisation).where(Organisation.public_id == other))
    if organisation is None or organisation.id == signature.organisation_id:
        raise ApplicationUnknown
    if db.session.scalar(select(Signature.id).where(Signature.organisation_id == organisation.id).limit(1)):
        raise ApplicationUnknown  # who has signed is reached by the reference alone, which an officer's scope guards
    return Beside(organisation, None)


def _rows(organisations: Iterable[int]) -> dict[int, list[Any]]:
    statement = (
        select(
            Organisation.id,
            Organisation.public_id,
            Organisation.official_name,
            Organisation.country,
            Signature.charter,
            Signature.reference,
            Signature.state,
            Signature.register_number,
        )
        .outerjoin(Signature, Signature.organisation_id == Organisation.id)
        .where(Organisation.id.in_(list(organisations)))
        .order_by(Signature.id.desc())
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.id, []).append(row)
    return found


def _told(rows: list[Any], signature: Signature, scope: Scope) -> Any:
    """Return the row by which an officer knows an organisation: its signature of this charter, or that it is listed."""
    for row in rows:
        if row.reference is None:
            return row
        if row.charter != signature.charter or State(row.state) in UNSEEN:
            continue
        if scope.covers(charter=row.charter, reference=row.reference) or State(row.state) in PUBLISHED:
            return row
    return None


def _line(row: Any, one: Resemblance, *, scope: Scope, is_apart: bool) -> Similar:
    reaches = row.reference is not None and scope.covers(charter=row.charter, reference=row.reference)
    reference = row.reference if reaches else ""
    return Similar(
        key=reference or ("" if row.reference else row.public_id),
        official_name=row.official_name,
        country=row.country,
        reference=reference,
        state=row.state or "",
        number=row.register_number or "",
        resemblance=one,
        is_apart=is_apart,
    )
