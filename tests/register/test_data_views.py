"""What other sites and programs take: files, feed, linked data, a frame; kept by its reader, without a cookie."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import feedparser
import pytest
from pyld import jsonld

from coalition import clock
from coalition.register import exports
from coalition.register.entry import Status
from coalition.register.models import RegisterLink
from coalition.transactions import transaction
from tests.factories.register import ended, published

pytestmark = pytest.mark.usefixtures("charter")
FILES = ("/en/register.csv", "/fr/register.json", "/en/register.xlsx")
OPEN = (*FILES, "/feeds/register.atom", "/embed/register")


@pytest.mark.parametrize("path", OPEN)
def test_data_when_asked_for_again_is_not_sent_again(client, path: str) -> None:
    published()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in first.headers
    published()
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("query", ["after=1e9", "q=%00%ff", "country=%00", "year=99999", "extra.=%27", "sort=%0d%0a"])
def test_data_when_the_query_is_hostile_is_answered(client, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_file_when_downloaded_has_a_name_with_its_day(client, path: str) -> None:
    answer = client.get(path)
    name = f"register-{clock.now().date().isoformat()}.{path.rpartition('.')[2]}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("path", FILES)
def test_file_when_only_its_head_is_asked_for_sends_nothing(client, path: str) -> None:
    published()
    answer = client.head(path)
    assert (answer.status_code, answer.data) == (200, b"")


def test_csv_when_downloaded_holds_all_pages_of_what_was_asked_for(client) -> None:
    for _ in range(30):
        published()
    published(country="FR")
    text = client.get("/en/register.csv?country=SN&after=3").get_data(as_text=True)
    assert len(list(csv.DictReader(io.StringIO(text)))) == 30


def test_csv_when_a_charter_has_public_fields_of_its_own_has_their_columns(client, climate: str) -> None:
    published(charter=climate, prefix="CLIMA", extra={"target_year": "by_2030", "people": "120"})
    row = next(csv.DictReader(io.StringIO(client.get("/en/register.csv").get_data(as_text=True))))
    assert {name: value for name, value in row.items() if name.startswith("extra.")} == {
        "extra.target_year": "by_2030",
        "extra.people": "120",
    }


def test_file_when_the_database_fails_at_the_start_is_an_error(client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(exports, "found_by", lost)
    assert [client.get(path).status_code for path in FILES] == [503, 503, 503]


def test_file_when_failing_in_the_middle_is_broken_off(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 1)
    for _ in range(3):
        published()
    calls = []

    def breaking(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) > 1:
            raise OSError(5, "broken")
        return iter(())

    monkeypatch.setattr(exports, "cells", breaking)
    with pytest.raises(OSError, match="broken"):
        client.get("/en/register.csv", buffered=True)


def test_feed_when_read_elsewhere_is_well_formed_and_complete(client) -> None:
    number = published(official_name="<b>Été</b> & Fils", latin_name="Ete", description="")
    later = published(official_name="Second", description="We are & we stay", published_on=date(2026, 5, 1))
    found = feedparser.parse(client.get("/feeds/register.atom").data)
    assert (found.bozo, found.version, found.feed.updated) == (False, "atom10", "2026-05-01T00:00:00Z")
    assert [entry.id for entry in found.entries] == [
        f"http://coalition.test/register/{each}/" for each in (later, number)
    ]
    assert found.entries[1].title == "<b>Été</b> & Fils (Ete)"
    assert found.entries[1].summary == "Senegal, signed on 2 March 2026"
    assert found.entries[0].link == f"http://coalition.test/en/register/{later}/"


def test_feed_when_in_french_and_filtered_keeps_its_ids(client) -> None:
    number = published(country="SN")
    published(country="FR")
    found = feedparser.parse(client.get("/feeds/register.atom?language=fr&country=SN").data)
    assert [entry.id for entry in found.entries] == [f"http://coalition.test/register/{number}/"]
    assert found.entries[0].link == f"http://coalition.test/fr/register/{number}/"
    assert client.get(f"/register/{number}/").headers["Location"] == f"/en/register/{number}/"


def test_feed_when_empty_is_still_a_feed(client) -> None:
    found = feedparser.parse(client.get("/feeds/register.atom").data)
    assert (found.bozo, found.entries, found.feed.updated) == (False, [], "1970-01-01T00:00:00Z")


def test_linked_data_when_expanded_without_a_network_names_the_organisation(client) -> None:
    number = published(official_name="Réseau", aliases="RF, Fleuve", representative="Awa", website="https://r.example/")
    answer = client.get(f"/register/{number.lower()}.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert "Awa" not in answer.text

    def no_network(url: str, *_more: object) -> None:
        raise AssertionError(url)

    document = jsonld.expand(json.loads(answer.data), {"documentLoader": no_network})[0]
    schema = "https://schema.org/"
    assert document["@type"] == [f"{schema}Organization"]
    assert document[f"{schema}name"] == [{"@value": "Réseau"}]
    assert document[f"{schema}url"] == [{"@id": "https://r.example/"}]
    assert [name["@value"] for name in document[f"{schema}alternateName"]] == ["RF", "Fleuve"]
    signature = document["http://coalition.test/api/v1/#signature"][0]
    assert signature["@id"] == f"http://coalition.test/register/{number}/"
    assert signature["http://coalition.test/api/v1/#signedOn"] == [
        {"@value": "2026-03-02", "@type": "http://www.w3.org/2001/XMLSchema#date"}
    ]


def test_linked_data_when_one_goes_on_for_another_names_both(client) -> None:
    old, new, third = (published(official_name=name) for name in ("Union", "Fédération", "Ligue"))
    plain = client.get(f"/register/{third}.jsonld").json
    assert {"successor", "predecessor"}.isdisjoint(plain)
    with transaction() as session:
        for number in (old, third):
            session.add(RegisterLink(number=number, other_number=new, kind="successor", since_on=date(2026, 4, 1)))
        session.add(RegisterLink(number=old, other_number=third, kind="namesake", since_on=date(2026, 4, 1)))

    def kin(number: str, term: str) -> list[tuple[str, str]]:
        document = jsonld.expand(json.loads(client.get(f"/register/{number}.jsonld").data))[0]
        found = document.get(f"http://coalition.test/api/v1/#{term}", [])
        return [(one["@id"], one["https://schema.org/name"][0]["@value"]) for one in found]

    def named(number: str, name: str) -> tuple[str, str]:
        return f"http://coalition.test/register/{number}/#organisation", name

    assert (kin(old, "successor"), kin(old, "predecessor")) == ([named(new, "Fédération")], [])
    assert sorted(kin(new, "predecessor")) == sorted([named(old, "Union"), named(third, "Ligue")])
    assert kin(new, "successor") == []


@pytest.mark.parametrize("number", ["ICSSE-99999", "x" * 300, "%00"])
def test_linked_data_when_there_is_no_such_entry_is_a_404(client, number: str) -> None:
    assert client.get(f"/register/{number}.jsonld").status_code == 404


def test_embedded_list_when_framed_elsewhere_is_allowed_and_nothing_else_is(client) -> None:
    number = published(official_name="Réseau", latin_name="Reseau")
    page = client.get("/embed/register?language=fr")
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert f'<a target="_top" href="/fr/register/{number}/">' in page.text
    assert "1 signataire" in page.text
    assert "frame-ancestors 'none'" in client.get("/en/register/").headers["Content-Security-Policy"]


def test_embedded_list_when_no_language_is_named_is_the_same_for_everybody(client) -> None:
    asked = [client.get("/embed/register", headers={"Accept-Language": code}).data for code in ("fr", "en")]
    assert asked[0] == asked[1]
    assert client.get("/embed/register?language=xx").data == asked[0]


def test_embedded_list_when_an_entry_ended_shows_it_no_more(client) -> None:
    ended(published(official_name="Gone"), status=Status.DELISTED)
    assert "Gone" not in client.get("/embed/register").text
