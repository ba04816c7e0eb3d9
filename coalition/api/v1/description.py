"""What may programs ask, and what do they get? The one description of the API.

The OpenAPI document and the page for people are written from it, and what is asked is judged by it (`asked`). Sentences
are marked: the page says them in the reader's language. What an answer looks like belongs to `answers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from coalition.api.v1 import answers
from coalition.errors import mark
from coalition.register.search import MOST_MARKS, STATUSES, Sort

LARGEST_PAGE = 200
USUAL_PAGE = 50
LARGEST_KEY = 2**31 - 1
MOST_ANSWERS = 100
EXTRA = "extra"
JSON, FILE = "application/json", "multipart/form-data"


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


def _text(longest: int, pattern: str = "") -> dict[str, Any]:
    limits: dict[str, Any] = {"type": "string", "maxLength": longest}
    return {**limits, "pattern": pattern} if pattern else limits


def _number(least: int, most: int, usual: int | None = None) -> dict[str, Any]:
    limits = {"type": "integer", "minimum": least, "maximum": most}
    return limits if usual is None else {**limits, "default": usual}


def _one_of(*options: str) -> dict[str, Any]:
    return {"type": "string", "enum": [str(option) for option in options]}


KEY = _text(60, "^[A-Za-z0-9_-]+$")
SLUG = Parameter("slug", mark("The charter’s name in addresses."), _text(60, answers.SLUG), "icsse-charter", Place.PATH)
NUMBER = Parameter("number", mark("The number in the register, in any case."), KEY, "ICSSE-00001", Place.PATH)
VERSION = Parameter("version", mark("The version."), _number(1, LARGEST_KEY), "1", Place.PATH)
SERIAL = Parameter(
    "serial",
    mark("The serial number as it stands on the document, with or without hyphens, in any case."),
    {**_text(60), "minLength": 12},
    "7KQF-93MD-XW2P",
    Place.PATH,
)
FILTERS = (
    Parameter(
        "q",
        mark("Words that begin words of a name, in any order; accents and case do not count."),
        _text(200),
        "cooperatives",
    ),
    Parameter(
        "country", mark("Only this country or territory, by its ISO 3166-1 code."), _text(2, "^[A-Za-z]{2}$"), "SN"
    ),
    Parameter("category", mark("Only this category, by its key."), KEY),
    Parameter("charter", mark("Only this charter, by its name in addresses."), KEY),
    Parameter("capacity", mark("Those who signed as signatories, or as endorsers."), _one_of("signatory", "endorser")),
    Parameter(
        "status",
        mark("Only entries that stand so now. Without it: those that are shown, active and suspended."),
        _one_of(*STATUSES),
    ),
    Parameter("year", mark("Only entries signed in this year."), _number(1000, 2999)),
    Parameter(
        EXTRA,
        mark("Only those who chose this option in a question of the charter’s own: extra.KEY=OPTION, up to five."),
        {
            "type": "object",
            "maxProperties": MOST_MARKS,
            "additionalProperties": False,
            "patternProperties": {"^extra\\.[A-Za-z0-9_-]{1,60}$": KEY},
        },
    ),
    Parameter(
        "as_of",
        mark("The register as it stood at the end of this day. It leaves the status aside."),
        {"type": "string", "format": "date", "pattern": "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"},
        "2026-12-31",
    ),
)
PAGING = (
    Parameter(
        "sort",
        mark("By number, or by name. What is found by words, or as of a day, comes by number."),
        {**_one_of(*Sort), "default": Sort.NEWEST.value},
    ),
    Parameter("after", mark("Where the page begins. Follow “next” instead of making it."), _number(1, LARGEST_KEY)),
    Parameter("size", mark("How many entries a page holds."), _number(1, LARGEST_PAGE, USUAL_PAGE)),
)

ANSWERS_GIVEN = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": MOST_ANSWERS}
ANSWERS_BODY = {
    "anyOf": [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["answers"],
            "properties": {"answers": ANSWERS_GIVEN},
        },
        ANSWERS_GIVEN,
    ]
}
FILE_BODY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}

OPERATIONS = (
    Operation(
        "signatories",
        "/signatories",
        mark("List the signatories"),
        mark("The entries that the register shows, newest first: active ones, and suspended ones marked as such."),
        answers.SignatoryList,
        (*FILTERS, *PAGING),
    ),
    Operation(
        "signatory",
        "/signatories/{number}",
        mark("Read one entry"),
        mark("One entry of the register, whatever its status: one that has ended stays, with its date."),
        answers.RegisterEntry,
        (NUMBER,),
        refusals=(404, 422),
    ),
    Operation(
        "statistics",
        "/statistics",
        mark("Count the signatories"),
        mark("The register in numbers: by country, category, form and time. Active signatories alone are counted."),
        answers.Statistics,
    ),
    Operation(
        "charters",
        "/charters",
        mark("List the charters"),
        mark("Every charter of this site, with the version that is in force."),
        answers.CharterList,
    ),
    Operation(
        "charter",
        "/charters/{slug}",
        mark("Read a charter"),
        mark("The version in force: the digests of its texts, who may sign, and what an assessment asks."),
        answers.Charter,
        (SLUG,),
        refusals=(404, 422),
    ),
    Operation(
        "charter_version",
        "/charters/{slug}/versions/{version}",
        mark("Read one version of a charter"),
        mark("The same for any version, also an earlier one."),
        answers.Charter,
        (SLUG, VERSION),
        refusals=(404, 422),
    ),
    Operation(
        "assessments",
        "/charters/{slug}/assessments",
        mark("Find out whether an organisation may sign"),
        mark("Judges answers and tells the outcome for each category with its reasons. Nothing is stored."),
        answers.Assessment,
        (SLUG,),
        Body(
            JSON,
            mark("An answer for each question’s key. What the charter does not ask counts as not given."),
            ANSWERS_BODY,
            {"answers": {"organisation_form": "network", "independent": "yes"}},
        ),
        refusals=(404, 413, 415, 422),
    ),
    Operation(
        "certificate",
        "/certificates/{serial}",
        mark("Ask how a document stands"),
        mark("How a receipt or certificate stands at this moment. A document never says so itself."),
        answers.Document,
        (SERIAL,),
        refusals=(404, 422),
    ),
    Operation(
        "inspections",
        "/certificates/inspections",
        mark("Inspect a file"),
        mark("Three answers for a PDF: is it unchanged, was it sealed here, was it issued here? Nothing is stored."),
        answers.Inspection,
        (),
        Body(FILE, mark("The PDF, as the field “file”."), FILE_BODY, {"file": "certificate.pdf"}),
        refusals=(413, 415, 422, 429),
    ),
)
BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
