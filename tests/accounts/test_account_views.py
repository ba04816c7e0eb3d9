"""The own account, as its officer meets it: factors, sessions, days away, and a mail of every change."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock
from coalition.accounts import jobs, queries, sealing, staff
from coalition.accounts.models import Officer, OfficerAbsence, OfficerRecoveryCode, OfficerSession
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.accounts.proving import code
from tests.factories import officers

PASSWORD, NEW = officers.PASSWORD, "marigold bridge comet 7"
ADA = "ada@coalition.example"


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    with transaction():
        person = officers.officer(email=ADA)
    return officers.browser_of(person, app)


def sign_in(app: Flask, **typed: str) -> Any:
    client = app.test_client()
    fields = {"email": ADA, "password": PASSWORD, "code": code()} | typed
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    return client.post("/admin/login", data=fields, headers={"User-Agent": agent}), client


def changes_told() -> list[str]:
    return [mail.values["change"] for mail in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def test_password_when_changed_lets_in_alone_and_signs_other_browsers_out(app: Flask, ada: FlaskClient) -> None:
    _, other = sign_in(app)
    assert other.get("/admin/account/").status_code == 200
    done = ada.post("/admin/account/password", data={"password": NEW, "password_again": NEW})
    assert (done.status_code, done.location) == (303, "/admin/account/")
    assert other.get("/admin/account/").status_code == 302
    assert ada.get("/admin/account/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert sign_in(app)[0].status_code == 422
        assert sign_in(app, password=NEW)[0].status_code == 302
    assert changes_told() == ["set_password"]


@pytest.mark.one_database
def test_password_when_it_is_weak_is_asked_for_again(ada: FlaskClient) -> None:
    refused = ada.post("/admin/account/password", data={"password": "x", "password_again": "x"})
    assert (refused.status_code, "12 to 200 characters" in refused.text) == (422, True)
    assert changes_told() == []


def test_authenticator_when_replaced_is_the_only_one_that_counts(app: Flask, ada: FlaskClient) -> None:
    page = ada.get("/admin/account/authenticator").text
    sealed, secret = shown(page)
    wrong = ada.post("/admin/account/authenticator", data={"sealed": sealed, "code": "000000"})
    assert (wrong.status_code, shown(wrong.text)[1]) == (422, secret)
    done = ada.post("/admin/account/authenticator", data={"sealed": sealed, "code": code(secret)})
    assert done.status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert sign_in(app)[0].status_code == 422
        assert sign_in(app, code=code(secret))[0].status_code == 302
    assert changes_told() == ["replace_authenticator"]


def shown(page: str) -> tuple[str, str]:
    sealed = re.search('name="sealed" value="([^"]+)"', page)
    secret = re.search('data-secret="([^"]+)"', page)
    assert sealed is not None
    assert secret is not None
    return sealed.group(1), secret.group(1)


@pytest.mark.one_database
@pytest.mark.parametrize("sealed", ["", officers.SECRET, "gAAAAAbroken", "another officer's"])
def test_authenticator_when_its_secret_is_not_what_was_shown_is_not_taken(
    app: Flask, ada: FlaskClient, sealed: str
) -> None:
    secret = officers.SECRET
    if sealed.startswith("another"):
        sealed, secret = shown(officers.signed_in(app, "Ben").get("/admin/account/authenticator").text)
    sent = {"sealed": sealed, "code": code(secret)}
    answer = ada.post("/admin/account/authenticator", data=sent)
    assert "data-secret" in answer.text
    assert queries.officer_of(ADA).totp_secret == officers.SECRET


def test_recovery_code_when_used_signs_in_once(app: Flask, ada: FlaskClient) -> None:
    first = re.findall("data-recovery>([^<]+)<", ada.post("/admin/account/recovery-codes").text)
    codes = re.findall("data-recovery>([^<]+)<", ada.post("/admin/account/recovery-codes").text)
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", one) for one in codes)
    assert sign_in(app, code=first[0])[0].status_code == 422
    typed = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert sign_in(app, code=typed)[0].status_code == 302
    assert sign_in(app, code=codes[0])[0].status_code == 422
    assert "9 codes are left." in ada.get("/admin/account/").text
    assert changes_told() == ["make_recovery_codes", "make_recovery_codes", "use_recovery_code"]
    kept = db.session.scalars(select(OfficerRecoveryCode.code_sha256)).all()
    assert codes[0].replace("-", "") not in "".join(kept)


@pytest.mark.one_database
def test_recovery_code_when_it_is_a_colleagues_opens_nothing(app: Flask, ada: FlaskClient) -> None:
    page = officers.signed_in(app, "Ben").post("/admin/account/recovery-codes").text
    assert sign_in(app, code=re.findall("data-recovery>([^<]+)<", page)[0])[0].status_code == 422


def test_sessions_when_listed_can_be_ended_one_by_one_and_all(app: Flask, ada: FlaskClient) -> None:
    _, phone = sign_in(app)
    page = ada.get("/admin/account/").text
    assert "Firefox, Linux" in page
    name = re.findall("/admin/account/sessions/([^/]+)/end", page)
    assert len(name) == 1
    stranger = officers.signed_in(app, "Ben")
    stranger.post(f"/admin/account/sessions/{name[0]}/end")
    assert phone.get("/admin/account/").status_code == 200
    for _ in range(2):
        assert ada.post(f"/admin/account/sessions/{name[0]}/end").status_code == 303
    assert phone.get("/admin/account/").status_code == 302
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        _, tablet = sign_in(app)
    assert ada.post("/admin/account/sessions/end").status_code == 303
    assert ada.post("/admin/account/sessions/end").status_code == 303
    assert tablet.get("/admin/account/").status_code == 302
    assert ada.get("/admin/account/").status_code == 200
    acts = db.session.scalars(select(AuditRecord.act).where(AuditRecord.act.like("end_%"))).all()
    assert acts == ["end_session", "end_sessions"]


def test_absence_when_entered_counts_on_its_days_until_it_is_taken_back(ada: FlaskClient) -> None:
    today = clock.today()
    days = {"first_on": today.isoformat(), "last_on": (today + timedelta(days=2)).isoformat()}
    for _ in range(2):
        assert ada.post("/admin/account/absences", data=days).status_code == 303
    absence = db.session.scalars(select(OfficerAbsence)).one()
    there = [staff.absent_on(today + timedelta(days=n)) == {absence.officer_id} for n in (-1, 0, 2, 3)]
    assert there == [False, True, True, False]
    name = absence.public_id
    assert name in ada.get("/admin/account/").text
    assert ada.post(f"/admin/account/absences/{name}/remove").status_code == 303
    assert ada.post(f"/admin/account/absences/{name}/remove").status_code == 404
    assert staff.absent_on(today) == frozenset()
    assert changes_told() == ["enter_absence", "remove_absence"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("first_on", "last_on"), [("", ""), ("2026-03-02", "2026-03-01"), ("2026-03-02", "2029-03-02"), ("soon", "later")]
)
def test_absence_when_its_days_make_no_sense_is_asked_for_again(ada: FlaskClient, first_on: str, last_on: str) -> None:
    refused = ada.post("/admin/account/absences", data={"first_on": first_on, "last_on": last_on})
    assert (refused.status_code, "<title>Error: " in refused.text) == (422, True)
    assert db.session.scalars(select(OfficerAbsence)).all() == []


@pytest.mark.one_database
def test_secret_when_used_rests_sealed_under_the_newest_of_the_sites_secrets(app: Flask, settings: Any) -> None:
    with transaction():
        officers.officer(email=ADA)
    assert sign_in(app)[0].status_code == 302
    first = queries.officer_of(ADA).totp_secret or ""
    db.session.rollback()
    assert (officers.SECRET in first, sealing.opened(first), sealing.is_newest(first)) == (False, officers.SECRET, True)
    settings["SECRET_KEYS"] = ("n" * 40, *settings["SECRET_KEYS"])
    assert (sealing.opened(first), sealing.is_newest(first)) == (officers.SECRET, False)
    jobs.reseal()
    second = queries.officer_of(ADA).totp_secret or ""
    assert (first == second, sealing.opened(second), sealing.is_newest(second)) == (False, officers.SECRET, True)
    settings["SECRET_KEYS"] = ("n" * 40,)
    assert (sealing.opened(first), sealing.opened(second), sealing.opened(None)) == (None, officers.SECRET, None)
    jobs.reseal()
    assert queries.officer_of(ADA).totp_secret == second


@pytest.mark.one_database
def test_account_when_shown_speaks_french_and_names_the_role(app: Flask) -> None:
    page = officers.signed_in(app, language="fr").get("/admin/account/").text
    assert "<h1>Mon compte</h1>" in page
    assert "Codes de secours" in page


def test_session_when_it_has_expired_is_not_listed(app: Flask, ada: FlaskClient) -> None:
    with transaction() as session:
        person = session.scalars(select(Officer)).one()
        session.add(
            OfficerSession(
                token_sha256="x" * 64,
                officer_id=person.id,
                browser="Old",
                created_at=clock.now(),
                last_seen_at=clock.now(),
                expires_at=clock.now() - timedelta(hours=1),
            )
        )
    assert "Old" not in ada.get("/admin/account/").text
