"""How does the register leave as a file? Row by row from one snapshot, never as objects; its memory does not grow.

Open fields alone. No cell begins what a spreadsheet would take for a formula; programs read the same English headings
in every language. Who may ask, and how long an answer is kept, belongs to `data_views`.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from sqlalchemy import String, type_coerce

from coalition.errors import Invalid, mark
from coalition.register.entry import OPEN_DATA
from coalition.register.models import RegisterEntry
from coalition.register.search import EXTRA, Search
from coalition.register.statements import found_by, values_of
from coalition.transactions import snapshot

BATCH = 2000
FORMULA = frozenset("=+-@")
FIELDS = tuple(name for name in OPEN_DATA if name != "extra")
SHEET_ROWS = 1_048_575  # what a worksheet holds beside its headings
AS_TEXT = {"signed_on", "published_on", "ended_on", "extra"}
SAFELY_STORED = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class SheetTooLong(Invalid):
    """There is more than one worksheet can hold."""

    def __init__(self) -> None:
        super().__init__(mark("This is more than a spreadsheet can hold. Take the CSV file, or narrow the search."))


def guarded(text: str) -> str:
    """Return `text` as a cell that no spreadsheet takes for a formula: one that could be begins with an apostrophe.

    White space and invisible characters before the sign are looked through, wide and small forms of it are known.
    Source: OWASP, CSV injection.
    """
    if not text or text[0].isalnum():
        return text
    return f"'{text}" if _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    if text[0] in "\t\r\n":
        return True
    seen = (sign for sign in text if not (sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")))
    return bool(FORMULA.intersection(unicodedata.normalize("NFKC", next(seen, ""))[:1]))


def batches(search: Search, names: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
    """Return those open fields of all that `search` finds, in batches, as they stood when the first was read."""
    with snapshot() as connection:
        dialect = connection.dialect.name
        columns = [_plain(name) if dialect == "sqlite" else getattr(RegisterEntry, name) for name in names]
        statement = found_by(search, columns, dialect=dialect)
        values = values_of(search, dialect)
        result = connection.execute(statement, values, execution_options={"yield_per": BATCH})
        try:
            yield from result.partitions()
        finally:
            result.close()


def _plain(name: str) -> Any:
    """Return a column as SQLite keeps it: days in ISO form and answers as JSON need no detour through objects."""
    column = getattr(RegisterEntry, name)
    return type_coerce(column, String).label(name) if name in AS_TEXT else column


def csv_file(search: Search, *, extra: Sequence[str] = ()) -> Generator[bytes]:
    """Write CSV (RFC 4180, UTF-8 without a byte order mark) with a column for each key of `extra`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(headings(extra))
    for batch in batches(search, _columns(extra)):
        writer.writerows(cells(batch, extra))
        yield _taken(buffer)
    yield _taken(buffer)


def json_lines(search: Search) -> Generator[bytes]:
    """Write one JSON object a line."""
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
    for batch in batches(search, OPEN_DATA):
        lines = [write(_object(row)) for row in batch]
        yield ("\n".join(lines) + "\n").encode()


def json_file(search: Search) -> Generator[bytes]:
    """Write one JSON document as the API's lists are; its `total` comes last, so that half of it is no document."""
    number = 0
    before = b'{"items":[\n'
    for lines in json_lines(search):
        rows = lines.rstrip(b"\n").split(b"\n")
        number += len(rows)
        yield before + b",\n".join(rows)
        before = b",\n"
    yield (before if not number else b"") + f'\n],"total":{number},"next":null}}\n'.encode()


def xlsx_file(search: Search, file: IO[bytes], *, extra: Sequence[str] = (), most: int = SHEET_ROWS) -> None:
    """Write a spreadsheet into `file`, row by row. Raises SheetTooLong."""
    from xlsxwriter import Workbook

    with Workbook(file, SAFELY_STORED) as book:
        sheet, bold = book.add_worksheet("register"), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, headings(extra), bold)
        number = 0
        for batch in batches(search, _columns(extra)):
            if number + len(batch) > most:
                raise SheetTooLong
            for row in cells(batch, extra):
                number += 1
                sheet.write_row(number, 0, [value.isoformat() if isinstance(value, date) else value for value in row])


def headings(extra: Iterable[str]) -> list[str]:
    """Return the headings: the open fields, then one for each of the charters' own."""
    return [*FIELDS, *(f"{EXTRA}{key}" for key in extra)]


def _columns(extra: Sequence[str]) -> Sequence[str]:
    return (*FIELDS, "extra") if extra else FIELDS


def cells(batch: Iterable[Sequence[Any]], extra: Sequence[str]) -> Iterator[list[Any]]:
    """Return every row as the cells of a table, its text guarded; answers come last and become a cell each."""
    for row in batch:
        values = [guarded(value) if type(value) is str else value for value in (row[:-1] if extra else row)]
        if extra:
            answers = _answers(row[-1])
            values += [guarded(str(answers.get(key, ""))) for key in extra]
        yield values


def _object(row: Sequence[Any]) -> dict[str, Any]:
    found = dict(zip(OPEN_DATA, row, strict=True))
    found["extra"] = _answers(found["extra"])
    return found


def _answers(extra: Any) -> Mapping[str, Any]:
    """Return the answers, which one driver hands over as text and the other as a mapping."""
    if not isinstance(extra, str):
        return extra or {}
    found: Mapping[str, Any] = {} if extra == "{}" else json.loads(extra)
    return found


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
