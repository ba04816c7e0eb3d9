"""How do charters, assessments and documents become the API's answers? One function each, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from coalition.api.v1 import answers, figures
from coalition.api.v1 import document_answers as papers
from coalition.api.v1.schema import hints
from coalition.certificates import inspection as files
from coalition.certificates.credential import credential_url
from coalition.certificates.queries import Standing
from coalition.certificates.states import RevocationReason
from coalition.charters.queries import CharterInForce, CharterPage
from coalition.charters.shapes import FieldDefinition, OptionDefinition, QuestionDefinition
from coalition.eligibility import assessment as found_by
from coalition.register import statistics as counted
from coalition.register.entry import Entry
from coalition.register.namesakes import Namesake
from coalition.register.queries import Kin, Note

SIGNATORY = tuple(hints(answers.Signatory))
SAID = ("organisation", "country", "charter", "charter_version", "charter_sha256", "signed_on")


def signatory(row: Any) -> answers.Signatory:
    """Return the open fields of an entry."""
    return answers.Signatory(**{name: getattr(row, name) for name in SIGNATORY})


def register_entry(
    entry: Entry,
    *,
    note: Note | None,
    kin: Sequence[Kin],
    namesakes: Sequence[Namesake],
    former_names: Sequence[Row[str, date]],
) -> answers.RegisterEntry:
    """Return an entry with what its page says besides."""
    return answers.RegisterEntry(
        **vars(signatory(entry)),
        note=note.kind if note else "",
        successor=next((one.number for one in kin if one.is_successor), None),
        predecessors=tuple(one.number for one in kin if not one.is_successor),
        namesakes=tuple(answers.Namesake(one.number, one.official_name, one.country) for one in namesakes),
        former_names=tuple(answers.FormerName(name, until_on) for name, until_on in former_names),
    )


def statistics(found: counted.Statistics) -> figures.Statistics:
    """Return the register in numbers."""

    def shares(lines: tuple[counted.Share, ...]) -> tuple[figures.Share, ...]:
        return tuple(figures.Share(**vars(line)) for line in lines)

    def growth(lines: tuple[counted.Growth, ...]) -> tuple[figures.Growth, ...]:
        return tuple(figures.Growth(**vars(line)) for line in lines)

    time = found.decision_time
    return figures.Statistics(
        signatories=found.signatories,
        suspended=found.suspended,
        withdrawn=found.withdrawn,
        delisted=found.delisted,
        superseded=found.superseded,
        countries=found.countries,
        by_country=shares(found.by_country),
        by_category=shares(found.by_category),
        by_form=shares(found.by_form),
        by_year=growth(found.by_year),
        by_month=growth(found.by_month),
        decision_time=figures.DecisionTime(**vars(time)) if time else None,
    )


def charter_line(item: CharterInForce) -> answers.CharterLine:
    """Return a charter in the list of them."""
    definition = item.definition
    return answers.CharterLine(
        slug=item.slug,
        kind=definition.kind,
        joining=definition.joining,
        title=dict(definition.title),
        version=item.number,
        is_open=item.is_open,
        closes_at=item.closes_at,
    )


def charter(page: CharterPage) -> answers.Charter:
    """Return a version of a charter."""
    definition = page.definition
    return answers.Charter(
        slug=page.slug,
        kind=definition.kind,
        joining=definition.joining,
        title=dict(definition.title),
        version=page.number,
        is_current=page.is_current,
        is_open=page.is_open,
        closes_at=page.closes_at,
        adopted_on=page.adopted_on,
        versions=tuple(line.number for line in page.versions),
        texts=tuple(answers.Text(text.language, text.standing, text.sha256) for text in page.texts),
        categories=tuple(answers.Category(c.key, dict(c.label), dict(c.words)) for c in definition.categories),
        questions=tuple(_question(question) for question in definition.questions),
        extra_fields=tuple(_extra_field(field) for field in definition.extra_fields),
    )


def _question(question: QuestionDefinition) -> answers.Question:
    return answers.Question(question.key, dict(question.text), _options(question.options))


def _extra_field(field: FieldDefinition) -> answers.ExtraField:
    return answers.ExtraField(
        key=field.key,
        type=field.type,
        public=field.public,
        required=field.required,
        label=dict(field.label),
        options=_options(field.options),
    )


def _options(options: Iterable[OptionDefinition]) -> tuple[answers.Option, ...]:
    return tuple(answers.Option(option.key, dict(option.label)) for option in options)


def assessment(found: found_by.Assessment, *, missing: tuple[str, ...]) -> answers.Assessment:
    """Return the outcome per category with its reasons; `missing` are the questions that can still matter."""
    return answers.Assessment(
        outcome=found.outcome,
        may_apply=found.may_apply,
        questions_that_matter=tuple(missing),
        categories=tuple(_outcome(category) for category in found.categories),
    )


def _outcome(category: found_by.CategoryResult) -> answers.CategoryOutcome:
    return answers.CategoryOutcome(category.key, category.outcome, tuple(map(_reason, category.findings)))


def _reason(finding: found_by.Finding) -> answers.Reason:
    return answers.Reason(
        criterion=finding.key,
        question=finding.question,
        answer=finding.answer,
        standing=finding.standing,
        words=dict(finding.words),
        explanation=dict(finding.explanation),
    )


def document(found: Standing, *, site: str) -> papers.Document:
    """Return how a document stands now; what it says only where its signature stood in the register.

    `site` is the public address that the credential's address begins with.
    """
    is_told = found.number is not None
    said: dict[str, Any] = {name: getattr(found.content, name) if is_told else None for name in SAID}
    return papers.Document(
        serial=found.serial,
        kind=found.kind,
        status=found.status,
        number=found.number,
        issued_at=found.issued_at,
        ended_on=found.ended_on,
        revoked_at=found.revoked_at,
        revoked_for=_reason_of(found.revoked_for),
        superseded_by=found.superseded_by,
        credential=credential_url(site, found.serial) if found.has_credential else None,
        **said,
    )


def _reason_of(code: str | None) -> RevocationReason | None:
    """Return the reason of a revocation; one that only this site knows is told as none."""
    return RevocationReason(code) if code in list(RevocationReason) else None


def inspection(found: files.Inspection, *, site: str) -> papers.Inspection:
    """Return the three answers for a file, never one."""
    return papers.Inspection(
        intact=found.intact,
        sealed_by_us=found.sealed_by_us,
        registered=found.registered,
        serial=found.serial,
        status=found.status,
        fault=found.fault,
        pdf_sha256=found.pdf_sha256,
        revision=papers.Revision(**vars(found.revision)) if found.revision else None,
        text=papers.CharterText(**vars(found.text)) if found.text else None,
        document=document(found.standing, site=site) if found.standing and found.sealed_by_us else None,
    )
