"""What stands in the cells of a spreadsheet? A program of its own: one line of JSON a row, under limits of memory.

Run by `import_reading`, never imported by the web: what somebody sent reaches a parser of ZIP and XML here.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any, NoReturn
from xml.etree import ElementTree as ET

UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 2000
PROCESSOR_SECONDS = 35
CHUNK = 1024 * 1024
FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f[\s>/]')
OVERLAP = 1024
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_SPARE_ROWS = 200_000


def main(path: str, memory: int, rows: int) -> None:
    """Write the rows of the first sheet that is shown and holds anything; what cannot be is one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

    try:
        parts = _parts(path)
        book = load_workbook(path)
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            if sheet.end is None:
                continue
            if cell := _first_formula(path, parts.get(name)):
                _refuse("formulas", cell=cell)
            if sheet.end[0] >= rows + MOST_SPARE_ROWS:
                _refuse("too_long", most=rows)
            _write(sheet.iter_rows())
            return
        _refuse("empty")
    except PasswordError:
        _refuse("protected")
    except (CalamineError, zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, OSError):
        _refuse("damaged")
    except MemoryError:
        _refuse("unpacks_too_large")


def _parts(path: str) -> dict[str, str]:
    """Return each sheet's name with the part of the package that holds it; judge the package on the way."""
    with zipfile.ZipFile(path) as package:
        found = package.infolist()
        if len(found) > MOST_PARTS or sum(part.file_size for part in found) > UNPACKED:
            _refuse("unpacks_too_large")
        names = {part.filename for part in found}
        if "xl/workbook.xml" not in names:
            _refuse("not_a_list")
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - limited
        }
        book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - in a process with limits
    sheets = (element for element in book.iter() if element.tag.endswith("}sheet"))
    return {sheet.get("name", ""): _place(targets.get(sheet.get(RELATION)) or "") for sheet in sheets}


def _place(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _first_formula(path: str, part: str | None) -> str | None:
    """Return the place of the first cell that is calculated; None where every cell says what it is."""
    if part is None:
        return None
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        kept = b""
        while chunk := stream.read(CHUNK):
            kept += chunk
            if found := FORMULA.search(kept):
                return found[1].decode()
            kept = kept[-OVERLAP:]
    return None


def _write(rows: Iterator[list[Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps([_text(value) for value in row], ensure_ascii=True) + "\n")


def _text(value: Any) -> str:
    """Return a cell as it would be typed: whole numbers without a point, days in ISO form."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def _refuse(code: str, **values: object) -> NoReturn:
    sys.stderr.write(json.dumps({"code": code, **values}) + "\n")
    sys.stderr.flush()
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
