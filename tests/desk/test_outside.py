"""Somebody from outside decides: one officer is recused, the other has approved, and a third is nowhere."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock, tokens
from coalition.accounts.models import Officer, OfficerInvitation
from coalition.accounts.permissions import Scope
from coalition.desk import outside_access
from coalition.extensions import db
from coalition.review.models import Decision, Recusal
from coalition.review.quorum_queries import shortages_now
from coalition.signing.models import Signature
from coalition.tokens import Purpose
from coalition.transactions import transaction
from tests.factories import officers, signing

APPROVE = {"decision": "approve", "category": "international_network", "mandate_basis": "document", "note": "seen"}


def accepted(app: Flask) -> FlaskClient:
    """Follow the newest invitation to its end."""
    newest = select(OfficerInvitation.public_id).order_by(OfficerInvitation.id.desc()).limit(1)
    path = f"/admin/invitations/{tokens.sign(Purpose.INVITATION, db.session.scalars(newest).one())}"
    client = app.test_client()
    chosen = client.post(path, data={"password": officers.PASSWORD, "password_again": officers.PASSWORD})
    secret = re.search(r'data-secret="([A-Z2-7]+)"', client.get(chosen.location).text)
    assert secret is not None
    client.post(chosen.location, data={"code": pyotp.TOTP(secret.group(1)).at(clock.now())})
    return client


def decide(browser: FlaskClient, reference: str) -> int:
    browser.post(f"/admin/applications/{reference}/claim")
    page = browser.get(f"/admin/applications/{reference}/").text
    hidden = dict(re.findall(r'<input type="hidden" name="(seen_\w+|content\w*)" value="([^"]*)"', page))
    return browser.post(f"/admin/applications/{reference}/", data=APPROVE | hidden).status_code


@pytest.fixture
def reference(app: Flask, charter: str) -> str:
    """An application from the network of one of two officers."""
    signature = signing.verified()
    found, signature_id = signature.reference, signature.id
    with transaction() as session:
        ben = officers.officer("Ben")
        session.add(Recusal(signature_id=signature_id, officer_id=ben.id, recused_at=clock.now()))
    return found


def short() -> list[tuple[str, str]]:
    found = [(one.gap.value, one.about) for one in shortages_now(now=clock.now(), scope=Scope())]
    db.session.rollback()
    return found


def test_person_from_outside_when_asked_completes_what_one_officer_began(app: Flask, reference: str) -> None:
    ada = officers.signed_in(app, "Ada")
    assert short() == [("review", reference)]
    assert f"/admin/applications/{reference}/outside" in ada.get("/admin/").text
    assert decide(ada, reference) in (302, 303)
    assert short() == [("review", reference)]
    named = {"name": "Zoé Ngata", "email": "zoe@elsewhere.example"}
    assert ada.post(f"/admin/applications/{reference}/outside", data=named).status_code == 303
    zoe = accepted(app)
    assert short() == []
    assert decide(zoe, reference) in (302, 303)
    assert db.session.scalars(select(Signature.state)).one() == "active"
    names = db.session.scalars(
        select(Officer.name).join(Decision, Decision.officer_id == Officer.id).order_by(Decision.id)
    )
    assert list(names) == ["Ada", "Zoé Ngata"]
    db.session.rollback()
    outside_access.end_decided()
    assert zoe.get(f"/admin/applications/{reference}/").status_code == 302
    assert "Zoé Ngata" in ada.get(f"/admin/applications/{reference}/").text
