"""Which certificates are there, how do they stand, and which wait for officers? Pages by key, within one's reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.certificates.content import normalise_serial
from coalition.certificates.errors import CertificateUnknown
from coalition.certificates.models import Certificate, CertificateRevision
from coalition.certificates.queries import LIVING
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.signing.models import Signature
from coalition.standing.models import Revocation

PAGE = 25
SUCCESSOR, CLOSER = aliased(Certificate), aliased(Officer)


class Tab(StrEnum):
    """Which certificates a list shows."""

    LIVE = "live"
    WAITING = "waiting"
    PROPOSED = "proposed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ALL = "all"


CHOSEN: dict[Tab, tuple[ColumnElement[bool], ...]] = {
    Tab.LIVE: (*LIVING, Certificate.storage_key.is_not(None)),
    Tab.WAITING: (*LIVING, Certificate.storage_key.is_(None)),
    Tab.PROPOSED: (
        *LIVING,
        Certificate.id.in_(select(Revocation.certificate_id).where(Revocation.closed_at.is_(None))),
    ),
    Tab.SUPERSEDED: (Certificate.revoked_at.is_(None), Certificate.superseded_by_id.is_not(None)),
    Tab.REVOKED: (Certificate.revoked_at.is_not(None),),
    Tab.ALL: (),
}


@dataclass(frozen=True)
class CertificatePage:
    """One page of certificates, the newest first, and the key of the next page."""

    rows: Sequence[Row[Any]]
    next_after: int | None


@dataclass(frozen=True)
class CertificateAtDesk:
    """One certificate with every stored state of its file and what was proposed of it, the newest proposal first."""

    row: Row[Any]
    revisions: Sequence[CertificateRevision]
    proposals: Sequence[Row[Any]]

    @property
    def is_live(self) -> bool:
        """Whether it was neither revoked nor replaced."""
        return self.row.revoked_at is None and self.row.superseded_by is None

    @property
    def proposal(self) -> Row[Any] | None:
        """The proposal that waits for a second officer, with its officer's name."""
        return next((one for one in self.proposals if one.Revocation.closed_at is None), None)


def page_of_certificates(scope: Scope, tab: Tab, *, typed: str = "", after: int | None = None) -> CertificatePage:
    """Return one page of the certificates of a tab; `typed` is a serial or a register number, "" is every one."""
    statement = _rows().where(*_within(scope), *CHOSEN[tab], *_called(typed))
    if after:
        statement = statement.where(Certificate.id < after)
    rows = db.session.execute(statement.order_by(Certificate.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return CertificatePage(shown, shown[-1].id if len(rows) > PAGE else None)


def proposed_revocations(scope: Scope) -> int:
    """Return how many proposals wait for a second officer, within one's reach."""
    statement = select(func.count()).select_from(Certificate).join(Signature, Signature.id == Certificate.signature_id)
    return db.session.execute(statement.where(*_within(scope), *CHOSEN[Tab.PROPOSED])).scalar_one()


def certificate_at_desk(serial: str, scope: Scope) -> CertificateAtDesk:
    """Return one certificate within this officer's reach. Raises CertificateUnknown for any other."""
    row = db.session.execute(_rows().where(*_within(scope), Certificate.serial == serial)).one_or_none()
    if row is None:
        raise CertificateUnknown
    mine = CertificateRevision.certificate_id == row.id
    revisions = db.session.scalars(select(CertificateRevision).where(mine).order_by(CertificateRevision.id)).all()
    return CertificateAtDesk(row, revisions, _proposals(row.id))


def certificate_row(serial: str) -> Certificate:
    """Return a certificate as it stands now, for an act. Raises CertificateUnknown, also for a receipt."""
    asked = select(Certificate).where(Certificate.serial == serial, Certificate.kind == Kind.CERTIFICATE.value)
    found = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise CertificateUnknown
    return found


def open_revocation(certificate_id: int) -> Revocation | None:
    """Return the proposal to revoke a certificate that waits for another officer."""
    return db.session.scalar(
        select(Revocation).where(Revocation.certificate_id == certificate_id, Revocation.closed_at.is_(None))
    )


def revocation_of(certificate_id: int, public_id: str) -> Revocation | None:
    """Return that proposal to revoke this certificate, closed or not."""
    asked = (Revocation.certificate_id == certificate_id, Revocation.public_id == public_id)
    return db.session.scalars(select(Revocation).where(*asked)).one_or_none()


def _rows() -> Any:
    return (
        select(
            Certificate.id,
            Certificate.serial,
            Certificate.language,
            Certificate.created_at,
            Certificate.issued_at,
            Certificate.storage_key,
            Certificate.revoked_at,
            Certificate.revoked_reason,
            SUCCESSOR.serial.label("superseded_by"),
            Signature.state,
            Signature.register_number,
            Organisation.official_name,
            Organisation.country,
        )
        .join(Signature, Signature.id == Certificate.signature_id)
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .outerjoin(SUCCESSOR, SUCCESSOR.id == Certificate.superseded_by_id)
    )


def _within(scope: Scope) -> Iterable[ColumnElement[bool]]:
    yield Certificate.kind == Kind.CERTIFICATE.value
    if scope.only_reference is not None:
        yield Signature.reference == scope.only_reference
    elif scope.charters:
        yield Signature.charter.in_(sorted(scope.charters))


def _called(typed: str) -> Iterable[ColumnElement[bool]]:
    if typed:
        serial = normalise_serial(typed)
        by_number = Signature.register_number == typed.strip().upper()[:60]
        yield or_(by_number, Certificate.serial == serial) if serial else by_number


def _proposals(certificate_id: int) -> Sequence[Row[Any]]:
    statement: Any = (
        select(Revocation, Officer.name.label("officer"), CLOSER.name.label("closed_by"))
        .join(Officer, Officer.id == Revocation.officer_id)
        .outerjoin(CLOSER, CLOSER.id == Revocation.closed_by_id)
        .where(Revocation.certificate_id == certificate_id)
        .order_by(Revocation.id.desc())
    )
    found: Sequence[Row[Any]] = db.session.execute(statement).all()
    return found
