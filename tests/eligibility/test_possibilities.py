"""Do the rules ask exactly what can still change a result? Compared with trying every combination of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.charters.definition import LIBRARY, load
from coalition.eligibility.assessment import assess, next_question, questions_that_matter
from coalition.eligibility.criteria import (
    CategoryRules,
    Criterion,
    Exemption,
    Outcome,
    Question,
    Rules,
    Settlement,
    Standing,
)

ICSSE = load(LIBRARY / "icsse-charter").definition.rules
OPTIONS = ("a", "b", "c")
some_options = st.frozensets(st.sampled_from(OPTIONS), min_size=1, max_size=2)


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Make a small charter's rules: any shape that a folder may describe."""
    keys = [f"q{number}" for number in range(draw(st.integers(0, 4)))]
    asked = st.sampled_from(keys) if keys else st.nothing()
    exemptions = st.builds(Exemption, asked, some_options, some_options, st.just({}))

    def criterion(met: frozenset[str], question: str, exempted: list[Exemption]) -> Criterion:
        unmet = frozenset(OPTIONS) - met if "a" in met else frozenset({"b"}) - met
        return Criterion("c", question, met, unmet, {}, tuple(exempted))

    criteria = st.builds(criterion, some_options, asked, st.lists(exemptions, max_size=1))
    outcomes = st.sampled_from([Outcome.ELIGIBLE, Outcome.NOT_ELIGIBLE, Outcome.REFERRED])
    settlements = st.builds(Settlement, st.just("s"), asked, some_options, outcomes, st.just({}), st.just({}))
    category = st.builds(lambda found: CategoryRules("k", tuple(found)), st.lists(criteria, max_size=4))
    few = 3 if keys else 0
    return Rules(
        tuple(Question(key, OPTIONS) for key in keys),
        tuple(draw(st.lists(settlements, max_size=min(few, 2)))),
        tuple(draw(st.lists(category if keys else st.just(CategoryRules("k", ())), min_size=1, max_size=2))),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rules, dict[str, str]]:
    """Make rules and answers to some of their questions."""
    made = draw(rules())
    answers = {q.key: draw(st.sampled_from(OPTIONS)) for q in made.questions if draw(st.booleans())}
    return made, answers


def result(made: Rules, category: CategoryRules, answers: Mapping[str, str]) -> Outcome:
    """Judge one category on all answers, as the words of the rules say it."""
    for settlement in made.settlements:
        if answers[settlement.question] in settlement.values:
            return settlement.outcome
    standings = {criterion.standing(answers) for criterion in category.criteria}
    if Standing.UNMET in standings:
        return Outcome.NOT_ELIGIBLE
    return Outcome.REFERRED if Standing.UNDETERMINED in standings else Outcome.ELIGIBLE


def completions(made: Rules, answers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield every way to answer what is open."""
    left = [q for q in made.questions if q.key not in answers]
    for chosen in product(*(q.options for q in left)):
        yield {**answers, **{q.key: option for q, option in zip(left, chosen, strict=True)}}


def results(made: Rules, answers: Mapping[str, str]) -> tuple[Outcome, ...]:
    return tuple(result(made, category, answers) for category in made.categories)


def matters(made: Rules, question: Question, answers: Mapping[str, str]) -> bool:
    """Tell whether two answers to one question give two results, whatever else is answered."""
    return any(
        len({results(made, {**whole, question.key: option}) for option in question.options}) > 1
        for whole in completions(made, answers)
    )


@given(situations())
@settings(max_examples=400, deadline=None)
def test_questions_that_matter_equal_those_found_by_trying_all(situation: tuple[Rules, dict[str, str]]) -> None:
    made, answers = situation
    expected = [q.key for q in made.questions if q.key not in answers and matters(made, q, answers)]
    assert list(questions_that_matter(made, answers)) == expected
    assert next_question(made, answers) == (expected[0] if expected else None)


@given(situations())
@settings(max_examples=400, deadline=None)
def test_assess_result_equals_what_every_completion_gives(situation: tuple[Rules, dict[str, str]]) -> None:
    made, answers = situation
    found = [results(made, whole) for whole in completions(made, answers)]
    for position, category in enumerate(assess(made, answers).categories):
        possible = {outcomes[position] for outcomes in found}
        assert category.outcome is (possible.pop() if len(possible) == 1 else Outcome.UNDETERMINED)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_assess_order_of_the_answers_changes_nothing(data: st.DataObject) -> None:
    answers = {q.key: data.draw(st.sampled_from(q.options)) for q in ICSSE.questions if data.draw(st.booleans())}
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert assess(ICSSE, shuffled) == assess(ICSSE, answers)
    assert next_question(ICSSE, shuffled) == next_question(ICSSE, answers)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_next_question_icsse_asks_until_nothing_can_change(data: st.DataObject) -> None:
    answers: dict[str, str] = {}
    options = {q.key: q.options for q in ICSSE.questions}
    while (key := next_question(ICSSE, answers)) is not None:
        assert assess(ICSSE, answers).outcome is not None
        answers[key] = data.draw(st.sampled_from(options[key]))
    assert len(answers) <= len(ICSSE.questions)
    final = assess(ICSSE, answers)
    assert Outcome.UNDETERMINED not in {category.outcome for category in final.categories}
    assert {results(ICSSE, whole) for whole in completions(ICSSE, answers)} == {
        tuple(category.outcome for category in final.categories)
    }


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5))
@settings(max_examples=50, deadline=None)
def test_assess_nonsense_is_as_nothing_answered(nonsense: dict[str, str]) -> None:
    assert assess(ICSSE, nonsense) == assess(ICSSE, {})
