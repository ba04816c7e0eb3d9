"""Can a row come in? Every cell with what is kept of it, or what is wrong; and which heading means which column."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coalition.desk.import_columns import COLUMNS, column_of, header_sha256, needed, picked, suggested
from coalition.desk.import_judging import Offered, Problem, judge
from coalition.desk.import_states import TRANSITIONS, Act, Kind, Landing, State, after
from coalition.desk.import_words import PROBLEMS

PAPER = {"official_name": "Alpha", "signed_on": "2019-05-04"}


def offered(**changes: Any) -> Offered:
    values: dict[str, Any] = {
        "kind": Kind.SIGNATURES,
        "landing": Landing.REVIEW,
        "today": date(2026, 11, 22),
        "countries": {"senegal": "SN", "france": "FR"},
        "forms": {"association": "association", "association ou fondation": "association"},
        "categories": {"member based": "member_based"},
        "languages": {"fr": "fr", "francais": "fr"},
    }
    return Offered(**{**values, **changes})


def problems(**cells: str) -> list[tuple[str, str]]:
    found = judge({**PAPER, **cells}, offered=offered()).problems
    assert {problem.code for problem in found} <= set(PROBLEMS)
    return [(problem.column, problem.code) for problem in found]


def kept(**cells: str) -> dict[str, str]:
    judged = judge({**PAPER, **cells}, offered=offered())
    assert judged.problems == []
    return {key: judged.values[key] for key in cells}


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("official_name", "  Réseau\u200b  d’Afrique ", "Réseau d’Afrique"),
        ("official_name", "'=Equal", "=Equal"),
        ("registration_number", "+221 33 800", "+221 33 800"),
        ("registration_number", "-12", "-12"),
        ("country", "Sénégal", "SN"),
        ("country", "fr", "FR"),
        ("organisation_form", "Association ou fondation", "association"),
        ("category", "Member-based", "member_based"),
        ("capacity", "Soutien", "endorser"),
        ("capacity", "signatory", "signatory"),
        ("language", "Français", "fr"),
        ("website", "example.org", "https://example.org"),
        ("website", "http://example.org:8080/a", "http://example.org:8080/a"),
        ("signed_on", "04/05/2019", "2019-05-04"),
        ("signed_on", "4.5.2019", "2019-05-04"),
        ("signed_on", "2019-05-04 00:00:00", "2019-05-04"),
        ("signed_on", "2019-05-04T10:00:00", "2019-05-04"),
        ("description", "We are Ãlvaro’s", "We are Ãlvaro’s"),
    ],
)
def test_cell_when_good_is_kept_in_one_form(column: str, typed: str, value: str) -> None:
    assert kept(**{column: typed}) == {column: value}


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("official_name", "=SUM(A1:A2)", "formula"),
        ("official_name", " @cmd", "formula"),
        ("description", "+1+1", "formula"),
        ("acronym", "-A1", "formula"),
        ("acronym", "x" * 41, "too_long"),
        ("official_name", "RÃ©seau", "garbled"),
        ("official_name", "l’RÃ©", "garbled"),
        ("official_name", "R\N{REPLACEMENT CHARACTER}seau", "garbled"),
        ("official_name", "see www.example.org", "address"),
        ("country", "Atlantis", "country_unknown"),
        ("country", "ZZ", "country_unknown"),
        ("organisation_form", "circle", "form_unknown"),
        ("category", "best", "category_unknown"),
        ("capacity", "boss", "capacity_unknown"),
        ("language", "tlh", "language_unknown"),
        ("website", "https://user@example.org", "website_wrong"),
        ("website", "javascript:alert(1)", "website_wrong"),
        ("website", "http://[x", "website_wrong"),
        ("website", "nowhere", "website_wrong"),
        ("signed_on", "2019-13-04", "date_unreadable"),
        ("signed_on", "May 2019", "date_unreadable"),
        ("signed_on", "1899-05-04", "date_unreadable"),
        ("signed_on", "2026-11-23", "date_ahead"),
    ],
)
def test_cell_when_bad_is_told_by_its_column(column: str, typed: str, code: str) -> None:
    assert problems(**{column: typed}) == [(column, code)]


def test_row_when_empty_says_what_is_missing() -> None:
    assert problems(official_name=" ", signed_on="") == [("official_name", "missing"), ("signed_on", "missing")]
    strict = judge(PAPER, offered=offered(landing=Landing.ACTIVE)).problems
    assert strict == [Problem("category", "missing")]


def test_person_when_half_is_told_and_when_whole_is_kept() -> None:
    assert problems(full_name="Awa") == [("email", "person_incomplete")]
    assert problems(email="awa@example.org") == [("full_name", "person_incomplete")]
    assert problems(full_name="Awa", email="awa") == [("email", "email_wrong")]
    assert kept(full_name="Awa", email="Awa@EXAMPLE.org") == {"full_name": "Awa", "email": "Awa@example.org"}


def test_umbrella_when_the_organisation_itself_is_told() -> None:
    lists = offered(kind=Kind.ORGANISATIONS, landing=None)
    assert judge({"official_name": "UN", "umbrella": "un"}, offered=lists).problems == [
        Problem("umbrella", "umbrella_itself", text="un")
    ]
    assert judge({"official_name": "ILO", "umbrella": "UN"}, offered=lists).problems == []


def test_cell_when_bad_keeps_what_stood_there_short() -> None:
    [problem] = judge({**PAPER, "official_name": "x" * 400}, offered=offered()).problems
    assert (problem.detail, len(problem.text)) == ("300", 120)


def test_headings_when_known_suggest_their_columns_once() -> None:
    headings = ("Nom officiel", "official_name", "PAYS", "Sigle", "Note interne", "Affilié à")
    assert suggested(Kind.ORGANISATIONS, headings) == {
        0: "official_name", 1: "", 2: "country", 3: "acronym", 4: "", 5: "umbrella",
    }  # fmt: skip
    assert suggested(Kind.SIGNATURES, ("Affilié à", "Signé le"))[0] == ""


def test_headings_when_exported_by_us_are_all_known() -> None:
    for kind, columns in COLUMNS.items():
        keys = [column.key for column in columns]
        assert list(suggested(kind, keys).values()) == keys


def test_columns_when_asked_for_are_those_of_the_kind() -> None:
    assert column_of(Kind.ORGANISATIONS, "umbrella") is not None
    assert column_of(Kind.SIGNATURES, "umbrella") is None
    assert needed(Kind.ORGANISATIONS, None) == ("official_name",)
    assert needed(Kind.SIGNATURES, Landing.REVIEW) == ("official_name", "signed_on")
    assert needed(Kind.SIGNATURES, Landing.ACTIVE) == ("official_name", "signed_on", "category")
    assert header_sha256(("A b",)) == header_sha256(("a_B",))
    assert header_sha256(("A", "B")) != header_sha256(("B", "A"))


def test_row_when_shorter_than_its_headings_has_empty_cells() -> None:
    assert picked({"0": "official_name", "1": "", "2": "country"}, ["A", "x"]) == {"official_name": "A", "country": ""}


def test_step_when_not_in_the_table_leads_nowhere() -> None:
    for state in State:
        for act in Act:
            assert after(state, act) == TRANSITIONS.get((state, act))
    assert after(State.CHECKED, Act.APPLY) is State.APPLYING
    assert [act for act in Act if after(State.UNDONE, act) or after(State.DISCARDED, act)] == []
