"""What can still come out, whatever is answered next?

Exact, without trying every combination of answers: a category's result is the gravest standing among its criteria, so
what is left open is described, per degree of gravity, by the answers that stay below it. Two situations are the same if
these descriptions are. Judging one answer belongs to `criteria`, telling a person to `assessment`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from coalition.eligibility.criteria import CategoryRules, Criterion, Outcome, Question, Rules, Standing

GRAVITY = {Standing.MET: 0, Standing.UNDETERMINED: 1, Standing.UNMET: 2}
OUTCOMES = (Outcome.ELIGIBLE, Outcome.REFERRED, Outcome.NOT_ELIGIBLE)
"""The outcome of a category by the gravity of its gravest standing."""

Limits = tuple[tuple[str, frozenset[str]], ...]
Behaviour = tuple[Limits | None, ...]
"""Per degree of gravity from 1 on: which answers keep the result below it. () is any answer, None is no answer."""


def decided_outcome(rules: Rules, category: CategoryRules, answers: Mapping[str, str]) -> Outcome | None:
    """Return the category's outcome if no further answer can change it, else None."""
    found = {_behaviour(rules, category, whole) for whole in _with_gates(rules, category, answers)}
    if len(found) > 1:
        return None
    return _constant(found.pop())


def may_change(rules: Rules, question: Question, answers: Mapping[str, str]) -> bool:
    """Tell whether the answer to `question`, not given yet, can change the result of any category."""
    return any(_may_change(rules, category, question, answers=answers) for category in rules.categories)


def _may_change(rules: Rules, category: CategoryRules, question: Question, *, answers: Mapping[str, str]) -> bool:
    options = _distinct_options(rules, category, question)
    if len(options) < 2:
        return False
    for whole in _with_gates(rules, category, answers, but=question.key):
        behaviours = {_behaviour(rules, category, {**whole, question.key: option}) for option in options}
        if len(behaviours) > 1:
            return True
    return False


def _with_gates(
    rules: Rules, category: CategoryRules, answers: Mapping[str, str], *, but: str = ""
) -> Iterator[dict[str, str]]:
    """Yield `answers` with every open gate answered in every way that differs.

    A gate is a question that settles everything or exempts another: only these tie questions together.
    """
    names = {s.question for s in rules.settlements} | {e.question for c in category.criteria for e in c.exemptions}
    gates = [q for q in rules.questions if q.key in names and q.key not in answers and q.key != but]
    for chosen in product(*(_distinct_options(rules, category, gate) for gate in gates)):
        yield {**answers, **{gate.key: option for gate, option in zip(gates, chosen, strict=True)}}


def _distinct_options(rules: Rules, category: CategoryRules, question: Question) -> tuple[str, ...]:
    """Return one option of each group that the rules treat alike."""
    groups = {_effect(rules, category, (question.key, option)): option for option in reversed(question.options)}
    return tuple(groups.values())


def _effect(rules: Rules, category: CategoryRules, answer: tuple[str, str]) -> tuple[object, ...]:
    """Describe all that the rules make of one answer to one question."""
    question, option = answer
    settled = [option in s.values for s in rules.settlements if s.question == question]
    exempted = [option in e.values for c in category.criteria for e in c.exemptions if e.question == question]
    judged = [
        (option in c.met, option in c.unmet, *(option in e.answers for e in c.exemptions))
        for c in category.criteria
        if c.question == question
    ]
    return (*settled, *exempted, *judged)


def _behaviour(rules: Rules, category: CategoryRules, answers: Mapping[str, str]) -> Behaviour:
    """Describe the category's result as a function of the questions still open; every gate is answered."""
    settlement = rules.settlement(answers)
    if settlement:
        gravity = OUTCOMES.index(settlement.outcome)
        return tuple(() if gravity < degree else None for degree in range(1, len(OUTCOMES)))
    return tuple(_limits(rules, category, answers, degree=degree) for degree in range(1, len(OUTCOMES)))


def _limits(rules: Rules, category: CategoryRules, answers: Mapping[str, str], *, degree: int) -> Limits | None:
    """Return the answers that keep the category below `degree`; None if nothing does."""
    limits: list[tuple[str, frozenset[str]]] = []
    for question in rules.questions:
        criteria = [c for c in category.criteria if c.question == question.key]
        if not criteria:  # whatever is answered here, this category does not ask
            continue
        offered = (answers[question.key],) if question.key in answers else question.options
        below = frozenset(o for o in offered if _gravity(criteria, {**answers, question.key: o}) < degree)
        if not below:
            return None
        if len(below) < len(offered):
            limits.append((question.key, below))
    return tuple(limits)


def _gravity(criteria: list[Criterion], answers: Mapping[str, str]) -> int:
    return max((GRAVITY[criterion.standing(answers)] for criterion in criteria), default=0)


def _constant(behaviour: Behaviour) -> Outcome | None:
    """Return the outcome that a behaviour always has; None if it depends on an answer."""
    if any(limits for limits in behaviour):
        return None
    return OUTCOMES[sum(limits is None for limits in behaviour)]
