"""Which JSON does the API answer? Dictionaries of public values; nothing is answered that is not listed here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from coalition.certificates.inspection import Inspection
from coalition.certificates.queries import Standing
from coalition.charters.queries import CharterInForce, CharterPage
from coalition.eligibility.assessment import Assessment, CategoryResult, Finding
from coalition.register.entry import OPEN_DATA


def entry(row: Any) -> dict[str, Any]:
    """Return the open fields of an entry, dates in ISO form."""
    values = {name: getattr(row, name) for name in OPEN_DATA}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def charter_line(item: CharterInForce) -> dict[str, Any]:
    """Return a charter in the list of them; `version` is null as long as only a summary is known."""
    definition = item.definition
    return {
        "slug": item.slug,
        "kind": definition.kind.value,
        "joining": definition.joining.value,
        "title": dict(definition.title),
        "version": item.number,
    }


def charter_page(page: CharterPage) -> dict[str, Any]:
    """Return a version of a charter, without its text."""
    definition = page.definition
    return {
        "slug": page.slug,
        "kind": definition.kind.value,
        "joining": definition.joining.value,
        "title": dict(definition.title),
        "version": page.number,
        "is_current": page.is_current,
        "adopted_on": page.adopted_on.isoformat() if page.adopted_on else None,
        "versions": [line.number for line in page.versions],
        "texts": [{"language": t.language, "standing": t.standing.value, "sha256": t.sha256} for t in page.texts],
        "categories": [{"key": c.key, "label": dict(c.label), "words": dict(c.words)} for c in definition.categories],
        "questions": [
            {
                "key": question.key,
                "text": dict(question.text),
                "options": [{"key": option.key, "label": dict(option.label)} for option in question.options],
            }
            for question in definition.questions
        ],
    }


def assessment(found: Assessment, *, missing: tuple[str, ...]) -> dict[str, Any]:
    """Return the outcome per category with its reasons; `missing` are the questions that can still matter."""
    return {
        "outcome": found.outcome.value,
        "may_apply": found.may_apply,
        "questions_that_matter": list(missing),
        "categories": [_category(category) for category in found.categories],
    }


def _category(category: CategoryResult) -> dict[str, Any]:
    return {
        "key": category.key,
        "outcome": category.outcome.value,
        "reasons": [_reason(finding) for finding in category.findings],
    }


def _reason(finding: Finding) -> dict[str, Any]:
    words: Mapping[str, str] = finding.words
    return {
        "criterion": finding.key,
        "question": finding.question,
        "answer": finding.answer,
        "standing": finding.standing.value,
        "words": dict(words),
        "explanation": dict(finding.explanation),
    }


def standing(found: Standing) -> dict[str, Any]:
    """Return how a document stands now.

    What a document says is told only once its signature stood in the register: a receipt must not show who applied.
    """
    content = found.content if found.number is not None else None
    return {
        "serial": found.serial,
        "kind": found.kind.value,
        "status": found.status.value,
        "number": found.number,
        "organisation": content and content.organisation,
        "country": content and content.country,
        "charter": content and content.charter,
        "charter_version": content and content.charter_version,
        "charter_sha256": content and content.charter_sha256,
        "signed_on": content and content.signed_on.isoformat(),
        "issued_at": _moment(found.issued_at),
        "ended_on": found.ended_on.isoformat() if found.ended_on else None,
        "revoked_at": _moment(found.revoked_at),
        "superseded_by": found.superseded_by,
    }


def inspection(found: Inspection) -> dict[str, Any]:
    """Return the three answers for a file, never one."""
    return {
        "intact": found.intact,
        "sealed_by_us": found.sealed_by_us,
        "registered": found.registered,
        "serial": found.serial,
        "status": found.status.value,
        "fault": found.fault.value if found.fault else None,
        "pdf_sha256": found.pdf_sha256,
        "document": standing(found.standing) if found.standing and found.sealed_by_us else None,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
