"""Which rules of eligibility does a charter's data describe?

Reads settlements, criteria and what each category needs, and notes questions and answers that do not exist. What the
rules decide belongs to `eligibility`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coalition.charters import reading, shapes
from coalition.charters.reading import Reader
from coalition.eligibility import criteria


def parse_rules(
    root: Reader, questions: Sequence[shapes.QuestionDefinition], known: Mapping[str, criteria.Criterion]
) -> criteria.Rules:
    """Return all that the charter asks and judges by; `known` are its criteria by their keys."""
    return criteria.Rules(
        questions=tuple(criteria.Question(q.key, tuple(option.key for option in q.options)) for q in questions),
        settlements=tuple(_settlement(table, questions) for table in root.tables("settlements")),
        categories=tuple(_category_rules(table, known) for table in root.tables("categories")),
    )


def _category_rules(table: Reader, known: Mapping[str, criteria.Criterion]) -> criteria.CategoryRules:
    needed = table.names("criteria", required=False)
    for key in needed:
        if key not in known:
            table.fault(f"there is no criterion “{key}”", "criteria")
    return criteria.CategoryRules(table.text("key"), tuple(known[key] for key in needed if key in known))


def parse_criteria(
    root: Reader, questions: Sequence[shapes.QuestionDefinition]
) -> tuple[tuple[shapes.CriterionDefinition, criteria.Criterion], ...]:
    """Return each criterion as the label that people read and the rule that judges."""
    return tuple(_criterion(table, questions) for table in root.tables("criteria"))


def _criterion(
    table: Reader, questions: Sequence[shapes.QuestionDefinition]
) -> tuple[shapes.CriterionDefinition, criteria.Criterion]:
    key = table.text("key", form=reading.KEY)
    question = _known_question(table, questions)
    rule = criteria.Criterion(
        key=key,
        question=table.text("question"),
        met=_answers(table, "met", question),
        unmet=_answers(table, "unmet", question),
        words=table.words("words"),
        exemptions=tuple(_exemption(inner, questions, question) for inner in table.tables("exemptions")),
    )
    label = shapes.CriterionDefinition(key, table.words("label"))
    table.finish()
    for answer in sorted(rule.met & rule.unmet):
        table.fault(f"the answer “{answer}” is both met and unmet", "unmet")
    return label, rule


def _exemption(
    table: Reader, questions: Sequence[shapes.QuestionDefinition], judged: shapes.QuestionDefinition | None
) -> criteria.Exemption:
    exemption = criteria.Exemption(
        question=table.text("question"),
        values=_answers(table, "values", _known_question(table, questions)),
        answers=_answers(table, "answers", judged),
        explanation=table.words("explanation"),
    )
    table.finish()
    return exemption


def _settlement(table: Reader, questions: Sequence[shapes.QuestionDefinition]) -> criteria.Settlement:
    settlement = criteria.Settlement(
        key=table.text("key", form=reading.KEY),
        question=table.text("question"),
        values=_answers(table, "answers", _known_question(table, questions)),
        outcome=table.choice("outcome", criteria.Outcome),
        words=table.words("words"),
        explanation=table.words("explanation"),
    )
    table.finish()
    if settlement.outcome is criteria.Outcome.UNDETERMINED:
        table.fault("“outcome” cannot be “undetermined”: it has to settle something", "outcome")
    return settlement


def _known_question(table: Reader, questions: Iterable[shapes.QuestionDefinition]) -> shapes.QuestionDefinition | None:
    key = table.text("question", required=False)
    found = next((question for question in questions if question.key == key), None)
    if key and found is None:
        table.fault(f"there is no question “{key}”", "question")
    return found


def _answers(table: Reader, key: str, question: shapes.QuestionDefinition | None) -> frozenset[str]:
    answers = table.names(key)
    for answer in answers:
        if question and question.option(answer) is None:
            table.fault(f"the question “{question.key}” has no option “{answer}”", key)
    return frozenset(answers)


def check_used(root: Reader, definition: shapes.CharterDefinition) -> None:
    """Note what would never matter: a criterion that no category needs, a question that decides nothing."""
    rules = definition.rules
    needed = [criterion for category in rules.categories for criterion in category.criteria]
    for number, criterion in enumerate(definition.criteria):
        if criterion.key not in {item.key for item in needed}:
            root.fault(f"no category needs the criterion “{criterion.key}”", "criteria", number)
    asked = {criterion.question for criterion in needed} | {settlement.question for settlement in rules.settlements}
    asked |= {exemption.question for criterion in needed for exemption in criterion.exemptions}
    for number, question in enumerate(definition.questions):
        if question.key not in asked:
            root.fault(f"nothing rests on the question “{question.key}”: it would never be asked", "questions", number)
