"""Who resembles an organisation, looked up in a database of all that are labelled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from coalition import clock
from coalition.extensions import db
from coalition.organisations import distinctions, indexing
from coalition.organisations.models import Organisation
from coalition.organisations.operations import change, prepare, record
from coalition.organisations.resemblance import resembling, told_apart
from coalition.transactions import transaction
from tests.factories import officers
from tests.organisations.labelled import GOAL_PRECISION, GOAL_RECALL, outcome, pairs

EMPTY = {
    "latin_name": "",
    "acronym": "",
    "aliases": "",
    "country": "",
    "organisation_form": "network",
    "website": "",
    "registration_number": "",
    "description": "",
}


def recorded(**details: str) -> int:
    with transaction():
        return record(prepared=prepare({**EMPTY, **details}), now=clock.now())


def found(own_id: int | None = None, **details: Any) -> list[int]:
    return [one.organisation_id for one in resembling({**EMPTY, **details}, own_id=own_id)]


@pytest.mark.one_database
@pytest.mark.parametrize("is_apart", [False, True])
def test_pairs_when_looked_up_among_all_others_are_found(app: Flask, is_apart: bool) -> None:
    known = pairs()
    with transaction():
        ids = [record(prepared=prepare({**EMPTY, **vars(pair.other)}), now=clock.now()) for pair in known]
    judged = [
        (pair.is_same, id_ in found(**vars(pair.one)))
        for pair, id_ in zip(known, ids, strict=True)
        if pair.is_apart is is_apart
    ]
    result = outcome(judged)
    assert result.recall >= GOAL_RECALL
    assert result.precision >= GOAL_PRECISION


def test_number_and_website_when_shared_are_reasons_of_their_own(app: Flask) -> None:
    one = recorded(official_name="Baobab", registration_number="SN-DKR-2011-55", website="https://www.baobab.sn/")
    recorded(official_name="Unrelated", registration_number="7", website="https://facebook.com/baobab")
    (same,) = resembling({**EMPTY, "official_name": "Kola", "registration_number": "sn dkr 2011 55"})
    assert (same.organisation_id, same.same_number, same.same_website) == (one, True, False)
    (same,) = resembling({**EMPTY, "official_name": "Kola", "website": "http://baobab.sn/fr"})
    assert (same.organisation_id, same.same_number, same.same_website) == (one, False, True)
    assert found(official_name="Kola", website="https://facebook.com/kola") == []
    assert found(official_name="") == []


def test_resemblance_when_sorted_begins_with_the_likest(app: Flask) -> None:
    near, same = recorded(official_name="Takku Liggey Thiès"), recorded(official_name="Takku Liggey")
    assert found(official_name="Takku Liggéey") == [same, near]
    assert found(own_id=same, official_name="Takku Liggéey") == [near]


def test_organisation_when_changed_is_found_by_its_new_name_alone(app: Flask) -> None:
    one = recorded(official_name="Takku Liggey")
    with transaction():
        change(organisation=db.session.get_one(Organisation, one), details={"official_name": "Kavokiva"})
    assert found(official_name="Takku Liggey") == []
    assert found(official_name="Kavokiva") == [one]
    with transaction():
        indexing.add({})


def test_organisations_when_told_apart_stay_so_until_it_is_taken_back(app: Flask) -> None:
    one, other = recorded(official_name="Takku Liggey"), recorded(official_name="Takku Liggey")
    with transaction():
        officer_id = officers.officer().id
        act = {"officer_id": officer_id, "now": clock.now()}
        assert distinctions.add(one=other, other=one, **act)
        assert not distinctions.add(one=one, other=other, **act)
    assert (told_apart(one), told_apart(other)) == ({other}, {one})
    with transaction():
        assert distinctions.remove(one=one, other=other)
        assert not distinctions.remove(one=one, other=other)
    assert told_apart(one) == frozenset()


@pytest.mark.parametrize("others", [0, 3])
def test_resemblance_when_looked_for_runs_two_statements(
    app: Flask, others: int, counted_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for _ in range(others):
        recorded(official_name="Takku Liggey")
    with counted_queries() as statements:
        found(official_name="Takku Liggey")
    assert len(statements) == 2
