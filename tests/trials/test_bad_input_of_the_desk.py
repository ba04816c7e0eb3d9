"""Forged references, stale forms, a page that was left open: one clear sentence, and nothing done."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from coalition import clock
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.extensions import db
from coalition.review.bulk import MOST
from coalition.signing import changes as signing_changes
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.officers import browser_of
from tests.review.conftest import Desk, desk
from tests.trials.ledger import census
from tests.trials.people import APPROVE, DECLINE, path_of

pytestmark = pytest.mark.usefixtures("charter")
ASK = {"decision": "ask", "message": "Who is on your board?"}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "approve": ("", APPROVE),
    "decline": ("", DECLINE),
    "ask": ("", ASK),
    "merge": ("", {"decision": "merge", "merge_into": "OTHER"}),
    "release": ("release", {}),
    "claim": ("claim", {}),
    "take-over": ("take-over", {"seen_holder": "HOLDER"}),
}
"""What an officer's open page may still send, by the name of its button."""
SECOND = {
    # after this was done first … these, sent from a page that was opened before, change nothing
    "approve": ("approve", "decline", "ask", "merge", "release", "take-over"),
    "decline": ("approve", "decline", "ask", "merge", "release", "claim", "take-over"),
    "ask": ("approve", "decline", "ask", "merge", "release", "claim", "take-over"),
    "merge": ("approve", "decline", "ask", "merge", "release", "claim", "take-over"),
    "release": ("approve", "decline", "ask", "merge", "release", "take-over"),
    "withdraw": ("approve", "decline", "ask", "merge", "release", "claim", "take-over"),
    "taken over": ("approve", "decline", "ask", "merge", "release", "claim"),
}
FORGED: dict[str, list[str]] = {
    "unknown": ["A-ZZZZZZZZ"],
    "SQL": ["A-1' OR '1'='1"],
    "not text": ["\x00", "A-\ud7ff" + "9" * 300],
    "empty": [""],
    "too many": [f"A-{number:08d}" for number in range(MOST + 1)],
}


def browser(app: Flask, person: Desk) -> FlaskClient:
    return browser_of(db.session.get_one(Officer, person.id), app)


def send(client: FlaskClient, signature: Signature, name: str, *, other: Signature, holder: str) -> tuple[int, str]:
    act, data = FORMS[name]
    filled = {key: {"OTHER": other.reference, "HOLDER": holder}.get(value, value) for key, value in data.items()}
    answer = client.post(path_of(signature, act), data=filled)
    return answer.status_code, answer.text


@pytest.mark.one_database
@pytest.mark.parametrize("first", SECOND)
def test_form_when_stale_changes_nothing_and_says_why(app: Flask, first: str) -> None:
    ada, ben = desk("Ada"), desk("Ben")
    adas, bens = browser(app, ada), browser(app, ben)
    other, signature = signing.verified(), signing.verified()
    holder = db.session.get_one(Officer, ada.id).public_id
    ada.claim(signature)
    if first == "withdraw":
        _withdraw(signature)
    elif first == "taken over":
        assert bens.post(path_of(signature, "take-over")).status_code == 302
    else:
        assert send(adas, signature, first, other=other, holder=holder)[0] == 302
    wrong = {}
    for name in SECOND[first]:
        who, before = (bens if name == "take-over" else adas), census()
        status, text = send(who, signature, name, other=other, holder=holder)
        told = re.search(r'<main.*?(?:<p class="lead">|role="alert".*?<li>)', text, re.DOTALL)
        if status not in (403, 409, 422) or census() != before or told is None:
            wrong[name] = (status, census() - before)
    assert wrong == {}


def _withdraw(signature: Signature) -> None:
    found = db.session.get_one(Signature, signature.id)
    with transaction():
        signing_changes.withdraw(
            signature=found, reason="", secretariat="x@coalition.example", actor=Actor.person(), now=clock.now()
        )


@pytest.mark.parametrize("act", ["assign", "remind"])
@pytest.mark.parametrize("forged", FORGED)
def test_bulk_when_a_reference_is_forged_does_nothing_to_any(app: Flask, act: str, forged: str) -> None:
    ada = desk("Ada")
    good = [signing.submitted(), signing.submitted()]
    me = db.session.get_one(Officer, ada.id).public_id
    client, before = browser(app, ada), census()
    data = {"ref": [*(one.reference for one in good), *FORGED[forged]], "to": me}
    answer = client.post(f"/admin/queue/{act}", data=data)
    assert answer.status_code in (404, 409, 422)
    assert census() == before


@pytest.mark.parametrize("to", ["", "no-such-officer", "1 OR 1=1", "é" * 500])
def test_bulk_when_the_officer_is_forged_puts_nothing_on_any_list(app: Flask, to: str) -> None:
    ada, signature = desk("Ada"), signing.verified()
    client, before = browser(app, ada), census()
    answer = client.post("/admin/queue/assign", data={"ref": signature.reference, "to": to})
    assert (answer.status_code, "Choose on whose list to put them. Nothing was done." in answer.text) == (422, True)
    assert census() == before


def test_bulk_when_a_reference_is_out_of_reach_does_nothing_to_any(app: Flask) -> None:
    ada, lea, signature = desk("Ada"), desk("Lea"), signing.verified()
    with transaction() as session:
        session.execute(update(Officer).where(Officer.id == lea.id).values(charters=["ilgsse-declaration"]))
    me = db.session.get_one(Officer, ada.id).public_id
    client, before = browser(app, lea), census()
    for act in ("assign", "remind"):
        answer = client.post(f"/admin/queue/{act}", data={"ref": signature.reference, "to": me})
        assert answer.status_code == 404
    assert census() == before


@pytest.mark.parametrize("reach", ["disabled", "narrowed", "lowered"])
def test_officer_when_the_account_changes_while_the_page_is_open_decides_nothing(app: Flask, reach: str) -> None:
    changes: dict[str, Callable[[], dict[str, object]]] = {
        "disabled": lambda: {"disabled_at": Officer.created_at},
        "narrowed": lambda: {"charters": ["ilgsse-declaration"]},
        "lowered": lambda: {"role": "auditor"},
    }
    ada, signature = desk("Ada"), signing.verified()
    client = browser(app, ada)
    ada.claim(signature)
    assert client.get(path_of(signature)).status_code == 200
    with transaction() as session:
        session.execute(update(Officer).where(Officer.id == ada.id).values(**changes[reach]()))
    before = census()
    for name in ("approve", "decline", "ask", "release"):
        act, data = FORMS[name]
        answer = client.post(path_of(signature, act), data=data)
        assert answer.status_code == {"disabled": 302, "narrowed": 404, "lowered": 403}[reach], name
        assert answer.status_code != 302 or "/admin/login" in answer.location
    assert census() == before
