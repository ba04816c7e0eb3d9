"""What may a charter ask, and what makes a party eligible?

The rules of one charter as plain values, each judging the answer to its own question. Labels and the wording of
questions belong to `charters.definition`; the result of all of them belongs to `assessment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Words = Mapping[str, str]
"""One sentence in several languages: language code → text."""


class Outcome(StrEnum):
    """What an assessment finds, for one category or over all."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    REFERRED = "referred"
    UNDETERMINED = "undetermined"


class Standing(StrEnum):
    """How one criterion stands on the answers given."""

    MET = "met"
    UNMET = "unmet"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Question:
    """A question by its key, with the answers it allows."""

    key: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Exemption:
    """Where `question` is answered by one of `values`, the unmet `answers` of a criterion count as unsure."""

    question: str
    values: frozenset[str]
    answers: frozenset[str]
    explanation: Words


@dataclass(frozen=True)
class Criterion:
    """One testable condition on one question; an answer in neither `met` nor `unmet` leaves it undetermined."""

    key: str
    question: str
    met: frozenset[str]
    unmet: frozenset[str]
    words: Words
    exemptions: tuple[Exemption, ...] = ()

    def standing(self, answers: Mapping[str, str]) -> Standing:
        """Return how the criterion stands on `answers`; an exempted *no* counts as unsure."""
        answer = answers.get(self.question)
        if answer in self.met:
            return Standing.MET
        if answer in self.unmet and not self.exemption(answers):
            return Standing.UNMET
        return Standing.UNDETERMINED

    def exemption(self, answers: Mapping[str, str]) -> Exemption | None:
        """Return what turns the answer given into unsure, if anything does."""
        answer = answers.get(self.question)
        return next((e for e in self.exemptions if answer in e.answers and answers.get(e.question) in e.values), None)


@dataclass(frozen=True)
class Settlement:
    """An answer that decides every category at once; the first that applies ends the questions."""

    key: str
    question: str
    values: frozenset[str]
    outcome: Outcome
    words: Words
    explanation: Words


@dataclass(frozen=True)
class CategoryRules:
    """A category by its key, with everything it needs."""

    key: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Rules:
    """Everything a charter asks and judges by; questions stand in the order in which they are asked."""

    questions: tuple[Question, ...]
    settlements: tuple[Settlement, ...]
    categories: tuple[CategoryRules, ...]

    def settlement(self, answers: Mapping[str, str]) -> Settlement | None:
        """Return what settles everything on `answers`; None also while an earlier settlement is still open."""
        for settlement in self.settlements:
            if settlement.question not in answers:
                return None
            if answers[settlement.question] in settlement.values:
                return settlement
        return None

    def known(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers that these rules know, in the order of the questions; the rest counts as not given."""
        return {q.key: answers[q.key] for q in self.questions if answers.get(q.key) in q.options}
