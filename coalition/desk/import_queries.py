"""Which lists were brought in, how far is each, and what is wrong with its rows? Reads alone; pages go on by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.desk.import_errors import ImportUnknown
from coalition.desk.import_models import Import, ImportMapping, ImportProblem
from coalition.desk.import_states import State
from coalition.extensions import db
from coalition.transactions import snapshot

PAGE, PROBLEMS = 25, 100
BATCH = 2000


@dataclass(frozen=True)
class ImportPage:
    """One page of imports; `next_before` is the key of its last one where older ones follow."""

    rows: Sequence[Any]
    next_before: int | None


@dataclass(frozen=True)
class ProblemPage:
    """One page of problems; `next_after` is the key of its last one where more follow."""

    rows: Sequence[ImportProblem]
    next_after: int | None


def is_within(found: Import, scope: Scope) -> bool:
    """Tell whether an officer may see an import: lists of no charter are for officers without limits."""
    if scope.only_reference is not None:
        return False
    return not scope.charters or found.charter in scope.charters


def import_of(public_id: str, *, scope: Scope | None = None) -> Import:
    """Return an import within an officer's reach. Raises ImportUnknown."""
    found = db.session.scalars(select(Import).where(Import.public_id == public_id)).one_or_none()
    if found is None or (scope is not None and not is_within(found, scope)):
        raise ImportUnknown
    return found


def page_of_imports(scope: Scope, *, before: int | None = None) -> ImportPage:
    """Return the imports an officer may see, the newest first."""
    statement = (
        select(
            Import.id, Import.public_id, Import.kind, Import.list_title, Import.listed_on, Import.state,
            Import.rows_total, Import.rows_new, Import.rows_known, Import.rows_bad, Import.created_at, Officer.name,
        )
        .outerjoin(Officer, Officer.id == Import.officer_id)
        .order_by(Import.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if scope.charters:
        statement = statement.where(Import.charter.in_(sorted(scope.charters)))
    if before is not None:
        statement = statement.where(Import.id < before)
    rows = db.session.execute(statement).all()
    return ImportPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def problems_of(import_id: int, *, after: int | None = None) -> ProblemPage:
    """Return what is wrong with the rows of an import, in the file's order."""
    statement = (
        select(ImportProblem)
        .where(ImportProblem.import_id == import_id, ImportProblem.id > (after or 0))
        .order_by(ImportProblem.id)
        .limit(PROBLEMS + 1)
    )
    rows = db.session.scalars(statement).all()
    return ProblemPage(rows[:PROBLEMS], rows[PROBLEMS - 1].id if len(rows) > PROBLEMS else None)


def number_of_problems(import_id: int) -> int:
    """Return how many problems and notices there are."""
    return db.session.execute(select(func.count()).where(ImportProblem.import_id == import_id)).scalar_one()


def all_problems(import_id: int) -> Iterator[Any]:
    """Return every problem, row by row, from one snapshot."""
    columns = (ImportProblem.row_number, ImportProblem.heading, ImportProblem.code, ImportProblem.detail)
    statement = (
        select(*columns, ImportProblem.text, ImportProblem.is_notice)
        .where(ImportProblem.import_id == import_id)
        .order_by(ImportProblem.id)
    )
    with snapshot() as connection:
        result = connection.execute(statement, execution_options={"yield_per": BATCH})
        try:
            yield from result
        finally:
            result.close()


def bad_rows(import_id: int) -> frozenset[int]:
    """Return the numbers of the rows that cannot come in."""
    statement = select(ImportProblem.row_number).where(
        ImportProblem.import_id == import_id, ImportProblem.is_notice.is_(False)
    )
    return frozenset(db.session.scalars(statement))


def remembered_mapping(header_sha256: str, kind: str) -> dict[str, str] | None:
    """Return the columns that were last chosen for these headings."""
    found = db.session.get(ImportMapping, (header_sha256, kind))
    return dict(found.mapping) if found is not None else None


def same_file(file_sha256: str, *, scope: Scope) -> Import | None:
    """Return an import of this very file that was applied, within an officer's reach."""
    statement = (
        select(Import)
        .where(Import.file_sha256 == file_sha256, Import.state == State.APPLIED.value)
        .order_by(Import.id.desc())
    )
    return next((found for found in db.session.scalars(statement) if is_within(found, scope)), None)


def imports_past(before: datetime) -> Sequence[Import]:
    """Return imports that ended, or were left lying, before a moment and whose file or problems are still kept."""
    statement = (
        select(Import)
        .where(func.coalesce(Import.ended_at, Import.created_at) < before, Import.storage_key.is_not(None))
        .order_by(Import.id)
    )
    return db.session.scalars(statement).all()


def claimed(storage_key: str) -> bool:
    """Tell whether a file belongs to an import."""
    return db.session.scalar(select(Import.id).where(Import.storage_key == storage_key)) is not None
