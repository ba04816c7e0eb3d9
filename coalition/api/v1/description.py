"""What may programs ask, and what do they get? The one description of the API.

The OpenAPI document and the page for people are written from it, and what is asked is judged by it (`asked`). Sentences
are marked: the page says them in the reader's language. What an answer looks like belongs to `answers`.
"""

from __future__ import annotations

from collections.abc import Mapping

from coalition.api.v1 import answers, document_answers, figures, log_answers
from coalition.api.v1.described import Body, Operation, Parameter, Place, number, one_of, text
from coalition.errors import mark
from coalition.register.search import MOST_MARKS, STATUSES, Sort

LARGEST_PAGE = 200
USUAL_PAGE = 50
LARGEST_KEY = 2**31 - 1
MOST_ANSWERS = 100
EXTRA = "extra"
JSON, FILE = "application/json", "multipart/form-data"


KEY = text(60, "^[A-Za-z0-9_-]+$")
SLUG = Parameter("slug", mark("The charter’s name in addresses."), text(60, answers.SLUG), "icsse-charter", Place.PATH)
NUMBER = Parameter("number", mark("The number in the register, in any case."), KEY, "ICSSE-00001", Place.PATH)
VERSION = Parameter("version", mark("The version."), number(1, LARGEST_KEY), "1", Place.PATH)
SERIAL = Parameter(
    "serial",
    mark("The serial number as it stands on the document, with or without hyphens, in any case."),
    {**text(60), "minLength": 12},
    "7KQF-93MD-XW2P",
    Place.PATH,
)
FILTERS = (
    Parameter(
        "q",
        mark("Words that begin words of a name, in any order; accents and case do not count."),
        text(200),
        "cooperatives",
    ),
    Parameter(
        "country", mark("Only this country or territory, by its ISO 3166-1 code."), text(2, "^[A-Za-z]{2}$"), "SN"
    ),
    Parameter("category", mark("Only this category, by its key."), KEY),
    Parameter("charter", mark("Only this charter, by its name in addresses."), KEY),
    Parameter("capacity", mark("Those who signed as signatories, or as endorsers."), one_of("signatory", "endorser")),
    Parameter(
        "status",
        mark("Only entries that stand so now. Without it: those that are shown, active and suspended."),
        one_of(*STATUSES),
    ),
    Parameter("year", mark("Only entries signed in this year."), number(1000, 2999)),
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
        mark(
            "The register as it stood at the end of this day, under that day’s names. Everything else is told as it is "
            "today; the status is left aside."
        ),
        {"type": "string", "format": "date", "pattern": "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"},
        "2026-12-31",
    ),
)
PAGING = (
    Parameter(
        "sort",
        mark("By number, or by name. What is found by words, or as of a day, comes by number."),
        {**one_of(*Sort), "default": Sort.NEWEST.value},
    ),
    Parameter("after", mark("Where the page begins. Follow “next” instead of making it."), number(1, LARGEST_KEY)),
    Parameter("size", mark("How many entries a page holds."), number(1, LARGEST_PAGE, USUAL_PAGE)),
)
SUBJECT = Parameter(
    "subject", mark("Only acts on this register number, this serial number, or this text."), text(80), "ICSSE-00001"
)
BEHIND = Parameter(
    "after", mark("The place behind which the page begins. Follow “next” instead of making it."), number(0, LARGEST_KEY)
)
OLDER = Parameter("from", mark("The earlier size. Without it: 1."), number(1, LARGEST_KEY, 1), "1")
NEWER = Parameter("to", mark("The later size. Without it: that of the signed head."), number(1, LARGEST_KEY))

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
        figures.Statistics,
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
        document_answers.Document,
        (SERIAL,),
        refusals=(404, 422),
    ),
    Operation(
        "inspections",
        "/certificates/inspections",
        mark("Inspect a file"),
        mark("Three answers for a PDF: is it unchanged, was it sealed here, was it issued here? Nothing is stored."),
        document_answers.Inspection,
        (),
        Body(FILE, mark("The PDF, as the field “file”."), FILE_BODY, {"file": "certificate.pdf"}),
        refusals=(413, 415, 422, 429),
    ),
    Operation(
        "log_checkpoint",
        "/log/checkpoint",
        mark("Read the head of the public log"),
        mark("How long the log is, its root, and the note that we have signed."),
        log_answers.LogCheckpoint,
        refusals=(404, 422),
    ),
    Operation(
        "log_entries",
        "/log/entries",
        mark("Read the public log"),
        mark("Every public act on the register in its order, with what it says; what was forgotten says nothing."),
        log_answers.LogEntryList,
        (SUBJECT, BEHIND, PAGING[-1]),
    ),
    Operation(
        "log_proof",
        "/log/proof/{serial}",
        mark("Prove that a certificate stands in the log"),
        mark("The line that issued it, and the digests that lead from it to the signed head."),
        log_answers.LogProof,
        (SERIAL,),
        refusals=(404, 422),
    ),
    Operation(
        "log_consistency",
        "/log/consistency",
        mark("Prove that the log only grew"),
        mark("The digests which show that the log of an earlier size is the beginning of the later one."),
        log_answers.LogConsistency,
        (OLDER, NEWER),
        refusals=(404, 422),
    ),
)
BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
