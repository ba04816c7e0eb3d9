"""Is this request one that the description knows? What it does not list is refused, never passed over.

A filter that is misspelt and ignored would answer with the whole register.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from coalition.api.problems import BadBody, BadParameter, ParameterUnknown
from coalition.api.v1.described import Operation
from coalition.api.v1.description import EXTRA, MOST_ANSWERS
from coalition.errors import mark
from coalition.register.search import MOST_MARKS

WHOLE_NUMBER = re.compile(r"(0|[1-9][0-9]{0,9})", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def query(operation: Operation, args: MultiDict[str, str]) -> dict[str, str]:
    """Return the parameters that were given.

    Raises ParameterUnknown, and BadParameter for one that is given twice or outside its limits.
    """
    for name, values in args.lists():
        schema = _schema_of(operation, name)
        if schema is None:
            raise ParameterUnknown(name[:60])
        if len(values) > 1 or not _fits(values[0], schema):
            raise BadParameter(name)
    if sum(name.startswith(f"{EXTRA}.") for name in args) > MOST_MARKS:
        raise BadParameter(EXTRA)
    return args.to_dict()


def _schema_of(operation: Operation, name: str) -> Mapping[str, Any] | None:
    """Return the limits of the parameter of that name; a charter's own questions bring names of their own."""
    is_own = name.startswith(f"{EXTRA}.") and EXTRA in operation.query
    if not is_own:
        found = operation.query.get(name)
        return found.schema if found and found.schema["type"] != "object" else None
    patterns = operation.query[EXTRA].schema["patternProperties"].items()
    return next((schema for pattern, schema in patterns if re.search(pattern, name, re.ASCII)), None)


def _fits(text: str, schema: Mapping[str, Any]) -> bool:
    if schema["type"] == "integer":
        return bool(WHOLE_NUMBER.fullmatch(text)) and schema["minimum"] <= int(text) <= schema["maximum"]
    if schema.get("format") == "date":
        return _is_day(text) and bool(re.search(schema["pattern"], text))
    if "enum" in schema:
        return text in schema["enum"]
    return len(text) <= schema["maxLength"] and bool(re.search(schema.get("pattern", ""), text, re.ASCII))


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def answers(body: Any) -> dict[str, str]:
    """Return the answers in a JSON body, wrapped in "answers" or as they are.

    Raises BadBody for anything but an object of texts.
    """
    is_wrapped = isinstance(body, dict) and len(body) == 1 and isinstance(body.get("answers"), dict)
    given = body["answers"] if is_wrapped else body
    if not isinstance(given, dict) or len(given) > MOST_ANSWERS:
        raise BadBody(mark("Send a JSON object with an answer for each question’s key."))
    if not all(isinstance(value, str) for value in given.values()):
        raise BadBody(mark("Every answer is a text: the key of one of the question’s options."))
    return given
