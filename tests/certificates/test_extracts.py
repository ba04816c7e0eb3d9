"""Does everybody get an extract that says what the register says, one a day, and never anything private?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import extracts, queries
from coalition.certificates.content import ExtractContent
from coalition.certificates.models import Certificate
from coalition.register import operations as register
from coalition.register.entry import Status
from coalition.register.errors import EntryUnknown
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import signing

pytestmark = pytest.mark.usefixtures("icsse")
ANYBODY = Actor.person()


@pytest.fixture
def number(session: scoped_session[Session]) -> str:
    """The register number of an active signatory."""
    return str(signing.active(official_name="Réseau du Fleuve", country="SN").register_number)


def ordered(number: str, language: str = "en") -> str:
    with transaction():
        return extracts.order_extract(number=number, language=language, actor=ANYBODY, now=clock.now())


def content_of(serial: str) -> ExtractContent:
    found = queries.extract_file(serial)
    assert found is not None
    return found.content


def test_extract_when_ordered_says_what_the_register_says(number: str) -> None:
    content = content_of(ordered(number))
    assert (content.organisation, content.number, content.status, content.ended_on) == (
        "Réseau du Fleuve",
        number,
        "active",
        None,
    )
    assert (content.former_name, content.other_number) == ("", "")


def test_extract_when_ordered_twice_on_a_day_is_one(number: str) -> None:
    assert ordered(number) == ordered(number)
    assert ordered(number, "fr") != ordered(number)


def test_extract_when_a_day_has_passed_is_a_new_one_and_the_old_leads_to_it(
    number: str, session: scoped_session[Session]
) -> None:
    first = ordered(number)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        second = ordered(number)
    old = session.scalars(select(Certificate).where(Certificate.serial == first)).one()
    assert second != first
    assert session.get_one(Certificate, old.superseded_by_id).serial == second


def test_extract_when_the_entry_changed_says_so_on_the_same_day(number: str) -> None:
    first = ordered(number)
    with transaction():
        register.change_status(number=number, status=Status.SUSPENDED, ended_on=None, now=clock.now())
    second = ordered(number)
    assert second != first
    assert content_of(second).status == "suspended"
    assert content_of(first).status == "active"


def test_extract_when_the_name_was_changed_names_the_former_one(number: str) -> None:
    with transaction():
        register.remember_name(number=number, official_name="Réseau d’avant", until_on=clock.now().date())
    assert content_of(ordered(number)).former_name == "Réseau d’avant"


def test_extract_when_ordered_of_nothing_is_refused(session: scoped_session[Session]) -> None:
    with pytest.raises(EntryUnknown):
        ordered("ICSSE-99999")


def test_extract_when_the_row_of_an_entry_is_gone_is_refused(number: str, session: scoped_session[Session]) -> None:
    signature = session.scalars(select(Signature).where(Signature.register_number == number)).one()
    signature.register_number = "ICSSE-77777"
    with pytest.raises(EntryUnknown):
        ordered("ICSSE-77777")


def test_pages_when_somebody_asks_lead_to_the_file_and_set_no_cookie(client: FlaskClient, number: str) -> None:
    page = client.get(f"/en/register/{number}/extract/")
    asked = client.post(f"/en/register/{number}/extract/")
    assert (page.status_code, asked.status_code) == (200, 303)
    waiting = client.get(asked.headers["Location"])
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    assert [answer for answer in (page, asked, waiting) if "Set-Cookie" in answer.headers] == []


@pytest.mark.parametrize("path", ["/en/register/ICSSE-99999/extract/", "/en/register/extracts/000000000000.pdf"])
def test_pages_when_there_is_nothing_say_so(client: FlaskClient, icsse: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_order_when_there_is_no_such_entry_says_so(client: FlaskClient) -> None:
    assert client.post("/en/register/ICSSE-99999/extract/").status_code == 404


def test_order_when_many_were_made_within_the_hour_has_to_wait(
    client: FlaskClient, number: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings["RATE_LIMITS"] = True
    answers = {client.post(f"/en/register/{number}/extract/").status_code for _ in range(301)}
    assert answers == {303, 429}


@pytest.mark.pdf
def test_extract_when_made_is_one_sealed_page_without_anything_private(
    client: FlaskClient,
    number: str,
    worker: Callable[..., int],
    session: scoped_session[Session],
    text_of: Callable[[bytes], str],
) -> None:
    asked = client.post(f"/fr/register/{number}/extract/")
    worker()
    answer = client.get(asked.headers["Location"])
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    told = text_of(answer.data)
    assert "Réseau du Fleuve" in told
    assert "Extrait du registre" in told
    assert number in told
    signature = session.scalars(select(Signature).where(Signature.register_number == number)).one()
    row = session.scalars(select(Certificate).where(Certificate.kind == "extract")).one()
    assert signature.representative is not None
    assert signature.representative.full_name not in told
    assert signature.representative.full_name not in json.dumps(row.content)
