"""Can a file be read as a list? Every encoding and separator, and one sentence for what cannot be."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from xlsxwriter import Workbook

from coalition.desk import import_reading
from coalition.desk.import_reading import Limits, ListFile, UnusableFile, read, rows_of

LIMITS = Limits(bytes=5 * 1024 * 1024, rows=1000)
TEXT = "Nom;Pays\nRéseau d’Afrique;Sénégal\n\nŒuvre;Île\n"


def read_bytes(data: bytes, limits: Limits = LIMITS) -> ListFile:
    return read(io.BytesIO(data), limits=limits)


def workbook(*rows: list[object], formulas: dict[str, str] | None = None, hidden: bool = False) -> bytes:
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        if hidden:
            book.add_worksheet("notes").hide()
        sheet = book.add_worksheet("list")
        sheet.activate()
        sheet.set_first_sheet()
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, days)
                else:
                    sheet.write(place, column, cell)
        for cell, formula in (formulas or {}).items():
            sheet.write_formula(cell, formula)
    return written.getvalue()


def refused(data: bytes, limits: Limits = LIMITS) -> UnusableFile:
    with pytest.raises(UnusableFile) as caught:
        read_bytes(data, limits)
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_text_when_in_a_known_encoding_is_read(encoding: str, told: str) -> None:
    found = read_bytes(TEXT.encode(encoding))
    assert (found.encoding, found.headings, found.rows) == (told, ("Nom", "Pays"), 2)
    assert list(rows_of(found.plain)) == [(2, ["Réseau d’Afrique", "Sénégal"]), (4, ["Œuvre", "Île"])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_when_separated_otherwise_is_read(separator: str) -> None:
    data = f'Name{separator}Country\n"A{separator} B"{separator}France\n'.encode()
    assert list(rows_of(read_bytes(data).plain)) == [(2, [f"A{separator} B", "France"])]


def test_text_when_it_says_its_separator_is_read_by_it() -> None:
    found = read_bytes(b"sep=;\r\nName;Other, name\r\nA;B\r\n")
    assert (found.headings, found.rows) == (("Name", "Other, name"), 1)


def test_row_when_it_breaks_over_lines_is_one() -> None:
    assert read_bytes(b'name\n"two\nlines"\nnext\n').rows == 2


def test_headings_when_written_otherwise_are_the_same() -> None:
    one, other = read_bytes(b"Nom officiel,Pays,\nA,B,\n"), read_bytes(b"NOM_OFFICIEL,pays\nA,B\n")
    assert one.header_sha256 == other.header_sha256
    assert one.headings == ("Nom officiel", "Pays")


def test_sheet_when_read_says_what_its_cells_show() -> None:
    moment = datetime(2019, 5, 4, 12, 30)  # noqa: DTZ001 - a cell has no zone
    rows: list[list[object]] = [["name", "n", "day", "at", "yes"], ["A", 12, date(2019, 5, 4), moment, True]]
    data = workbook(*rows, ["", "", "", "", ""], ["B", 1.5, "", "", ""], hidden=True)
    found = read_bytes(data)
    assert (found.encoding, found.headings) == ("xlsx", ("name", "n", "day", "at", "yes"))
    assert list(rows_of(found.plain)) == [
        (2, ["A", "12", "2019-05-04", "2019-05-04 12:30:00", "True"]),
        (4, ["B", "1.5", "", "", ""]),
    ]


def test_sheet_when_every_cell_is_a_formula_is_refused_with_the_first_one() -> None:
    formulas = {f"{column}{row}": "=1+1" for column in "ABC" for row in range(2, 300)}
    wrong = refused(workbook(["name", "country", "form"], formulas=formulas))
    assert (wrong.code, wrong.values) == ("formulas", {"cell": "A2"})


def test_sheet_when_empty_too_long_or_no_sheet_is_refused() -> None:
    assert refused(workbook()).code == "empty"
    assert refused(workbook(["name"])).code == "no_rows"
    assert refused(workbook(["name"], ["A"], ["B"], ["C"]), Limits(LIMITS.bytes, 2)).code == "too_long"
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as written:
        written.writestr("word/document.xml", "<x/>")
    assert refused(package.getvalue()).code == "not_a_list"
    assert refused(workbook(["name"], ["A"])[:2000]).code == "damaged"


def test_sheet_when_it_unpacks_to_more_than_memory_is_refused() -> None:
    package = io.BytesIO()
    with (
        zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as written,
        written.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(410):
            part.write(b" " * 1024 * 1024)
    assert len(package.getvalue()) < 1024 * 1024
    assert refused(package.getvalue()).code == "unpacks_too_large"


def test_sheet_when_it_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_reading, "SECONDS", 0.001)
    assert refused(workbook(["name"], ["A"])).code == "unpacks_too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"\x00\x01\x02\x03 name", "not_a_list"),
        (b"\x89PNG\r\n\x1a\n....", "not_a_list"),
        (b"\xd0\xcf\x11\xe0....", "protected"),
        (b"1,2\n3,4\n", "no_headings"),
        (",".join(f"c{n}" for n in range(101)).encode() + b"\na\n", "too_wide"),
        ("name\nМир\n".encode("koi8-r"), "encoding"),
        ("name\n連合会\n".encode("shift_jis"), "encoding"),
        ("name\nabc\n".encode("utf-16") + b"\x00\xd8\x00", "encoding"),
    ],
)
def test_file_when_no_list_is_refused(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_file_when_larger_than_allowed_is_not_read() -> None:
    wrong = refused(b"name\n" + b"x" * 200, Limits(bytes=100, rows=10))
    assert (wrong.code, str(wrong).startswith("The file is larger than 0 MB")) == ("too_large", True)
