"""How alike two organisations are called: by the labelled pairs, and rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from coalition.organisations.likeness import ALIKE, Names, likeness, profile_of
from tests.organisations.labelled import (
    FOURTH,
    FOURTH_PRECISION,
    FOURTH_RECALL,
    GOAL_PRECISION,
    GOAL_RECALL,
    SECOND,
    THIRD,
    Outcome,
    Pair,
    outcome,
    pairs,
)


def like(one: Names, other: Names) -> float:
    return likeness(profile_of(one), profile_of(other))


def is_alike(one: str, other: str) -> bool:
    return like(Names(one), Names(other)) >= ALIKE


def test_pairs_when_counted_are_many_and_split_evenly() -> None:
    known = pairs()
    apart = [pair for pair in known if pair.is_apart]
    assert len(known) >= 500
    assert len({(pair.one, pair.other) for pair in known}) == len(known)
    assert 0.45 < len(apart) / len(known) < 0.55
    assert 0.4 < sum(pair.is_same for pair in apart) / len(apart) < 0.6


@pytest.mark.parametrize("is_apart", [False, True])
def test_pairs_when_judged_are_found_and_seldom_called_alike_wrongly(is_apart: bool) -> None:
    found = judged([pair for pair in pairs() if pair.is_apart is is_apart])
    assert found.recall >= GOAL_RECALL
    assert found.precision >= GOAL_PRECISION


@pytest.mark.parametrize("path", [SECOND, THIRD], ids=["second", "third"])
def test_later_pairs_when_judged_are_found_and_seldom_called_alike_wrongly(path: Path) -> None:
    found = judged(pairs(path))
    assert found.recall >= GOAL_RECALL
    assert found.precision >= GOAL_PRECISION


def test_fourth_pairs_when_judged_do_not_fall_below_what_was_measured() -> None:
    found = judged(pairs(FOURTH))
    assert found.recall >= FOURTH_RECALL
    assert found.precision >= FOURTH_PRECISION


def judged(known: list[Pair]) -> Outcome:
    return outcome([(pair.is_same, like(pair.one, pair.other) >= ALIKE) for pair in known])


def test_likeness_when_turned_round_is_the_same() -> None:
    assert all(like(pair.one, pair.other) == pytest.approx(like(pair.other, pair.one)) for pair in pairs())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coop Union S.A.", "Union Coop"),
        ("Réseau des mutuelles", "RESEAU DES MUTUELLES"),
        ("African Network of Social Economy", "Réseau africain de l’économie sociale"),
        ("United Nations Task Force", "UN Task Force"),
        ("Habitat/Solidarité", "Habitat-Solidarité"),
        ("Kwa Zulu Natal", "KwaZulu-Natal"),
        ("Ecоpower", "Ecopower"),
        ("Bürgerwerke", "Buergerwerke"),
        ("Sarvodaya Movment", "Sarvodaya Movement"),
        ("Sozialbank Dresden", "Dresden Sozial Bank"),
        ("公益財団法人ラスク", "ラスク"),
        ("KOINΣEΠ Μέλισσα", "ΚΟΙΝΣΕΠ Μέλισσα"),
        ("Konsumentkooperativa Förbundet Ekviva", "Consumer Cooperative Union Ekviva"),
        ("Stiftung König Albrecht", "Fondation Roi Albert"),
        ("สหกรณ์การเกษตรมารุ", "Agricultural Cooperative Maru"),
        ("Ekofarm Coop Luna", "Ekofarmcoop Luna"),
        ("ТОСКАНА МИР", "Toscana Mir"),
        ("Jam'iyyat al-Amal", "Jamiyat Al Amal"),
        ("Conacoop", "Consejo Nacional de Cooperativas"),
    ],
)
def test_names_when_one_organisation_is_meant_are_alike(one: str, other: str) -> None:
    assert is_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Réseau des mutuelles du Mali", "Réseau des mutuelles du Togo"),
        ("Union de l’Est", "Union de l’Ouest"),
        ("Section 8 Tenants", "Section 9 Tenants"),
        ("Banque Solidaire", "Coopérative Verte"),
        ("Macif Assurance", "Fondation Maïf"),
        ("Eastern Cape Agency", "Western Cape Agency"),
        ("Rice Growers Union of Rwanda", "Tea Growers Union of Rwanda"),
        ("", "Anything"),
        ("", ""),
        ("!!!", "???"),
    ],
)
def test_names_when_two_organisations_are_meant_are_not_alike(one: str, other: str) -> None:
    assert not is_alike(one, other)


def test_acronym_when_it_is_all_that_is_said_meets_what_it_is_short_for() -> None:
    whole = Names("Global Social Economy Forum", acronym="GSEF")
    assert like(Names("GSEF"), whole) >= ALIKE
    assert like(Names("G.S.E.F."), whole) >= ALIKE
    assert like(Names("Global Social Economy Forum"), Names("GSEF")) >= ALIKE
    assert like(Names("GSEX"), whole) < ALIKE


def test_acronym_when_it_stands_for_something_else_does_not_make_alike() -> None:
    coffee = Names("International Coffee Association", acronym="ICA", country="GB")
    coops = Names("International Cooperative Alliance", acronym="ICA", country="BE")
    assert like(coffee, coops) < ALIKE


def test_alias_and_latin_name_when_given_are_names_as_well() -> None:
    assert like(Names("Mont-Blanc Meetings", aliases="SSE International Forum; SSEIF"), Names("SSEIF")) >= ALIKE
    assert like(Names("연대", latin_name="Solidarity House"), Names("House of Solidarity")) >= ALIKE


def test_country_when_it_differs_counts_against_common_words() -> None:
    here, there = Names("Women’s Union", country="VN"), Names("Women’s Union", country="LK")
    assert like(here, here) == 1.0
    assert like(here, there) < like(Names("Women’s Union Tissir", country="VN"), Names("Women’s Union Tissir"))
    assert like(Names("Social Network Greece", country="GR"), Names("Social Network", country="GR")) >= ALIKE


def test_country_when_it_differs_says_little_of_bodies_of_the_whole_world() -> None:
    assert like(Names("World Council of Women", country="CH"), Names("Weltfrauenrat", country="US")) >= ALIKE
    assert like(Names("Council of Women", country="CH"), Names("Frauenrat", country="US")) < ALIKE


def test_acronym_when_it_stands_among_other_words_is_a_hint() -> None:
    whole = Names("Confederation of Industrial Weavers", acronym="KOVIW", country="BE")
    assert like(Names("KOVIW Zakola", country="BE"), whole) >= ALIKE
    assert like(Names("KOVIW Chile", country="BE"), whole) < ALIKE
