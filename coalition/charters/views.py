"""What does a charter say, and may this organisation sign it? Pages that anyone may read.

Nothing is kept of the reader: answers travel in the address alone. Judging them belongs to `eligibility`, signing to
`signing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from coalition.charters import queries
from coalition.charters.errors import CharterUnknown
from coalition.charters.queries import CharterPage, TextLine
from coalition.charters.shapes import QuestionDefinition
from coalition.charters.text import to_html
from coalition.eligibility.assessment import Assessment, Finding, asked_questions, assess, next_question, progress
from coalition.i18n import LANGUAGES, current_language, known_languages, localised
from coalition.web.caching import public_page

bp = Blueprint("charters", __name__)
NOTHING_CHOSEN = 422


@dataclass(frozen=True)
class TextLink:
    """Where the text can be read in one language."""

    language: str
    name: str
    href: str
    text: TextLine
    is_shown: bool


@dataclass(frozen=True)
class AnswerLine:
    """An answer given, in words, and where it can be changed."""

    question: QuestionDefinition
    label: str
    change: str


@bp.get("/charters/")
def charter_list() -> Response:
    """List the texts of this platform."""
    found = queries.charter_list()
    version = "|".join(f"{item.slug}:{item.number}:{item.definition_sha256}:{item.is_open}" for item in found)
    return public_page(version, lambda: _page("charter_list", charters=found))


@bp.get("/charters/<charter>/")
def charter(charter: str) -> Response:
    """Show a version of a charter in the reader's language, or in the one asked for by `text`."""
    page = queries.charter_page(charter, _version_asked())
    text = page.text_in(request.args.get("text") or current_language())
    return public_page(_digest(page), lambda: _charter(page, text))


def _charter(page: CharterPage, text: TextLine) -> str:
    links = [_text_link(page, line, shown=text) for line in page.texts]
    how = localised(page.definition.how_to_join)
    return _page(
        "charter",
        page=page,
        text=text,
        text_direction=_direction(text.language),
        links=links,
        shown=next(link for link in links if link.is_shown),
        authentic=next((link for link in links if link.language == page.definition.authentic_language), None),
        sections=[(section, Markup(section.html)) for section in queries.sections_of(text)],  # noqa: S704
        how_to_join=Markup(to_html(how)) if how else "",  # noqa: S704
    )


@bp.get("/charters/<charter>/text.md")
def text(charter: str) -> Response:
    """Serve a text byte for byte as it was hashed."""
    page = queries.charter_page(charter, _version_asked())
    line = page.text_in(request.args.get("text") or current_language())
    return public_page(line.sha256, lambda: Response(queries.markdown_of(line), mimetype="text/markdown"))


@bp.get("/charters/<charter>/eligibility/")
def eligibility(charter: str) -> BaseResponse:
    """Ask the next question that can still matter, or the one to `change`; the last answer leads to the result."""
    page = queries.current_version(charter)
    rules = page.definition.rules
    answers = rules.known(request.args.to_dict())
    asked = asked_questions(rules, answers)
    change = request.args.get("change")
    key = change if change in asked else next_question(rules, {key: answers[key] for key in asked})
    if key is None:
        return redirect(_address(".eligibility_result", charter, {key: answers[key] for key in asked}))
    is_error = request.args.get("asked") == key and key not in answers
    if is_error:
        response = Response(_question(page, key, answers, is_error=True), NOTHING_CHOSEN)
        response.headers["Cache-Control"] = "no-store"
        return response
    return public_page(_digest(page), lambda: _question(page, key, answers, is_error=False))


def _question(page: CharterPage, key: str, answers: Mapping[str, str], *, is_error: bool) -> str:
    asked = asked_questions(page.definition.rules, answers)
    before = asked[: asked.index(key)] if key in asked else asked
    return _page(
        "eligibility_question",
        page=page,
        question=page.definition.question(key),
        chosen=answers.get(key),
        kept={name: answer for name, answer in answers.items() if name != key},
        progress=progress(page.definition.rules, {name: answers[name] for name in before}),
        back=_address(".eligibility", page.slug, {**answers, "change": before[-1]})
        if before
        else url_for(".charter", charter=page.slug),
        is_error=is_error,
    )


@bp.get("/charters/<charter>/eligibility/result")
def eligibility_result(charter: str) -> BaseResponse:
    """Show what the answers lead to, and why; where a question is still open, ask it."""
    page = queries.current_version(charter)
    rules = page.definition.rules
    answers = rules.known(request.args.to_dict())
    asked = asked_questions(rules, answers)
    given = {key: answers[key] for key in asked}
    if next_question(rules, given) is not None:
        return redirect(_address(".eligibility", charter, answers))
    return public_page(_digest(page), lambda: _result(page, given))


def _result(page: CharterPage, answers: Mapping[str, str]) -> str:
    assessment = assess(page.definition.rules, answers)
    return _page(
        "eligibility_result",
        page=page,
        assessment=assessment,
        categories=[(page.definition.category(found.key), found.outcome) for found in assessment.categories],
        findings=_findings(page, assessment),
        answers=_answer_lines(page, answers),
        sign=_address("signing.organisation", page.slug, answers),
    )


def _findings(page: CharterPage, assessment: Assessment) -> list[Finding]:
    """Return each finding once, in the order of the questions, without those that no answer has touched."""
    by_key = {finding.key: finding for category in assessment.categories for finding in category.findings}
    order = [question.key for question in page.definition.questions]
    answered = [finding for finding in by_key.values() if finding.answer is not None]
    return sorted(answered, key=lambda finding: order.index(finding.question))


def _answer_lines(page: CharterPage, answers: Mapping[str, str]) -> list[AnswerLine]:
    lines = []
    for question in page.definition.questions:
        option = question.option(answers.get(question.key, ""))
        if option is not None:
            change = _address(".eligibility", page.slug, {**answers, "change": question.key})
            lines.append(AnswerLine(question, localised(option.label), change))
    return lines


def _address(endpoint: str, slug: str, answers: Mapping[str, str]) -> str:
    """Return an address that carries answers on; a charter's questions cannot be called as an argument of it."""
    values: dict[str, Any] = {"charter": slug, **answers}
    return url_for(endpoint, **values)


def _version_asked() -> int | None:
    """Return the version that the address names; one that cannot be a version's number is unknown."""
    typed = request.args.get("version")
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 7):
        raise CharterUnknown
    return int(typed)


def _text_link(page: CharterPage, line: TextLine, *, shown: TextLine) -> TextLink:
    """Link to the text in its language: on the page in that language, where the interface speaks it."""
    values: dict[str, Any] = {"charter": page.slug}
    if not page.is_current:
        values["version"] = page.number
    if line.language in known_languages():
        values["language"] = line.language
    else:
        values["text"] = line.language
    known = LANGUAGES.get(line.language)
    name = known.name if known else line.language
    return TextLink(line.language, name, url_for(".charter", **values), line, line == shown)


def _direction(language: str) -> str:
    known = LANGUAGES.get(language)
    return known.direction if known else "auto"


def _digest(page: CharterPage) -> str:
    """Name all that a page of this charter shows."""
    versions = "|".join(str(version.number) for version in page.versions)
    signing = f"{page.closes_at} {page.is_open}"
    return "|".join((page.definition_sha256, versions, signing, *(text.sha256 for text in page.texts)))


def _page(name: str, **values: Any) -> str:
    return render_template(f"charters/{name}.html", localised=localised, **values)
