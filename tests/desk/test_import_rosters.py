"""Do the three lists of the Leading Group's parties come in as the parties they name, whatever their order?"""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition.desk.import_states import State
from coalition.extensions import db
from coalition.organisations import queries
from coalition.organisations.models import Organisation
from coalition.organisations.queries import PartyLine
from coalition.signing.models import Signature
from tests.factories import imports

STATES = {"Colombia", "Costa Rica", "Ecuador", "France", "Greece", "Luxembourg", "Morocco"}
OBSERVERS = {"Quebec", "Senegal"}
ROSTERS = (
    ("roster-2014-09-17.csv", "Official stakeholders", date(2014, 9, 17)),
    ("roster-vade-mecum.csv", "Vade-mecum", date(2016, 6, 1)),
    ("roster-2017-07-08.csv", "Members", date(2017, 7, 8)),
)
IN_2014 = {
    "France", "Morocco", "Luxembourg", "Ecuador", "Colombia", "Quebec", "The UN Inter-agency Task Force on SSE",
    "The Mont-Blanc Meetings – International Forum of the Social and Solidarity Economy Entrepreneurs",
    "International Co-operative Alliance", "International Association of Mutual Benefit Societies",
    "International Association of Francophone Mayors", "Global fund for cities development",
}  # fmt: skip
UMBRELLA = "United Nations Inter-Agency Task force on Social and Solidarity Economy"
IN_2017 = STATES | OBSERVERS | {
    UMBRELLA, "SSE International Forum", "International Co-operative Alliance",
    "International Association of Mutual Benefit Societies", "International Association of French-Speaking Mayors",
    "Global Fund for Cities Development", "Global Social Economy Forum",
    "Intercontinental Network for the Promotion of Social Solidarity Economy",
}  # fmt: skip


def bring(*names: str) -> None:
    for name, title, day in ROSTERS:
        if not names or name in names:
            found = imports.applied((imports.ROSTERS / name).read_bytes(), imports.organisations(title, day))
            assert (found.state, found.rows_bad) == (State.APPLIED, 0)


def party(name: str) -> PartyLine:
    [found] = queries.page_of_parties(q=name).rows
    return found


def test_roster_of_2014_when_brought_in_names_its_parties(app: Flask) -> None:
    bring("roster-2014-09-17.csv")
    assert {row.name for row in queries.page_of_parties().rows} == IN_2014
    assert party("The UN Inter-agency Task Force on SSE").affiliates == 19


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.one_database
def test_rosters_when_brought_in_in_any_order_name_the_same_parties(app: Flask, order: tuple[int, ...]) -> None:
    for place in order:
        bring(ROSTERS[place][0])
    rows = queries.page_of_parties().rows
    assert {row.name for row in rows} == IN_2017
    assert len(rows) == 17
    whole, affiliates = queries.party_of(party("UNTFSSE").public_id) or (None, ())
    assert whole is not None
    assert (whole.affiliates, len(affiliates)) == (20, 20)


def test_rosters_when_brought_in_make_no_signature(app: Flask) -> None:
    bring()
    assert db.session.scalar(select(func.count(Signature.id))) == 0
    assert db.session.scalar(select(func.count(Organisation.id))) == 17 + 20


def test_aliases_when_looked_for_lead_to_one_party(app: Flask) -> None:
    bring()
    mutuals = party("IAM")
    assert mutuals == party("AIM") == party("International Association of Mutual Benefit Societies")
    assert mutuals.acronyms == ("AIM", "IAM")
    forum = party("SSEIF")
    assert forum == party("SSE/IF") == party("MBM")
    assert forum == party(
        "Mont-Blanc Meetings – International Forum of the Social and Solidarity Economy Entrepreneurs"
    )
    assert party("IAFM").other_names == ("International Association of Francophone Mayors",)


def test_party_when_lists_class_it_anew_keeps_what_each_list_says(app: Flask) -> None:
    bring()
    quebec = party("Quebec")
    said = [(line.list_title, line.listed_on, line.row_number, line.listed_class) for line in quebec.sources]
    assert said == [
        ("Members", date(2017, 7, 8), 9, "Observer Members"),
        ("Vade-mecum", date(2016, 6, 1), 9, "Observer members"),
        ("Official stakeholders", date(2014, 9, 17), 7, ""),
    ]


def test_agency_when_listed_under_its_umbrella_is_no_party(app: Flask) -> None:
    bring()
    [line] = queries.page_of_parties(q="UNDP").rows
    assert [source.umbrella for source in line.sources] != ["", ""]
    assert all(source.umbrella for source in line.sources)
    assert "UNDP" not in {row.name for row in queries.page_of_parties().rows}


def test_list_when_asked_for_alone_names_its_own_parties(app: Flask) -> None:
    bring()
    lists = queries.lists()
    assert [one.title for one in lists] == ["Members", "Vade-mecum", "Official stakeholders"]
    assert [len(queries.page_of_parties(list_id=one.id).rows) for one in lists] == [17, 17, 12]


def test_rosters_when_undone_from_the_last_leave_nothing(app: Flask) -> None:
    found = []
    for name, title, day in ROSTERS:
        data = (imports.ROSTERS / name).read_bytes()
        found.append(imports.applied(data, imports.organisations(title, day)).public_id)
    for public_id in reversed(found):
        assert imports.undone(imports.queries.import_of(public_id)).state == State.UNDONE
    assert db.session.scalar(select(func.count(Organisation.id))) == 0
    assert queries.page_of_parties().rows == ()
