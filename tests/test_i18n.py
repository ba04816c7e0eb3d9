from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from flask import Flask, g

from coalition import errors, i18n
from coalition.errors import mark
from coalition.tokens import TokenBroken

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("FR_ca", "fr"),
        ("de,fr;q=0.3,en;q=0.7", "en"),
        ("de, zh", "en"),
        ("", "en"),
        ("*", "en"),
        ("fr;q=nonsense,\x00;;q==,", "en"),
        ("é" * 500, "en"),
    ],
)
def test_preferred_language_of_a_browser_is_the_first_one_spoken(app: Flask, asked: str, spoken: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": asked}):
        assert i18n.preferred_language() == spoken


@pytest.mark.parametrize(
    ("path", "asked", "spoken"),
    [
        ("/fr/register/", "en", "fr"),
        ("/en/nothing", "fr", "en"),
        ("/fr", "en", "fr"),
        ("/french/", "en", "en"),
        ("/es/", "fr", "fr"),
        ("/", "fr", "fr"),
        ("/admin/login", "fr", "fr"),
    ],
)
def test_current_language_of_a_request_is_its_paths_else_the_browsers(
    app: Flask, path: str, asked: str, spoken: str
) -> None:
    with app.test_request_context(path, headers={"Accept-Language": asked}):
        assert i18n.current_language() == spoken


def test_current_language_outside_requests_is_the_fallback(app: Flask, settings: MutableMapping[str, Any]) -> None:
    settings["LOCALES"] = ("fr", "en")
    with app.app_context():
        assert i18n.current_language() == "fr"


def test_forced_language_when_it_ends_gives_the_former_back(app: Flask) -> None:
    g.language = "en"
    with i18n.force_language("fr"):
        assert (i18n.current_language(), i18n.gettext("Home page") != "Home page") == ("fr", True)
        with i18n.force_language("en"):
            assert (i18n.current_language(), i18n.gettext("Home page")) == ("en", "Home page")
        assert i18n.current_language() == "fr"
    assert (i18n.current_language(), i18n.gettext("Home page")) == ("en", "Home page")


def test_forced_language_when_something_fails_gives_the_former_back(app: Flask) -> None:
    g.language = "en"
    with pytest.raises(ZeroDivisionError), i18n.force_language("fr"):
        raise ZeroDivisionError
    assert i18n.current_language() == "en"


def test_forced_language_that_is_not_spoken_is_the_fallback(app: Flask) -> None:
    with i18n.force_language("de"):
        assert i18n.current_language() == "en"


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        ({"en": "charter", "fr": "charte"}, "fr", "charte"),
        ({"en": "charter", "es": "carta"}, "fr", "charter"),
        ({"es": "carta"}, "fr", "carta"),
        ({}, "fr", ""),
        ({"en": "charter", "fr": "charte"}, None, "charter"),
    ],
)
def test_localised_text_is_in_the_language_else_the_fallback_else_any(
    app: Flask, texts: dict[str, str], language: str | None, text: str
) -> None:
    g.language = "en"
    assert i18n.localised(texts, language) == text


def test_error_when_told_is_in_the_readers_language(app: Flask) -> None:
    english = "This link is incomplete or has a mistake in it. Copy the whole address from the mail."
    with i18n.force_language("en"):
        assert i18n.told(TokenBroken()) == english
    with i18n.force_language("fr"):
        assert i18n.told(TokenBroken()) != english


def test_error_with_values_when_told_holds_them(app: Flask) -> None:
    error = errors.Unavailable(mark("Documents wait until this machine has %(what)s: %(line)s"), what="A", line="B")
    with i18n.force_language("en"):
        assert i18n.told(error) == "Documents wait until this machine has A: B"


def test_error_of_a_lazy_sentence_when_told_is_in_the_readers_language(app: Flask) -> None:
    error = errors.TooMany(i18n.lazy_gettext("Home page"))
    with i18n.force_language("en"):
        assert i18n.told(error) == "Home page"
    with i18n.force_language("fr"):
        assert i18n.told(error) == i18n.gettext("Home page") != "Home page"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_error_without_a_sentence_when_told_says_nothing_in_any_language(app: Flask, language: str) -> None:
    with i18n.force_language(language):
        assert i18n.told(errors.NotFound()) == ""


def test_languages_when_listed_know_their_direction() -> None:
    assert {code: language.direction for code, language in i18n.LANGUAGES.items()} == {
        "ar": "rtl",
        "en": "ltr",
        "es": "ltr",
        "fr": "ltr",
        "pt": "ltr",
    }
