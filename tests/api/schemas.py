"""Does an answer fit its schema in the served document? Asked by a validator that is not ours."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from coalition.api.v1.openapi import document
from coalition.api.v1.samples import Sample
from tests.fixtures.apps import ADDRESS


@cache
def validator(shape: str) -> Draft202012Validator:
    """Return what judges answers of the shape of that name."""
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document(ADDRESS, Sample()), default_specification=DRAFT202012)
    )
    schema = {"$ref": f"urn:api#/components/schemas/{shape}"}
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def faults(shape: str, answer: Any) -> list[str]:
    """Return what is wrong with an answer of that shape; nothing when it fits."""
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator(shape).iter_errors(answer)]
