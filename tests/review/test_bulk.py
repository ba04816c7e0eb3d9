"""What is done to many applications at once: all or nothing, and never a decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role, Scope
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.review import bulk, questions
from coalition.review.decisions import Request
from coalition.review.errors import ApplicationUnknown
from coalition.review.models import Assignment
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.review.conftest import Desk

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ground(charter: str, clock: time_machine.Traveller) -> None:
    """Every test here begins on a Monday, with a charter."""


def assigned() -> dict[str, int]:
    rows = select(Signature.reference, Assignment.officer_id).join(Assignment, Assignment.signature_id == Signature.id)
    return {row.reference: row.officer_id for row in db.session.execute(rows)}


def assign(references: list[str], to: int | None, person: Desk, scope: Scope | None = None) -> int:
    with transaction():
        return bulk.assign(
            references=references, to_officer_id=to, scope=scope or Scope(), actor=person.actor, now=now_of.now()
        )


def remind(references: list[str], person: Desk, **changes: Any) -> int:
    with transaction():
        act = {"scope": Scope(), "rules": signing.RULES, "gap": DAY, "actor": person.actor, "now": now_of.now()}
        return bulk.remind(references=references, **act | changes)


def mails() -> int:
    return db.session.execute(select(func.count()).select_from(OutboxMessage)).scalar_one()


def test_applications_when_assigned_stand_on_one_list_and_come_off_again(ada: Desk, ben: Desk) -> None:
    one, two = (signing.verified().reference for _ in range(2))
    assert assign([one, two, one], ben.id, ada) == 2
    assert assigned() == {one: ben.id, two: ben.id}
    assert assign([one], None, ada) == 1
    assert assigned() == {two: ben.id}
    acts = db.session.scalars(select(AuditRecord.act).where(AuditRecord.act.in_(["assign", "unassign"]))).all()
    assert sorted(acts) == ["assign", "assign", "unassign"]


@pytest.mark.parametrize("forged", ["A-ZZZZZZZZ", "", "' OR 1=1", "A-" + "9" * 400])
def test_assignment_when_one_reference_is_forged_is_refused_whole(ada: Desk, ben: Desk, forged: str) -> None:
    reference = signing.verified().reference
    with pytest.raises(ApplicationUnknown):
        assign([reference, forged], ben.id, ada)
    assert assigned() == {}


def test_assignment_when_one_is_out_of_reach_decided_or_too_many_is_refused_whole(ada: Desk, ben: Desk) -> None:
    reference, decided = signing.verified().reference, signing.active().reference
    with pytest.raises(ApplicationUnknown):
        assign([reference], ben.id, ada, Scope(frozenset({"another-charter"})))
    with pytest.raises(ApplicationUnknown):
        assign([f"A-{number:08}" for number in range(bulk.MOST + 1)], ben.id, ada)
    with pytest.raises(bulk.NotForAll):
        assign([reference, decided], ben.id, ada)
    with pytest.raises(bulk.NobodyChosen):
        assign([], ben.id, ada)
    assert assigned() == {}


def test_reminders_when_sent_go_to_mailboxes_and_questions(ada: Desk, clock: time_machine.Traveller) -> None:
    waiting, asked = signing.submitted(), signing.verified()
    ada.claim(asked)
    asked_id = asked.id
    with transaction():
        words = Request(reason_code="", message="Which year?", note="", seen_sha256="")
        questions.ask(
            signature_id=asked_id,
            officer_id=ada.id,
            request=words,
            lifetime=30 * DAY,
            actor=ada.actor,
            now=now_of.now(),
        )
    clock.shift(2 * DAY)
    before = mails()
    assert remind([waiting.reference, asked.reference], ada) == 2
    assert mails() == before + 2
    with pytest.raises(bulk.RemindedJustNow):
        remind([waiting.reference], ada)
    with pytest.raises(bulk.NotForAll):
        remind([asked.reference], ada)
    assert mails() == before + 2


def test_reminder_when_one_waits_for_nobody_is_refused_whole(ada: Desk, clock: time_machine.Traveller) -> None:
    waiting, open_one = signing.submitted(), signing.verified()
    clock.shift(2 * DAY)
    before = mails()
    with pytest.raises(bulk.NotForAll):
        remind([waiting.reference, open_one.reference], ada)
    assert mails() == before


@pytest.fixture
def browser(app: Any) -> FlaskClient:
    return officers.signed_in(app, "Chipo")


def test_desk_when_rows_are_ticked_changes_their_list(browser: FlaskClient, ben: Desk) -> None:
    one, two = (signing.verified().reference for _ in range(2))
    ben_key = db.session.execute(select(Officer.public_id).where(Officer.id == ben.id)).scalar_one()
    done = browser.post("/admin/queue/assign", data={"ref": [one, two], "to": ben_key, "country": "SN"})
    assert (done.status_code, done.location) == (302, "/admin/applications/?country=SN&assigned=2")
    assert "2 applications changed their list." in browser.get(done.location).text
    assert set(assigned().values()) == {ben.id}
    browser.post("/admin/queue/assign", data={"ref": [one], "to": "nobody"})
    assert set(assigned()) == {two}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"ref": [], "to": "nobody"}, 422),
        ({"ref": ["{reference}"], "to": ""}, 422),
        ({"ref": ["{reference}"], "to": "no-such-officer"}, 422),
        ({"ref": ["{reference}", "A-ZZZZZZZZ"], "to": "nobody"}, 404),
    ],
)
def test_desk_when_what_is_sent_cannot_be_says_so(browser: FlaskClient, data: dict[str, Any], status: int) -> None:
    reference = signing.verified().reference
    sent = {**data, "ref": [one.format(reference=reference) for one in data["ref"]]}
    answer = browser.post("/admin/queue/assign", data=sent)
    assert answer.status_code == status
    assert assigned() == {}


def test_desk_when_reminding_answers_once(browser: FlaskClient, app: Any, clock: time_machine.Traveller) -> None:
    reference = signing.submitted().reference
    answer = browser.post("/admin/queue/remind", data={"ref": [reference], "tab": "waiting"})
    assert answer.status_code == 409
    assert "was written to within the last day" in answer.text
    clock.shift(2 * DAY)
    fresh = officers.signed_in(app, "Dolores")
    done = fresh.post("/admin/queue/remind", data={"ref": [reference], "tab": "waiting"})
    assert done.location == "/admin/applications/?tab=waiting&reminded=1"
    assert "1 reminder is on its way." in fresh.get(done.location).text
    assert "reminder" not in fresh.get("/admin/applications/?reminded=9999").text.lower().replace("send a reminder", "")


def test_desk_when_the_role_does_not_allow_it_offers_and_does_nothing(app: Any) -> None:
    reference = signing.verified().reference
    reviewer = officers.signed_in(app, "Rui", role=Role.REVIEWER)
    assert 'name="ref"' not in reviewer.get("/admin/applications/").text
    assert reviewer.post("/admin/queue/assign", data={"ref": [reference], "to": "nobody"}).status_code == 403
    assert reviewer.post("/admin/queue/remind", data={"ref": [reference]}).status_code == 403
