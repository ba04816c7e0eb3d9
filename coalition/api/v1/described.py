"""What is told of one operation of the API? Parameters, what is sent and answered; the list is `description`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Place(StrEnum):
    """Where a parameter stands."""

    PATH = "path"
    QUERY = "query"


@dataclass(frozen=True)
class Parameter:
    """One parameter: what it means, its limits as JSON Schema has them, an example ("" where none is sent)."""

    name: str
    words: str
    schema: Mapping[str, Any]
    example: str = ""
    place: Place = Place.QUERY


@dataclass(frozen=True)
class Body:
    """What is sent: its type, its schema and an example as JSON has it."""

    media_type: str
    words: str
    schema: Mapping[str, Any]
    example: Any


@dataclass(frozen=True)
class Operation:
    """One thing to ask. `name` is its endpoint, `refusals` the statuses it may answer with besides those of all."""

    name: str
    path: str
    summary: str
    words: str
    answer: type
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refusals: tuple[int, ...] = field(default=(422,))

    @property
    def method(self) -> str:
        """GET, or POST where something is sent."""
        return "POST" if self.body else "GET"

    @property
    def query(self) -> Mapping[str, Parameter]:
        """The parameters of the query, by their names."""
        return {one.name: one for one in self.parameters if one.place is Place.QUERY}


def text(longest: int, pattern: str = "") -> dict[str, Any]:
    """Return the schema of a text of so many characters, of one form where it has one."""
    limits: dict[str, Any] = {"type": "string", "maxLength": longest}
    return {**limits, "pattern": pattern} if pattern else limits


def number(least: int, most: int, usual: int | None = None) -> dict[str, Any]:
    """Return the schema of a whole number within its limits; `usual` is what counts where none is given."""
    limits = {"type": "integer", "minimum": least, "maximum": most}
    return limits if usual is None else {**limits, "default": usual}


def one_of(*options: str) -> dict[str, Any]:
    """Return the schema of one of these."""
    return {"type": "string", "enum": [str(option) for option in options]}
