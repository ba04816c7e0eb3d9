"""The OpenAPI document: valid, complete, closed, and its examples are executed as they stand."""

from __future__ import annotations

import io
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from coalition.api.v1 import answers, schema
from coalition.api.v1.described import Operation, Place
from coalition.api.v1.description import FILE, OPERATIONS
from coalition.api.v1.samples import Sample
from coalition.register.entry import OPEN_DATA
from coalition.register.search import FILTERS
from tests.api.sample import ORGANISATION
from tests.api.schemas import faults
from tests.factories import charters
from tests.fixtures.apps import ADDRESS

PREFIX = "/api/v1"
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def objects(found: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object within the document."""
    if isinstance(found, dict):
        if found.get("type") == "object":
            yield found
        for value in found.values():
            yield from objects(value)
    if isinstance(found, list):
        for value in found:
            yield from objects(value)


def ask(client: FlaskClient, operation: Operation) -> TestResponse:
    """Send the example request of an operation."""
    sample = Sample.of(charters.folder().definition)
    examples = {one.name: sample.parameter(one) for one in operation.parameters if one.place is Place.PATH}
    query = {one.name: sample.parameter(one) for one in operation.query.values() if one.example}
    path = PREFIX + operation.path.format(**examples)
    if operation.body is None:
        return client.get(path, query_string=query)
    if operation.body.media_type == FILE:
        return client.post(path, data={"file": (io.BytesIO(b"no PDF"), operation.body.example["file"])})
    return client.post(path, json=sample.body(operation))


def shape_of(value: Any) -> Any:
    """The names and kinds of a value; of a list, those of its first item. Words by language or key are one kind."""
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    if isinstance(value, dict):
        is_words = all(isinstance(one, str) for one in value.values()) and "key" not in value and "sha256" not in value
        return "words" if is_words else {name: shape_of(one) for name, one in value.items()}
    return type(value).__name__


def test_document_when_judged_elsewhere_is_valid(openapi: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []
    assert openapi["servers"] == [{"url": f"{ADDRESS}{PREFIX}"}]


@pytest.mark.one_database
def test_document_when_compared_with_the_routes_has_them_all(app: Flask, openapi: dict[str, Any]) -> None:
    served = {
        (rule.endpoint.removeprefix("api."), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.start", "api.openapi")
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert {(operation.name, operation.method) for operation in OPERATIONS} == served
    described = {
        told["operationId"]: (path, method) for path, item in openapi["paths"].items() for method, told in item.items()
    }
    assert described == {operation.name: (operation.path, operation.method.lower()) for operation in OPERATIONS}


@pytest.mark.one_database
@pytest.mark.usefixtures("charter")
def test_document_when_asked_for_is_the_one_described(client: FlaskClient, openapi: dict[str, Any]) -> None:
    answer = client.get(f"{PREFIX}/openapi.json")
    assert (answer.status_code, answer.mimetype, answer.json) == (200, "application/json", openapi)
    again = client.get(f"{PREFIX}/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_object_of_an_answer_is_closed_and_requires_all_its_fields(openapi: dict[str, Any]) -> None:
    shapes = list(objects(openapi["components"]))
    assert len(shapes) > 20
    assert [shape for shape in shapes if shape.get("additionalProperties") is not False] == []
    assert [shape for shape in shapes if shape.get("required", []) != list(shape.get("properties", {}))] == []


def test_field_of_an_answer_says_what_it_means(openapi: dict[str, Any]) -> None:
    fields = [field for shape in openapi["components"]["schemas"].values() for field in shape["properties"].values()]
    assert [field for field in fields if len(field["description"]) < 8] == []


def test_signatory_of_the_api_holds_the_open_fields_of_an_entry_and_no_other() -> None:
    assert tuple(schema.hints(answers.Signatory)) == OPEN_DATA


def test_filters_of_the_api_are_those_of_the_register() -> None:
    offered = set(BY_NAME["signatories"].query)
    assert offered == {*FILTERS, "q", "sort", "after", "size", "as_of", "extra"}


@pytest.mark.parametrize("name", BY_NAME)
def test_example_request_when_sent_is_answered_in_the_examples_shape(
    client: FlaskClient, example_site: str, openapi: dict[str, Any], name: str
) -> None:
    operation = BY_NAME[name]
    answer = ask(client, operation)
    assert answer.status_code == 200, answer.text
    assert faults(operation.answer.__name__, answer.json) == []
    told = openapi["paths"][operation.path][operation.method.lower()]
    example = told["responses"]["200"]["content"]["application/json"]["example"]
    assert faults(operation.answer.__name__, example) == []
    assert shape_of(answer.json) == shape_of(example)


def test_example_of_an_entry_is_what_the_register_answers(client: FlaskClient, example_site: str) -> None:
    example = schema.example(answers.Signatory, {})
    answer = client.get(f"{PREFIX}/signatories/{example['number']}").json
    assert answer is not None
    same = {name for name in example if answer[name] == example[name]}
    assert set(example) - same <= {"signed_on"}
    assert {example[name] for name in ORGANISATION} == set(ORGANISATION.values())


@pytest.mark.one_database
def test_example_when_the_site_is_another_coalitions_names_its_own(settings: MutableMapping[str, Any]) -> None:
    known = {"slug": "climate-pact", "charter": "climate-pact", "number": "CLIMA-00001", "ended_on": "x"}
    made = schema.example(answers.SignatoryList, known)["items"][0]
    assert (made["charter"], made["number"], made["ended_on"]) == ("climate-pact", "CLIMA-00001", None)


@pytest.mark.parametrize("status", [404, 405, 415, 422])
def test_problem_when_told_fits_its_schema(client: FlaskClient, charter: str, status: int) -> None:
    asked = {
        404: lambda: client.get(f"{PREFIX}/signatories/NOBODY-1"),
        405: lambda: client.delete(f"{PREFIX}/signatories"),
        415: lambda: client.post(f"{PREFIX}/charters/{charter}/assessments", data="x"),
        422: lambda: client.get(f"{PREFIX}/signatories?size=0"),
    }
    answer = asked[status]()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert faults("Problem", answer.json) == []


def test_field_of_an_answer_without_its_meaning_is_a_mistake_of_ours() -> None:
    @dataclass(frozen=True)
    class Silent:
        email: str

    with pytest.raises(TypeError, match="says what it means"):
        schema.schema(Silent)
