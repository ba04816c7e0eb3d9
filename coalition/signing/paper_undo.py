"""Can paper signatures be taken back as if they had never been brought in? Only while nobody has worked on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, Table, delete, exists, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.organisations.models import Organisation, OrganisationSource
from coalition.register import intake
from coalition.register.models import RegisterEntry, RegisterMark
from coalition.signing.models import Representative, Signature
from coalition.signing.paper import BROUGHT_IN
from coalition.signing.states import State
from coalition.transactions import writer

OWN = frozenset({Representative.__tablename__, RegisterMark.__tablename__})


def worked_on(*, import_id: int, landed_as: State) -> int:
    """Return how many signatures of an import are no longer as they came: moved, acted upon, or referred to.

    Their rows are held until the end of the transaction.
    """
    connection = writer()
    if connection.dialect.name == "postgresql":
        connection.execute(select(Signature.id).where(Signature.id.in_(_ids(import_id))).with_for_update()).all()
    line = exists().where(
        AuditRecord.subject == literal("signature:") + Signature.public_id, AuditRecord.act != BROUGHT_IN
    )
    touched = or_(Signature.state != landed_as.value, line, *_references())
    return len(connection.execute(select(Signature.id).where(Signature.id.in_(_ids(import_id)), touched)).all())


def _ids(import_id: int) -> Select[int]:
    return (
        select(Signature.id)
        .join(OrganisationSource, OrganisationSource.organisation_id == Signature.organisation_id)
        .where(OrganisationSource.import_id == import_id)
    )


def _references() -> list[ColumnElement[bool]]:
    """Return, for every table that can point at a signature or its entry, whether one of its rows does."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in OWN]
    found = [_points_at(table, key) for table in tables for key in table.foreign_keys]
    return [condition for condition in found if condition is not None]


def _points_at(table: Table, key: ForeignKey) -> ColumnElement[bool] | None:
    aimed = key.column
    if aimed.table is Signature.__table__:
        return exists().where(key.parent == Signature.id).correlate(Signature.__table__)
    if aimed.table is RegisterEntry.__table__ and aimed.name == "number":
        return exists().where(key.parent == Signature.register_number).correlate(Signature.__table__)
    return None


def take_back(*, import_id: int, now: datetime) -> None:
    """Remove the signatures of an import with their people, organisations and entries."""
    connection = writer()
    rows = connection.execute(
        select(Signature.id, Signature.organisation_id, Signature.register_number).where(
            Signature.id.in_(_ids(import_id))
        )
    ).all()
    intake.take_back([row.register_number for row in rows if row.register_number], now=now)
    connection.execute(delete(OrganisationSource).where(OrganisationSource.import_id == import_id))
    for some in intake.in_batches(rows):
        ids, owners = [row.id for row in some], [row.organisation_id for row in some]
        connection.execute(delete(Representative).where(Representative.signature_id.in_(ids)))
        connection.execute(delete(Signature).where(Signature.id.in_(ids)))
        connection.execute(delete(Organisation).where(Organisation.id.in_(owners)))
