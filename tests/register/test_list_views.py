"""The list as a reader narrows, orders and leaves through it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from coalition.register.entry import Status
from coalition.register.operations import remember_name
from coalition.transactions import transaction
from tests.factories.register import ended, published

pytestmark = pytest.mark.usefixtures("charter")
CHIP = re.compile(r'<a class="chip" href="([^"]*)">.*?<bdi>([^<]*)</bdi>')


def names_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a [^>]*><bdi>([^<]*)</bdi>', page)


def test_chips_when_filters_are_in_use_lead_to_the_list_without_each(client) -> None:
    published()
    page = client.get("/en/register/?q=fleuve&country=SN&year=2026&sort=oldest").text
    assert CHIP.findall(page) == [
        ("/en/register/?country=SN&amp;year=2026&amp;sort=oldest#results", "“fleuve”"),
        ("/en/register/?q=fleuve&amp;year=2026&amp;sort=oldest#results", "Senegal"),
        ("/en/register/?q=fleuve&amp;country=SN&amp;sort=oldest#results", "2026"),
    ]
    assert CHIP.findall(client.get("/en/register/?sort=oldest").text) == []


def test_sorts_when_words_are_looked_for_leave_out_the_name(client) -> None:
    published()
    offered = re.compile(r"Sort by: (.*?)</span>")
    assert offered.search(client.get("/en/register/?country=SN").text)[1] == (
        '<strong>newest</strong> · <a href="/en/register/?country=SN&amp;sort=oldest">oldest</a>'
        ' · <a href="/en/register/?country=SN&amp;sort=name">name</a>'
    )
    assert offered.search(client.get("/en/register/?q=fleuve").text)[1] == (
        '<strong>newest</strong> · <a href="/en/register/?q=fleuve&amp;sort=oldest">oldest</a>'
    )


def test_form_when_shown_again_holds_what_was_chosen(client) -> None:
    published()
    page = client.get("/en/register/?q=fle%22uve&country=SN&status=active&sort=name&as_of=").text
    assert 'value="fle&#34;uve"' in page
    assert '<option value="SN" selected>Senegal</option>' in page
    assert '<option value="active" selected>' in page
    assert '<details class="more" open>' in page
    assert '<details class="more">' in client.get("/en/register/?country=SN").text


def test_form_when_something_is_asked_for_that_is_not_offered_keeps_it(client) -> None:
    page = client.get("/en/register/?country=ZZ").text
    assert '<option value="ZZ" selected>ZZ</option>' in page


def test_list_when_nothing_is_found_offers_to_drop_each_filter(client) -> None:
    published()
    page = client.get("/en/register/?q=nobody&country=SN").text
    assert '<li><a href="/en/register/?country=SN">Without “nobody”</a></li>' in page
    assert '<li><a href="/en/register/?q=nobody">Without Senegal</a></li>' in page


def test_list_when_of_those_who_left_shows_them_alone(client) -> None:
    published(official_name="Stays")
    ended(published(official_name="Leaves"))
    published(official_name="Pauses", status=Status.SUSPENDED)
    page = client.get("/en/register/?status=withdrawn").text
    assert names_on(page) == ["Leaves"]
    assert ("1 entry found" in page, 'data-count="1"' in page, "have withdrawn their signature" in page) == (True,) * 3
    assert names_on(client.get("/en/register/").text) == ["Pauses", "Stays"]
    assert 'data-count="1"' in client.get("/en/register/").text
    assert names_on(client.get("/en/register/?status=suspended").text) == ["Pauses"]
    assert names_on(client.get("/en/register/?status=active").text) == ["Stays"]


def test_list_when_of_a_past_day_says_so(client) -> None:
    ended(published(official_name="Was here", published_on=date(2026, 1, 2)))
    page = client.get("/en/register/?as_of=2026-03-01").text
    assert names_on(page) == ["Was here"]
    assert "<bdi>As it stood on 1 March 2026</bdi>" in page
    assert 'type="date" value="2026-03-01"' in page
    assert "under the names that they bore then. Everything else is shown as it is today." in page


def test_list_when_of_a_past_day_has_the_names_of_that_day_and_leads_to_the_present_one(client) -> None:
    number = published(official_name="Fédération", published_on=date(2026, 1, 2))
    published(official_name="Always so", published_on=date(2026, 1, 3))
    with transaction():
        remember_name(number=number, official_name="Союз", latin_name="Soyuz", until_on=date(2026, 3, 1))
    for query in ("", "&country=SN", "&q=federation"):  # found by its name of today as well
        assert "Союз" in names_on(client.get(f"/en/register/?as_of=2026-02-28{query}").text)
    page = client.get("/en/register/?as_of=2026-02-28").text
    assert (names_on(page), "Soyuz" in page, number in page) == (["Always so", "Союз"], True, True)
    page = client.get("/en/register/?as_of=2026-03-01").text
    assert (names_on(page), "Soyuz" in page) == (["Always so", "Fédération"], False)
    listed = client.get("/api/v1/signatories?as_of=2026-02-28").json["items"]
    assert [(item["official_name"], item["latin_name"]) for item in listed] == [("Always so", ""), ("Союз", "Soyuz")]


def test_list_when_there_are_endorsers_lists_them_apart(client) -> None:
    published(official_name="Signs")
    assert 'name="capacity"' not in client.get("/en/register/").text
    published(official_name="Endorses", capacity="endorser")
    page = client.get("/en/register/").text
    assert (names_on(page), 'data-count="1"' in page, 'name="capacity"' in page) == (["Signs"], True, True)
    page = client.get("/en/register/?capacity=endorser").text
    assert (names_on(page), "<bdi>Endorsers</bdi>" in page) == (["Endorses"], True)


def test_list_when_read_page_by_page_leads_back(client) -> None:
    for _ in range(60):
        published()
    first = client.get("/en/register/").text
    second = client.get(re.search(r'<a href="([^"]*)" rel="next">', first)[1]).text
    back = re.search(r'<a href="([^"]*)" rel="prev">', second)[1]
    assert names_on(client.get(back).text) == names_on(first)
    assert 'rel="prev"' not in client.get(back).text
    assert len(names_on(second)) == 25


def test_list_when_beyond_its_end_leads_to_the_first_page(client) -> None:
    published()
    page = client.get("/en/register/?after=1").text
    assert '<a href="/en/register/">First page</a>' in page


def test_charter_own_choice_when_its_charter_is_chosen_is_column_and_filter(client, climate: str) -> None:
    common = {"charter": climate, "prefix": "CLIMA", "category": "city"}
    published(official_name="Rio", extra={"target_year": "by_2035", "people": "1200"}, **common)
    published(official_name="Ax", extra={"target_year": "by_2030"}, **common)
    published(official_name="Other")
    assert 'name="extra.target_year"' not in client.get("/en/register/").text
    page = client.get(f"/en/register/?charter={climate}").text
    assert '<th scope="col" role="columnheader">Target year</th>' in page
    assert '<td role="cell" data-l="Target year"><bdi>2035</bdi></td>' in page
    assert 'name="extra.target_year"' in page
    page = client.get(f"/fr/register/?charter={climate}&extra.target_year=by_2035").text
    assert names_on(page) == ["Rio"]
    assert [words for _, words in CHIP.findall(page)][1:] == ["2035"]


def test_entry_when_its_charter_has_public_fields_shows_their_answers(client, climate: str) -> None:
    answers = {"target_year": "by_2030", "people": "1200", "emissions": "99887"}
    number = published(charter=climate, prefix="CLIMA", category="city", extra=answers)
    page = client.get(f"/fr/register/{number}/").text
    assert re.search(r"<dt>Année cible</dt>\s*<dd><bdi>2030</bdi></dd>", page)
    assert re.search(r"<dt>Population ou effectif</dt>\s*<dd><bdi>1200</bdi></dd>", page)
    assert "99887" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.SUSPENDED, "suspended at present"),
        (Status.WITHDRAWN, "took its signature back"),
        (Status.DELISTED, "removed this organisation"),
    ],
)
def test_entry_when_it_does_not_count_says_why_and_since_when(client, status: Status, words: str) -> None:
    number = published()
    ended(number, status=status, on=date(2026, 4, 1) if status is not Status.SUSPENDED else None)
    page = client.get(f"/en/register/{number}/").text
    assert words in page
    assert ("1 April 2026" in page) is (status is not Status.SUSPENDED)


def test_entry_when_read_by_programs_names_its_twins(client) -> None:
    number = published()
    page = client.get(f"/en/register/{number}/").text
    assert f'<link rel="alternate" type="application/ld+json" href="/register/{number}.jsonld">' in page
    assert f'href="/api/v1/signatories/{number}"' in page
