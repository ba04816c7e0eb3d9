"""Do a charter's data read as the secretariat changed them, whatever the version knows?"""

from __future__ import annotations

from typing import Any

import pytest

from coalition.charters.amendments import amended, is_amendment, with_texts

WORDS = {"en": "statutes", "fr": "les statuts"}
REASON = {"label": {"en": "Closed", "fr": "Fermé"}, "words": {"en": "It is closed.", "fr": "Elle est fermée."}}


def data(**changes: Any) -> dict[str, Any]:
    return {"languages": ["en", "fr"], "approvers": 2, "categories": [{"key": "city"}], **changes}


def test_amended_without_changes_is_the_same_and_another_object() -> None:
    before = data()
    after = amended(before, {}, usual=())
    assert after == before
    after["categories"][0]["key"] = "other"
    assert before["categories"] == [{"key": "city"}]


def test_amended_approvers_take_the_place_of_the_folders() -> None:
    assert amended(data(), {"approvers": 3}, usual=())["approvers"] == 3


def test_amended_evidence_is_that_of_its_category_alone() -> None:
    after = amended(data(), {"evidence:city": WORDS, "evidence:gone": WORDS}, usual=())
    assert after["categories"] == [{"key": "city", "evidence": WORDS}]


def test_amended_evidence_without_words_is_asked_for_no_more() -> None:
    before = data(categories=[{"key": "city", "evidence": WORDS}])
    assert amended(before, {"evidence:city": {"en": "", "fr": ""}}, usual=())["categories"] == [{"key": "city"}]


def test_amended_words_of_a_language_more_and_one_less_fit_the_version() -> None:
    before = data(languages=["en", "es"], categories=[{"key": "city", "evidence": {"en": "old", "es": "viejo"}}])
    after = amended(before, {"evidence:city": WORDS}, usual=())
    assert after["categories"][0]["evidence"] == {"en": "statutes", "es": "viejo"}
    bare = amended(data(languages=["es"]), {"evidence:city": WORDS}, usual=())
    assert bare["categories"][0]["evidence"] == {"es": "statutes"}


def test_amended_reason_is_added_and_worded_anew_in_its_place() -> None:
    other = {"key": "other", "label": {"en": "x", "fr": "x"}, "words": {"en": "x", "fr": "x"}}
    before = data(reasons=[{"key": "closed", "label": {}, "words": {}}, other])
    assert amended(before, {"reason:closed": REASON}, usual=())["reasons"] == [{"key": "closed", **REASON}, other]
    assert amended(data(), {"reason:closed": REASON}, usual=())["reasons"] == [{"key": "closed", **REASON}]


def test_amended_retired_reasons_are_those_that_the_version_knows() -> None:
    before = data(reasons=[{"key": "own", **REASON}])
    changes = {"reason:added": REASON, "retired_reasons": ["own", "usual", "added", "gone"]}
    assert amended(before, changes, usual=("usual",))["retired_reasons"] == ["own", "usual", "added"]


@pytest.mark.parametrize("subject", ["approvers", "retired_reasons", "evidence:city", "reason:other"])
def test_is_amendment_of_the_data(subject: str) -> None:
    assert is_amendment(subject) is True


@pytest.mark.parametrize("subject", ["version:2", "closing", "loaded:1", "translation:1:es", "called_off:2"])
def test_is_amendment_of_nothing_else(subject: str) -> None:
    assert is_amendment(subject) is False


def test_with_texts_says_what_each_is_worth_and_when_it_was_adopted() -> None:
    before = data(texts={"en": "summary", "fr": "summary"}, adopted_on="2020-01-01")
    after = with_texts(before, {"fr": "authentic", "es": "courtesy"}, adopted_on=None)
    assert after == data(texts={"en": "courtesy", "fr": "authentic"})
    assert with_texts(before, {"en": "authentic"}, adopted_on="2026-03-02")["adopted_on"] == "2026-03-02"
