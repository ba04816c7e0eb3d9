"""Do many entries come into the register by the same rules as one, and are they taken back without a trace?"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition import clock
from coalition.extensions import db
from coalition.organisations.names import name_key, search_words
from coalition.register import intake
from coalition.register.entry import Entry
from coalition.register.intake import Newcomer, newcomer
from coalition.register.models import RegisterCount, RegisterEntry, RegisterHead, RegisterMark
from coalition.register.queries import Search, page_of_entries
from coalition.transactions import transaction
from tests.factories import register
from tests.factories.charters import SLUG


def arriving(name: str, **changes: Any) -> Newcomer:
    made: Entry = register.entry(official_name=name, **changes)
    return newcomer(made, name_key=name_key(name), words=" ".join(search_words(name)))


def publish(*newcomers: Newcomer) -> list[str | None]:
    with transaction():
        return intake.publish_all(newcomers, charter=SLUG, prefix="ICSSE", now=clock.now())


def counts() -> set[tuple[str, int]]:
    return {(row.country, row.active) for row in db.session.scalars(select(RegisterCount)) if row.active}


def test_entries_when_many_are_like_those_that_came_alone(app: Flask) -> None:
    alone = register.published(official_name="Réseau d’Alpha", extra={"size": "large", "words": "Free text"})
    [number] = publish(arriving("Réseau d’Beta", extra={"size": "large", "words": "Free text"}))
    one, other = (
        db.session.scalars(select(RegisterEntry).where(RegisterEntry.number == key)).one() for key in (alone, number)
    )
    names = {"id", "number", "official_name", "sort_name", "name_key", "search"}
    same = [column.name for column in RegisterEntry.__table__.columns if column.name not in names]
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    assert (other.sort_name, other.search) == ("reseau d beta", "reseau d beta")
    marks = db.session.execute(select(RegisterMark.entry_id, RegisterMark.key, RegisterMark.value))
    assert {tuple(row) for row in marks} == {(one.id, "size", "large"), (other.id, "size", "large")}
    assert [row.number for row in page_of_entries(Search.of("beta", {})).rows] == [number]
    assert (number, counts()) == ("ICSSE-00002", {("SN", 2)})


def test_entries_when_a_name_is_taken_are_left_out(app: Flask) -> None:
    register.published(official_name="Alpha")
    told = publish(arriving("ALPHA"), arriving("Beta"), arriving("beta"), arriving("Alpha", country="FR"))
    assert told == [None, "ICSSE-00002", None, "ICSSE-00003"]
    assert counts() == {("SN", 2), ("FR", 1)}
    again = publish(arriving("Alpha", capacity="endorser"))
    assert (again, counts()) == (["ICSSE-00004"], {("SN", 2), ("FR", 1)})


def test_register_when_empty_begins_with_the_first_number(app: Flask) -> None:
    assert publish(arriving("Alpha")) == ["ICSSE-00001"]
    assert publish() == []


def test_entries_when_taken_back_leave_no_trace_but_their_numbers(app: Flask) -> None:
    kept = register.published(official_name="Alpha")
    numbers = publish(arriving("Beta", extra={"size": "large"}), arriving("Gamma", capacity="endorser"))
    before = db.session.scalars(select(RegisterHead.version)).one()
    with transaction():
        intake.take_back([str(number) for number in numbers], now=clock.now())
    assert db.session.scalars(select(RegisterEntry.number)).all() == [kept]
    assert (db.session.scalar(select(func.count()).select_from(RegisterMark)), counts()) == (0, {("SN", 1)})
    assert db.session.scalars(select(RegisterHead.version)).one() > before
    assert page_of_entries(Search.of("beta", {})).rows == []
    assert publish(arriving("Beta")) == ["ICSSE-00004"]
    with transaction():
        intake.take_back(["ICSSE-99999"], now=clock.now())


@pytest.mark.parametrize("number", [0, 1, 3])
def test_batches_when_cut_hold_everything_once(number: int) -> None:
    items = list(range(number))
    assert [one for some in intake.in_batches(items, 2) for one in some] == items
