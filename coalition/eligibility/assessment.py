"""May this party sign, on these answers, and why? And what is still worth asking?

Judges answers by a charter's rules, category by category, each finding with the charter's words it rests on. Nothing
here knows a page, a charter's labels or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coalition.eligibility.criteria import Criterion, Outcome, Rules, Settlement, Standing, Words
from coalition.eligibility.possibilities import decided_outcome, may_change


@dataclass(frozen=True)
class Finding:
    """How one criterion (or settling answer) stands, on which answer, by which words of the charter.

    `answer` is None where the question was not answered; `explanation` is empty where the words say it all.
    """

    key: str
    question: str
    answer: str | None
    standing: Standing
    words: Words
    explanation: Words


@dataclass(frozen=True)
class CategoryResult:
    """What was found for one category."""

    key: str
    outcome: Outcome
    findings: tuple[Finding, ...]

    @property
    def met(self) -> tuple[Finding, ...]:
        """The criteria that are met."""
        return self._standing(Standing.MET)

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """The criteria that are not met."""
        return self._standing(Standing.UNMET)

    @property
    def undetermined(self) -> tuple[Finding, ...]:
        """The criteria that somebody has to look at, or that were not answered."""
        return self._standing(Standing.UNDETERMINED)

    def _standing(self, standing: Standing) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.standing is standing)


@dataclass(frozen=True)
class Assessment:
    """The result of all criteria on one profile; `settled_by` is the answer that decided everything, if one did."""

    outcome: Outcome
    categories: tuple[CategoryResult, ...]
    settled_by: Finding | None = None

    @property
    def may_apply(self) -> bool:
        """Tell whether the organisation may go on to sign: eligible somewhere, or referred to the secretariat."""
        return self.outcome in {Outcome.ELIGIBLE, Outcome.REFERRED}

    def in_category(self, key: str) -> CategoryResult | None:
        """Return the result for one category; None if the charter has none of that name."""
        return next((category for category in self.categories if category.key == key), None)

    def with_outcome(self, outcome: Outcome) -> tuple[CategoryResult, ...]:
        """Return the categories that ended so."""
        return tuple(category for category in self.categories if category.outcome is outcome)

    def as_data(self) -> dict[str, Any]:
        """Return outcomes and keys alone, as JSON to keep with a signature; the words stay with the version."""
        return {
            "outcome": self.outcome.value,
            "settled_by": self.settled_by.key if self.settled_by else None,
            "categories": [
                {
                    "key": category.key,
                    "outcome": category.outcome.value,
                    "met": [finding.key for finding in category.met],
                    "unmet": [finding.key for finding in category.unmet],
                    "undetermined": [finding.key for finding in category.undetermined],
                }
                for category in self.categories
            ],
        }


@dataclass(frozen=True)
class Progress:
    """Where a person stands: this is question `number` of at most `at_most`."""

    number: int
    at_most: int


def assess(rules: Rules, answers: Mapping[str, str]) -> Assessment:
    """Judge `answers` by `rules`; unknown questions and unknown answers are ignored.

    A category is undetermined as long as an answer can still change its result.
    """
    known = rules.known(answers)
    settlement = rules.settlement(known)
    settled_by = _settling(settlement, known) if settlement else None
    categories = tuple(
        CategoryResult(
            category.key,
            decided_outcome(rules, category, known) or Outcome.UNDETERMINED,
            (settled_by,) if settled_by else tuple(_finding(c, known) for c in category.criteria),
        )
        for category in rules.categories
    )
    return Assessment(_overall(categories), categories, settled_by)


def questions_that_matter(rules: Rules, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions, not answered yet, whose answer can still change some category's result, in their order."""
    known = rules.known(answers)
    return tuple(q.key for q in rules.questions if q.key not in known and may_change(rules, q, known))


def next_question(rules: Rules, answers: Mapping[str, str]) -> str | None:
    """Return the question to ask now; None when no answer can change anything any more."""
    known = rules.known(answers)
    return next((q.key for q in rules.questions if q.key not in known and may_change(rules, q, known)), None)


def asked_questions(rules: Rules, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions that a person with these answers was asked, in order, up to the first one left open."""
    known, so_far = rules.known(answers), dict[str, str]()
    while (key := next_question(rules, so_far)) is not None and key in known:
        so_far[key] = known[key]
    return tuple(so_far)


def progress(rules: Rules, answers: Mapping[str, str]) -> Progress:
    """Return where a person with these answers stands; `answers` are those to the questions asked before."""
    number = len(rules.known(answers))
    return Progress(number + 1, number + len(questions_that_matter(rules, answers)))


def _overall(categories: tuple[CategoryResult, ...]) -> Outcome:
    """Return the best that is certain: eligible in one category is enough."""
    found = {category.outcome for category in categories}
    order = (Outcome.ELIGIBLE, Outcome.UNDETERMINED, Outcome.REFERRED)
    return next((outcome for outcome in order if outcome in found), Outcome.NOT_ELIGIBLE)


def _settling(settlement: Settlement, answers: Mapping[str, str]) -> Finding:
    standings = {Outcome.ELIGIBLE: Standing.MET, Outcome.NOT_ELIGIBLE: Standing.UNMET}
    return Finding(
        key=settlement.key,
        question=settlement.question,
        answer=answers[settlement.question],
        standing=standings.get(settlement.outcome, Standing.UNDETERMINED),
        words=settlement.words,
        explanation=settlement.explanation,
    )


def _finding(criterion: Criterion, answers: Mapping[str, str]) -> Finding:
    exemption = criterion.exemption(answers)
    return Finding(
        key=criterion.key,
        question=criterion.question,
        answer=answers.get(criterion.question),
        standing=criterion.standing(answers),
        words=criterion.words,
        explanation=exemption.explanation if exemption else {},
    )
