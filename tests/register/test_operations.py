"""How an entry comes into the register: once, with its number, and counted only while it is active."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coalition import clock
from coalition.register import operations, queries
from coalition.register.entry import Entry, Status
from coalition.register.operations import NameTaken
from coalition.transactions import transaction

pytestmark = pytest.mark.usefixtures("app")
CHARTER = "icsse-charter"


def entry(status: Status = Status.ACTIVE) -> Entry:
    return Entry(
        number="",
        charter=CHARTER,
        charter_version=1,
        capacity="signatory",
        status=status,
        official_name="Réseau du Fleuve",
        latin_name="",
        acronym="",
        aliases="",
        country="SN",
        organisation_form="network",
        category="member_based",
        website="",
        description="",
        representative="",
        extra={},
        signed_on=date(2026, 3, 2),
        published_on=date(2026, 3, 9),
        ended_on=None,
    )


def publish(status: Status = Status.ACTIVE) -> str:
    with transaction():
        return operations.publish(
            entry=entry(status), prefix="ICSSE", name_key="fleuve reseau", words="reseau du fleuve", now=clock.now()
        )


def test_entry_when_published_gets_the_next_number_and_is_counted() -> None:
    assert publish() == "ICSSE-00001"
    assert queries.counts(CHARTER) == queries.Counts(signatories=1, countries=1)


def test_entry_when_published_as_suspended_is_shown_and_not_counted() -> None:
    number = publish(Status.SUSPENDED)
    found = queries.entry_of(number)
    assert found is not None
    assert found.status == Status.SUSPENDED
    assert queries.counts(CHARTER) == queries.Counts(signatories=0, countries=0)


def test_entry_when_its_name_stands_already_is_refused_with_the_number_it_has() -> None:
    publish()
    with pytest.raises(NameTaken) as refused:
        publish()
    assert refused.value.values == {"number": "ICSSE-00001"}


def test_entry_when_another_came_in_between_is_refused_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    monkeypatch.setattr(
        operations, "_live_number", lambda _entry, _key: None
    )  # as if both had looked before either wrote
    with pytest.raises(NameTaken):
        publish()
    assert queries.counts(CHARTER) == queries.Counts(signatories=1, countries=1)


def test_representative_when_published_or_hidden_again_changes_the_page_and_its_version() -> None:
    number, seen = publish(), []
    for name in ("Awa N’Diaye", "Awa N’Diaye", ""):
        with transaction():
            operations.show_representative(number=number, name=name)
        found = queries.entry_of(number)
        seen.append((found and found.representative, queries.register_version()))
    assert seen == [("Awa N’Diaye", "2"), ("Awa N’Diaye", "2"), ("", "3")]


def test_endorser_when_published_is_shown_apart_and_not_counted() -> None:
    with transaction():
        operations.publish(
            entry=replace(entry(), capacity="endorser"),
            prefix="ICSSE",
            name_key="fleuve reseau",
            words="reseau",
            now=clock.now(),
        )
    publish()
    assert queries.counts(CHARTER) == queries.Counts(signatories=1, countries=1)


def test_version_when_an_entry_comes_or_changes_is_another_one() -> None:
    seen = [queries.register_version()]
    number = publish()
    seen.append(queries.register_version())
    with transaction():
        operations.change_status(number=number, status=Status.WITHDRAWN, ended_on=date(2026, 4, 1), now=clock.now())
    seen.append(queries.register_version())
    assert len(set(seen)) == len(seen)
