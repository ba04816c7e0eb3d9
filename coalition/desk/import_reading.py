"""Can this file be read as a list? CSV or XLSX becomes one plain form: headings, then rows with their number.

A file that cannot be read costs nothing and gets one sentence. A spreadsheet is opened in a process of its own, with
limits of time and memory. What a row means belongs to `import_judging`.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coalition.desk.import_columns import header_sha256
from coalition.desk.import_states import Kind
from coalition.errors import Invalid, mark

MB = 1024 * 1024
CHUNK = 256 * 1024
MOST_COLUMNS, LONGEST_CELL = 100, 20_000
LONGEST_HEADING = 200
SECONDS, MEMORY = 40, 1024 * MB
PROGRAM = Path(__file__).with_name("import_sheet.py")
DELIMITERS = ",;\t|"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"SQLite format", b"<!DOC", b"<html", b"{\\rtf")
WESTERN = frozenset("àâäçéèêëîïôöùûüÿœæñáíóúãõåøßÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑÁÍÓÚÃÕÅØ’‘“”«»–—…°€·¿¡ª§®©™\u00a0")

SENTENCES = {
    "empty": mark("The file is empty. Choose the file again."),
    "no_rows": mark("The file has headings and no row under them. Check the file and send it again."),
    "no_headings": mark("The first row must hold the headings of the columns. Add them and send the file again."),
    "not_a_list": mark("This is neither a CSV nor an XLSX file. Save the list as one of these and send it again."),
    "too_large": mark(
        "The file is larger than %(most)s MB. Save the sheet as CSV, or split the list, and send it again."
    ),
    "too_long": mark("The list has more than %(most)s rows. Split it and send one part after the other."),
    "too_wide": mark("The list has more than %(most)s columns. Keep those that are needed and send it again."),
    "encoding": mark(
        "The letters of this file cannot be read: it is neither UTF-8, UTF-16 nor Windows-1252. "
        "Save it as “CSV UTF-8” and send it again."
    ),
    "quotes": mark("From row %(row)s on the file cannot be split into cells: a quotation mark is not closed."),
    "protected": mark(
        "The file is protected by a password or of an old kind. Save it as XLSX or CSV without a password."
    ),
    "formulas": mark(
        "The sheet holds formulas, the first in cell %(cell)s. "
        "Paste it as values, or save it as CSV, and send it again."
    ),
    "damaged": mark("The spreadsheet is damaged or not complete. Save it again and send it once more."),
    "unpacks_too_large": mark(
        "The spreadsheet unpacks to more than we can read. Save the sheet as CSV and send it again."
    ),
}


class UnusableFile(Invalid):
    """A file that is no list; `code` names the sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(SENTENCES[code], **values)
        self.code = code


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and how many rows it may have."""

    bytes: int
    rows: int

    @classmethod
    def of(cls, settings: Mapping[str, Any], kind: Kind) -> Limits:
        """Read them from the application's settings."""
        rows = settings["IMPORT_SIGNATURES" if kind is Kind.SIGNATURES else "IMPORT_ROWS"]
        return cls(settings["IMPORT_FILE_BYTES"], rows)


@dataclass(frozen=True)
class ListFile:
    """A list that was read: its headings, how many rows, and all of it in the plain form."""

    encoding: str
    headings: tuple[str, ...]
    rows: int
    plain: bytes

    @property
    def header_sha256(self) -> str:
        """Name these headings, whatever their case."""
        return header_sha256(self.headings)


def read(file: IO[bytes], *, limits: Limits) -> ListFile:
    """Return the list in a file that can be sought. Raises UnusableFile."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not size:
        raise UnusableFile("empty")
    if size > limits.bytes:
        raise UnusableFile("too_large", most=limits.bytes // MB)
    if start.startswith(OLE):
        raise UnusableFile("protected")
    if start.startswith(BINARY):
        raise UnusableFile("not_a_list")
    if start.startswith(ZIP):
        return _plain("xlsx", _sheet_rows(file, limits), limits)
    encoding = encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        return _plain(encoding.removesuffix("-sig"), _csv_rows(text), limits)
    finally:
        text.detach()


def rows_of(plain: bytes) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of the plain form, each with its number in the file: the headings are row 1."""
    for line in csv.reader(io.TextIOWrapper(io.BytesIO(plain), encoding="utf-8", newline="")):
        yield int(line[0]), line[1:]


def encoding_of(file: IO[bytes]) -> str:
    """Return the encoding of a text file. Raises UnusableFile where none that we read fits."""
    start = file.read(CHUNK)
    marked = next((name for mark_, name in BOMS if start.startswith(mark_)), None)
    silent = _silent_utf16(start)
    if marked is None and silent is None and b"\x00" in start:
        raise UnusableFile("not_a_list")
    for encoding in [marked or silent] if marked or silent else ["utf-8", "cp1252"]:
        seen = _seen(file, encoding or "")
        if seen is not None and (encoding != "cp1252" or _is_western(seen)):
            return str(encoding)
    raise UnusableFile("encoding")


def _silent_utf16(start: bytes) -> str | None:
    """Return UTF-16 of either order where every other byte of Latin text is zero and no mark says so."""
    even, odd = start[0:2000:2].count(0), start[1:2000:2].count(0)
    half = min(len(start), 2000) // 2
    if half and odd > half * 0.4 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if half and even > half * 0.4 and odd == 0 else None


def _seen(file: IO[bytes], encoding: str) -> dict[str, int] | None:
    """Decode all of a file bit by bit; return how often each letter beyond ASCII occurs, or None if it is not that."""
    file.seek(0)
    decoder, seen = codecs.getincrementaldecoder(encoding)(), dict[str, int]()
    try:
        while chunk := file.read(CHUNK):
            _count(decoder.decode(chunk), seen)
        _count(decoder.decode(b"", final=True), seen)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in seen else seen


def _count(text: str, seen: dict[str, int]) -> None:
    if "\x00" in text:
        seen["\x00"] = 1
    if not text.isascii():
        for sign in text:
            if sign > "\x7f":
                seen[sign] = seen.get(sign, 0) + 1


def _is_western(seen: dict[str, int]) -> bool:
    """Tell whether bytes that any file could hold make sense as Western European letters."""
    total = sum(seen.values())
    return sum(number for sign, number in seen.items() if sign in WESTERN) >= 0.9 * total


def _csv_rows(text: io.TextIOWrapper) -> Iterator[Sequence[str]]:
    """Return the rows of CSV text, whatever stands between its cells."""
    first = text.readline(LONGEST_CELL)
    if first.startswith("sep="):  # so Excel says it; the headings follow
        delimiter = first[4:5] or ","
    else:
        delimiter = max(DELIMITERS, key=first.count)
        text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=False)
    try:
        yield from reader
    except csv.Error:
        raise UnusableFile("quotes", row=reader.line_num) from None


def _plain(encoding: str, rows: Iterator[Sequence[str]], limits: Limits) -> ListFile:
    """Write rows in the plain form; rows without any text are left out, and keep their number."""
    written = io.StringIO()
    writer = csv.writer(written)
    headings: tuple[str, ...] | None = None
    kept = 0
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if headings is None:
            headings = _headings(cells)
            continue
        kept += 1
        if kept > limits.rows:
            raise UnusableFile("too_long", most=limits.rows)
        writer.writerow([number, *(cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS])])
    if headings is None:
        raise UnusableFile("empty")
    if not kept:
        raise UnusableFile("no_rows")
    return ListFile(encoding, headings, kept, written.getvalue().encode("utf-8", "replace"))


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the headings. Raises UnusableFile where the first row holds none."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise UnusableFile("too_wide", most=MOST_COLUMNS)
    if not any(any(sign.isalpha() for sign in cell) and cell[0] not in "=+-@" for cell in cells):
        raise UnusableFile("no_headings")
    return tuple(cell.lstrip("\ufeff")[:LONGEST_HEADING] for cell in cells)


def _sheet_rows(file: IO[bytes], limits: Limits) -> Iterator[Sequence[str]]:
    """Return the rows of a spreadsheet, read by a process that may neither take long nor grow."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copied, tempfile.TemporaryFile() as told:
        while chunk := file.read(CHUNK):
            copied.write(chunk)
        copied.flush()
        words = [sys.executable, "-I", str(PROGRAM), copied.name, str(MEMORY), str(limits.rows)]
        try:
            done = subprocess.run(words, stdout=told, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise UnusableFile("unpacks_too_large") from None
        if done.returncode:
            raise _complaint(done.stderr)
        told.seek(0)
        for line in told:
            yield json.loads(line)


def _complaint(said: bytes) -> UnusableFile:
    """Return what the process said before it ended; one that ended without a word had grown too large."""
    values: dict[str, Any] = {}
    with suppress(ValueError, IndexError):
        values = json.loads(said.splitlines()[-1])
    return UnusableFile(values.pop("code", "unpacks_too_large"), **values)
