"""Does a badge tell everybody how its entry stands today, in the language asked for, and us nothing of who looks?"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image

from coalition.register.entry import Status
from tests.factories.register import ended, published

pytestmark = pytest.mark.usefixtures("charter")

TITLE = "{http://www.w3.org/2000/svg}title"
STANDINGS = {
    Status.ACTIVE: ("Signatory", "Signataire"),
    Status.SUSPENDED: ("Suspended", "Suspendue"),
    Status.WITHDRAWN: ("Has withdrawn its signature", "A retiré sa signature"),
    Status.DELISTED: ("Removed from the register", "Radiée du registre"),
    Status.SUPERSEDED: ("Goes on as another organisation", "Une autre organisation prend la suite"),
}


def said(client: FlaskClient, number: str, language: str = "en") -> str:
    return str(ET.fromstring(client.get(f"/badge/{number}.svg?language={language}").data).findtext(TITLE))


@pytest.mark.parametrize("status", Status)
def test_badge_when_the_entry_is_of_a_status_says_so_in_words(client: FlaskClient, status: Status) -> None:
    number = published(official_name="Union du Fleuve")
    if status is not Status.ACTIVE:
        ended(number, status=status)
    english, french = STANDINGS[status]
    assert said(client, number).startswith(f"Union du Fleuve: {english} – The SSE Charter, {number}, as of ")
    assert said(client, number, "fr").startswith(f"Union du Fleuve: {french} – La Charte de l’ESS, {number}, au ")
    assert said(client, number, "xx") == said(client, number)


def test_badge_when_of_an_endorser_does_not_call_it_a_signatory(client: FlaskClient) -> None:
    assert ": Endorser – " in said(client, published(capacity="endorser"))


def test_badge_when_the_day_ends_tells_the_new_one(client: FlaskClient, clock: time_machine.Traveller) -> None:
    path = f"/badge/{published()}.svg"
    clock.move_to(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    first = client.get(path)
    assert "as of 22 November 2026" in first.text
    clock.move_to(datetime(2026, 11, 23, 0, 1, tzinfo=UTC))
    later = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert "as of 23 November 2026" in later.text


@pytest.mark.parametrize("path", ["{}.svg", "{}.png", "{}/card.png"])
def test_picture_when_fetched_is_kept_briefly_and_shown_by_every_site(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/badge/{path.format(published())}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    again = client.get(f"/badge/{path.format('icsse-00001')}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code in {200, 304}
    if path.endswith("png"):
        assert answer.content_type == "image/png"
        assert Image.open(BytesIO(answer.data)).size in {(720, 224), (1200, 630)}


@pytest.mark.parametrize("number", ["ICSSE-99999", "nothing", "%3Cscript%3E", "…" * 100, "%00"])
def test_badge_when_there_is_no_entry_says_so(client: FlaskClient, number: str) -> None:
    for ending in ("svg", "png"):
        answer = client.get(f"/badge/{number}.{ending}")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert "Not in the register" in client.get(f"/badge/{number}.svg").text
    assert client.get(f"/badge/{number}/card.png").status_code == 404


def test_page_when_asked_for_a_number_gives_the_snippet(client: FlaskClient) -> None:
    number = published(official_name="Union <b>du</b> Fleuve")
    page = client.get(f"/fr/badge/?number={number.lower()}").text
    assert f"&lt;a href=&#34;http://coalition.test/fr/register/{number}/&#34;&gt;" in page
    assert f"http://coalition.test/badge/{number}.svg?language=fr" in page
    assert "referrerpolicy=&#34;no-referrer&#34;" in page
    assert "Union &lt;b&gt;du&lt;/b&gt; Fleuve" in page
    assert f"http://coalition.test/badge/{number}.svg&#34;" in client.get(f"/en/badge/?number={number}").text


def test_page_when_the_entry_has_ended_gives_no_snippet(client: FlaskClient) -> None:
    ended(number := published())
    page = client.get(f"/en/badge/?number={number}").text
    assert "has ended, so there is no badge to place" in page
    assert "textarea" not in page


def test_page_when_the_number_is_unknown_says_so_and_without_one_shows_the_rules(client: FlaskClient) -> None:
    assert "no entry with the number “nothing”" in client.get("/en/badge/?number=nothing").text
    plain = client.get("/en/badge/").text
    assert "proves nothing" in plain
    assert "no entry with the number" not in plain


def test_entry_when_its_link_is_shared_shows_its_card(client: FlaskClient) -> None:
    number = published(official_name='Union "du" Fleuve')
    page = client.get(f"/fr/register/{number}/").text
    assert f'<meta property="og:image" content="http://coalition.test/badge/{number}/card.png?language=fr">' in page
    assert '<meta property="og:title" content="Union &#34;du&#34; Fleuve">' in page
    assert f"/fr/badge/?number={number}#yours" in page
    ended(number)
    assert f"/fr/badge/?number={number}#yours" not in client.get(f"/fr/register/{number}/").text
