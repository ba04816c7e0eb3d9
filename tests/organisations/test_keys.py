"""The keys by which an organisation is found again, the lexicon and the letters behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.organisations.domains import own_domain, registrable_domain, website_domain
from coalition.organisations.keys import LONGEST, MOST_KEYS, asked_of, keys_of, number_key, person_words
from coalition.organisations.lexicon import Kind, meaning_of, near_to, parts_of, small_words
from coalition.organisations.lookalikes import is_clipped, latin_capitals, read_as, sound_of, spelt

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


def test_keys_of_an_organisation_say_all_by_which_it_is_found() -> None:
    details = {
        "official_name": "Fédération Takku du Sénégal",
        "acronym": "FTS",
        "website": "https://www.takku.sn/fr",
        "registration_number": "SN-DKR 2011/B",
    }
    assert keys_of(details) == {
        "a:fts",
        "a:ftds",
        "d:takku.sn",
        "n:sndkr2011b",
        "a:takkusenegal",
        "m:SN alliance tak",
        "s:tak",
        "s:federationtakusenegal",
        "b:takk",
        "b:feta",
        "e:akku",
        "p:alliance SN",
    }


def test_keys_asked_by_are_more_an_acronym_is_a_word_elsewhere() -> None:
    details = {"official_name": "Kavokiva des Femmes", "acronym": "KAFE"}
    assert {"a:kavokiva", "s:kaf"} <= asked_of(details) - keys_of(details)


def test_keys_of_two_spellings_share_what_is_rare() -> None:
    one, other = keys_of({"official_name": "Coopérative Kavokiva"}), keys_of({"official_name": "Kavokiwa Cooperative"})
    assert {"s:kavokiv", "b:kavo"} <= one & other


@given(ANY_TEXT)
def test_keys_of_any_text_are_few_and_short(text: str) -> None:
    keys = keys_of({"official_name": text, "latin_name": text, "acronym": text, "aliases": text, "website": text})
    assert len(keys) <= MOST_KEYS
    assert all(0 < len(key) <= LONGEST for key in keys)
    assert all(person_words(text, text))


@pytest.mark.parametrize(
    ("typed", "key"),
    [("SN-DKR 2011 / B 55", "sndkr2011b55"), ("12", ""), ("none", ""), ("n/a", ""), ("", ""), ("٤٢٤٢", "4242")],
)
def test_number_when_compared_has_no_signs(typed: str, key: str) -> None:
    assert number_key(typed) == key


def test_person_when_looked_for_is_found_by_name_and_by_the_domain_of_the_address() -> None:
    assert person_words("Awa N’Diaye", "awa@Reseau.example.org") == {"awa", "n", "diaye", "reseau.example.org"}
    assert person_words("", "") == frozenset()


@pytest.mark.parametrize(
    ("website", "domain", "own"),
    [
        ("https://www.example.org/a", "example.org", "example.org"),
        ("https://facebook.com/us", "facebook.com", ""),
        ("https://[broken", "", ""),
        ("", "", ""),
    ],
)
def test_website_when_shared_is_nobodys_own(website: str, domain: str, own: str) -> None:
    assert (website_domain(website), own_domain(website)) == (domain, own)
    assert registrable_domain("a" * 70 + ".org") == ""


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("cooperatives", ("cooperative", Kind.BODY)),
        ("genossenschaft", ("cooperative", Kind.BODY)),
        ("solidaire", ("solidarity", Kind.FIELD)),
        ("senegalaise", ("SN", Kind.PLACE)),
        ("est", ("EAST", Kind.PLACE)),
        ("takku", ("takku", Kind.OWN)),
        ("", ("", Kind.OWN)),
    ],
)
def test_word_when_it_is_common_has_a_meaning(word: str, meaning: tuple[str, Kind]) -> None:
    assert meaning_of(word) == meaning


def test_small_words_when_read_tell_nothing() -> None:
    assert {"de", "the", "und", "asbl"} <= small_words()


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("union", "union"),
        ("uniоn", "union"),
        ("сосо", "coco"),
        ("союз", "soyuz"),
        ("δικτυο", "diktio"),
        ("0xfam", "oxfam"),
        ("mutue11e", "mutuelle"),
        ("coop57", "coop57"),
        ("2026", "2026"),
        ("団", "団"),
    ],
)
def test_word_when_read_is_latin_if_it_looks_so(word: str, read: str) -> None:
    assert read_as(word) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kavokiva", "kavokiwa"),
        ("jawhara", "jaouhara"),
        ("rizoma", "rhizome"),
        ("hirondelle", "hirondelles"),
        ("burgerwerke", "buergerwerke"),
        ("a", "a"),
    ],
)
def test_spellings_of_one_sound_meet(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("wohnbaugenossenschaften", ("wohnbau", "genossenschaften")),
        ("osuustoimintakeskus", ("osuustoiminta", "keskus")),
        ("협동조합연합회", ("협동조합", "연합회")),
        ("สหกรณ์มารุ", ("สหกรณ์", "มารุ")),
        ("federation", ("federation",)),
        ("takku", ("takku",)),
    ],
)
def test_compound_when_its_words_are_known_is_cut(word: str, parts: tuple[str, ...]) -> None:
    assert parts_of(word) == parts


def test_meanings_that_are_freely_put_for_another_are_near() -> None:
    assert "confederation" in near_to("union")
    assert near_to("takku") == frozenset()


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("महिला", "mahila"),
        ("संघ", "sangh"),
        ("სოფელი", "sopeli"),
        ("միություն", "mioutyoun"),
        ("שלום", "shlum"),
        ("شبكه", "shbkh"),
        ("한살림", "hansalrim"),
        ("みどり", "midori"),
        ("社", "社"),
    ],
)
def test_word_of_another_alphabet_is_spelt_in_latin_letters(word: str, read: str) -> None:
    assert spelt(word) == read


def test_letters_that_pass_for_others_are_read_by_the_word_they_stand_in() -> None:
    assert latin_capitals("ΝΗΥC Coop") == "NHYC Coop"
    assert read_as("koinσeπ") == "koinsep"
    assert (read_as("роса"), read_as("роса", among_foreign=True)) == ("poca", "rosa")


@pytest.mark.parametrize(
    ("short", "words", "is_made"),
    [
        ("legacoop", ["lega", "nazionale", "cooperative"], True),
        ("conacoop", ["consejo", "nacional", "cooperativas"], True),
        ("coop", ["cooperative"], False),
        ("lnccm", ["lega", "nazionale", "consumo", "cooperative", "mutue"], False),
        ("kavokiva", ["lega", "nazionale"], False),
    ],
)
def test_word_that_is_made_of_beginnings_is_known_by_them(short: str, words: list[str], is_made: bool) -> None:
    assert is_clipped(short, words) is is_made
