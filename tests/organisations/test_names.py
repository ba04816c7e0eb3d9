from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coalition.organisations.names import clean_name, first_strong_direction, fold, name_key, search_words

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
HOSTILE = [
    "\x00",
    "\ud800",
    "a\udfffb",
    "\u200d",
    "\u202e",
    "",
    " ",
    "e" + "\u0301" * 40,
    "\ufffe",
    "ﷺ",
    "İ",
    "ΐ",
    "\U000e0001",
]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Réseau Économie Sociale", "reseau economie sociale"),
        ("RÉSEAU", "reseau"),
        ("Zażółć gęślą jaźń", "zazolc gesla jazn"),
        ("Straße, Øresund, Łódź, Đà Nẵng", "strasse, oresund, lodz, da nang"),
        ("Ærø Œuvre Þing Ħamrun", "aero oeuvre thing hamrun"),
        ("İstanbul ve Iğdır", "istanbul ve igdir"),
        ("ISTANBUL VE IĞDIR", "istanbul ve igdir"),
        ("ΟΔΟΣ Αλληλεγγύης", "οδοσ αλληλεγγυησ"),
        ("οδός αλληλεγγύης", "οδοσ αλληλεγγυησ"),
        ("Мрежа Кооператива Ёлка Йод", "мрежа кооператива елка иод"),
        ("Mạng lưới Hợp tác xã Đồng Bằng", "mang luoi hop tac xa dong bang"),
        ("شَبَكَةُ تَعَاوُنِيّات", "شبكه تعاونيات"),
        ("تعـــاونيات", "تعاونيات"),
        ("أحمد إسلام آدم مؤسسة هيئة مصطفى", "احمد اسلام ادم موسسه هييه مصطفي"),
        ("تعاونی کشاورزی ۱۲", "تعاوني كشاورزي 12"),
        ("연대경제 협동조합연합", "연대경제 협동조합연합"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("शक्ति सहकारी महासंघ", "शक्ति सहकारी महासंघ"),
        ("สหกรณ์ผู้บริโภค", "สหกรณ์ผู้บริโภค"),
        ("Ａ１", "a1"),
        ("ﬁnance", "finance"),
    ],
)
def test_fold_of_each_script(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_fold_keeps_letters_that_only_look_like_accents() -> None:
    assert fold("カ") != fold("ガ")
    assert fold("कि") != fold("कु")
    assert fold("กา") != fold("กี")


def test_fold_of_decomposed_and_composed_hangul_is_one() -> None:
    assert fold(unicodedata.normalize("NFD", "협동조합")) == fold("협동조합") == "협동조합"


@given(ANY_TEXT)
@example("ΰ")
@example("ᾳ")
@example("ẞ")
@example("\u0345A")
def test_fold_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=40))
def test_fold_of_latin_ignores_case_and_accents(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(text.upper()).replace("ss", "s") == fold(text).replace("ss", "s") or "ŉ" in text or "ǰ" in text
    assert fold(decomposed) == fold(text)


@given(ANY_TEXT)
def test_no_text_makes_any_function_fail(text: str) -> None:
    assert isinstance(fold(text), str)
    assert all(isinstance(word, str) and word for word in search_words(text))
    assert isinstance(name_key(text), str)
    assert isinstance(clean_name(text), str)
    assert first_strong_direction(text) in ("ltr", "rtl")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_folded_and_cleaned_without_failing(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert fold(fold(text)) == fold(text)
    assert search_words(text) == [word for found in search_words(text) for word in search_words(found)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Réseau N’Diaye-O'Brien «Été» & Fils", ["reseau", "n", "diaye", "o", "brien", "ete", "fils"]),
        ("U.N.T.F.S.S.E. office", ["untfsse", "office"]),
        ("v1.2", ["v1", "2"]),
        ("公益財団法人ラスク", ["公", "益", "財", "団", "法", "人", "ラ", "ス", "ク"]),
        ("SSE財団2026", ["sse", "財", "団", "2026"]),
        ("협동조합 연합", ["협동조합", "연합"]),
        ("महासंघ शक्ति", ["महासंघ", "शक्ति"]),
        ("شبكة تعاونيات", ["شبكه", "تعاونيات"]),
        ("", []),
        ("\x00 — !!", []),
    ],
)
def test_search_words_of_each_script(typed: str, words: list[str]) -> None:
    assert search_words(typed) == words


@given(ANY_TEXT)
def test_search_words_of_its_own_words_are_the_same(text: str) -> None:
    words = search_words(text)
    assert search_words(" ".join(words)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coop Union S.A.", "Union Coop"),
        ("Réseau des Mutuelles, ASBL", "reseau des mutuelles"),
        ("Bürger eG", "BURGER e.G."),
        ("Nachbarschaft e.V.", "Nachbarschaft"),
        ("Fair Trade Ltd.", "FAIR TRADE LIMITED"),
        ("株式会社ラスク", "ラスク"),
        ("公益財団法人ラスク", "ラスク"),
        ("Đồng Bằng", "dong  bang"),
        ("ΕΝΩΣΗ ΑΛΛΗΛΕΓΓΥΗΣ", "Ένωση Αλληλεγγύης"),
        ("Союз Ёлка", "ёлка союз"),
        ("مؤسّسة التضامن", "مؤسسه التضامن"),
    ],
)
def test_name_key_of_two_spellings_is_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("東京京都", "京都東京"), ("Coop North", "Coop South"), ("Union 1", "Union 2"), ("ガス", "カス"), ("!!!", "???")],
)
def test_name_key_of_two_names_differs(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_name_key_of_a_legal_form_alone_is_never_empty() -> None:
    assert name_key("S.A.") == "sa"
    assert name_key("株式会社") == "株式会社"
    assert name_key("☂") == "☂"
    assert name_key(" \t") == ""


@given(ANY_TEXT)
def test_name_key_ignores_the_order_of_words(text: str) -> None:
    words = search_words(text)
    assert name_key(" ".join(words)) == name_key(" ".join(reversed(words)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Réseau\t des \n Mutuelles  ", "Réseau des Mutuelles"),
        ("Re\u0301seau", "Réseau"),
        ("Name\x00 with\x07 bell", "Name with bell"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200d\u200c ", ""),
        ("a\ud800b", "ab"),
        ("private \ue000 use", "private use"),
        ("Z" + "\u0335" * 300, "Z" + "\u0335" * 4),
        ("line\u2028break", "line break"),
    ],
)
def test_clean_name_keeps_what_a_reader_sees(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(ANY_TEXT)
def test_clean_name_twice_changes_nothing(text: str) -> None:
    once = clean_name(text)
    assert clean_name(once) == once


@given(ANY_TEXT)
def test_clean_name_holds_nothing_that_a_database_or_page_cannot(text: str) -> None:
    kept = clean_name(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("شبكة Network", "rtl"),
        ("Network شبكة", "ltr"),
        ("12 «רשת»", "rtl"),
        ("2026", "ltr"),
        ("", "ltr"),
        ("東京", "ltr"),
    ],
)
def test_first_strong_letter_gives_the_direction(text: str, direction: str) -> None:
    assert first_strong_direction(text) == direction
