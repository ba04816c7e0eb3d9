from __future__ import annotations

import re

import pytest

from coalition.territories import names as territories

LANGUAGES = ("en", "fr")


def test_table_holds_every_iso_code_and_kosovo() -> None:
    codes = set(territories.names("en"))
    assert len(codes) == 250
    assert codes >= {"SN", "FR", "BR", "XK", "AX", "CW", "SS", "SX"}
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_name_of_its_own_in_every_language(language: str) -> None:
    told = territories.names(language)
    assert set(told) == set(territories.names("en"))
    assert all(name == name.strip() and len(name) > 2 for name in told.values())
    assert len(set(told.values())) == len(told)


def test_english_and_french_are_two_tables() -> None:
    assert territories.name("DE", "en") == "Germany"
    assert territories.name("DE", "fr") == "Allemagne"
    assert territories.name("CI", "en") == territories.name("CI", "fr") == "Côte d’Ivoire"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stand_in_alphabetical_order_whatever_their_accents(language: str) -> None:
    order = list(territories.names(language).values())
    plain = [name.translate(str.maketrans("ÉéèÎîÅåôçãí", "EeeIiAaocai")) for name in order]
    letters = [
        re.sub("[^a-z]", "", name.casefold().replace("ü", "u").replace("ï", "i").replace("ë", "e")) for name in plain
    ]
    assert letters == sorted(letters)


def test_french_files_accented_capitals_beside_plain_ones() -> None:
    order = list(territories.names("fr"))
    assert order.index("EC") < order.index("ER") < order.index("ES")
    assert order.index("GR") < order.index("ZW")


def test_language_without_names_falls_back_to_english() -> None:
    assert territories.names("pt") == territories.names("en")


def test_unknown_code_is_shown_as_it_is() -> None:
    assert territories.name("ZZ", "en") == "ZZ"


@pytest.mark.parametrize(("code", "known"), [("SN", True), ("sn", False), ("", False), ("ZZ", False), ("S\x00", False)])
def test_is_known_takes_codes_as_they_stand(code: str, known: bool) -> None:
    assert territories.is_known(code) is known


def test_options_are_rendered_once_and_chosen_per_page() -> None:
    plain = territories.options_html("fr")
    assert plain is territories.options_html("fr")
    assert plain.count("<option ") == 250
    assert " selected" not in plain
    chosen = territories.options_html("fr", "SN")
    assert chosen.count(" selected") == 1
    assert '<option value="SN" selected>Sénégal</option>' in chosen


@pytest.mark.parametrize("code", ["", None, "zz", '"><script>'])
def test_options_choose_nothing_for_a_code_that_is_not_there(code: str | None) -> None:
    assert territories.options_html("en", code) == territories.options_html("en")


def test_options_escape_what_html_would_read() -> None:
    assert "Côte d’Ivoire" in territories.options_html("en")
    assert "&" not in re.sub("&#39;|&amp;", "", territories.options_html("en"))
