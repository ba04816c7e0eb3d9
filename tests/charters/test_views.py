"""Can anyone read a charter, in every language and version, and is nothing kept of who reads?"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from coalition.charters.definition import LIBRARY, load
from coalition.charters.text import digest
from tests.charters.folders import change, load_folder, pocket_folder, switch

ICSSE = "/en/charters/icsse-charter/"
DECLARATION = "/en/charters/ilgsse-declaration/"
POCKET = "/en/charters/pocket-charter/"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def built_in(session: scoped_session[Session]) -> None:
    """Both built-in charters."""
    for name in ("icsse-charter", "ilgsse-declaration"):
        load_folder(LIBRARY / name)


@pytest.fixture
def two_versions(tmp_path: Path, session: scoped_session[Session]) -> Path:
    """The pocket charter in two versions, its authentic text in a language that the interface does not speak."""
    folder = pocket_folder(tmp_path)
    load_folder(folder)
    change(folder, "text.en.md", "halve", "end")
    load_folder(folder)
    return folder


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.text


def main_of(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_charter_page_shows_every_word_of_the_text(client: FlaskClient, built_in: None) -> None:
    shown = words(re.sub(r"<h2[^>]*>\d+\. ", "<h2>", page(client, ICSSE)))
    for paragraph in load(LIBRARY / "icsse-charter").texts[0].markdown.split("\n"):
        plain = re.sub(r"^(#+|-|\d\.) | \{#\w+\}$|[<>]", "", paragraph)
        assert " ".join(plain.split()) in shown


def test_charter_page_has_numbered_sections_under_their_anchors(client: FlaskClient, built_in: None) -> None:
    text = page(client, ICSSE)
    found = re.findall(r'<h2[^>]*\bid="([a-z-]+)">(\d)\. ([^<]+)</h2>', text)
    assert [(anchor, number) for anchor, number, _ in found] == [
        ("preamble", "1"),
        ("characteristics", "2"),
        ("objectives", "3"),
        ("commitments", "4"),
        ("contact", "5"),
    ]
    for anchor, _, heading in found:
        assert f'<a href="#{anchor}" lang="en">{heading}</a>' in text
    assert text.count("<h1") == 1
    assert text.count('<ol class="eight">') == 1


def test_charter_page_tells_version_language_and_digest(client: FlaskClient, built_in: None) -> None:
    text = page(client, ICSSE)
    assert "Version 1" in text
    for found in load(LIBRARY / "icsse-charter").texts:
        assert found.sha256 in text
    assert "courtesy translation" not in main_of(text).split("<article")[0]


def test_charter_page_in_french_says_that_it_is_a_courtesy_translation(client: FlaskClient, built_in: None) -> None:
    text = page(client, "/fr/charters/icsse-charter/")
    before = main_of(text).split("<article")[0]
    assert re.search(r'class="note info">\s*<p>[^<]+<a href="/en/charters/icsse-charter/"', before)
    assert '<article class="text" lang="fr" dir="ltr">' in text
    assert "1. Préambule" in text


def test_text_file_has_the_digest_that_the_page_tells(client: FlaskClient, built_in: None) -> None:
    for language, expected in (("fr", "fr"), ("en", "en"), ("xx", "en")):
        response = client.get(f"{ICSSE}text.md?text={language}")
        (text,) = (t for t in load(LIBRARY / "icsse-charter").texts if t.language == expected)
        assert response.mimetype == "text/markdown"
        assert response.text == text.markdown
        assert digest(response.text) == text.sha256


def test_charter_page_in_a_language_without_text_shows_the_authentic_one(
    client: FlaskClient, two_versions: Path
) -> None:
    text = page(client, "/fr/charters/pocket-charter/")
    assert '<article class="text" lang="es" dir="ltr">' in text
    assert "las reduciremos a la mitad" in text


def test_charter_page_text_can_be_asked_for_in_any_of_its_languages(client: FlaskClient, two_versions: Path) -> None:
    english = page(client, POCKET)
    assert "shall end them" in english
    assert f'href="{POCKET}?text=es" lang="es"' in english
    assert "las reduciremos a la mitad" in page(client, f"{POCKET}?text=es")


def test_charter_page_older_version_says_which_one_is_in_force(client: FlaskClient, two_versions: Path) -> None:
    old = page(client, f"{POCKET}?version=1")
    assert "shall halve them" in old
    assert "This is version 1. Version 2 is in force." in old
    assert f'href="{POCKET}?text=es&amp;version=1"' in old or f'href="{POCKET}?version=1&amp;text=es"' in old
    new = page(client, POCKET)
    assert "shall end them" in new
    assert f'href="{POCKET}?version=1"' in new
    assert "is in force." not in new


@pytest.mark.parametrize("version", ["0", "3", "-1", "x", "9" * 30, "²", "", "1.0", "%00"])
def test_charter_page_version_that_is_none_is_not_found(client: FlaskClient, two_versions: Path, version: str) -> None:
    assert client.get(f"{POCKET}?version={version}").status_code == 404
    assert client.get(f"{POCKET}text.md?version={version}").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "icsse_charter", "%F0%9F%A6%84", "x" * 2000, "a%00b"])
def test_charter_page_unknown_is_not_found(client: FlaskClient, built_in: None, name: str) -> None:
    for address in ("", "text.md", "eligibility/", "eligibility/result"):
        assert client.get(f"/en/charters/{name}/{address}").status_code == 404


def test_charter_page_switched_off_is_not_found(client: FlaskClient, built_in: None) -> None:
    switch("icsse-charter", enabled=False)
    for address in ("", "text.md", "eligibility/", "eligibility/result"):
        assert client.get(f"{ICSSE}{address}").status_code == 404
    assert "icsse-charter" not in main_of(page(client, "/en/charters/"))


def test_declaration_page_says_how_to_join_and_has_no_sign_pages(client: FlaskClient, built_in: None) -> None:
    text = page(client, DECLARATION)
    shown = words(main_of(text))
    assert "This is a summary, not a version of the text." in shown
    assert "note verbale or letter" in shown
    assert "the presidency of the Leading Group, and the permanent secretariat of the Leading Group" in shown
    assert "SHA-256" not in shown
    for name in ("eligibility", "/sign/"):
        assert f"ilgsse-declaration/{name.strip('/')}" not in text
    for address in ("eligibility/", "eligibility/result", "sign/organisation", "sign/review"):
        assert client.get(f"{DECLARATION}{address}").status_code == 404


def test_charter_list_shows_each_text(client: FlaskClient, built_in: None) -> None:
    shown = main_of(page(client, "/fr/charters/"))
    links = re.findall(r'<h2[^>]*><a href="([^"]+)">([^<]+)</a>', shown)
    assert [(href, html.unescape(title)) for href, title in links] == [
        ("/fr/charters/icsse-charter/", "Charte de la Coalition internationale de l’économie sociale et solidaire"),
        (
            "/fr/charters/ilgsse-declaration/",
            "Déclaration commune du Groupe pilote international de l’économie sociale et solidaire",
        ),
    ]


def test_charter_list_of_an_empty_platform_is_a_page(client: FlaskClient) -> None:
    assert "No text has been published yet." in page(client, "/en/charters/")


@pytest.mark.parametrize(
    ("address", "statements"),
    [("/en/charters/", 3), (ICSSE, 4), (DECLARATION, 4), (f"{ICSSE}eligibility/", 4), (f"{ICSSE}text.md", 4)],
)
def test_public_page_keeps_nothing_and_runs_few_statements(
    client: FlaskClient, built_in: None, counted_queries: Counter, address: str, statements: int
) -> None:
    client.get(address)
    with counted_queries() as seen:
        response = client.get(address)
    assert response.status_code == 200
    assert len(seen) == statements
    assert response.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert client.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_public_page_changed_charter_is_not_answered_from_the_readers_copy(
    client: FlaskClient, tmp_path: Path, session: scoped_session[Session]
) -> None:
    folder = pocket_folder(tmp_path)
    load_folder(folder)
    before = client.get(POCKET).headers["ETag"]
    change(folder, "charter.toml", 'title.en = "Pocket Charter"\nshort', 'title.en = "The Pocket Charter"\nshort')
    load_folder(folder)
    assert client.get(POCKET, headers={"If-None-Match": before}).status_code == 200
