"""What does a person who writes a program read? The API's description as a page, in every language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template

from coalition.api.v1.described import Operation, Parameter
from coalition.api.v1.description import FILE, JSON, LARGEST_PAGE, OPERATIONS, USUAL_PAGE
from coalition.api.v1.openapi import OF_ALL, PROBLEM
from coalition.api.v1.samples import Sample
from coalition.charters import queries as charters
from coalition.web.caching import SECONDS, public_page

bp = Blueprint("api_pages", __name__)


@dataclass(frozen=True)
class Shown:
    """One operation with a request that can be tried as it stands, and what is answered."""

    operation: Operation
    command: str
    answer: str


@bp.get("/api/v1/")
def overview() -> Response:
    """Show every operation with its parameters, an example and how paging, ETags and problems work."""
    return public_page("api", _overview)


def _overview() -> str:
    address = f"{current_app.config['PUBLIC_URL']}/api/v1"
    sample = Sample.of(charters.first_definition())
    return render_template(
        "api/overview.html",
        address=address,
        shown=[_shown(operation, sample, address) for operation in OPERATIONS],
        problem_type=PROBLEM,
        of_all=OF_ALL,
        usual_page=USUAL_PAGE,
        largest_page=LARGEST_PAGE,
        fresh_seconds=SECONDS,
        limits=limits,
    )


def _shown(operation: Operation, sample: Sample, address: str) -> Shown:
    answer = json.dumps(sample.answer(operation), ensure_ascii=False, indent=2)
    return Shown(operation, command(operation, sample, address), answer)


def command(operation: Operation, sample: Sample, address: str) -> str:
    """Return the example request as a command of curl."""
    examples = {one.name: sample.parameter(one) for one in operation.parameters}
    path = operation.path.format(**examples)
    query = urlencode({name: examples[name] for name in operation.query if examples[name]})
    words = ["curl", *_sent(operation, sample), f"'{address}{path}{'?' if query else ''}{query}'"]
    return " ".join(words)


def _sent(operation: Operation, sample: Sample) -> list[str]:
    if operation.body is None:
        return []
    body = sample.body(operation)
    if operation.body.media_type == FILE:
        return [f"--form '{name}=@{file}'" for name, file in body.items()]
    return [f"--header 'Content-Type: {JSON}' --data '{json.dumps(body, ensure_ascii=False)}'"]


def limits(parameter: Parameter) -> str:
    """Return what a parameter may be, in signs that need no language: options, least and most, form."""
    schema = parameter.schema
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if schema["type"] == "integer":
        return f"{schema['minimum']}–{schema['maximum']}"
    if schema.get("format") == "date":
        return "YYYY-MM-DD"
    return ""
