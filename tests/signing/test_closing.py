"""After the closing date: does nobody begin, and has whoever had begun a day to finish?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from coalition.charters import amending
from coalition.signing.models import Draft, Signature
from tests.charters.desk import do
from tests.factories.browsing import FOR_AWA, ORGANISATION, PERSON, STATEMENTS, fill_in, first_step, hand_over, step
from tests.factories.charters import SLUG
from tests.fixtures.times import MONDAY

Db = scoped_session[Session]
HOUR = timedelta(hours=1)
END = MONDAY + HOUR
SIGNED = {**STATEMENTS, "typed_name": PERSON["full_name"]}
CLOSED = "Signing is closed: this text can no longer be signed."


def close(moment: datetime | None = END) -> None:
    do(amending.close_signing, slug=SLUG, closes_at=moment)


@pytest.fixture
def filled_in(charter: str, clock: time_machine.Traveller, client: FlaskClient) -> FlaskClient:
    """A browser that filled in every step before the closing date."""
    close()
    fill_in(client)
    return client


def count(session: Db, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("after", [timedelta(0), 24 * HOUR - timedelta(seconds=1)])
def test_form_begun_before_the_closing_date_can_be_sent_for_a_day(
    filled_in: FlaskClient, clock: time_machine.Traveller, session: Db, after: timedelta
) -> None:
    clock.move_to(END + after, tick=False)
    assert filled_in.post(first_step(), data={**ORGANISATION, "acronym": "NEW"}).status_code == 302
    assert filled_in.get(step("proof")).status_code == 200
    assert filled_in.post(step("review"), data=SIGNED).headers["Location"].endswith("/check-inbox")
    assert count(session, Signature) == 1
    assert filled_in.get(step("check-inbox")).status_code == 200


def test_form_begun_before_the_closing_date_ends_with_its_day(
    filled_in: FlaskClient, clock: time_machine.Traveller, session: Db
) -> None:
    clock.move_to(END + 24 * HOUR, tick=False)
    for name in ("organisation", "representative", "proof", "review"):
        answer = filled_in.get(step(name))
        assert (answer.status_code, CLOSED in answer.text) == (409, True), name
    answer = filled_in.post(step("review"), data=SIGNED)
    assert (answer.status_code, CLOSED in answer.text) == (409, True)
    assert count(session, Signature) == 0


def test_form_cannot_be_begun_after_the_closing_date(
    charter: str, clock: time_machine.Traveller, client: FlaskClient, session: Db
) -> None:
    assert client.get(first_step()).status_code == 200
    close()
    clock.move_to(END, tick=False)
    for answer in (client.get(first_step()), client.post(first_step(), data=ORGANISATION)):
        assert (answer.status_code, CLOSED in answer.text) == (409, True)
    assert count(session, Draft) == 0
    close(None)
    assert client.post(first_step(), data=ORGANISATION).status_code == 302


def test_form_that_was_signed_begins_no_second_one_after_the_closing_date(
    filled_in: FlaskClient, clock: time_machine.Traveller, session: Db
) -> None:
    filled_in.post(step("review"), data=SIGNED)
    clock.move_to(END, tick=False)
    assert filled_in.post(first_step(), data=ORGANISATION).status_code == 409
    assert filled_in.post(step("review"), data=SIGNED).headers["Location"].endswith("/check-inbox")
    assert filled_in.post(step("resend")).status_code == 302
    assert (count(session, Draft), count(session, Signature)) == (1, 1)


def test_form_handed_over_before_the_closing_date_is_the_signers_for_a_day(
    app: Flask, charter: str, clock: time_machine.Traveller, client: FlaskClient, session: Db, worker: Any, outbox: Any
) -> None:
    close()
    assert hand_over(client, **FOR_AWA).status_code == 302
    worker()
    signer = app.test_client()
    clock.move_to(END + HOUR, tick=False)
    assert signer.get(outbox.link("/sign/resume/", to=PERSON["email"])).status_code == 302
    assert signer.post(step("review"), data=SIGNED).headers["Location"].endswith("/check-inbox")
    assert count(session, Signature) == 1


def test_pages_before_and_after_the_closing_date_say_so(
    charter: str, clock: time_machine.Traveller, client: FlaskClient
) -> None:
    result = first_step().replace("sign/organisation", "eligibility/result")
    pages = ("/en/", f"/en/charters/{SLUG}/", result)
    eligibility, form = f"/en/charters/{SLUG}/eligibility/", "/sign/organisation?"
    offered = [(eligibility in client.get(path).text, form in client.get(path).text) for path in pages]
    assert offered == [(True, False), (True, False), (True, True)]
    close()
    before = client.get(pages[1])
    assert "Signing closes: 2 March 2026, 10:00 (UTC)." in before.text
    clock.move_to(END, tick=False)
    after = client.get(pages[1], headers={"If-None-Match": before.headers["ETag"]})
    assert "Signing is closed since 2 March 2026, 10:00 (UTC)." in after.text
    assert eligibility not in client.get("/en/").text
    shown = client.get(result).text
    assert (form in shown, "Signing is closed since" in shown) == (False, True)
    assert "Signing is closed." in client.get("/en/charters/").text
    assert "La signature est close depuis le 2 mars 2026" in client.get(f"/fr/charters/{SLUG}/").text
