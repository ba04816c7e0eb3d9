"""Which lines of lists name one party? Keys, acronyms, countries; and what a batch learns from itself."""

from __future__ import annotations

import pytest

from coalition.organisations.parties import (
    ACRONYM,
    NAME,
    Known,
    Listed,
    Party,
    acronym_key,
    are_one,
    keys_of,
    party_key,
    shares_most_words,
)


def party(id: int, name: str, country: str = "", acronym: str = "") -> Party:
    return Party(id, country, name, {party_key(name)}, {acronym} - {""})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The UN Inter-agency Task Force on SSE",
            "United Nations Inter-Agency Task force on Social and Solidarity Economy",
        ),
        (
            "Mont-Blanc Meetings – Forum of the SSE Entrepreneurs",
            "The Mont-Blanc Meetings: Forum for the Social and Solidarity Economy Entrepreneurs",
        ),
        ("Global fund for cities development", "Global Fund for Cities Development"),
        ("UN-DESA", "UN DESA"),
        ("Association des maires", "Association de Maires"),
    ],
)  # fmt: skip
def test_names_when_written_otherwise_meet(one: str, other: str) -> None:
    assert party_key(one) == party_key(other)


def test_names_when_of_others_do_not_meet() -> None:
    assert party_key("International Co-operative Alliance") != party_key("International Cooperative Bank")
    assert party_key("The") == "the"


def test_acronym_when_compared_has_letters_alone() -> None:
    assert acronym_key("SSE/IF") == acronym_key("SSEIF") == "sseif"
    assert acronym_key("UN") == ""


def test_words_when_mostly_shared_are_enough_with_an_acronym() -> None:
    assert shares_most_words("a b c d", "a b c e f") is True
    assert shares_most_words("a b c d", "a e f g") is False


def test_line_when_it_names_a_party_finds_it_by_any_name() -> None:
    alliance = party(1, "International Co-operative Alliance", acronym="ica")
    known = Known([alliance])
    assert known.met_by(Listed(2, "Alliance, International Co-operative")) == [alliance]
    assert known.met_by(Listed(2, "ICA World", aliases="Other; International Co-operative Alliance")) == [alliance]
    assert known.met_by(Listed(2, "International Alliance of Co-operatives", acronym="ICA")) == [alliance]
    assert known.met_by(Listed(2, "Institute of Contemporary Arts", acronym="ICA")) == []


def test_line_when_in_another_country_names_another_party() -> None:
    french = party(1, "Union des mutuelles", "FR")
    known = Known([french])
    assert known.met_by(Listed(2, "Union des mutuelles", country="BE")) == []
    assert known.met_by(Listed(2, "Union des mutuelles")) == [french]
    belgian = party(2, "Union des mutuelles", "BE")
    assert are_one(Known([belgian, french]).met_by(Listed(3, "Union des mutuelles"))) is False
    assert are_one([french, party(3, "x")]) is True


def test_batch_when_it_names_somebody_new_finds_it_again() -> None:
    known = Known([])
    made, line = Party(0, "", "Alpha"), Listed(2, "Alpha", acronym="ALP", country="FR")
    known.learn(made, line)
    assert known.met_by(Listed(3, "alpha")) == [made]
    assert (made.country, known.named("ALP"), known.named("Alpha"), known.named("Beta")) == ("FR", made, made, None)
    known.learn(made, Listed(4, "Alpha Beta", country="SN"))
    assert (made.country, known.met_by(Listed(5, "Beta Alpha", country="FR"))) == ("FR", [made])


def test_parties_when_united_are_found_as_the_older() -> None:
    older, younger = party(1, "Old name"), party(2, "New name", acronym="new")
    known = Known([younger, older])
    assert known.met_by(Listed(3, "New name", aliases="Old name")) == [older, younger]
    known.unite(older, younger)
    assert (known.named("New name"), known.named("NEW")) == (older, older)
    assert known.met_by(Listed(4, "New name")) == [older]


def test_keys_when_asked_for_name_umbrellas_too() -> None:
    keys = keys_of([Listed(2, "ILO", acronym="ILO", umbrella="Task Force"), Listed(3, "Alpha", latin_name="Alfa")])
    assert keys == {NAME: {"ilo", "force task", "alfa", "alpha"}, ACRONYM: {"ilo", "taskforce"}}
