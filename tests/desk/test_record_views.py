from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select, update

from coalition import clock
from coalition.accounts.models import OfficerSession
from coalition.accounts.permissions import Role
from coalition.audit.queries import history_of
from coalition.audit.record import Actor
from coalition.desk import erasure
from coalition.desk.import_models import Import
from coalition.desk.models import EvidenceFile
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.organisations.models import OrganisationSource
from coalition.register import queries as register
from coalition.signing import operations, queries
from coalition.signing.mails import about
from coalition.signing.models import MailedLink
from coalition.signing.states import Act, State
from coalition.transactions import transaction
from tests.factories import enquiries, imports, officers, signing

pytestmark = pytest.mark.usefixtures("charter")


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A browser of the secretariat, with a fresh factor."""
    return officers.signed_in(app)


def erase_page(reference: str) -> str:
    return f"/admin/applications/{reference}/erase"


def test_erasing_without_the_tick_changes_nothing_and_shows_the_page_again(ada: FlaskClient) -> None:
    signature = signing.active(publish_name=True)
    answer = ada.post(erase_page(signature.reference), data={})
    assert (answer.status_code, "Nothing was erased." in answer.text) == (422, True)
    db.session.rollback()
    assert queries.signature_by_reference(signature.reference).representative is not None


def test_erasing_with_the_tick_leaves_the_organisation_and_nobody(ada: FlaskClient) -> None:
    signature = signing.active(publish_name=True)
    reference, number = signature.reference, signature.register_number
    answer = ada.post(erase_page(reference), data={"i_erase": "y"})
    assert answer.status_code == 303
    assert "The person was erased." in ada.get(answer.headers["Location"]).text
    found = queries.signature_by_reference(reference)
    assert (found.state, found.representative) == (State.ACTIVE, None)
    assert register.entry_of(number).representative == ""
    lines = history_of(about(found))
    assert (lines[-1].act, lines[-1].actor_kind) == ("erase", "officer")
    assert {job.name for job in db.session.scalars(select(Job))} >= {"desk.wipe"}
    links = db.session.scalars(select(MailedLink).where(MailedLink.signature_id == found.id)).all()
    assert [link for link in links if link.ended_at is None] == []
    assert ada.get(f"/admin/applications/{reference}/").status_code == 200


@pytest.mark.parametrize(
    ("make", "state"),
    [(signing.submitted, State.EXPIRED), (signing.verified, State.WITHDRAWN), (signing.active, State.ACTIVE)],
    ids=["unconfirmed", "open", "active"],
)
def test_erasing_when_the_application_is_open_ends_it_first(make: Callable[..., Any], state: State) -> None:
    signature = make()
    erase(signature.id)
    assert queries.signature_by_reference(signature.reference).state == state


def test_erasing_a_second_time_says_so_again_and_breaks_nothing() -> None:
    signature = signing.active()
    erase(signature.id)
    erased_at = queries.signature_by_reference(signature.reference).anonymised_at
    erase(signature.id)
    found = queries.signature_by_reference(signature.reference)
    assert found.anonymised_at == erased_at
    assert [line.act for line in history_of(about(found))].count("erase") == 2


def erase(signature_id: int) -> None:
    with transaction():
        erasure.erase(signature_id=signature_id, actor=Actor.system("tests"), now=clock.now())


def test_erasing_reaches_letters_of_the_same_mailbox_that_belong_to_nothing() -> None:
    signature = signing.active(email="Awa@Reseau.example.org")
    own = enquiries.received(sender_email="awa@reseau.example.org").reference
    other = enquiries.received(sender_email="kofi@reseau.example.org").reference
    erase(signature.id)
    senders = [enquiries.enquiry_of(reference).sender_email for reference in (own, other)]
    assert senders == ["", "kofi@reseau.example.org"]


def test_erasing_lets_go_of_the_list_that_brought_the_signature_in() -> None:
    signature = signing.active()
    signature_id, organisation_id, now = signature.id, signature.organisation_id, clock.now()
    with transaction() as session:
        brought = imports.row()
        session.add(brought)
        session.flush()
        line = {"listed_name": "Réseau", "listed_class": "", "umbrella_id": None, "is_first": True, "is_party": True}
        session.add(OrganisationSource(organisation_id=organisation_id, import_id=brought.id, row_number=3, **line))
    with transaction():
        keys = erasure.erase(signature_id=signature_id, actor=Actor.system("tests"), now=now)
    assert "import/ab/paper.csv" in keys
    assert db.session.scalars(select(Import.storage_key)).all() == [None]


def test_erasing_when_the_mailbox_stands_behind_others_names_them(ada: FlaskClient) -> None:
    signature, other = (signing.active(email="awa@reseau.example.org") for _ in range(2))
    page = ada.get(erase_page(signature.reference)).text
    assert f'href="{erase_page(other.reference)}"' in page
    assert f'href="{erase_page(signature.reference)}">' not in page


def test_erasing_after_an_appeal_against_a_delisting_leaves_the_entry_delisted() -> None:
    signature = signing.active()
    actor = Actor.officer("ada", "Ada")
    with transaction():
        operations.change_state(signature=signature, act=Act.DELIST, actor=actor, now=clock.now())
        operations.change_state(signature=signature, act=Act.APPEAL, actor=actor, now=clock.now())
    erase(signature.id)
    assert queries.signature_by_reference(signature.reference).state == State.DELISTED


def test_erasing_without_a_fresh_factor_is_asked_for_one_first(app: Flask) -> None:
    signature = signing.active()
    client = officers.signed_in(app)
    with transaction() as session:
        session.execute(update(OfficerSession).values(proved_at=None))
    answer = client.get(erase_page(signature.reference))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/confirm")
    client.post(erase_page(signature.reference), data={"i_erase": "y"})
    db.session.rollback()
    assert queries.signature_by_reference(signature.reference).representative is not None


@pytest.mark.parametrize("path", ["erase", "evidence"])
def test_record_of_an_application_out_of_reach_is_not_found(app: Flask, path: str) -> None:
    signature = signing.active()
    with transaction():
        limited = officers.officer("Grace")
        limited.charters = ["climate-charter"]
    client = officers.browser_of(limited, app)
    assert client.get(f"/admin/applications/{signature.reference}/{path}").status_code == 404
    assert client.post(f"/admin/applications/{signature.reference}/{path}", data={"i_erase": "y"}).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.PRESIDENCY])
def test_record_when_asked_for_by_others_than_the_secretariat_is_refused(app: Flask, role: Role) -> None:
    signature = signing.active()
    client = officers.signed_in(app, role=role)
    paths = [f"/admin/applications/{signature.reference}/{name}" for name in ("erase", "evidence")]
    assert [client.get(path).status_code for path in paths] == [403, 403]
    page = client.get(f"/admin/applications/{signature.reference}/").text
    assert "Evidence and erasure" not in page


def test_evidence_when_asked_for_twice_is_made_once(ada: FlaskClient) -> None:
    signature = signing.active()
    path = f"/admin/applications/{signature.reference}/evidence"
    for language in ("en", "en", "fr"):
        assert ada.post(path, data={"language": language}).status_code == 303
    asked = db.session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).all()
    assert [(file.language, file.made_at) for file in asked] == [("en", None), ("fr", None)]
    assert ada.get(path).text.count("Being made: load this page again in a moment.") == 2
    assert [line.act for line in history_of(about(signature))].count("ask_evidence") == 2


def test_evidence_in_no_language_of_ours_is_not_made(ada: FlaskClient) -> None:
    signature = signing.active()
    path = f"/admin/applications/{signature.reference}/evidence"
    assert ada.post(path, data={"language": "xx"}).status_code == 422
    assert db.session.scalars(select(EvidenceFile)).all() == []


def test_evidence_of_somebody_who_was_erased_is_not_made(ada: FlaskClient) -> None:
    signature = signing.active()
    erase(signature.id)
    path = f"/admin/applications/{signature.reference}/evidence"
    assert ada.post(path, data={"language": "en"}).status_code == 409
    assert "There is nothing left that could be shown." in ada.get(path).text


def test_evidence_file_of_another_application_is_not_found(ada: FlaskClient) -> None:
    signature, other = signing.active(), signing.active()
    ada.post(f"/admin/applications/{other.reference}/evidence", data={"language": "en"})
    name = db.session.scalars(select(EvidenceFile.public_id)).one()
    with transaction() as session:
        session.execute(update(EvidenceFile).values(storage_key="evidence/ab/x.zip"))
    assert ada.get(f"/admin/applications/{signature.reference}/evidence/{name}.zip").status_code == 404


def test_erasing_on_the_command_line_takes_references_numbers_and_names_and_refuses_what_is_none(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coalition.desk.wiping.wipe", lambda: None)  # it cannot run within the test's transaction
    one, two = signing.active(), signing.active(email="awa@reseau.example.org")
    left = signing.active(email="awa@reseau.example.org")
    refused = runner.invoke(args=["erase", one.reference, "A-NOBODY"])
    assert "There is no signature “A-NOBODY”" in str(refused.exception)
    db.session.rollback()
    assert queries.signature_by_reference(one.reference).representative is not None
    answer = runner.invoke(args=["erase", "--yes", one.reference.lower(), str(two.register_number)])
    assert answer.stdout.splitlines() == [
        f"{one.reference}: erased.",
        f"{two.reference}: erased.",
        f"The same mailboxes stand behind {left.reference}: erase them too if you are asked to.",
    ]
