"""What is a charter, as plain values?

Every name and word of a charter's folder, frozen. How a folder is read belongs to `parsing` and `definition`, a
charter's text to `text`, judging answers to `eligibility`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coalition.eligibility.criteria import Rules, Words


class Kind(StrEnum):
    """What sort of text a charter is."""

    CHARTER = "charter"
    DECLARATION = "declaration"
    STATEMENT = "statement"


class Joining(StrEnum):
    """How a party joins: by the forms of this site, or by note or letter."""

    FORM = "form"
    CORRESPONDENCE = "correspondence"


class TextStanding(StrEnum):
    """What the text in one language is worth; a summary is no version and cannot be signed."""

    AUTHENTIC = "authentic"
    COURTESY = "courtesy"
    SUMMARY = "summary"


class FieldType(StrEnum):
    """What may be typed into an extra field."""

    TEXT = "text"
    NUMBER = "number"
    URL = "url"
    CHOICE = "choice"


@dataclass(frozen=True)
class OptionDefinition:
    """One answer that is offered."""

    key: str
    label: Words
    hint: Words


@dataclass(frozen=True)
class QuestionDefinition:
    """One question: its short name, its wording, and the charter's words that make it worth asking."""

    key: str
    name: Words
    text: Words
    hint: Words
    why: Words
    options: tuple[OptionDefinition, ...]

    def option(self, key: str) -> OptionDefinition | None:
        """Return the answer of that key; None if it is not offered."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class CategoryDefinition:
    """A class of parties that may sign: our label, a short one for tables, the charter's words, what shows it."""

    key: str
    label: Words
    short: Words
    words: Words
    evidence: Words


@dataclass(frozen=True)
class CriterionDefinition:
    """The label of one criterion; its rule stands in `rules`."""

    key: str
    label: Words


@dataclass(frozen=True)
class AttestationDefinition:
    """One statement affirmed when signing, in the exact words shown."""

    key: str
    words: Words


@dataclass(frozen=True)
class ReasonDefinition:
    """Why an application may be declined: a label for officers, the words for the mail."""

    key: str
    label: Words
    words: Words


@dataclass(frozen=True)
class FieldDefinition:
    """A field that this charter asks for beyond the usual ones; `options` are for a choice alone."""

    key: str
    type: FieldType
    public: bool
    required: bool
    label: Words
    hint: Words
    options: tuple[OptionDefinition, ...]

    def option(self, key: str) -> OptionDefinition | None:
        """Return the answer of that key; None if it is not offered."""
        return next((option for option in self.options if option.key == key), None)

    def takes(self, answer: str) -> bool:
        """Tell whether an answer that a form let through is still one: "" is none."""
        if not answer:
            return not self.required
        return self.type is not FieldType.CHOICE or self.option(answer) is not None


@dataclass(frozen=True)
class Nouns:
    """What this charter calls its text, those who have signed it, and those who may.

    `the_text` is the text with its article, for the places in a sentence where no preposition stands before it; it,
    `party` and `parties` are empty where the charter says nothing special.
    """

    text: Words
    the_text: Words
    signatory: Words
    signatories: Words
    party: Words
    parties: Words


@dataclass(frozen=True)
class SealDefinition:
    """How many strands the woven seal has, and what they stand for: language → one label a strand, or nothing.

    `meaning` is a sentence on what the strands have to do with the signatories, or nothing.
    """

    strands: int
    labels: Mapping[str, tuple[str, ...]]
    meaning: Words


@dataclass(frozen=True)
class CharterDefinition:
    """All of a charter but its text. `rules` are what `eligibility` judges by.

    `reasons` are those that officers may choose; a retired one is there for the decisions that rest on it.
    `certificate_languages` are the two that stand together on every document, or none.
    """

    slug: str
    kind: Kind
    joining: Joining
    number_prefix: str
    languages: tuple[str, ...]
    texts: Mapping[str, TextStanding]
    title: Words
    short_title: Words
    description: Words
    headline: Words
    wordmark: Words
    owner: Words
    nouns: Nouns
    contact_email: str
    adopted_on: date | None
    seal: SealDefinition
    approvers: int
    proof_required: bool
    how_to_join: Words
    categories: tuple[CategoryDefinition, ...]
    questions: tuple[QuestionDefinition, ...]
    criteria: tuple[CriterionDefinition, ...]
    rules: Rules
    commitments: tuple[Words, ...]
    attestations: tuple[AttestationDefinition, ...]
    reasons: tuple[ReasonDefinition, ...]
    extra_fields: tuple[FieldDefinition, ...]
    retired_reasons: tuple[ReasonDefinition, ...] = ()
    certificate_languages: tuple[str, ...] = ()

    def beside(self, language: str) -> str:
        """Return the language that stands beside `language` on a document; "" where it stands alone."""
        return next((code for code in self.certificate_languages if code != language), "")

    @property
    def is_summary(self) -> bool:
        """Tell whether only a summary of the text is known, so that nobody can join on it."""
        return TextStanding.SUMMARY in self.texts.values()

    @property
    def is_signed_by_form(self) -> bool:
        """Tell whether this charter has sign pages at all."""
        return self.joining is Joining.FORM and not self.is_summary

    @property
    def authentic_language(self) -> str | None:
        """The language whose text decides; None of a summary."""
        return next((code for code, standing in self.texts.items() if standing is TextStanding.AUTHENTIC), None)

    def category(self, key: str) -> CategoryDefinition | None:
        """Return the category of that key; None if there is none."""
        return next((category for category in self.categories if category.key == key), None)

    def question(self, key: str) -> QuestionDefinition | None:
        """Return the question of that key; None if there is none."""
        return next((question for question in self.questions if question.key == key), None)

    def criterion(self, key: str) -> CriterionDefinition | None:
        """Return the criterion of that key; None if there is none (a settling answer has no label)."""
        return next((criterion for criterion in self.criteria if criterion.key == key), None)

    def attestation(self, key: str) -> AttestationDefinition | None:
        """Return the attestation of that key; None if there is none."""
        return next((attestation for attestation in self.attestations if attestation.key == key), None)

    def public_extra(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return those answers to the charter's own fields that may be published; no empty ones."""
        return {field.key: extra[field.key] for field in self.extra_fields if field.public and extra.get(field.key)}

    def takes(self, answers: Mapping[str, str], extra: Mapping[str, str]) -> bool:
        """Tell whether answers to questions and own fields that were good once are so under these data too."""
        is_asked = self.rules.known(answers) == dict(answers) and set(extra) == {f.key for f in self.extra_fields}
        return is_asked and all(field.takes(extra[field.key]) for field in self.extra_fields)

    def reason(self, key: str) -> ReasonDefinition | None:
        """Return the reason for declining of that key, also a retired one; None if there is none."""
        return next((reason for reason in (*self.reasons, *self.retired_reasons) if reason.key == key), None)
