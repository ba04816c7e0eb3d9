"""What is known of one signatory: what has happened to it, what is about to, what stands there now?

What waits for officers across signatories belongs to `queue`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.signing.models import Signature
from coalition.standing.amendments import ORGANISATION
from coalition.standing.errors import ChangeUnknown
from coalition.standing.models import ChangeApproval, ChangeRequest, Delisting, Succession, Suspension
from coalition.standing.states import ChangeKind

PROPOSER, CLOSER = aliased(Officer), aliased(Officer)


@dataclass(frozen=True)
class Standing:
    """What has happened, or is about to, to one signatory; the newest first."""

    suspensions: Sequence[Row[Any]]
    delistings: Sequence[Row[Any]]
    changes: Sequence[Row[Any]]
    certificates: Sequence[Row[Any]]
    successor: Row[Any] | None
    predecessors: Sequence[Row[Any]]

    @property
    def suspension(self) -> Any:
        """The suspension that is announced or lasts; none is None."""
        return next((row.Suspension for row in self.suspensions if row.Suspension.closed_at is None), None)

    @property
    def delisting(self) -> Row[Any] | None:
        """The proposal that waits for a second officer, with its officer's name."""
        return next((row for row in self.delistings if row.Delisting.closed_at is None), None)

    @property
    def waiting(self) -> list[Row[Any]]:
        """The changes that wait to be decided."""
        return [row for row in self.changes if row.ChangeRequest.closed_at is None]


@dataclass(frozen=True)
class ToConfirm:
    """A change that waits for its new mailbox, or no longer does; `full_name` is "" where the person stays."""

    signature: Signature
    full_name: str
    is_confirmed: bool


def signature_numbered(number: str) -> Signature | None:
    """Return the signature that stands in the register under that number, whatever its state."""
    return db.session.scalars(select(Signature).where(Signature.register_number == number)).one_or_none()


def standing_of(signature_id: int) -> Standing:
    """Return what happened to a signatory, for its page at the desk."""
    return Standing(
        suspensions=_history(Suspension, signature_id),
        delistings=_history(Delisting, signature_id),
        changes=_history(ChangeRequest, signature_id),
        certificates=_certificates(signature_id),
        successor=_kin(Succession.signature_id == signature_id, Succession.successor_id).first(),
        predecessors=_kin(Succession.successor_id == signature_id, Succession.signature_id).all(),
    )


def present(signature: Signature) -> dict[str, str]:
    """Return every field that can be changed, as it stands now."""
    person, kept = signature.representative, signature.organisation
    found = {name: str(getattr(kept, name)) for name in ORGANISATION}
    found["category"] = signature.category or ""
    if person is not None:
        found |= {"full_name": person.full_name, "role": person.role, "email": person.email}
    return found


def open_suspension(signature_id: int) -> Suspension | None:
    """Return the suspension that is announced or lasts."""
    return db.session.scalar(
        select(Suspension).where(Suspension.signature_id == signature_id, Suspension.closed_at.is_(None))
    )


def open_delisting(signature_id: int) -> Delisting | None:
    """Return the proposal to remove a signatory that waits for another officer."""
    return db.session.scalar(
        select(Delisting).where(Delisting.signature_id == signature_id, Delisting.closed_at.is_(None))
    )


def delisting_of(signature_id: int, public_id: str) -> Delisting | None:
    """Return that proposal to remove this signatory, closed or not."""
    asked = (Delisting.signature_id == signature_id, Delisting.public_id == public_id)
    return db.session.scalars(select(Delisting).where(*asked)).one_or_none()


def open_change(signature_id: int, kind: ChangeKind) -> ChangeRequest | None:
    """Return the change of that kind that waits to be decided or confirmed."""
    mine = (ChangeRequest.signature_id == signature_id, ChangeRequest.kind == kind.value)
    return db.session.scalar(select(ChangeRequest).where(*mine, ChangeRequest.closed_at.is_(None)))


def open_changes(signature_id: int) -> Sequence[ChangeRequest]:
    """Return every change of a signature that waits, the oldest first."""
    mine = (ChangeRequest.signature_id == signature_id, ChangeRequest.closed_at.is_(None))
    return db.session.scalars(select(ChangeRequest).where(*mine).order_by(ChangeRequest.id)).all()


def changes_of(signature_id: int) -> Sequence[ChangeRequest]:
    """Return every change of a signature, decided or not."""
    mine = ChangeRequest.signature_id == signature_id
    return db.session.scalars(select(ChangeRequest).where(mine).order_by(ChangeRequest.id)).all()


def change_of(signature_id: int, public_id: str) -> Row[Any]:
    """Return a change of this signature with the names of its officers. Raises ChangeUnknown for any other."""
    statement = _with_officers(ChangeRequest).where(
        ChangeRequest.signature_id == signature_id, ChangeRequest.public_id == public_id
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise ChangeUnknown
    return found


def change_named(public_id: str) -> ChangeRequest | None:
    """Return the change of that public id."""
    return db.session.scalars(select(ChangeRequest).where(ChangeRequest.public_id == public_id)).one_or_none()


def change_to_confirm(public_id: str, *, now: datetime) -> ToConfirm | None:
    """Return the change that the owner of a new mailbox may confirm or has confirmed; None once it has ended."""
    found = change_named(public_id)
    if found is None or found.closed_at is not None or found.expires_at is None:
        return None
    if found.opened_at is None and found.expires_at <= now:
        return None
    signature = db.session.get_one(Signature, found.signature_id)
    return ToConfirm(signature, str(found.after.get("full_name", "")), is_confirmed=found.opened_at is not None)


def change_approvers(change_request_id: int) -> Sequence[int]:
    """Return the officers who have approved a change."""
    mine = ChangeApproval.change_request_id == change_request_id
    return db.session.scalars(select(ChangeApproval.officer_id).where(mine)).all()


def change_approvals(change_request_id: int) -> Sequence[Row[int, str, datetime]]:
    """Return who has approved a change and when, the first first."""
    statement = (
        select(Officer.id, Officer.name, ChangeApproval.approved_at)
        .join(Officer, Officer.id == ChangeApproval.officer_id)
        .where(ChangeApproval.change_request_id == change_request_id)
        .order_by(ChangeApproval.id)
    )
    return db.session.execute(statement).all()


def officer_name(officer_id: int) -> str:
    """Return how colleagues read an officer's name."""
    return db.session.execute(select(Officer.name).where(Officer.id == officer_id)).scalar_one()


def _history(table: Any, signature_id: int) -> Sequence[Row[Any]]:
    statement = _with_officers(table).where(table.signature_id == signature_id).order_by(table.id.desc())
    found: Sequence[Row[Any]] = db.session.execute(statement).all()
    return found


def _with_officers(table: Any) -> Select[Any]:
    return (
        select(table, PROPOSER.name.label("officer"), CLOSER.name.label("closed_by"))
        .outerjoin(PROPOSER, PROPOSER.id == table.officer_id)
        .outerjoin(CLOSER, CLOSER.id == table.closed_by_id)
    )


def _certificates(signature_id: int) -> Sequence[Row[Any]]:
    successor = aliased(Certificate)
    statement: Any = (
        select(
            Certificate.serial,
            Certificate.language,
            Certificate.created_at,
            Certificate.issued_at,
            Certificate.revoked_at,
            successor.serial.label("superseded_by"),
        )
        .outerjoin(successor, successor.id == Certificate.superseded_by_id)
        .where(Certificate.signature_id == signature_id, Certificate.kind == Kind.CERTIFICATE.value)
        .order_by(Certificate.id.desc())
    )
    found: Sequence[Row[Any]] = db.session.execute(statement).all()
    return found


def _kin(condition: ColumnElement[bool], other: Any) -> Any:
    return db.session.execute(
        select(Signature.register_number, Organisation.official_name, Succession.kind, Succession.since_on)
        .select_from(Succession)
        .join(Signature, Signature.id == other)
        .join(Organisation, Organisation.id == Signature.organisation_id)
        .where(condition)
        .order_by(Succession.recorded_at)
    )
