"""Invited, enrolled, signed in and out, disabled: what lasts, and what the audit log says of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.accounts import changes, operations, queries, sealing, sessions
from coalition.accounts.errors import (
    AlreadyEnrolled,
    InvitationEnded,
    LastSecretariatOfficer,
    SignInFailed,
    UnknownOfficer,
    WrongCode,
)
from coalition.accounts.models import Officer, OfficerInvitation, OfficerSession
from coalition.accounts.permissions import Role
from coalition.accounts.queries import Credentials
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.transactions import transaction
from tests.factories import officers

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ACTOR = Actor.system("tests")
Db = scoped_session[Session]


def invite(email: str = "ada@coalition.example", **more: object) -> str:
    wanted = {
        "name": "Ada",
        "role": Role.REVIEWER,
        "language": "en",
        "lifetime": DAY,
        "actor": ACTOR,
        "now": NOW,
    } | more
    return operations.invite(email=email, **wanted)  # type: ignore[arg-type]


def accept(public_id: str, now: datetime = NOW, **first: str) -> None:
    operations.accept_invitation(public_id=public_id, password_hash="hash", language="fr", now=now, **first)


def enrol(public_id: str, now: datetime = NOW) -> str:
    secret = queries_secret(public_id)
    return operations.enrol_totp(public_id=public_id, code=pyotp.TOTP(secret).at(now), lifetime=DAY, now=now)


def queries_secret(public_id: str) -> str:
    found = queries.open_invitation(public_id, now=NOW)
    person = queries.db.session.get_one(Officer, found.officer_id)
    return sealing.opened(person.totp_secret) or ""


def acts(session: Db) -> list[str]:
    return list(session.scalars(select(AuditRecord.act).order_by(AuditRecord.id)))


def test_officer_when_invited_accepted_and_enrolled_is_signed_in(session: Db) -> None:
    public_id = invite()
    accept(public_id)
    found = queries.signed_in(enrol(public_id), now=NOW)
    assert found is not None
    assert (found.name, found.role, found.language) == ("Ada", Role.REVIEWER, "fr")
    assert acts(session) == ["invite", "accept_invitation", "enrol_totp"]


def test_invitation_when_made_anew_ends_the_older_one(session: Db) -> None:
    first = invite()
    second = invite(name="Ada L.", role=Role.AUDITOR, email="ADA@coalition.example")
    with pytest.raises(InvitationEnded):
        queries.open_invitation(first, now=NOW)
    assert queries.open_invitation(second, now=NOW).name == "Ada L."
    assert session.scalars(select(Officer.role)).all() == ["auditor"]


def test_invitation_when_its_time_is_over_opens_nothing(session: Db) -> None:
    public_id = invite()
    with pytest.raises(InvitationEnded):
        accept(public_id, NOW + DAY)


def test_invitation_when_unknown_opens_nothing(session: Db) -> None:
    with pytest.raises(InvitationEnded):
        accept("nothing-of-this-name")


def test_invitation_when_used_opens_nothing(session: Db) -> None:
    public_id = invite()
    accept(public_id)
    enrol(public_id)
    with pytest.raises(InvitationEnded):
        accept(public_id)


def test_invitation_when_the_officer_can_sign_in_is_refused(session: Db) -> None:
    officers.officer(email="ada@coalition.example")
    with pytest.raises(AlreadyEnrolled):
        invite()


def test_officer_when_disabled_and_invited_anew_needs_new_credentials(session: Db) -> None:
    officers.officer("Ben")
    officers.officer(email="ada@coalition.example", role=Role.REVIEWER)
    changes.disable(email="ada@coalition.example", actor=ACTOR, now=NOW)
    public_id = invite()
    assert queries.credentials_of("ada@coalition.example") is None
    accept(public_id)
    enrol(public_id)
    assert queries.credentials_of("ada@coalition.example") is not None


def test_enrolment_when_the_code_is_wrong_changes_nothing(session: Db) -> None:
    public_id = invite()
    accept(public_id)
    with pytest.raises(WrongCode):
        operations.enrol_totp(public_id=public_id, code="000000", lifetime=DAY, now=NOW - timedelta(hours=1))
    assert queries.open_invitation(public_id, now=NOW).name == "Ada"
    assert queries.credentials_of("ada@coalition.example") is None


def test_enrolment_when_no_password_was_chosen_is_refused(session: Db) -> None:
    public_id = invite()
    with pytest.raises(WrongCode):
        operations.enrol_totp(public_id=public_id, code="000000", lifetime=DAY, now=NOW)


def test_first_officer_when_nobody_is_there_names_themselves(session: Db) -> None:
    public_id = operations.invite_first(lifetime=DAY, actor=ACTOR, now=NOW)
    assert public_id is not None
    assert operations.invite_first(lifetime=DAY, actor=ACTOR, now=NOW + DAY) == public_id
    accept(public_id, email="ada@coalition.example", name="Ada")
    enrol(public_id)
    found = queries.officer_of("ADA@coalition.example")
    assert found is not None
    assert (found.name, found.role) == ("Ada", "secretariat")
    assert operations.invite_first(lifetime=DAY, actor=ACTOR, now=NOW) is None


def test_first_officers_invitation_when_somebody_else_was_first_ends(session: Db) -> None:
    public_id = operations.invite_first(lifetime=DAY, actor=ACTOR, now=NOW)
    assert public_id is not None
    officers.officer()
    with pytest.raises(InvitationEnded):
        accept(public_id, email="eve@coalition.example", name="Eve")


def test_sign_in_when_the_code_is_used_again_is_refused(session: Db) -> None:
    kept = _credentials(officers.officer())
    code = pyotp.TOTP(officers.SECRET).at(NOW)
    token = operations.sign_in(credentials=kept, code=code, lifetime=DAY, now=NOW)
    with pytest.raises(SignInFailed):
        operations.sign_in(credentials=kept, code=code, lifetime=DAY, now=NOW + timedelta(seconds=10))
    assert queries.signed_in(token, now=NOW) is not None
    assert acts(session) == ["sign_in"]


def test_sign_in_when_an_older_code_comes_after_a_newer_is_refused(session: Db) -> None:
    kept = _credentials(officers.officer())
    codes = pyotp.TOTP(officers.SECRET)
    operations.sign_in(credentials=kept, code=codes.at(NOW + timedelta(seconds=30)), lifetime=DAY, now=NOW)
    with pytest.raises(SignInFailed):
        operations.sign_in(credentials=kept, code=codes.at(NOW), lifetime=DAY, now=NOW)


def test_sign_in_when_the_password_has_changed_meanwhile_is_refused(session: Db) -> None:
    person = officers.officer()
    kept = Credentials(person.id, "an older hash")
    with pytest.raises(SignInFailed):
        operations.sign_in(credentials=kept, code=pyotp.TOTP(officers.SECRET).at(NOW), lifetime=DAY, now=NOW)


def test_session_when_its_time_is_over_or_it_was_ended_is_nobody(session: Db) -> None:
    kept = _credentials(officers.officer())
    token = operations.sign_in(credentials=kept, code=pyotp.TOTP(officers.SECRET).at(NOW), lifetime=DAY, now=NOW)
    assert queries.signed_in(token, now=NOW + DAY) is None
    sessions.note_seen(token=token, now=NOW + timedelta(minutes=20))
    found = queries.signed_in(token, now=NOW)
    assert found is not None
    assert found.last_seen_at == NOW + timedelta(minutes=20)
    sessions.sign_out(token=token, now=NOW)
    assert queries.signed_in(token, now=NOW) is None
    sessions.sign_out(token=token, now=NOW + DAY)
    sessions.sign_out(token="never given", now=NOW)
    sessions.note_seen(token="never given", now=NOW)
    assert acts(session) == ["sign_in", "sign_out"]
    assert session.scalars(select(OfficerSession.ended_at)).all() == [NOW]


def test_officer_when_disabled_loses_sessions_and_invitations(session: Db) -> None:
    officers.officer("Ben")
    person = officers.officer(email="ada@coalition.example")
    code = pyotp.TOTP(officers.SECRET).at(NOW)
    token = operations.sign_in(credentials=_credentials(person), code=code, lifetime=DAY, now=NOW)
    changes.disable(email="Ada@Coalition.example", actor=ACTOR, now=NOW)
    changes.disable(email="ada@coalition.example", actor=ACTOR, now=NOW + DAY)
    assert queries.signed_in(token, now=NOW) is None
    assert queries.credentials_of("ada@coalition.example") is None
    assert acts(session) == ["sign_in", "disable"]
    assert session.scalars(select(OfficerSession.ended_at)).all() == [NOW]
    with pytest.raises(SignInFailed):
        operations.sign_in(
            credentials=Credentials(person.id, person.password_hash or ""),
            code=pyotp.TOTP(officers.SECRET).at(NOW + DAY),
            lifetime=DAY,
            now=NOW + DAY,
        )


def test_officer_when_the_last_of_the_secretariat_cannot_be_disabled(session: Db) -> None:
    officers.officer("Ben", Role.REVIEWER)
    invite("cleo@coalition.example", role=Role.SECRETARIAT)
    officers.officer(email="ada@coalition.example")
    with pytest.raises(LastSecretariatOfficer):
        changes.disable(email="ada@coalition.example", actor=ACTOR, now=NOW)
    changes.disable(email="cleo@coalition.example", actor=ACTOR, now=NOW)
    assert session.scalars(select(OfficerInvitation.used_at)).all() == [NOW]


def test_officer_when_unknown_cannot_be_disabled(session: Db) -> None:
    with pytest.raises(UnknownOfficer) as told:
        changes.disable(email="eve@coalition.example", actor=ACTOR, now=NOW)
    assert str(told.value) == "No officer has the address eve@coalition.example; see `coalition officers list`."


def test_code_when_two_browsers_send_it_at_once_signs_in_one(committed_app: Flask) -> None:
    with committed_app.app_context(), transaction():
        kept = _credentials(officers.officer())
    code, gate = pyotp.TOTP(officers.SECRET).now(), Barrier(2)

    def attempt(_: int) -> str:
        with committed_app.app_context():
            gate.wait(10)
            try:
                with transaction():
                    operations.sign_in(credentials=kept, code=code, lifetime=DAY, now=clock.now())
            except SignInFailed:
                return "refused"
            return "signed in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["refused", "signed in"]


def _credentials(person: Officer) -> Credentials:
    return Credentials(person.id, person.password_hash or "")
