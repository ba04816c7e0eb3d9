"""Links that lead nowhere any more: each says what became of it, and only to whoever may know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from coalition import tokens
from coalition.signing import jobs
from coalition.tokens import Purpose
from tests.factories.browsing import sign, step

pytestmark = pytest.mark.usefixtures("charter")
CONFIRMED = "This signature is confirmed"
DISOWNED = "This signature has ended"
EXPIRED = "This signature was not confirmed in time"
NOTHING = "This link does not open anything"


def heading(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 404
    (found,) = re.findall(r"<h1>(.*?)</h1>", answer.text)
    return str(found)


@pytest.fixture
def mailed(client, worker, outbox, clock):
    """Sign, and return the links to confirm and to disown as they were mailed."""
    sign(client)
    worker()
    return outbox.link("/confirm/"), outbox.link("/disown/")


def test_link_when_used_says_that_the_signature_is_confirmed_and_how_to_see_it(client, mailed) -> None:
    confirm, disown = mailed
    client.post(confirm, data={"i_confirm": "y"})
    answer = client.get(confirm)
    assert "/en/my-signature/link" in answer.text
    assert "Réseau" not in answer.text
    assert (heading(client, confirm), heading(client, disown)) == (CONFIRMED, CONFIRMED)
    again = client.post(confirm, data={"i_confirm": "y"})
    assert (again.status_code, CONFIRMED in again.text) == (404, True)


def test_link_when_disowned_says_that_nothing_is_left(client, mailed) -> None:
    confirm, disown = mailed
    client.post(disown, data={"i_disown": "y"})
    assert (heading(client, confirm), heading(client, disown)) == (DISOWNED, DISOWNED)


def test_link_when_nobody_confirmed_in_time_says_so(client, mailed, clock) -> None:
    clock.shift(timedelta(days=15))
    jobs.expire_unverified()
    assert heading(client, mailed[0]) == EXPIRED


def test_link_of_a_corrected_address_tells_its_holder_nothing_of_the_other_mailbox(
    client, worker, mailed, outbox, clock
) -> None:
    old = mailed[0]
    clock.shift(timedelta(minutes=1))
    client.post(step("address"), data={"email": "right@reseau.example.org"})
    worker()
    before = client.get(old).text
    client.post(outbox.link("/confirm/"), data={"i_confirm": "y"})
    assert heading(client, old) == NOTHING
    assert client.get(old).text == before


@pytest.mark.parametrize("purpose", ["confirm", "disown", "manage"])
@pytest.mark.parametrize("rest", ["", "/", "/x", "/IjEi.wrong"])
def test_link_when_cut_says_how_to_copy_it_whole(client, purpose: str, rest: str) -> None:
    answer = client.get(f"/en/signatures/{purpose}{rest}", follow_redirects=True)
    assert (answer.status_code, "Copy the whole address from the message" in answer.text) == (404, True)


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.DISOWN, Purpose.MANAGE])
def test_link_of_a_row_that_is_gone_opens_nothing(client, purpose: Purpose) -> None:
    assert heading(client, f"/en/signatures/{purpose.value}/{tokens.sign(purpose, 'no-such-row')}") == NOTHING


def test_link_in_french_helps_in_french(client, mailed) -> None:
    client.post(mailed[0], data={"i_confirm": "y"})
    assert heading(client, mailed[0].replace("/en/", "/fr/")) == "Cette signature est confirmée"
