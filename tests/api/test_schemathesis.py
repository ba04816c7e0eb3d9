"""Does the API do what its description says, whatever is sent? Asked by schemathesis, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis.checks import load_all_checks
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.schemas import BaseSchema

from coalition.api.v1.description import OPERATIONS
from tests.fixtures.apps import elsewhere

SETTINGS = hypothesis.settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def described(app: Flask, example_site: str, settings: MutableMapping[str, Any]) -> BaseSchema:
    """The served document, asked through the application itself; every request is a world of its own."""
    settings["RATE_LIMITS"] = False

    def asked(environ: Any, start_response: Any) -> Iterable[bytes]:
        with elsewhere(app):
            return [b"".join(app(environ, start_response))]

    load_all_checks()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", asked)


@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_operation_when_asked_anything_does_what_it_says(described: BaseSchema, name: str) -> None:
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    chosen = described.include(operation_id=name)
    (found,) = get_all_tests(schema=chosen, test_func=ask, settings=SETTINGS, given_kwargs={})
    _, test = found.ok()
    test()
