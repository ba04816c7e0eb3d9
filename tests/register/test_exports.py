"""The register as files: complete, open fields alone, readable elsewhere, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from coalition.register import exports
from coalition.register.entry import OPEN_DATA, Status
from coalition.register.exports import SheetTooLong, guarded
from coalition.register.operations import remember_name
from coalition.register.search import Search
from coalition.transactions import transaction
from tests.factories.register import ended, published

HOSTILE = "=HYPERLINK(\"http://evil.example\",'Réseau')"


@given(st.text())
@example("\t=1")
@example(" \u00a0@SUM(1)")
@example("\u200b＝1+1")
@example("＋1")
@example("﹣1")
@example("\n-1")
@example("\ufeff=1")
def test_cell_when_guarded_never_begins_a_formula(text: str) -> None:
    cell = guarded(text)
    assert cell in (text, f"'{text}")
    seen = [sign for sign in cell if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")]
    assert not seen or unicodedata.normalize("NFKC", seen[0])[:1] not in set("=+-@")
    assert cell[:1] not in set("\t\r\n")


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "N")), min_size=1))
def test_cell_when_it_begins_with_a_letter_or_digit_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.usefixtures("app")
class TestFiles:
    def rows(self, *, extra: tuple[str, ...] = (), **query: str) -> list[dict[str, str]]:
        written = b"".join(exports.csv_file(Search.of_query(query), extra=extra)).decode()
        return list(csv.DictReader(io.StringIO(written, newline=""), strict=True))

    def test_csv_when_written_has_every_open_field_of_every_entry(self) -> None:
        number = published(
            official_name='Réseau "Été", & Fils',
            description="One\nTwo",
            representative="Awa N’Diaye",
            extra={"target_year": "y2030"},
        )
        assert self.rows(extra=("target_year", "other")) == [
            {
                **dict.fromkeys(("latin_name", "acronym", "aliases", "website", "ended_on", "extra.other"), ""),
                "number": number,
                "charter": "icsse-charter",
                "charter_version": "1",
                "capacity": "signatory",
                "status": "active",
                "official_name": 'Réseau "Été", & Fils',
                "country": "SN",
                "organisation_form": "network",
                "category": "member_based",
                "description": "One\nTwo",
                "signed_on": "2026-03-02",
                "published_on": "2026-03-09",
                "extra.target_year": "y2030",
            }
        ]

    def test_csv_when_a_name_is_a_formula_is_only_text(self) -> None:
        published(official_name=HOSTILE, extra={"note": "+1"})
        row = self.rows(extra=("note",))[0]
        assert (row["official_name"], row["extra.note"]) == (f"'{HOSTILE}", "'+1")

    def test_csv_when_there_is_nothing_has_its_headings(self) -> None:
        assert b"".join(exports.csv_file(Search())).decode() == ",".join(exports.FIELDS) + "\r\n"

    def test_csv_when_filtered_and_ordered_holds_what_the_page_shows(self) -> None:
        for name, country in (("b", "FR"), ("a", "FR"), ("c", "SN")):
            published(official_name=name, country=country)
        assert [row["official_name"] for row in self.rows(country="FR", sort="name")] == ["a", "b"]
        assert [row["official_name"] for row in self.rows(q="c")] == ["c"]

    def test_csv_when_of_a_past_day_holds_who_stood_there_then(self) -> None:
        gone = published(official_name="Gone", published_on=date(2026, 1, 5))
        published(official_name="Stays", published_on=date(2026, 2, 1))
        ended(gone, on=date(2026, 4, 1))
        days = {"2026-01-04": [], "2026-01-05": ["Gone"], "2026-03-31": ["Stays", "Gone"], "2026-04-01": ["Stays"]}
        assert {day: [row["official_name"] for row in self.rows(as_of=day)] for day in days} == days

    def test_csv_when_of_a_past_day_has_the_names_of_that_day(self) -> None:
        number = published(official_name="Ligue", latin_name="", published_on=date(2026, 1, 5))
        with transaction():
            for names, day in ((("Sojuz", "Union"), date(2026, 2, 1)), (("Fédération", ""), date(2026, 3, 1))):
                remember_name(number=number, official_name=names[0], latin_name=names[1], until_on=day)
        days = {
            "2026-01-31": ("Sojuz", "Union"),
            "2026-02-01": ("Fédération", ""),
            "2026-02-28": ("Fédération", ""),
            "2026-03-01": ("Ligue", ""),
        }
        found = {day: self.rows(as_of=day)[0] for day in days}
        assert {day: (row["official_name"], row["latin_name"]) for day, row in found.items()} == days
        assert [row["official_name"] for row in self.rows()] == ["Ligue"]

    def test_json_when_written_is_one_document_of_open_fields(self) -> None:
        number = published(extra={"target_year": "y2030"}, representative="Awa N’Diaye")
        published()
        document = json.loads(b"".join(exports.json_file(Search())))
        assert (document["total"], document["next"], len(document["items"])) == (2, None, 2)
        assert set(document["items"][1]) == set(OPEN_DATA)
        item = document["items"][1]
        assert (item["number"], item["extra"], item["ended_on"]) == (number, {"target_year": "y2030"}, None)
        assert item["signed_on"] == "2026-03-02"

    def test_json_when_there_is_nothing_is_an_empty_list(self) -> None:
        assert json.loads(b"".join(exports.json_file(Search()))) == {"items": [], "total": 0, "next": None}

    def test_json_when_broken_off_is_no_document(self) -> None:
        published()
        with pytest.raises(json.JSONDecodeError):
            json.loads(next(exports.json_file(Search())))

    def test_batches_when_many_are_joined_without_a_seam(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exports, "BATCH", 2)
        numbers = [published() for _ in range(5)]
        document = json.loads(b"".join(exports.json_file(Search())))
        assert [item["number"] for item in document["items"]] == numbers[::-1]
        assert [row["number"] for row in self.rows()] == numbers[::-1]

    def test_spreadsheet_when_opened_elsewhere_holds_text_alone(self) -> None:
        published(official_name=HOSTILE, website="https://x.example/", extra={"people": "12"})
        published(official_name="Second", status=Status.SUSPENDED)
        file = io.BytesIO()
        exports.xlsx_file(Search(), file, extra=("people",))
        file.seek(0)
        first, *rows = CalamineWorkbook.from_filelike(file).get_sheet_by_name("register").to_python()
        assert first == [*exports.FIELDS, "extra.people"]
        place = first.index("official_name")
        assert [row[place] for row in rows] == ["Second", f"'{HOSTILE}"]
        assert [row[-1] for row in rows] == ["", "12"]

    def test_spreadsheet_when_too_long_is_refused(self) -> None:
        published()
        published()
        with pytest.raises(SheetTooLong):
            exports.xlsx_file(Search(), io.BytesIO(), most=1)

    def test_marks_when_asked_for_find_who_chose_the_option(self) -> None:
        published(official_name="a", extra={"target_year": "y2030", "note": "Free text"})
        published(official_name="b", extra={"target_year": "y2040"})
        assert [row["official_name"] for row in self.rows(**{"extra.target_year": "y2030"})] == ["a"]
        assert self.rows(**{"extra.note": "Free"}) == []
