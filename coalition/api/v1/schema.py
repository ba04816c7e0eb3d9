"""How does a frozen value read as JSON Schema, as an example and as JSON? Knows types alone, no answer by name.

Closed on purpose: every object lists its fields, requires all of them and allows no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

REFERENCE = "#/components/schemas/"
PLAIN: Mapping[object, Mapping[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


@dataclass(frozen=True, eq=False)
class Told:
    """What a field means, an example of it and its limits; of a list, limits and example are those of its items.

    `keys` is the form of a mapping's keys, `form` a format of JSON Schema. Without an example a list is empty, or holds
    the example of the value it is made of.
    """

    words: str
    example: Any = ...
    pattern: str = ""
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    options: tuple[str, ...] = ()
    keys: str = ""
    form: str = ""

    def limits(self) -> dict[str, Any]:
        """Return the limits in JSON Schema's words."""
        named = {
            "pattern": self.pattern or None,
            "maxLength": self.longest,
            "minimum": self.least,
            "maximum": self.most,
            "enum": list(self.options) or None,
            "format": self.form or None,
        }
        return {name: value for name, value in named.items() if value is not None}


@cache
def hints(shape: type) -> Mapping[str, tuple[Any, Told]]:
    """Return the type of every field of `shape`, with what is told of it."""
    found = get_type_hints(shape, include_extras=True)
    return {field.name: _told(found[field.name]) for field in fields(shape)}


def _told(hint: Any) -> tuple[Any, Told]:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"a field of an answer says what it means: {hint}")
    kind, told = get_args(hint)
    return kind, told


def reachable(shape: type) -> Iterator[type]:
    """Name `shape` and every shape it is made of, each once."""
    seen = {shape: None}
    for one in (waiting := [shape]):
        for kind, _ in hints(one).values():
            fresh = [part for part in (kind, *get_args(kind)) if is_dataclass(part) and part not in seen]
            seen.update(dict.fromkeys(fresh))  # type: ignore[arg-type]
            waiting += fresh  # type: ignore[arg-type]
    yield from seen


def schema(shape: type) -> dict[str, Any]:
    """Return the schema of `shape`; shapes within it are referred to by name."""
    told = hints(shape)
    return {
        "type": "object",
        "description": " ".join((shape.__doc__ or "").split()),
        "additionalProperties": False,
        "required": list(told),
        "properties": {
            name: {**_schema_of(kind, note), "description": f"{note.words[:1].upper()}{note.words[1:]}."}
            for name, (kind, note) in told.items()
        },
    }


def _schema_of(kind: Any, told: Told) -> dict[str, Any]:
    origin = get_origin(kind)
    if origin in (UnionType, Union):
        return _nullable(next(part for part in get_args(kind) if part is not NoneType), told)
    if origin is tuple:
        return {"type": "array", "items": _schema_of(get_args(kind)[0], told)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": False, "patternProperties": {told.keys: {"type": "string"}}}
    if is_dataclass(kind):
        return {"$ref": f"{REFERENCE}{kind.__name__}"}  # type: ignore[union-attr]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    return {**PLAIN[kind], **told.limits()}


def _nullable(kind: Any, told: Told) -> dict[str, Any]:
    found = _schema_of(kind, told)
    if "$ref" in found:
        return {"anyOf": [found, {"type": "null"}]}
    found["type"] = [found["type"], "null"]
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def example(shape: type, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example of `shape` as JSON has it; `known` are values of this site, by their fields' names."""
    return {
        name: known[name] if name in known and note.example else _example_of(kind, note, known)
        for name, (kind, note) in hints(shape).items()
    }


def _example_of(kind: Any, told: Told, known: Mapping[str, Any]) -> Any:
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if is_dataclass(inner):
            return [example(inner, known)]  # type: ignore[arg-type]
        return [] if told.example is ... else [told.example]
    if told.example is ...:  # a value in its own shape, or none
        return example(next(part for part in get_args(kind) if is_dataclass(part)), known)  # type: ignore[arg-type]
    return told.example


def as_json(value: object) -> str:
    """Write an answer as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    """Say a value in JSON's own types: a date by its ISO form, a shape by its fields."""
    return value.isoformat() if isinstance(value, date) else vars(value)
