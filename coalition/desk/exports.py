"""How does what officers see leave as a file? Row by row from one snapshot; its memory does not grow.

No cell begins what a spreadsheet would take for a formula; headings are the same in every language, for programs. Who
may take what belongs to `export_views`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from sqlalchemy import Date, Select, false, select, type_coerce

from coalition.accounts.permissions import Scope
from coalition.organisations.models import Organisation, OrganisationSource
from coalition.organisations.queries import IMPORTS, IS_WHOLE
from coalition.register.entry import OPEN_DATA
from coalition.register.exports import BATCH, SAFELY_STORED, SHEET_ROWS, SheetTooLong, guarded
from coalition.register.models import RegisterEntry
from coalition.signing.models import Representative, Signature
from coalition.signing.states import State
from coalition.transactions import snapshot


class What(StrEnum):
    """What can be taken out."""

    SIGNATORIES = "signatories"
    APPLICATIONS = "applications"
    PEOPLE = "people"
    PARTIES = "parties"


class Format(StrEnum):
    """In which form."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


@dataclass(frozen=True)
class Wanted:
    """What an officer asks for; "" of charter or state asks for all within reach."""

    what: What
    scope: Scope
    charter: str = ""
    state: str = ""


_ORGANISATION: list[Any] = [
    Organisation.official_name, Organisation.latin_name, Organisation.acronym, Organisation.aliases,
    Organisation.country, Organisation.organisation_form, Organisation.website, Organisation.registration_number,
    Organisation.description,
]  # fmt: skip
_SIGNATURE: list[Any] = [
    Signature.reference, Signature.charter, Signature.charter_version, Signature.capacity, Signature.state,
    Signature.contact, Signature.category, Signature.register_number, Signature.language, Signature.mandate,
    Signature.submitted_at, Signature.confirmed_at, Signature.signed_on, Signature.decided_at, Signature.ended_on,
]  # fmt: skip
_PERSON: list[Any] = [
    Representative.full_name, Representative.role, Representative.email, Representative.publish_name,
    Representative.second_contact_name, Representative.second_contact_email, Representative.preparer_name,
    Representative.preparer_email,
]  # fmt: skip
_UMBRELLA = Organisation.__table__.alias("umbrella")
_PARTY: list[Any] = [
    Organisation.public_id.label("organisation"), OrganisationSource.listed_name, Organisation.official_name,
    Organisation.acronym, Organisation.aliases, Organisation.country, OrganisationSource.listed_class,
    _UMBRELLA.c.official_name.label("umbrella"), IMPORTS.c.list_title,
    type_coerce(IMPORTS.c.listed_on, Date).label("listed_on"), OrganisationSource.row_number,
]  # fmt: skip


def statement_of(wanted: Wanted) -> Select[Any]:
    """Return the statement that reads what is wanted, within the officer's reach."""
    if wanted.what is What.SIGNATORIES:
        return _signatories(wanted)
    if wanted.what is What.PARTIES:
        return _parties(wanted)
    columns = [*_SIGNATURE, *_ORGANISATION, *(_PERSON if wanted.what is What.PEOPLE else [])]
    statement = select(*columns).join(Organisation, Organisation.id == Signature.organisation_id)
    if wanted.what is What.PEOPLE:
        statement = statement.outerjoin(Representative, Representative.signature_id == Signature.id)
    if wanted.scope.only_reference is not None:
        statement = statement.where(Signature.reference == wanted.scope.only_reference)
    if wanted.state in set(State):
        statement = statement.where(Signature.state == wanted.state)
    return _of_charters(statement, Signature.charter, wanted).order_by(Signature.id)


def _signatories(wanted: Wanted) -> Select[Any]:
    columns: list[Any] = [getattr(RegisterEntry, name) for name in OPEN_DATA if name != "extra"]
    statement = select(*columns, RegisterEntry.extra).order_by(RegisterEntry.id)
    if wanted.state:
        statement = statement.where(RegisterEntry.status == wanted.state)
    return _of_charters(statement, RegisterEntry.charter, wanted)


def _parties(wanted: Wanted) -> Select[Any]:
    sources = OrganisationSource.__table__
    joined = sources.join(IMPORTS, IMPORTS.c.id == sources.c.import_id)
    statement = (
        select(*_PARTY)
        .select_from(joined)
        .join(Organisation, Organisation.id == OrganisationSource.organisation_id)
        .outerjoin(_UMBRELLA, _UMBRELLA.c.id == OrganisationSource.umbrella_id)
        .where(*IS_WHOLE)
        .order_by(OrganisationSource.id)
    )
    return statement if wanted.scope.only_reference is None else statement.where(false())


def _of_charters(statement: Select[Any], column: Any, wanted: Wanted) -> Select[Any]:
    if wanted.charter:
        statement = statement.where(column == wanted.charter)
    if wanted.scope.charters:
        statement = statement.where(column.in_(sorted(wanted.scope.charters)))
    return statement


def batches(wanted: Wanted) -> Iterator[Sequence[Sequence[Any]]]:
    """Return the headings as the first batch, then all rows in batches, as they stood when the first was read."""
    with snapshot() as connection:
        result = connection.execute(statement_of(wanted), execution_options={"yield_per": BATCH})
        yield [list(result.keys())]
        try:
            yield from result.partitions()
        finally:
            result.close()


def file_of(wanted: Wanted, form: Format) -> Generator[bytes]:
    """Write CSV or JSON Lines, a batch at a time."""
    return _csv(batches(wanted)) if form is Format.CSV else _json_lines(batches(wanted))


def _csv(rows: Iterator[Sequence[Sequence[Any]]]) -> Generator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    for batch in rows:
        writer.writerows([_cell(value) for value in row] for row in batch)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def _json_lines(rows: Iterator[Sequence[Sequence[Any]]]) -> Generator[bytes]:
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
    [names] = next(rows)
    for batch in rows:
        yield "".join(f"{write(dict(zip(names, row, strict=True)))}\n" for row in batch).encode()


def sheet_of(wanted: Wanted, file: IO[bytes], *, most: int = SHEET_ROWS) -> None:
    """Write a spreadsheet into `file`, row by row. Raises SheetTooLong."""
    from xlsxwriter import Workbook

    with Workbook(file, SAFELY_STORED) as book:
        sheet = book.add_worksheet(wanted.what.value)
        sheet.freeze_panes(1, 0)
        number = 0
        for batch in batches(wanted):
            if number + len(batch) > most + 1:
                raise SheetTooLong
            for row in batch:
                sheet.write_row(number, 0, [_cell(value) for value in row])
                number += 1


def _cell(value: Any) -> Any:
    """Return a value as a cell: text guarded, moments and days in ISO form, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return guarded(json.dumps(value, ensure_ascii=False)) if value else ""
    if isinstance(value, bool | int):
        return value
    return guarded(value if isinstance(value, str) else value.isoformat())
