"""Roles take two: asked for, confirmed, refused; the last officer stays; races have one outcome."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from coalition import clock
from coalition.accounts import changes, operations, queries, roles, staff
from coalition.accounts.errors import (
    AlreadyEnrolled,
    LastSecretariatOfficer,
    NoSuchRequest,
    NotConfirmed,
    OfficerDisabled,
    OwnAccount,
    RequestDecided,
    RequestOpen,
    SecondOfficerNeeded,
)
from coalition.accounts.models import Officer, OfficerInvitation
from coalition.accounts.permissions import Role
from coalition.audit.models import AuditRecord
from coalition.audit.record import Actor
from coalition.errors import DomainError
from coalition.extensions import db
from coalition.mail.models import OutboxMessage
from coalition.transactions import transaction
from tests.factories import officers

DAY = timedelta(days=1)
ACTOR = Actor.system("tests")


def people(*roles_of: Role) -> list[Officer]:
    with transaction():
        made = [officers.officer(f"O{place}", role) for place, role in enumerate(roles_of)]
        names = [one.public_id for one in made]
    return [queries.officer_named(name) for name in names]


def named(officer: Officer) -> Officer:
    return queries.officer_named(officer.public_id)


def invite(by: Officer, email: str = "cleo@coalition.example", role: Role = Role.REVIEWER) -> Officer:
    with transaction():
        found = roles.invite(
            email=email, name="Cleo", role=role, language="fr", lifetime=DAY, asked_by=named(by), now=clock.now()
        )
        name = found.public_id
    return queries.officer_named(name)


def give(officer: Officer, role: Role, *, by: Officer) -> bool:
    with transaction():
        return roles.change(officer=named(officer), role=role, asked_by=named(by), now=clock.now())


def confirm(by: Officer, name: str | None = None) -> None:
    with transaction():
        public_id = name or staff.wanted()[0].public_id
        roles.confirm(public_id=public_id, decided_by=named(by), lifetime=DAY, now=clock.now())


def refuse(by: Officer, name: str | None = None) -> None:
    with transaction():
        public_id = name or staff.wanted()[0].public_id
        roles.refuse(public_id=public_id, decided_by=named(by), now=clock.now())


def mails() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [(row.template.split("/")[1], row.recipient or "") for row in rows]


def invitations() -> int:
    return len(db.session.scalars(select(OfficerInvitation).where(OfficerInvitation.used_at.is_(None))).all())


def test_invitation_when_there_is_one_officer_alone_goes_out_at_once(app: Flask) -> None:
    (ada,) = people(Role.SECRETARIAT)
    cleo = invite(ada)
    assert (staff.wanted(), invitations(), mails()) == ((), 1, [("invited", "cleo@coalition.example")])
    assert staff.standing(cleo) == "invited"


def test_invitation_when_there_are_two_waits_for_the_other_one(app: Flask) -> None:
    ada, ben = people(Role.SECRETARIAT, Role.SECRETARIAT)
    cleo = invite(ada, role=Role.SECRETARIAT)
    assert (invitations(), mails()) == (0, [("colleagues_told", ben.email)])
    assert staff.standing(cleo, is_invited=staff.is_invited(cleo.id)) == "waiting"
    with pytest.raises(OwnAccount):
        confirm(ada)
    confirm(ben)
    assert (invitations(), staff.wanted()) == (1, ())
    assert mails()[1:] == [("invited", cleo.email), ("colleagues_told", ada.email)]
    acts = db.session.scalars(select(AuditRecord.act).order_by(AuditRecord.id)).all()
    assert acts == ["invite", "ask_role", "confirm_invitation"]


def test_invitation_when_refused_ends_with_a_closed_account(app: Flask) -> None:
    ada, ben = people(Role.SECRETARIAT, Role.SECRETARIAT)
    cleo = invite(ada)
    refuse(ben)
    assert (invitations(), staff.standing(named(cleo))) == (0, "disabled")
    assert staff.standing(invite(ada), is_invited=False) == "waiting"
    refuse(ada)  # taken back by whoever asked


def test_invitation_when_the_person_is_an_officer_is_refused(app: Flask) -> None:
    ada, _ = people(Role.SECRETARIAT, Role.REVIEWER)
    with pytest.raises(AlreadyEnrolled):
        invite(ada, email=ada.email)


def test_role_when_raised_waits_and_when_lowered_holds_at_once(app: Flask) -> None:
    ada, ben, cleo = people(Role.SECRETARIAT, Role.SECRETARIAT, Role.REVIEWER)
    assert give(cleo, Role.SECRETARIAT, by=ada) is False
    assert named(cleo).role == "reviewer"
    with pytest.raises(RequestOpen):
        give(cleo, Role.PRESIDENCY, by=ben)
    confirm(ben)
    assert named(cleo).role == "secretariat"
    assert give(cleo, Role.AUDITOR, by=cleo) is True
    assert named(cleo).role == "auditor"
    assert give(cleo, Role.AUDITOR, by=ada) is True
    told = [row for row in mails() if row[0] == "account_changed"]
    assert told == [("account_changed", cleo.email)] * 2


def test_role_when_raised_by_oneself_or_without_a_second_officer_is_refused(app: Flask) -> None:
    ada, cleo = people(Role.SECRETARIAT, Role.REVIEWER)
    with pytest.raises(SecondOfficerNeeded):
        give(cleo, Role.SECRETARIAT, by=ada)
    with pytest.raises(OwnAccount):
        give(cleo, Role.SECRETARIAT, by=cleo)
    assert staff.wanted() == ()


def test_role_when_nobody_would_be_left_is_not_lowered(app: Flask) -> None:
    ada, _ = people(Role.SECRETARIAT, Role.REVIEWER)
    with pytest.raises(LastSecretariatOfficer):
        give(ada, Role.REVIEWER, by=ada)
    with pytest.raises(LastSecretariatOfficer), transaction():
        changes.disable(email=ada.email, actor=ACTOR, now=clock.now())
    assert (named(ada).role, named(ada).disabled_at) == ("secretariat", None)


def test_request_when_decided_already_says_who_did(app: Flask) -> None:
    ada, ben, cleo, dan = people(Role.SECRETARIAT, Role.SECRETARIAT, Role.SECRETARIAT, Role.REVIEWER)
    give(dan, Role.SECRETARIAT, by=ada)
    name = staff.wanted()[0].public_id
    refuse(ben, name)
    with pytest.raises(RequestDecided, match="O1 has decided on this already"):
        confirm(cleo, name)
    with pytest.raises(NoSuchRequest):
        confirm(dan, name)
    with pytest.raises(NoSuchRequest):
        confirm(ben, "nothing")
    assert named(dan).role == "reviewer"


def test_request_when_the_account_has_changed_is_not_confirmed(app: Flask) -> None:
    ada, ben, dan = people(Role.SECRETARIAT, Role.SECRETARIAT, Role.REVIEWER)
    give(dan, Role.SECRETARIAT, by=ada)
    with transaction():
        named(dan).role = "auditor"
    with pytest.raises(RequestDecided, match="The account has changed"):
        confirm(ben)
    assert (named(dan).role, len(staff.wanted())) == ("auditor", 1)
    with transaction():
        changes.disable(email=dan.email, actor=ACTOR, now=clock.now())
    with pytest.raises(RequestDecided):
        confirm(ben)


def test_invitation_when_its_person_came_in_another_way_is_not_confirmed(app: Flask) -> None:
    ada, ben = people(Role.SECRETARIAT, Role.SECRETARIAT)
    cleo = invite(ada)
    with transaction():
        named(cleo).enrolled_at = clock.now()
    with pytest.raises(RequestDecided):
        confirm(ben)
    assert invitations() == 0


def test_case_when_laid_before_somebody_from_outside_is_told_to_all(app: Flask) -> None:
    ada, ben, _ = people(Role.SECRETARIAT, Role.SECRETARIAT, Role.REVIEWER)
    with transaction():
        roles.lay_case_before(
            email="zoe@elsewhere.example",
            name="Zoé",
            reference="A-ABCDEFGH",
            language="en",
            lifetime=DAY,
            asked_by=named(ada),
            now=clock.now(),
        )
    zoe = queries.officer_of("zoe@elsewhere.example")
    assert zoe is not None
    assert (zoe.role, zoe.only_reference, zoe.enrolled_at) == ("outside", "A-ABCDEFGH", None)
    assert mails() == [("invited", zoe.email), ("colleagues_told", ben.email)]
    assert [line.email for line in staff.outside_of("A-ABCDEFGH")] == [zoe.email]


def test_link_when_sent_again_goes_to_the_officers_own_mailbox(app: Flask) -> None:
    ada, ben = people(Role.SECRETARIAT, Role.SECRETARIAT)
    cleo = invite(ada)
    with pytest.raises(NotConfirmed), transaction():
        operations.send_again(officer=named(cleo), lifetime=DAY, actor=ACTOR, now=clock.now())
    confirm(ben)
    for person in (cleo, ben):
        with transaction():
            operations.send_again(officer=named(person), lifetime=DAY, actor=ACTOR, now=clock.now())
    assert [address for template, address in mails() if template == "invited"] == [cleo.email, cleo.email, ben.email]
    assert invitations() == 2
    with transaction():
        changes.disable(email=cleo.email, actor=ACTOR, now=clock.now())
    with pytest.raises(OfficerDisabled), transaction():
        operations.send_again(officer=named(cleo), lifetime=DAY, actor=ACTOR, now=clock.now())


def test_limits_when_set_are_told_and_nobody_widens_the_own(app: Flask) -> None:
    ada, cleo = people(Role.SECRETARIAT, Role.REVIEWER)
    limits = {"charters": ["icsse-charter"], "networks": ["example.org"]}
    by_ada = Actor.officer(ada.public_id, ada.name)
    for _ in range(2):
        with transaction():
            changes.limit(officer=named(cleo), actor=by_ada, now=clock.now(), **limits)
    assert (named(cleo).charters, named(cleo).networks) == (["icsse-charter"], ["example.org"])
    assert mails() == [("account_changed", cleo.email)]
    with pytest.raises(OwnAccount), transaction():
        changes.limit(officer=named(ada), actor=by_ada, now=clock.now(), **limits)
    with transaction():
        changes.limit(officer=named(ada), actor=by_ada, now=clock.now(), charters=[], networks=["river.example"])
    assert named(ada).networks == ["river.example"]


def together(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Run acts at the same moment and return what became of each."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            ready.wait()
            try:
                act()
            except DomainError as failed:
                return type(failed).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_officers_when_they_lower_each_other_at_once_leave_one(committed_app: Flask) -> None:
    with committed_app.app_context():
        for _ in range(5):
            ada, ben = people(Role.SECRETARIAT, Role.SECRETARIAT)
            names = ada.public_id, ben.public_id
            db.session.remove()
            found = together(committed_app, *(lowering(one, other) for one, other in (names, names[::-1])))
            assert found == ["LastSecretariatOfficer", "done"]
            left = [one for one in queries.able_secretariat() if one.public_id in names]
            assert len(left) == 1
            with transaction():
                queries.officer_named(left[0].public_id).role = "auditor"


def lowering(by: str, whom: str) -> Callable[[], object]:
    def act() -> None:
        with transaction():
            asked_by, officer = queries.officer_named(by), queries.officer_named(whom)
            roles.change(officer=officer, role=Role.REVIEWER, asked_by=asked_by, now=clock.now())

    return act
