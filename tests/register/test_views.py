"""The register's pages: what they show, what they keep, what they never show."""

from __future__ import annotations

import pytest

from coalition import clock
from coalition.signing import operations
from coalition.transactions import transaction
from tests.factories import signing
from tests.factories.signing import PERSON

pytestmark = pytest.mark.usefixtures("charter")


def test_register_when_empty_then_says_so(client) -> None:
    page = client.get("/en/register/")
    assert ('data-count="0"' in page.text, "No organisation is on the register yet." in page.text) == (True, True)


def test_register_when_searched_then_shows_the_name_as_typed_and_the_count(client) -> None:
    signing.active(official_name="Réseau «Été» & Fils", latin_name="Reseau")
    page = client.get("/en/register/?q=reseau+ete").text
    assert "<bdi>Réseau «Été» &amp; Fils</bdi>" in page
    assert 'data-count="1"' in page
    assert "Senegal" in page


def test_register_when_nothing_is_found_then_helps(client) -> None:
    signing.active()
    page = client.get("/en/register/?q=nothing").text
    assert "No signatory found" in page
    assert "Show all signatories" in page


def test_register_when_more_than_a_page_then_links_on_and_back(client) -> None:
    for _ in range(26):
        signing.active()
    first = client.get("/fr/register/?country=SN")
    assert "/fr/register/?country=SN&amp;after=" in first.text
    second = client.get(f"/fr/register/?country=SN&after={first.text.split('after=')[1].split(chr(34))[0]}")
    assert second.text.count('<tr role="row"><th scope="row"') == 1


@pytest.mark.parametrize(
    "query",
    [
        "after=10000000000000000000000",
        "after=-1",
        "after=%00",
        "page=10%5E20",
        "q=%00%ff%ed%a0%80",
        "country=%00",
        "category=x&category=y",
        "q=" + "x" * 5000,
    ],
)
def test_register_when_the_address_is_hostile_then_shows_a_page(client, query: str) -> None:
    assert client.get(f"/en/register/?{query}").status_code == 200


def test_register_when_asked_for_again_then_nothing_is_sent_and_no_cookie_set(client) -> None:
    first = client.get("/en/register/")
    again = client.get("/en/register/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in first.headers
    assert "Cookie" not in first.headers.get("Vary", "")
    signing.active()
    assert client.get("/en/register/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_entry_when_active_then_shows_public_fields_alone(client) -> None:
    signature = signing.active(official_name="Union", email="awa@private.example.org", registration_number="SN-SECRET")
    page = client.get(f"/en/register/{signature.register_number}/")
    assert page.status_code == 200
    assert "Union" in page.text
    for private in ("awa@private.example.org", "SN-SECRET", "Awa N’Diaye", signature.reference):
        assert private not in page.text


def test_entry_when_the_name_was_to_be_published_then_shows_it(client) -> None:
    signature = signing.active(publish_name=True)
    assert "Awa N’Diaye" in client.get(f"/en/register/{signature.register_number}/").text


def test_entry_when_withdrawn_then_says_so_with_its_day(client) -> None:
    signature = signing.active()
    with transaction():
        operations.withdraw(signature=signature, actor=PERSON, now=clock.now())
    page = client.get(f"/en/register/{signature.register_number}/").text
    assert "Has withdrawn its signature" in page


@pytest.mark.parametrize("number", ["ICSSE-99999", "x" * 300, "%00", "A-12345678"])
def test_entry_when_unknown_then_is_a_404(client, number: str) -> None:
    assert client.get(f"/en/register/{number}/").status_code == 404


def test_entry_when_typed_in_small_letters_then_is_found(client) -> None:
    signature = signing.active()
    assert client.get(f"/en/register/{signature.register_number.lower()}/").status_code == 200
