"""How do paper signatures come in? All at once or none, nobody twice, with where they came from; and back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition import clock, tokens
from coalition.audit.record import Actor
from coalition.desk import import_queries as queries
from coalition.desk import import_work as work
from coalition.desk.import_errors import DependedOn, NothingToImport
from coalition.desk.import_models import Import, ImportProblem
from coalition.desk.import_states import Landing, State
from coalition.extensions import db
from coalition.jobs import embedded
from coalition.mail.models import OutboxMessage
from coalition.organisations.models import Organisation, OrganisationSource
from coalition.organisations.queries import provenance_of
from coalition.register.models import RegisterCount, RegisterEntry
from coalition.register.queries import Search, page_of_entries
from coalition.review.decisions import MandateBasis
from coalition.signing.models import Representative, Signature
from coalition.signing.operations import change_state
from coalition.signing.states import Act as SignatureAct
from coalition.transactions import transaction
from tests.factories import imports, signing
from tests.factories.charters import SLUG, load
from tests.review.conftest import desk

ADA = Actor.officer("officer", "Ada")


@pytest.fixture(autouse=True)
def charter(app: Flask) -> None:
    load()


def bring(*rows: list[str], landing: Landing = Landing.REVIEW, leaves_out: bool = False) -> Import:
    data = imports.csv_bytes(imports.SIGNED, *rows)
    return imports.applied(data, imports.signatures(landing), leaves_out=leaves_out)


def count(table: type) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def notices(found: Import) -> list[tuple[int, str, str]]:
    rows = db.session.scalars(select(ImportProblem).where(ImportProblem.import_id == found.id))
    return [(row.row_number, row.code, row.detail) for row in rows]


def test_paper_when_to_be_reviewed_waits_in_the_queue(app: Flask) -> None:
    found = bring(imports.paper_row("Alpha", signed_by="Awa", role="Chair", email="awa@example.org"))
    [signature] = db.session.scalars(select(Signature))
    assert (signature.state, signature.contact, signature.signed_on) == ("submitted", "unverified", date(2019, 5, 4))
    assert (signature.charter, signature.charter_version, signature.text_language) == (SLUG, 1, "en")
    assert (signature.answers, signature.category) == ({"organisation_form": "network"}, "international_network")
    assert (signature.register_number, signature.attestations) == (None, [])
    person = signature.representative
    assert person is not None
    assert (person.full_name, person.email, person.publish_name) == ("Awa", "awa@example.org", False)
    [line] = provenance_of(signature.organisation_id)
    assert (line.list_title, line.listed_on, line.row_number) == ("Paper", date(2019, 6, 1), 2)
    assert (found.rows_new, count(OutboxMessage), count(RegisterEntry)) == (1, 0, 0)


def test_paper_when_active_stands_on_the_register_like_any_other(app: Flask) -> None:
    signing.active(official_name="Beta", organisation_form="network")
    bring(imports.paper_row("Réseau Alpha"), imports.paper_row("Gamma", country="FR"), landing=Landing.ACTIVE)
    rows = page_of_entries(Search.of("reseau alpha", {})).rows
    assert [(row.number, row.official_name, row.signed_on) for row in rows] == [
        ("ICSSE-00002", "Réseau Alpha", date(2019, 5, 4))
    ]
    counts = {(row.country, row.active) for row in db.session.scalars(select(RegisterCount))}
    assert counts == {("SN", 2), ("FR", 1)}
    assert page_of_entries(Search.of("", {})).total == 3
    assert signing.active(official_name="Delta").register_number == "ICSSE-00004"


def test_endorser_when_brought_in_is_listed_apart(app: Flask) -> None:
    data = imports.csv_bytes((*imports.SIGNED, "capacity"), [*imports.paper_row("Alpha"), "endorser"])
    imports.applied(data, imports.signatures(Landing.ACTIVE))
    assert (count(RegisterCount), page_of_entries(Search.of("", {"capacity": "endorser"})).total) == (0, 1)


def test_organisation_when_it_has_signed_is_not_counted_again(app: Flask) -> None:
    active = signing.active(official_name="Alpha")
    waiting = signing.verified(official_name="Beta")
    signing.submitted(official_name="Gamma")
    data = imports.csv_bytes(imports.SIGNED, *(imports.paper_row(name) for name in ("ALPHA", "Beta", "Gamma")))
    found = imports.checked(data, imports.signatures(Landing.ACTIVE))
    assert notices(found) == [(2, "stands", active.register_number), (3, "stands", waiting.reference)]
    assert (found.rows_new, found.rows_known, found.rows_bad) == (1, 2, 0)
    work.apply(imports.accepted(found), actor=ADA, seconds=60)
    assert (count(Signature), count(RegisterEntry)) == (4, 2)


def test_list_when_brought_in_twice_says_nothing_new(app: Flask) -> None:
    row = imports.paper_row("Alpha")
    bring(row)
    with pytest.raises(NothingToImport):
        bring(row)
    assert count(Signature) == 1


def test_row_when_it_repeats_another_is_a_problem(app: Flask) -> None:
    rows = [imports.paper_row("Alpha"), imports.paper_row("alpha"), imports.paper_row("Alpha", country="FR")]
    found = imports.checked(imports.csv_bytes(imports.SIGNED, *rows), imports.signatures())
    assert notices(found) == [(3, "twice", "2")]
    work.apply(imports.accepted(found, leaves_out=True), actor=ADA, seconds=60)
    assert count(Signature) == 2


def test_organisation_when_it_signs_between_check_and_import_is_counted_once(app: Flask) -> None:
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"), imports.paper_row("Beta"))
    public_id = imports.accepted(imports.checked(data, imports.signatures(Landing.ACTIVE)))
    number = signing.active(official_name="Alpha").register_number
    work.apply(public_id, actor=ADA, seconds=60)
    found = queries.import_of(public_id)
    assert (found.state, found.rows_new, found.rows_known) == (State.APPLIED, 1, 1)
    entries = db.session.execute(select(RegisterEntry.number, RegisterEntry.official_name).order_by(RegisterEntry.id))
    assert [tuple(row) for row in entries] == [(number, "Alpha"), ("ICSSE-00002", "Beta")]


def test_import_when_it_fails_in_the_middle_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"), imports.paper_row("Beta"))
    public_id = imports.accepted(imports.checked(data, imports.signatures(Landing.ACTIVE)))

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("coalition.desk.import_operations.finish", broken)
        with pytest.raises(ZeroDivisionError):
            work.apply(public_id, actor=ADA, seconds=60)
    assert [count(table) for table in (Signature, Organisation, OrganisationSource, RegisterEntry)] == [0, 0, 0, 0]
    work.apply(public_id, actor=ADA, seconds=60)
    work.apply(public_id, actor=ADA, seconds=60)
    assert (count(Signature), queries.import_of(public_id).state) == (2, State.APPLIED)


def test_import_when_taken_back_leaves_the_register_as_it_was(app: Flask) -> None:
    signing.active(official_name="Beta")
    before = [count(table) for table in (Signature, Organisation, RegisterEntry, Representative)]
    rows = [imports.paper_row("Alpha", signed_by="Awa", email="awa@example.org"), imports.paper_row("Gamma")]
    found = bring(*rows, landing=Landing.ACTIVE)
    assert imports.undone(found).state == State.UNDONE
    assert [count(table) for table in (Signature, Organisation, RegisterEntry, Representative)] == before
    assert page_of_entries(Search.of("", {})).total == 1
    assert page_of_entries(Search.of("alpha", {})).rows == []
    assert signing.active(official_name="Alpha").register_number == "ICSSE-00004"


@pytest.mark.parametrize("landing", list(Landing))
def test_import_when_somebody_has_worked_on_it_stays(app: Flask, landing: Landing) -> None:
    found = bring(imports.paper_row("Alpha"), imports.paper_row("Beta"), landing=landing)
    signature = db.session.scalars(select(Signature).order_by(Signature.id)).first()
    assert signature is not None
    act = SignatureAct.CLAIM if landing is Landing.REVIEW else SignatureAct.WITHDRAW
    with transaction():
        change_state(signature=signature, act=act, actor=ADA, now=clock.now())
    with pytest.raises(DependedOn):
        imports.undone(found)
    assert (queries.import_of(found.public_id).state, count(Signature)) == (State.APPLIED, 2)


def test_import_when_somebody_is_faster_than_its_undoing_stays(app: Flask) -> None:
    found = bring(imports.paper_row("Alpha"))
    import_id, public_id = found.id, found.public_id
    with transaction():
        imports.operations.undo(import_id=import_id, actor=ADA, now=clock.now())
    [signature] = db.session.scalars(select(Signature))
    with transaction():
        change_state(signature=signature, act=SignatureAct.CLAIM, actor=ADA, now=clock.now())
    work.undo(public_id, actor=ADA)
    work.undo(public_id, actor=ADA)
    assert (queries.import_of(public_id).state, count(Signature)) == (State.APPLIED, 1)


def test_charter_when_its_version_has_gone_brings_nothing_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    data = imports.csv_bytes(imports.SIGNED, imports.paper_row("Alpha"))
    public_id = imports.accepted(imports.checked(data, imports.signatures()))

    def gone(*_: object) -> None:
        raise work.charters.CharterUnknown

    monkeypatch.setattr(work.charters, "charter_page", gone)
    work.apply(public_id, actor=ADA, seconds=60)
    found = queries.import_of(public_id)
    assert (found.state, found.failure, count(Signature)) == (State.CHECKED, "charter_gone", 0)


def test_statements_when_checking_are_as_many_for_more_rows(app: Flask, counted_queries: Callable[..., object]) -> None:
    def statements(rows: int) -> int:
        data = imports.csv_bytes(imports.SIGNED, *(imports.paper_row(f"Alpha {n}") for n in range(rows)))
        found = imports.begun(data, imports.signatures())
        import_id, public_id = found.id, found.public_id
        mapping = {int(place): key for place, key in found.mapping.items()}
        with transaction():
            imports.operations.choose_columns(import_id=import_id, mapping=mapping, actor=ADA, now=clock.now())
        with counted_queries() as seen:  # type: ignore[attr-defined]
            work.check(public_id, actor=ADA)
        return len(seen)

    assert statements(2) == statements(400)


def test_person_when_brought_in_opens_their_signature_by_a_mailed_link(app: Flask) -> None:
    bring(imports.paper_row("Alpha", signed_by="Awa", email="awa@example.org"), landing=Landing.ACTIVE)
    client = app.test_client()
    client.post("/en/my-signature/link", data={"email": "awa@example.org"})
    embedded.run_due(jobs=app.extensions["coalition.jobs"], worker="tests")
    [mail] = db.session.scalars(select(OutboxMessage))
    link = signing.link_of(db.session.scalars(select(Signature)).one(), "manage")
    assert mail.template == "signing/manage_link"
    answer = client.get(f"/en/signatures/manage/{tokens.sign(tokens.Purpose.MANAGE, link.public_id)}")
    page = client.get(answer.headers["Location"])
    assert (page.status_code, "Your signature on paper was entered here" in page.text) == (200, True)


@pytest.mark.parametrize("email", ["", "awa@example.org"])
def test_paper_when_approved_by_two_is_entered_with_the_day_on_it(app: Flask, email: str) -> None:
    bring(imports.paper_row("Alpha", signed_by="Awa" if email else "", email=email))
    signature = db.session.scalars(select(Signature)).one()
    for officer in (desk("Ada"), desk("Ben")):
        officer.claim(signature)
        officer.approve(signature, mandate_basis=MandateBasis.LETTER)
    [row] = page_of_entries(Search.of("", {})).rows
    assert (row.official_name, row.signed_on, row.status) == ("Alpha", date(2019, 5, 4), "active")
    assert count(OutboxMessage) == (1 if email else 0)


def test_paper_when_declined_without_a_person_is_only_recorded(app: Flask) -> None:
    bring(imports.paper_row("Alpha"))
    signature, officer = db.session.scalars(select(Signature)).one(), desk("Ada")
    officer.claim(signature)
    officer.decline(signature)
    assert (db.session.scalars(select(Signature.state)).one(), count(OutboxMessage)) == ("declined", 0)
