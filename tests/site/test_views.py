from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as parser

from coalition.register.entry import EVERY_FIELD
from coalition.signing.models import Representative
from coalition.site import content
from tests.factories import charters

PAGES = ("", "about/", "privacy/", "accessibility/", "contact/")
LANGUAGES = ("en", "fr")
HOSTILE = '<script>alert("x")</script>'


def page(client: FlaskClient, path: str) -> parser.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200
    return parser.document_fromstring(answer.text)


def words(element: parser.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_when_shown_is_well_formed(client: FlaskClient, charter: str, path: str, language: str) -> None:
    shown = page(client, f"/{language}/{path}")
    ids = shown.xpath("//@id")
    assert (shown.get("lang"), shown.get("dir")) == (language, "ltr")
    assert len(ids) == len(set(ids))
    assert len(shown.xpath("//h1")) == len(shown.xpath("//main")) == 1
    assert words(shown.xpath("//h1")[0]) != ""
    assert [
        field.get("id") for field in shown.xpath("//input") if not shown.xpath(f'//label[@for="{field.get("id")}"]')
    ] == []
    assert shown.xpath("//script | //style | //@style") == []


@pytest.mark.one_database
@pytest.mark.parametrize("path", PAGES)
def test_page_when_shown_sets_no_cookie_and_may_be_kept(client: FlaskClient, charter: str, path: str) -> None:
    answer = client.get(f"/en/{path}")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    again = client.get(f"/en/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.one_database
def test_page_when_shown_leads_to_itself_in_every_language(client: FlaskClient, charter: str) -> None:
    shown = page(client, "/en/privacy/")
    assert shown.xpath('//link[@rel="alternate"]/@href') == ["/en/privacy/", "/fr/privacy/"]
    assert shown.xpath('//details[@class="lang"]//a/@href') == ["/en/privacy/", "/fr/privacy/"]
    assert shown.xpath('//details[@class="lang"]//a[@aria-current]/text()') == ["English"]


@pytest.mark.one_database
def test_every_link_of_the_frame_leads_somewhere(client: FlaskClient, charter: str) -> None:
    shown = page(client, "/en/")
    links = {href for href in shown.xpath("//header//a/@href | //footer//a/@href") if href.startswith("/")}
    assert {f"/en/charters/{charter}/", "/en/register/", "/en/verify/", "/en/about/", "/fr/"} <= links
    answers = {href: client.get(href, follow_redirects=True).status_code for href in links}
    assert {href: status for href, status in answers.items() if status != 200} == {}


def test_home_of_an_empty_register_invites_the_first(client: FlaskClient, charter: str) -> None:
    shown = page(client, "/en/")
    assert words(shown.xpath('//p[@class="lead"]')[0]) == "No organisation has signed yet. Yours can be the first."
    assert shown.xpath("//table") == []
    assert shown.xpath('//svg[@class="seal"]/text') == []


def test_home_of_one_signatory_speaks_of_one(client: FlaskClient, publish_entry: Callable[..., str]) -> None:
    number = publish_entry("Réseau des mutuelles", "SN", signed_on=date(2026, 3, 1))
    shown = page(client, "/en/")
    assert words(shown.xpath('//p[@class="lead"]')[0]) == (
        "1 organisation has signed. Signatories come from 1 country or territory. Yours can join them."
    )
    assert [words(cell) for cell in shown.xpath("//tbody/tr/*")] == ["Réseau des mutuelles", "Senegal", "1 March 2026"]
    assert shown.xpath("//tbody//a/@href") == [f"/en/register/{number}/"]
    assert [text.text for text in shown.xpath('//svg[@class="seal"]/text')] == ["1", "signatory"]


def test_home_of_many_signatories_counts_all_and_shows_the_newest_five(
    client: FlaskClient, publish_entry: Callable[..., str]
) -> None:
    for place, country in enumerate(("SN", "FR", "SN", "BR", "IN", "TN", "KR")):
        publish_entry(f"Union {place}", country)
    shown = page(client, "/en/")
    assert words(shown.xpath('//p[@class="lead"]')[0]).startswith(
        "7 organisations have signed. Signatories come from 6 countries and territories."
    )
    assert [words(row) for row in shown.xpath("//tbody/tr/th")] == [f"Union {place}" for place in (6, 5, 4, 3, 2)]


def test_home_runs_as_many_statements_for_five_signatories_as_for_one(
    client: FlaskClient, publish_entry: Callable[..., str], counted_queries: Callable[..., Any]
) -> None:
    publish_entry("Union", "SN")
    client.get("/en/")
    with counted_queries() as one:
        client.get("/en/")
    for place in range(4):
        publish_entry(f"Union {place}", "FR")
    with counted_queries() as five:
        client.get("/en/")
    assert len(one) == len(five) <= 6


def test_home_escapes_and_isolates_a_hostile_name(client: FlaskClient, publish_entry: Callable[..., str]) -> None:
    publish_entry(HOSTILE, "SN", latin_name="اسم")
    shown = page(client, "/en/")
    assert shown.xpath("//script") == []
    assert shown.xpath("//tbody//bdi/text()") == [HOSTILE, "اسم"]


def test_home_changes_its_etag_when_somebody_signs(client: FlaskClient, publish_entry: Callable[..., str]) -> None:
    before = client.get("/en/").headers["ETag"]
    publish_entry("Union", "SN")
    assert client.get("/en/", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.one_database
def test_home_takes_its_figures_from_the_charter_and_the_settings(
    client: FlaskClient, charter: str, settings: MutableMapping[str, Any]
) -> None:
    settings["DRAFT_LIFETIME"] = timedelta(days=12)
    settings["DECISION_WORKING_DAYS"] = 1
    text = words(page(client, "/en/"))
    assert "come back within 12 days" in text
    assert "aims to decide within 1 working day." in text
    assert "Answer up to 7 short questions" in text
    assert "these eight characteristics. The strands of the seal stand for them" in text


@pytest.mark.one_database
def test_home_without_any_charter_still_stands(client: FlaskClient) -> None:
    shown = page(client, "/en/")
    assert shown.xpath('//a[contains(@href, "/charters/")]') == []
    assert len(shown.xpath("//h1")) == 1


@pytest.mark.one_database
def test_privacy_says_who_what_for_and_how_long_from_the_settings(
    client: FlaskClient, charter: str, settings: MutableMapping[str, Any]
) -> None:
    settings.update(
        CONTROLLER="Registrar & Co", CONTACT="privacy@example.org", UNVERIFIED_LIFETIME=timedelta(days=9),
        PROOF_RETENTION_MONTHS=1, PERSONAL_DATA_RETENTION_MONTHS=30,
    )  # fmt: skip
    shown = page(client, "/en/privacy/")
    text = words(shown)
    assert "The controller is Registrar & Co." in text
    assert set(shown.xpath('//main//a[starts-with(@href, "mailto:")]/@href')) == {"mailto:privacy@example.org"}
    assert "It expires after 9 days." in text
    assert "1 month after the decision;" in text
    assert "30 months after the end." in text


@pytest.mark.one_database
def test_every_period_of_the_privacy_page_is_the_settings_own(
    client: FlaskClient, charter: str, settings: MutableMapping[str, Any]
) -> None:
    settings.update(
        DRAFT_LIFETIME=timedelta(days=41), VERIFICATION_LINK_LIFETIME=timedelta(hours=43),
        PORTAL_SESSION_LIFETIME=timedelta(hours=1), PERMANENT_SESSION_LIFETIME=timedelta(days=47),
        SESSION_COOKIE_NAME="a-cookie",
    )  # fmt: skip
    shown = page(client, "/en/privacy/")
    text = words(shown)
    for sentence in (
        "41 days", "It opens something for 43 hours.", "is let in for 1 hour.", "Kept for 47 days at most.",
        "Kept for 365 days at most.",
    ):  # fmt: skip
        assert sentence in text
    assert shown.xpath("//main//code/text()") == ["a-cookie", "display"]


@pytest.mark.one_database
def test_privacy_names_every_field_of_the_register_and_every_detail_of_a_person(
    client: FlaskClient, charter: str
) -> None:
    assert set(content.PUBLIC) == set(EVERY_FIELD)
    asked = {column.key for column in Representative.__table__.columns}
    asked -= {"signature_id", "email_key", "publish_name"}
    parts = {"second_contact": 2, "preparer": 2}
    named = {key for key in asked if key in content.PRIVATE or key.rpartition("_")[0] in parts}
    assert named == asked
    public, private = page(client, "/en/privacy/").xpath("//dl//dd/ul")
    assert [words(line) for line in public] == [str(label) for key, label in content.PUBLIC.items() if key != "extra"]
    assert [words(line) for line in private] == [str(label) for key, label in content.PRIVATE.items() if key != "extra"]


@pytest.mark.one_database
def test_about_says_of_every_text_how_it_is_decided(client: FlaskClient, charter: str) -> None:
    charters.load(charters.DECLARATION)
    signed, other = (words(line) for line in page(client, "/en/about/").xpath("//main//ul/li"))
    assert "2 different officers have to agree" in signed
    assert "Not signed on this site: its page says how to join." in other


@pytest.mark.one_database
def test_contact_names_the_postal_address_where_there_is_one(
    client: FlaskClient, charter: str, settings: MutableMapping[str, Any]
) -> None:
    assert page(client, "/en/contact/").xpath("//h2[text()='By post']") == []
    settings["POSTAL_ADDRESS"] = ("Secretariat", "Rue de l’Avenir 1 <2>", "Geneva")
    post = page(client, "/en/contact/").xpath("//h2[text()='By post']/following-sibling::p[1]/bdi/text()")
    assert post == ["Secretariat", "Rue de l’Avenir 1 <2>", "Geneva"]


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["about", "privacy", "accessibility", "contact"])
def test_page_of_the_site_without_any_charter_still_stands(client: FlaskClient, name: str) -> None:
    assert len(page(client, f"/en/{name}/").xpath("//h1")) == 1


@pytest.mark.one_database
def test_contact_names_the_address_of_the_settings(
    client: FlaskClient, charter: str, settings: MutableMapping[str, Any]
) -> None:
    settings["CONTACT"] = "help@example.org"
    assert "help@example.org" in words(page(client, "/en/contact/").xpath("//main")[0])


@pytest.mark.one_database
def test_address_without_a_language_leads_to_the_readers_own(client: FlaskClient) -> None:
    answers = [
        client.get(path, headers={"Accept-Language": "fr-CA, fr;q=0.9, en;q=0.5"}) for path in ("/", "/privacy/")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, "/fr/"),
        (302, "/fr/privacy/"),
    ]
