"""Who resembles an applicant, two side by side, and what is remembered of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock
from coalition.accounts.permissions import Role, Scope
from coalition.audit.models import AuditRecord
from coalition.extensions import db
from coalition.organisations.models import Organisation
from coalition.organisations.operations import prepare, record
from coalition.register.namesakes import namesakes_of
from coalition.review import similar
from coalition.signing import operations
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.transactions import transaction
from tests.factories import officers, signing
from tests.organisations.test_resemblance import EMPTY

FRENCH, ENGLISH = "Réseau africain de l’économie sociale", "African Network of Social Economy"


@pytest.fixture(autouse=True)
def ground(charter: str) -> None:
    """Every test here begins with a charter."""


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return officers.signed_in(app, "Chipo")


def names(signature: Signature, scope: Scope | None = None) -> list[tuple[str, str]]:
    return [(one.official_name, one.reference) for one in similar.similar_to(signature, scope=scope or Scope())]


def compare(one: Signature, other: str) -> str:
    return f"/admin/applications/{one.reference}/compare/{other}/"


def test_applicant_when_others_resemble_it_is_told_of_those_it_may_be() -> None:
    other, waiting = signing.verified(official_name=ENGLISH), signing.submitted(official_name=ENGLISH)
    entered = signing.active(official_name="Réseau africain de l’ESS")
    one = signing.verified(official_name=FRENCH)
    assert sorted(names(one)) == sorted([(ENGLISH, other.reference), ("Réseau africain de l’ESS", entered.reference)])
    assert waiting.reference not in {reference for _, reference in names(one)}


def test_applicant_when_a_list_names_one_like_it_is_told_so(ada: FlaskClient) -> None:
    with transaction():
        listed_id = record(prepared=prepare({**EMPTY, "official_name": ENGLISH}), now=clock.now())
    listed = db.session.get_one(Organisation, listed_id).public_id
    one = signing.verified(official_name=FRENCH)
    (found,) = similar.similar_to(one, scope=Scope())
    assert (found.key, found.reference, found.number) == (listed, "", "")
    page = ada.get(compare(one, listed)).text
    assert ENGLISH in page
    assert "On a list that was brought in" in page


def test_applicant_when_the_other_is_out_of_reach_shows_only_what_is_public() -> None:
    signing.verified(official_name=ENGLISH)
    entered = signing.active(official_name="Réseau africain de l’ESS")
    one = signing.verified(official_name=FRENCH)
    (found,) = similar.similar_to(one, scope=Scope(only_reference=one.reference))
    assert (found.reference, found.key, found.number) == ("", "", entered.register_number)


def test_page_when_number_and_website_are_shared_says_so(ada: FlaskClient) -> None:
    same = {"website": "https://raess.org", "registration_number": "SN 2011 55"}
    signing.verified(official_name=ENGLISH, **same)
    one = signing.verified(official_name=FRENCH, **same)
    page = ada.get(f"/admin/applications/{one.reference}/").text
    assert "Same registration number" in page
    assert "Same website" in page
    assert "One has the same registration number." in page


def test_page_when_one_resembles_leads_side_by_side(ada: FlaskClient) -> None:
    other, one = signing.verified(official_name=ENGLISH), signing.verified(official_name=FRENCH)
    page = ada.get(f"/admin/applications/{one.reference}/").text
    assert compare(one, other.reference) in page
    assert "1 organisation resembles it" in page
    beside = ada.get(compare(one, other.reference)).text
    assert FRENCH in beside
    assert ENGLISH in beside
    assert "A different organisation" in beside


@pytest.mark.parametrize("other", ["A-ZZZZZZZZ", "nobody", "{own}", "{waiting}", "{signed}"])
def test_comparison_when_there_is_no_such_other_is_not_found(ada: FlaskClient, other: str) -> None:
    one, waiting = signing.verified(official_name=FRENCH), signing.submitted(official_name=ENGLISH)
    known = {"own": one.reference, "waiting": waiting.reference, "signed": waiting.organisation.public_id}
    address = compare(one, other.format(**known))
    assert ada.get(address).status_code == 404
    assert ada.post(address).status_code == 404


def test_organisations_when_told_apart_are_remembered_and_named_on_both_entries(app: Flask, ada: FlaskClient) -> None:
    entered, one = signing.active(official_name=ENGLISH), signing.verified(official_name=FRENCH)
    address, page = compare(one, entered.reference), f"/admin/applications/{one.reference}/"
    for _ in range(2):
        assert ada.post(address).location == page
    assert '<span class="tag">A different organisation</span>' in ada.get(page).text
    assert "organisation resembles it" not in ada.get(page).text
    acts = select(AuditRecord.act).where(AuditRecord.act.in_(["tell_apart", "untell_apart"]))
    assert db.session.scalars(acts).all() == ["tell_apart"]
    officer = signing.Actor.officer("officer", "Ada")
    with transaction():
        operations.change_state(signature=one, act=Act.CLAIM, actor=officer, now=clock.now())
        operations.change_state(
            signature=one, act=Act.ACTIVATE, actor=officer, now=clock.now(), category="international_network"
        )
    first, second = entered.register_number or "", one.register_number or ""
    assert [item.number for item in namesakes_of(first)] == [second]
    assert [item.number for item in namesakes_of(second)] == [first]
    visitor = app.test_client()
    assert "Not to be confused with" in visitor.get(f"/en/register/{first}/").text
    for _ in range(2):
        ada.post(address, data={"apart": "no"})
    assert namesakes_of(first) == []
    assert "Not to be confused with" not in visitor.get(f"/en/register/{second}/").text
    ada.post(address)
    assert [item.number for item in namesakes_of(first)] == [second]


def test_organisations_when_neither_is_entered_are_told_apart_all_the_same(ada: FlaskClient) -> None:
    other, one = signing.verified(official_name=ENGLISH), signing.verified(official_name=FRENCH)
    ada.post(compare(one, other.reference))
    assert [line.is_apart for line in similar.similar_to(other, scope=Scope())] == [True]
    ada.post(compare(other, one.reference), data={"apart": "no"})
    assert [line.is_apart for line in similar.similar_to(one, scope=Scope())] == [False]


def test_auditor_when_reading_compares_but_says_nothing(app: Flask) -> None:
    other, one = signing.verified(official_name=ENGLISH), signing.verified(official_name=FRENCH)
    auditor = officers.signed_in(app, "Aud", role=Role.AUDITOR)
    assert "A different organisation" not in auditor.get(compare(one, other.reference)).text
    assert auditor.post(compare(one, other.reference)).status_code == 403
