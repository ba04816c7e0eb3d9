"""A week of two officers alone: a question, an absence, a recusal, an appeal, a delisting, and who must not decide."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from coalition import tokens
from coalition.accounts.models import Officer, OfficerInvitation
from coalition.certificates.models import Certificate
from coalition.desk import outside_access
from coalition.extensions import db
from coalition.register.models import RegisterEntry
from coalition.signing.models import Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.trials.ledger import broken_chains, state_of
from tests.trials.people import my_signature

APPROVE = {"decision": "approve", "category": "international_network", "mandate_basis": "public_source"}
DECLINE = {"decision": "decline", "reason_code": "no_category"}
GRANTED = {"outcome": "reversed", "words": "You are right: see what you sent."}
REMOVE = {"ground": "misuse", "message": "You sold our name."}
PASSWORD = "plum river lantern 9"
DONE = (302, 303)


class Week:
    """The office with its two officers; `of` is whoever's browser, signed in anew each morning."""

    def __init__(self, app: Flask, clock: time_machine.Traveller) -> None:
        self.app, self.clock = app, clock
        with transaction():
            self.people = {name: officers.officer(name) for name in ("Ada", "Ben")}
            self.people["Ada"].networks = ["example.net"]
        self.browsers: dict[str, FlaskClient] = {}
        self.next_day(0)

    def next_day(self, days: int = 1) -> None:
        self.clock.shift(timedelta(days=days))
        self.browsers |= {name: officers.browser_of(person, self.app) for name, person in self.people.items()}

    def of(self, name: str) -> FlaskClient:
        return self.browsers[name]

    def arrives(self, name: str, **changes: Any) -> Signature:
        return signing.verified(official_name=name, **changes)

    def post(self, who: str, signature: Signature, act: str = "", **data: str) -> int:
        """Send a form of an application's page and return the status; what was read goes with it."""
        path = f"/admin/applications/{signature.reference}/"
        page = self.of(who).get(path).text
        digest = re.search(r'name="content_sha256"[^>]*value="([0-9a-f]{64})"', page)
        read = {"content_sha256": digest[1]} if digest else {}
        return self.of(who).post(path + act, data={**read, **data}).status_code

    def decides(self, who: str, signature: Signature, **data: str) -> str:
        """Claim an application, decide on it, and return its state."""
        assert self.post(who, signature, "claim") in DONE
        assert self.post(who, signature, **data) in DONE
        return state_of(signature.id)

    def warnings(self, who: str = "Ada") -> str:
        """Return what the desk's start page says of too few who are left; "" where it says nothing."""
        page = self.of(who).get("/admin/").text
        found = re.search(r'<section class="note" aria-labelledby="shortages-title">(.*?)</section>', page, re.DOTALL)
        return found[1] if found else ""

    def joins_from_outside(self, who: str, name: str, signature: Signature) -> FlaskClient:
        """Lay an application before somebody from outside, who follows the mailed link and sets up a second factor."""
        data = {"name": name, "email": f"{name.lower()}@elsewhere.example"}
        assert self.of(who).post(f"/admin/applications/{signature.reference}/outside", data=data).status_code in DONE
        newest = select(OfficerInvitation.public_id).order_by(OfficerInvitation.id.desc()).limit(1)
        link = f"/admin/invitations/{tokens.sign(Purpose.INVITATION, str(db.session.scalar(newest)))}"
        browser = self.app.test_client()
        chosen = browser.post(link, data={"password": PASSWORD, "password_again": PASSWORD})
        assert chosen.status_code == 302, chosen.text
        secret = re.search(r'data-secret="([A-Z2-7]+)"', browser.get(chosen.location).text)
        assert secret is not None
        code = pyotp.TOTP(secret[1]).now()
        assert browser.post(chosen.location, data={"code": code}).status_code == 302
        self.browsers[name] = browser
        return browser


@pytest.fixture
def week(app: Flask, charter: str, clock: time_machine.Traveller) -> Week:
    return Week(app, clock)


def represent(week: Week, signature: Signature, act: str, **data: str) -> int:
    return my_signature(week.app, signature).post(f"/en/my-signature/{act}", data=data).status_code


def number_of(signature: Signature) -> str:
    db.session.rollback()
    return str(db.session.scalar(select(Signature.register_number).where(Signature.id == signature.id)))


def serials(signature: Signature) -> list[str]:
    db.session.rollback()
    kept = select(Certificate.serial).where(Certificate.signature_id == signature.id, Certificate.kind == "certificate")
    return list(db.session.scalars(kept.order_by(Certificate.id)))


def standing(week: Week, serial: str) -> str:
    return str(week.app.test_client().get(f"/api/v1/certificates/{serial}").json["status"])


def delists(week: Week, signature: Signature) -> None:
    """Ada proposes to remove a signatory; she cannot confirm it herself, Ben can, once."""
    path = f"/admin/signatories/{number_of(signature)}/"
    assert week.of("Ada").post(f"{path}delist", data=REMOVE).status_code in DONE
    page = week.of("Ben").get(path).text
    confirm = re.search(r'action="([^"]+/delisting/[^"]+/confirm)"', page)
    assert confirm is not None
    assert week.of("Ada").post(confirm[1]).status_code in (403, 409)
    assert state_of(signature.id) == "active"
    assert week.of("Ben").post(confirm[1]).status_code in DONE
    assert week.of("Ben").post(confirm[1]).status_code == 409


def monday(week: Week) -> dict[str, Signature]:
    """One is asked something, one goes on the register."""
    found = {name: week.arrives(f"Network of the {name}") for name in ("North", "South", "East")}
    north, south = found["North"], found["South"]
    assert week.warnings() == ""
    assert week.decides("Ada", north, decision="ask", message="Who is on your board?") == "needs_information"
    assert week.post("Ben", north, "claim") == 409
    assert week.decides("Ben", south, **APPROVE) == "submitted"
    assert week.post("Ben", south, "claim") in DONE
    assert week.post("Ben", south, **APPROVE) == 409  # the second approval is somebody else's
    assert week.post("Ben", south, "release") in DONE
    assert week.decides("Ada", south, **APPROVE) == "active"
    return found


def tuesday(week: Week, north: Signature) -> Signature:
    """Ben is away, and what comes in is of Ada's own network."""
    week.next_day()
    away = {"first_on": "2026-03-03", "last_on": "2026-03-04"}
    assert week.of("Ben").post("/admin/account/absences", data=away).status_code in DONE
    assert "an approval takes 2 officers, and 1 is there" in week.warnings()
    assert represent(week, north, "answer", answer="Three people, elected in June.") in DONE
    assert week.decides("Ada", north, **APPROVE) == "submitted"
    west = week.arrives("Network of the West", email="awa@example.net", website="https://www.example.net/")
    assert week.post("Ada", west, "claim") == 403
    assert state_of(west.id) == "submitted"
    zoe = week.joins_from_outside("Ada", "Zoe", west)
    assert zoe.get(f"/admin/applications/{north.reference}/").status_code == 404
    assert week.decides("Zoe", west, **APPROVE) == "submitted"
    return west


def wednesday(week: Week, east: Signature) -> None:
    """A refusal, and an appeal that its author must not decide."""
    week.next_day()
    assert week.decides("Ada", east, **DECLINE) == "declined"
    assert represent(week, east, "appeal", words="We have twelve members in five countries.") in DONE
    assert week.post("Ada", east, "appeal", **GRANTED) == 403
    assert state_of(east.id) == "referred"
    assert east.reference in week.warnings()
    page = week.of("Ada").get(f"/admin/applications/{east.reference}/").text
    assert f"/admin/applications/{east.reference}/appeal" not in page


def thursday(week: Week, north: Signature, west: Signature, east: Signature) -> None:
    """Ben is back, and everything that waited is decided."""
    week.next_day()
    assert week.warnings() == ""
    assert week.decides("Ben", north, **APPROVE) == "active"
    assert week.decides("Ben", west, **APPROVE) == "active"
    outside_access.end_decided()
    assert week.of("Zoe").get(f"/admin/applications/{west.reference}/").status_code == 302  # to the sign-in page
    assert week.post("Ben", east, "appeal", **GRANTED) in DONE
    assert week.post("Ben", east, "appeal", **GRANTED) == 409
    assert week.decides("Ben", east, **APPROVE) == "submitted"
    assert week.decides("Ada", east, **APPROVE) == "active"


def friday(week: Week, south: Signature) -> None:
    """A delisting by two, an appeal that neither may decide, and somebody from outside who does."""
    week.next_day()
    (first,) = serials(south)
    delists(week, south)
    assert (state_of(south.id), standing(week, first)) == ("delisted", "revoked")
    assert represent(week, south, "appeal", words="It was somebody else who used your name.") in DONE
    assert [week.post(name, south, "appeal", **GRANTED) for name in ("Ada", "Ben")] == [403, 403]
    assert south.reference in week.warnings()
    week.joins_from_outside("Ben", "Yves", south)
    assert week.post("Yves", south, "appeal", **GRANTED) in DONE
    assert state_of(south.id) == "active"
    assert [standing(week, serial) for serial in serials(south)] == ["revoked", "active"]


def test_week_of_two_officers_comes_to_an_end_with_everything_decided(week: Week) -> None:
    found = monday(week)
    west = tuesday(week, found["North"])
    wednesday(week, found["East"])
    thursday(week, found["North"], west, found["East"])
    friday(week, found["South"])
    names = db.session.scalars(select(RegisterEntry.official_name).where(RegisterEntry.status == "active")).all()
    assert sorted(names) == [f"Network of the {name}" for name in ("East", "North", "South", "West")]
    assert week.warnings() == ""
    assert broken_chains() == []


def test_officer_disabled_while_the_page_is_open_decides_nothing_and_colleagues_go_on(week: Week) -> None:
    signature = week.arrives("Network of the Delta")
    assert week.decides("Ada", signature, **APPROVE) == "submitted"
    assert week.post("Ben", signature, "claim") in DONE
    ben = week.of("Ben")
    with transaction() as session:
        session.execute(
            update(Officer).where(Officer.id == week.people["Ben"].id).values(disabled_at=Officer.created_at)
        )
    answer = ben.post(f"/admin/applications/{signature.reference}/", data=APPROVE)
    assert (answer.status_code, "/admin/login" in answer.location) == (302, True)
    assert state_of(signature.id) == "in_review"
    with transaction():
        cleo = officers.officer("Cleo")
    week.browsers["Cleo"] = officers.browser_of(cleo, week.app)
    assert week.post("Cleo", signature, "take-over") in DONE
    assert week.post("Cleo", signature, **APPROVE) in DONE
    assert state_of(signature.id) == "active"
