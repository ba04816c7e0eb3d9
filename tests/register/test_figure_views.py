"""Map and numbers: every country can be reached, nothing breaks on an empty register."""

from __future__ import annotations

import gzip
import re

import pytest

from coalition.territories import names
from tests.factories.register import published

pytestmark = pytest.mark.usefixtures("charter")


@pytest.mark.parametrize("page", ["map", "statistics"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_when_the_register_is_empty_say_so(client, page: str, language: str) -> None:
    answer = client.get(f"/{language}/register/{page}")
    assert answer.status_code == 200
    empty = {"en": "No organisation is on the register yet.", "fr": "Aucune organisation"}
    assert empty[language] in answer.text


def test_map_when_shown_has_a_dot_and_a_line_for_each_country(client) -> None:
    for country in ("SN", "SN", "FR", "TV", "ZZ"):
        published(country=country)
    page = client.get("/en/register/map").text
    assert re.findall(r"<circle [^>]*><title>([^<]*)</title>", page) == ["Senegal: 2", "France: 1", "Tuvalu: 1"]
    lines = re.findall(r'<tr><th scope="row"><a href="([^"]*)">([^<]*)</a></th><td class="num">(\d+)</td>', page)
    assert lines == [
        ("/en/register/?country=SN", "Senegal", "2"),
        ("/en/register/?country=FR", "France", "1"),
        ("/en/register/?country=TV", "Tuvalu", "1"),
        ("/en/register/?country=ZZ", "ZZ", "1"),
    ]


def test_map_when_sorted_by_name_follows_the_alphabet_of_the_language(client) -> None:
    for country in ("DE", "DE", "FR", "EG"):
        published(country=country)
    page = client.get("/fr/register/map?sort=name").text
    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', page) == ["Allemagne", "Égypte", "France"]


def test_map_when_every_country_has_signed_stays_light(client) -> None:
    for country in names.names("en"):
        published(country=country)
    assert len(gzip.compress(client.get("/fr/register/map").data)) <= 15_000


def test_numbers_when_shown_lead_to_the_entries_they_count(client) -> None:
    for country in ("SN", "SN", "FR"):
        published(country=country)
    page = client.get("/en/register/statistics").text
    assert '<a href="/en/register/?country=SN">Senegal</a></th><td class="num">2</td>' in page
    assert '<a href="/en/register/?charter=icsse-charter&amp;category=member_based">Member-based</a>' in page
    assert "<dt>Signatories</dt><dd>3</dd>" in page
    assert '<rect width="240" height="12"/>' in page
    assert '<rect width="120" height="12"/>' in page


def test_numbers_when_there_are_several_charters_name_the_category_with_its_text(client, climate: str) -> None:
    published()
    published(charter=climate, prefix="CLIMA", category="city")
    page = client.get("/en/register/statistics").text
    assert re.search(r"category=member_based\">Member-based \([^<]+\)</a>", page)
    assert "March 2026" in page
    assert "mars 2026" in client.get("/fr/register/statistics").text
