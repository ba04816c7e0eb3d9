"""Does a charter's data make its coalition, and does one coalition's data never show on another's pages?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from coalition import clock
from coalition.accounts.permissions import Role
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.models import Certificate
from coalition.certificates.states import Kind
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.register import queries as register
from coalition.review import mails
from coalition.review.decisions import Refusal
from coalition.signing.models import Draft
from coalition.transactions import transaction
from tests.charters.folders import CLIMATE, change, climate_folder, load_folder, switch
from tests.factories import climate, officers, signing
from tests.factories.charters import load as load_built_in

pytestmark = pytest.mark.one_database

HERE, THERE = "The Climate Pledge", "The SSE Charter"
OWN, SITE = "pledge@climate-cities.example", "secretariat@internationalcoalitionsse.net"


@pytest.fixture
def both(app: Flask) -> None:
    """The International Coalition's charter, first, and the climate charter."""
    load_built_in()
    load_folder(CLIMATE)


@pytest.fixture
def alone(app: Flask) -> None:
    """A site that is the climate coalition's alone."""
    load_folder(CLIMATE)


def wordmark(page: str) -> str:
    return str(html.fromstring(page).xpath("string(//header//a[@class='mark']/b)"))


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("path", "whose", "contact"),
    [
        ("/en/", THERE, SITE),
        ("/en/about/", THERE, SITE),
        ("/en/charters/", THERE, SITE),
        ("/en/charters/icsse-charter/", THERE, SITE),
        (f"/en/charters/{climate.SLUG}/", HERE, OWN),
        (f"/en/charters/{climate.SLUG}/eligibility/", HERE, OWN),
        (f"/en/charters/{climate.SLUG}/eligibility/result?party_kind=person", HERE, OWN),
        (f"/en/charters/{climate.SLUG}/sign/organisation?party_kind=other", HERE, OWN),
        (f"/fr/charters/{climate.SLUG}/", "Le Pacte climat", OWN),
        ("/en/charters/unknown/", THERE, SITE),
    ],
)
def test_page_of_a_charter_bears_its_wordmark_and_its_address(
    client: FlaskClient, path: str, whose: str, contact: str
) -> None:
    page = client.get(path).text
    assert wordmark(page) == whose
    assert {found for found in re.findall(r'href="mailto:([^"?]+)', page) if found in {OWN, SITE}} <= {contact}
    assert f"mailto:{contact}" in page


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("path", "read", "sign"),
    [
        ("/en/", "icsse-charter", "icsse-charter"),
        (f"/en/charters/{climate.SLUG}/", climate.SLUG, climate.SLUG),
        ("/en/charters/ilgsse-declaration/", "ilgsse-declaration", ""),
    ],
)
def test_header_leads_to_the_text_of_the_page_and_to_signing_it_where_it_can_be_signed(
    client: FlaskClient, path: str, read: str, sign: str
) -> None:
    load_built_in("ilgsse-declaration")
    links = html.fromstring(client.get(path).text).xpath("//header//nav//a[contains(@href, '/charters/')]/@href")
    expected = [f"/en/charters/{read}/", f"/en/charters/{sign}/eligibility/"]
    assert links == (expected if sign else expected[:1])


@pytest.mark.usefixtures("both")
def test_title_of_a_charters_page_ends_with_its_wordmark(client: FlaskClient) -> None:
    page = html.fromstring(client.get(f"/en/charters/{climate.SLUG}/").text)
    assert page.findtext(".//title") == f"Climate Pledge of Cities and Companies – {HERE}"


@pytest.mark.usefixtures("alone")
def test_site_of_one_other_coalition_names_no_built_in_one(client: FlaskClient) -> None:
    for language in ("en", "fr"):
        for path in ("", "about/", "privacy/", "accessibility/", "contact/", "charters/", "register/", "verify/"):
            page = client.get(f"/{language}/{path}").text
            assert not re.search(r"SSE|\bESS\b|Solidari|solidaire", page), (language, path)
            assert wordmark(page) == (HERE if language == "en" else "Le Pacte climat")


def test_site_without_a_charter_answers_every_public_page(client: FlaskClient) -> None:
    for path in ("", "about/", "privacy/", "accessibility/", "contact/", "charters/", "register/", "verify/"):
        answer = client.get(f"/en/{path}")
        assert (answer.status_code, wordmark(answer.text)) == (200, "Coalition"), path
    assert client.get("/en/charters/none/").status_code == 404
    assert client.get("/en/signatures/confirm/x").status_code in {404, 410}
    assert client.get("/api/v1/charters").status_code == 200


@pytest.mark.usefixtures("alone")
def test_charter_page_tells_what_the_strands_of_its_seal_stand_for(client: FlaskClient) -> None:
    section = html.fromstring(client.get(f"/en/charters/{climate.SLUG}/").text).xpath("//section[h2/@id='the-seal']")[0]
    assert section.xpath("ol/li/text()") == ["Measure", "Halve", "Publish"]
    assert (
        "Every partner does these three things. The seal on the register and on certificates is woven of 3"
        in " ".join(section.text_content().split())
    )


@pytest.mark.usefixtures("both")
def test_charter_list_says_who_can_sign_each(client: FlaskClient) -> None:
    cards = html.fromstring(client.get("/en/charters/").text).xpath("//section/p[last()]")
    told = [" ".join(card.text_content().split()) for card in cards]
    assert told == [
        "Version 1 · Organisations can sign it here.",
        "Version 1 · Can be signed here by: cities and companies",
    ]


@pytest.mark.usefixtures("both")
def test_signatures_of_two_charters_are_numbered_apart_with_what_is_public_of_each(app: Flask) -> None:
    assert [climate.active().register_number, signing.active().register_number] == ["CLIMA-00001", "ICSSE-00001"]
    entry = register.entry_of("CLIMA-00001")
    assert entry is not None
    assert (entry.organisation_form, dict(entry.extra)) == ("", {"target_year": "by_2035", "people": "48200"})


@pytest.mark.usefixtures("both")
def test_mails_of_a_charter_bear_its_wordmark_and_are_answered_to_its_address(worker: Any, outbox: Any) -> None:
    climate.verified(email="mayor@city.example")
    signing.verified(email="awa@reseau.example")
    worker()
    heads = {str(mail.to): set[tuple[str, str]]() for mail in outbox}
    for mail in outbox:
        heads[str(mail.to)].add((wordmark_of(mail.html), str(mail["Reply-To"])))
    assert heads == {
        "mayor@city.example": {(HERE, OWN)},
        "awa@reseau.example": {(THERE, "secretariat@internationalcoalitionsse.net")},
    }


@pytest.mark.usefixtures("both")
def test_pages_behind_a_mailed_link_are_those_of_its_coalition(client: FlaskClient, worker: Any, outbox: Any) -> None:
    climate.submitted(email="mayor@city.example")
    worker()
    for path in (outbox.link("/confirm/"), outbox.link("/disown/")):
        assert wordmark(client.get(path).text) == HERE
    page = client.post(outbox.link("/confirm/"), data={"i_confirm": "y"}, follow_redirects=True).text
    assert (wordmark(page), f"mailto:{OWN}?subject=A-" in page) == (HERE, True)
    assert wordmark(app_page := client.get("/en/about/").text) == THERE, app_page


def wordmark_of(mail: str) -> str:
    return str(html.fromstring(mail).xpath("string((//table//table//td)[1])"))


@pytest.mark.usefixtures("both")
def test_mail_of_a_refusal_gives_the_charters_own_reason_and_address(app: Flask) -> None:
    signature = climate.verified()
    definition = charters.definition_of(climate.SLUG)
    message = mails.declined(signature, definition=definition, refusal=Refusal("no_plan", "", "", ""))
    assert str(message.values["reason"]).startswith("We could not find a plan that your council")
    assert (message.values["contact"], message.values["wordmark"]) == (OWN, HERE)


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("language", "told"), [("en", ("the Pledge", "partners")), ("fr", ("le Pacte", "partenaires"))]
)
def test_certificate_speaks_in_the_charters_nouns(app: Flask, language: str, told: tuple[str, str]) -> None:
    signature_id = climate.active(language=language).id
    with transaction():
        serial = certificates.issue(
            signature_id=signature_id,
            kind=Kind.CERTIFICATE,
            language=language,
            actor=Actor.system("tests"),
            now=clock.now(),
        )
    row = db.session.scalars(db.select(Certificate).where(Certificate.serial == serial)).one()
    content: Mapping[str, Any] = json.loads(row.content)
    assert (content["the_text"], content["signatories"]) == told
    assert (content["seal_strands"], content["number"]) == (3, "CLIMA-00001")
    assert not {"extra", "target_year", "emissions"} & set(content)


@pytest.mark.usefixtures("both")
def test_application_shows_officers_every_answer_and_whether_it_is_public(app: Flask) -> None:
    signature = climate.verified()
    page = officers.signed_in(app, "Ada", Role.SECRETARIAT).get(f"/admin/applications/{signature.reference}/").text
    rows = {
        row.findtext("dt"): " ".join(" ".join(row.xpath("dd//text()")).split())
        for row in html.fromstring(page).xpath("//section[h2/@id='sent']//dl/div")
    }
    assert rows["Target year"] == "2035 Public"
    assert rows["Inhabitants or employees"] == "48200 Public"
    assert rows["Emissions last year, in tonnes of CO₂ equivalent"] == "310442 Private"
    assert rows["Address of your draft inventory"] == "https://city.example/draft-inventory Private"
    assert "Form" not in rows
    reasons = html.fromstring(page).xpath("//select[@name='reason_code']/option/@value")
    assert reasons in ([], ["", "no_plan", "no_inventory", "other"])


@pytest.mark.usefixtures("both")
def test_charter_that_is_switched_off_keeps_its_entries_and_takes_no_more(client: FlaskClient) -> None:
    climate.active(official_name="Ville de Montbrun")
    switch(climate.SLUG, enabled=False)
    assert client.get(f"/en/charters/{climate.SLUG}/").status_code == 404
    assert client.get(f"/en/charters/{climate.SLUG}/sign/organisation").status_code == 404
    page = client.get("/en/register/CLIMA-00001/")
    assert page.status_code == 200
    assert f"/charters/{climate.SLUG}/" not in page.text
    assert "Ville de Montbrun" in client.get("/en/register/").text


@pytest.mark.usefixtures("alone")
def test_api_tells_what_the_charter_asks_besides_and_of_an_entry_what_is_public(client: FlaskClient) -> None:
    fields = client.get(f"/api/v1/charters/{climate.SLUG}").json["extra_fields"]
    assert [(field["key"], field["type"], field["public"], field["required"]) for field in fields] == [
        ("target_year", "choice", True, True),
        ("people", "number", True, False),
        ("emissions", "number", False, True),
        ("inventory_page", "url", False, False),
    ]
    assert [option["key"] for option in fields[0]["options"]] == ["by_2030", "by_2035", "by_2040"]
    load_built_in()
    climate.active()
    entry = client.get("/api/v1/signatories/CLIMA-00001").json
    assert (entry["extra"], entry["organisation_form"]) == ({"target_year": "by_2035", "people": "48200"}, "")
    assert climate.EXTRA["emissions"] not in client.get("/api/v1/signatories").text


STEP = f"/en/charters/{climate.SLUG}/sign/"
ORGANISATION = {"official_name": "Ville de Montbrun", "country": "FR", **climate.EXTRA}
PERSON = {"signer": "me", "full_name": "Léa Morin", "role": "Mayor", "email": "a@city.example", "mandate": "decision"}
TICKS = dict.fromkeys(("accepts_target", "publishes_inventory", "may_sign", "privacy_read"), "y")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('key = "by_2035"\n', 'key = "later"\n'),
        ('key = "people"\ntype = "number"\n', 'key = "people"\ntype = "number"\nrequired = true\n'),
        ('key = "inventory_page"', 'key = "inventory_address"'),
        ('key = "adopted"', 'key = "in_force"'),
        ('met = ["adopted"]\nunmet = ["none"]', 'met = ["none"]\nunmet = ["adopted"]'),
    ],
    ids=["an option", "a field that is needed", "a field", "an answer", "a criterion"],
)
def test_form_under_way_when_the_data_change_goes_back_to_what_is_asked_now(
    client: FlaskClient, app: Flask, tmp_path: Path, old: str, new: str
) -> None:
    folder = climate_folder(tmp_path)
    load_folder(folder)
    assert (
        client.post(f"{STEP}organisation?party_kind=city&plan=adopted", data=ORGANISATION | {"people": ""}).status_code
        == 302
    )
    assert client.post(f"{STEP}representative", data=PERSON).status_code == 302
    assert client.post(f"{STEP}proof", data={}, content_type="multipart/form-data").status_code == 302
    assert client.get(f"{STEP}review").status_code == 200
    change(folder, "charter.toml", old, new)
    if "adopted" in old and "key" in old:
        change(folder, "charter.toml", 'met = ["adopted"]', 'met = ["in_force"]')
    load_folder(folder)
    for answer in (client.get(f"{STEP}review"), client.post(f"{STEP}review", data=TICKS | {"typed_name": "Léa Morin"})):
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{STEP}proof")
    begun = client.get(f"{STEP}representative", follow_redirects=True)
    assert begun.status_code == 200
    assert begun.request.path in {
        f"{STEP}organisation",
        f"/en/charters/{climate.SLUG}/eligibility/result",
        f"/en/charters/{climate.SLUG}/eligibility/",
    }


def test_kind_of_organisation_is_not_taken_where_the_charter_does_not_ask_for_it(
    client: FlaskClient, app: Flask
) -> None:
    load_folder(CLIMATE)
    sent = ORGANISATION | {"organisation_form": "x" * 5000}
    assert client.post(f"{STEP}organisation?party_kind=city&plan=adopted", data=sent).status_code == 302
    draft = db.session.scalars(db.select(Draft)).one()
    assert draft.organisation["organisation_form"] == ""
