"""Invented signatories: plainly labelled, of every kind, added once, never in production, and nobody is written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.accounts import queries as accounts
from coalition.commands import demonstration
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail.models import OutboxMessage
from coalition.register import queries
from coalition.register.models import RegisterEntry
from coalition.register.search import Search
from coalition.signing.models import Signature
from coalition.signing.queries import unreminded

SMALL = 90


def test_demo_when_run_twice_adds_everybody_once(runner: Any, charter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "SIGNATORIES", SMALL)
    first = runner.invoke(args=["demo"])
    assert (first.exit_code, f"Added {SMALL + len(demonstration.WAITING)} invented" in first.output) == (0, True)
    again = runner.invoke(args=["demo"])
    assert again.output == "Every invented signatory is there already; nothing was added.\n"
    statuses = Counter(db.session.scalars(select(RegisterEntry.status)))
    assert statuses == {"active": 82, "withdrawn": 5, "suspended": 2, "delisted": 1}
    labels = set(db.session.scalars(select(RegisterEntry.description)))
    assert labels == {demonstration.LABEL}
    waiting = Counter(db.session.scalars(select(Signature.state).where(Signature.register_number.is_(None))))
    assert waiting == {
        "pending_verification": 2,
        "submitted": 6,
        "in_review": 2,
        "needs_information": 1,
        "referred": 1,
        "declined": 1,
        "withdrawn": 1,
    }
    assert db.session.scalar(select(func.count()).where(OutboxMessage.recipient.is_not(None))) == 0
    assert Counter(db.session.scalars(select(Job.name)))["certificates.make"] == demonstration.CERTIFIED
    assert unreminded(clock.now() + timedelta(days=30), after=(timedelta(days=2),), gap=timedelta()) == []
    assert not accounts.is_anyone_enrolled()
    assert queries.page_of_entries(Search.of_query({"sort": "name"})).total == 82


def test_demo_when_interrupted_goes_on_where_it_stopped(
    runner: Any, charter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "SIGNATORIES", 5)
    runner.invoke(args=["demo"])
    monkeypatch.setattr(demonstration, "SIGNATORIES", 5)
    monkeypatch.setattr(demonstration, "WAITING", (*demonstration.WAITING, "submitted"))
    assert "Added 1 invented" in runner.invoke(args=["demo"]).output


@pytest.mark.one_database
def test_demo_when_in_production_refuses(runner: Any, charter: str, settings: Mapping[str, Any]) -> None:
    settings["ENVIRONMENT"] = "production"  # type: ignore[index]
    done = runner.invoke(args=["demo"])
    assert (done.exit_code, "production" in done.output) == (1, True)


@pytest.mark.one_database
def test_demo_when_the_charter_is_not_there_says_which(runner: Any, app: Any) -> None:
    done = runner.invoke(args=["demo"])
    assert (done.exit_code, "icsse-charter" in done.output) == (1, True)


def test_names_when_read_all_say_that_they_are_invented() -> None:
    words = "demonstra démonstra demostra dimostra تجريبية демонстрацион 示范 実演 시범 प्रदर्शन minh επίδειξη"
    words += " maonyesho peragaan"
    for own, _latin, _countries in demonstration.NAMES:
        assert any(word in own.casefold() for word in words.split()), own
