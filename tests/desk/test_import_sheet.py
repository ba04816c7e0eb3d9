"""What does the program say that opens spreadsheets? Run here, where its every line is seen."""

from __future__ import annotations

import io
import json
import resource
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from coalition.desk import import_sheet

MEMORY = 1024 * 1024 * 1024


@pytest.fixture(autouse=True)
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits would hold this process for good."""
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)


def package(path: Path, *, formula: str = "", rows: int = 2) -> Path:
    with Workbook(str(path)) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("list")
        for row in range(rows):
            sheet.write_row(row, 0, [f"cell {row}", row])
        if formula:
            sheet.write_formula(formula, "=1+1")
    return path


def refusal(path: Path, capsys: pytest.CaptureFixture[str], rows: int = 100) -> dict[str, object]:
    with pytest.raises(SystemExit) as ended:
        import_sheet.main(str(path), MEMORY, rows)
    assert ended.value.code == 1
    said: dict[str, object] = json.loads(capsys.readouterr().err)
    return said


def test_sheet_when_good_is_written_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_sheet.main(str(package(tmp_path / "list.xlsx")), MEMORY, 100)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [["cell 0", "0"], ["cell 1", "1"]]


def test_sheet_when_refused_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(package(tmp_path / "f.xlsx", formula="C2"), capsys) == {"code": "formulas", "cell": "C2"}
    assert refusal(package(tmp_path / "e.xlsx", rows=0), capsys) == {"code": "empty"}
    monkeypatch.setattr(import_sheet, "MOST_SPARE_ROWS", 1)
    assert refusal(package(tmp_path / "l.xlsx", rows=5), capsys, rows=3) == {"code": "too_long", "most": 3}
    monkeypatch.setattr(import_sheet, "UNPACKED", 10)
    assert refusal(package(tmp_path / "u.xlsx"), capsys) == {"code": "unpacks_too_large"}
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04")
    assert refusal(tmp_path / "d.xlsx", capsys) == {"code": "damaged"}


def test_package_when_of_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as written:
        written.writestr("mimetype", "x")
    path = tmp_path / "o.xlsx"
    path.write_bytes(other.getvalue())
    assert refusal(path, capsys) == {"code": "not_a_list"}


def test_memory_when_used_up_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(import_sheet, "_write", greedy)
    assert refusal(package(tmp_path / "list.xlsx"), capsys) == {"code": "unpacks_too_large"}


def test_formula_when_between_two_chunks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "list.xlsx", formula="B9")
    monkeypatch.setattr(import_sheet, "CHUNK", 100)
    assert import_sheet._first_formula(str(path), "xl/worksheets/sheet2.xml") == "B9"
    assert import_sheet._first_formula(str(path), None) is None
    assert import_sheet._place("/xl/worksheets/sheet1.xml") == "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (3.5, "3.5"),
        (datetime(2019, 5, 4, tzinfo=UTC).replace(tzinfo=None), "2019-05-04"),
        (date(2019, 5, 4), "2019-05-04"),
        (time(10, 30), "10:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (None, ""),
        (True, "True"),
    ],
)
def test_cell_when_written_reads_as_typed(value: object, text: str) -> None:
    assert import_sheet._text(value) == text
