"""Does the built-in charter judge real organisations by its own words?"""

from __future__ import annotations

import pytest

from coalition.charters.definition import LIBRARY, load
from coalition.eligibility.assessment import (
    Progress,
    asked_questions,
    assess,
    next_question,
    progress,
    questions_that_matter,
)
from coalition.eligibility.criteria import Standing
from tests.eligibility.profiles import CATEGORIES, KEYS, PROFILES, Profile, answers_of

DECISIVE = {"eligible": Standing.MET, "not_eligible": Standing.UNMET, "referred": Standing.UNDETERMINED}
RULES = load(LIBRARY / "icsse-charter").definition.rules


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_assess_real_profile_gives_outcome_per_category_and_its_words(profile: Profile) -> None:
    assessment = assess(RULES, answers_of(profile))
    assert assessment.outcome == profile.outcome
    assert tuple(category.outcome for category in assessment.categories) == profile.results
    assert tuple(category.key for category in assessment.categories) == CATEGORIES
    decisive = DECISIVE[profile.outcome]
    findings = [f for c in assessment.with_outcome(assessment.outcome) for f in c.findings if f.standing is decisive]
    assert any(profile.words in finding.words["en"] for finding in findings)
    assert all(finding.answer is not None for finding in findings)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_asked_questions_real_profile_are_exactly_those_it_answers(profile: Profile) -> None:
    answers = answers_of(profile)
    assert asked_questions(RULES, answers) == tuple(answers)
    assert next_question(RULES, answers) is None


def test_asked_questions_answers_never_asked_for_are_left_out() -> None:
    answers = {"surplus_reinvested": "no", "organisation_form": "individual"}
    assert asked_questions(RULES, answers) == ("organisation_form",)


def test_asked_questions_gap_ends_at_the_first_one_left_open() -> None:
    answers = {"organisation_form": "mutual", "acts_for_sse": "yes"}
    assert asked_questions(RULES, answers) == ("organisation_form",)
    assert next_question(RULES, answers) == "sse_members"


def test_assess_individual_is_settled_with_its_explanation() -> None:
    assessment = assess(RULES, {"organisation_form": "individual", "is_sse": "yes"})
    assert assessment.settled_by is not None
    assert assessment.settled_by.key == "individual"
    assert assessment.settled_by.standing is Standing.UNMET
    assert assessment.settled_by.explanation["en"].startswith("The Charter is signed by organisations.")
    assert assessment.may_apply is False


def test_assess_public_authority_is_settled_as_undetermined_in_every_category() -> None:
    assessment = assess(RULES, {"organisation_form": "public_authority", "surplus_reinvested": "no"})
    assert [category.undetermined for category in assessment.categories] == [(assessment.settled_by,)] * 3
    assert assessment.may_apply is True


def test_assess_network_without_independence_explains_why_it_is_referred() -> None:
    answers = answers_of(next(p for p in PROFILES if p.name.startswith("GSEF")))
    category = assess(RULES, answers).in_category("member_based")
    assert category is not None
    (finding,) = category.undetermined
    assert finding.key == "independent"
    assert finding.answer == "no"
    assert "Networks of local authorities" in finding.explanation["en"]
    assert [found.key for found in category.met] == ["surplus_reinvested", "sse_members"]


def test_assess_in_category_unknown_is_none() -> None:
    assert assess(RULES, {}).in_category("climate_city") is None


def test_assess_with_outcome_names_the_categories() -> None:
    answers = answers_of(next(p for p in PROFILES if p.name == "trade union"))
    found = assess(RULES, answers).with_outcome(assess(RULES, answers).outcome)
    assert [category.key for category in found] == ["action_advocacy"]


def test_assess_nothing_answered_is_undetermined() -> None:
    assessment = assess(RULES, {})
    assert assessment.outcome == "undetermined"
    assert assessment.settled_by is None
    assert assessment.may_apply is False


def test_assess_unknown_questions_and_answers_are_ignored() -> None:
    answers = answers_of(PROFILES[0])
    noisy = {"colour": "blue", **answers, "organisation_form\x00": "network"}
    assert assess(RULES, noisy) == assess(RULES, answers)
    assert assess(RULES, {"organisation_form": "guild"}) == assess(RULES, {})


def test_as_data_holds_outcomes_and_keys_alone() -> None:
    answers = answers_of(next(p for p in PROFILES if p.name == "NGO run by a ministry"))
    data = assess(RULES, answers).as_data()
    assert data["outcome"] == "not_eligible"
    assert data["settled_by"] is None
    assert data["categories"][1] == {
        "key": "action_advocacy",
        "outcome": "not_eligible",
        "met": ["acts_for_sse"],
        "unmet": ["independent"],
        "undetermined": ["surplus_reinvested"],
    }


def test_as_data_settled_names_what_settled_it() -> None:
    assert assess(RULES, {"organisation_form": "other"}).as_data()["settled_by"] == "other_form"


def test_questions_that_matter_at_the_start_are_all_in_their_order() -> None:
    assert questions_that_matter(RULES, {}) == KEYS


def test_questions_that_matter_no_to_the_sse_leaves_out_the_international_dimension() -> None:
    answers = {"organisation_form": "foundation", "sse_members": "none", "acts_for_sse": "yes", "is_sse": "no"}
    assert questions_that_matter(RULES, answers) == ("independent", "surplus_reinvested")


def test_progress_tells_the_number_of_this_question_and_the_most_there_can_be() -> None:
    assert progress(RULES, {}) == Progress(1, 7)
    assert progress(RULES, {"organisation_form": "mutual"}) == Progress(2, 7)
    answers = {"organisation_form": "mutual", "sse_members": "none", "acts_for_sse": "no", "is_sse": "no"}
    assert progress(RULES, answers) == Progress(5, 4)
