"""How does the description read as OpenAPI 3.1? A plain dictionary."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from coalition.api.v1 import answers, schema
from coalition.api.v1.described import Body, Operation, Parameter, Place
from coalition.api.v1.description import FILE, JSON, OPERATIONS
from coalition.api.v1.samples import Sample

VERSION = "1.0.0"
PROBLEM = "application/problem+json"
OF_ALL = (500, 503)
SUMMARY = (
    "The public register, charters and certificates as JSON: read-only, without a key, for every origin. "
    "No answer holds personal data. Every GET answers HEAD too, carries an ETag and answers If-None-Match with 304. "
    "Unknown parameters are refused. Whatever goes wrong is told as problem details (RFC 9457)."
)


def document(address: str, sample: Sample) -> dict[str, Any]:
    """Return the OpenAPI document of the site at `address`; `sample` are values that its examples can name."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, sample)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Coalition", "version": VERSION, "description": SUMMARY},
        "servers": [{"url": f"{address}/api/v1"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": {str(s): _problem(s) for s in _statuses()}},
    }


def _statuses() -> list[int]:
    return sorted({*OF_ALL, *(status for operation in OPERATIONS for status in operation.refusals)})


def _schemas() -> dict[str, Any]:
    shapes = [shape for operation in OPERATIONS for shape in schema.reachable(operation.answer)]
    return {shape.__name__: schema.schema(shape) for shape in (*shapes, answers.Problem)}


def _operation(operation: Operation, sample: Sample) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.words,
        "parameters": [_parameter(parameter, sample.parameter(parameter)) for parameter in operation.parameters],
        "responses": _responses(operation, sample),
    }
    return {**told, "requestBody": _body(operation.body, sample.body(operation))} if operation.body else told


def _parameter(parameter: Parameter, example: str) -> dict[str, Any]:
    told = {
        "name": parameter.name,
        "in": parameter.place.value,
        "required": parameter.place is Place.PATH,
        "description": parameter.words,
        "schema": dict(parameter.schema),
    }
    if parameter.schema["type"] == "object":
        told |= {"style": "form", "explode": True}
    is_number = parameter.schema["type"] == "integer"
    return {**told, "example": int(example) if is_number else example} if example else told


def _body(body: Body, example: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": body.schema}
    if body.media_type == JSON:
        content["example"] = example
    if body.media_type == FILE:
        content["encoding"] = {"file": {"contentType": "application/pdf"}}
    return {"required": True, "description": body.words, "content": {body.media_type: content}}


def _responses(operation: Operation, sample: Sample) -> dict[str, Any]:
    good: dict[str, Any] = {
        "description": operation.summary,
        "content": {
            JSON: {
                "schema": {"$ref": f"{schema.REFERENCE}{operation.answer.__name__}"},
                "example": sample.answer(operation),
            }
        },
    }
    answered = {"200": good}
    if operation.method == "GET":
        good["headers"] = {"ETag": {"description": "The version of this answer.", "schema": {"type": "string"}}}
        answered["304"] = {"description": "What you hold is still right."}
    refused = sorted({*operation.refusals, *OF_ALL})
    return answered | {str(status): {"$ref": f"#/components/responses/{status}"} for status in refused}


def _problem(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": {"$ref": f"{schema.REFERENCE}Problem"}}},
    }
    if status in (429, 503):
        wait = {"description": "How many seconds to wait.", "schema": {"type": "integer"}}
        told["headers"] = {"Retry-After": wait}
    return told
