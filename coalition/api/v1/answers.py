"""Which JSON does the API answer? Frozen values, each field with what it means; nothing is answered that is not here.

From these the answers are written, the OpenAPI document's schemas are read and its examples are made. Where a value
comes from belongs to `shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from coalition.api.v1.schema import Told
from coalition.charters.shapes import FieldType, Joining, Kind, TextStanding
from coalition.eligibility.criteria import Outcome, Standing
from coalition.register.entry import Status

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,6})?$"
KEY = r"^[a-z][a-z0-9_]{0,39}$"
NUMBER = r"^[A-Z][A-Z0-9]{0,11}-[0-9]{5,9}$"
SERIAL = r"^[0-9A-HJKMNP-TV-Z]{12}$"
DIGEST = r"^[0-9a-f]{64}$"
COUNTRY = r"^([A-Z]{2})?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+){0,9}$"
TEXT_SHA256 = "6f1c6fbd4b0f0b7c24f3b1c2a1b8fbb9a8de4a92e2f3f0d2b1ce6a0c6a3f9d11"

Words = Mapping[str, str]
Slug = Annotated[str, Told("the charter’s name in addresses", "icsse-charter", pattern=SLUG, longest=60)]


@dataclass(frozen=True)
class Signatory:
    """One entry of the register: its public fields. An empty text says that nothing was given."""

    number: Annotated[str, Told("the number in the register", "ICSSE-00001", pattern=NUMBER)]
    charter: Slug
    charter_version: Annotated[int, Told("the version that was signed", 1, least=1)]
    capacity: Annotated[str, Told("as what it signed", "signatory", options=("signatory", "endorser"))]
    status: Annotated[Status, Told("how the entry stands now", "active")]
    official_name: Annotated[str, Told("the name in its own script", "Réseau des coopératives du Fleuve", longest=300)]
    latin_name: Annotated[str, Told("the name in Latin letters, where its own script is another", "", longest=300)]
    acronym: Annotated[str, Told("the short name", "RCF", longest=40)]
    aliases: Annotated[str, Told("other names", "", longest=500)]
    country: Annotated[str, Told("the country or territory by its ISO 3166-1 code", "SN", pattern=COUNTRY)]
    organisation_form: Annotated[str, Told("the form of organisation", "network", longest=40)]
    category: Annotated[str, Told("the charter’s category", "international_network", longest=60)]
    website: Annotated[str, Told("the website", "https://reseau.example.org/", longest=300)]
    description: Annotated[
        str, Told("what it does, in its own words", "We bring together 140 cooperatives.", longest=400)
    ]
    extra: Annotated[Words, Told("public answers to the charter’s own questions, by their keys", {}, keys=KEY)]
    signed_on: Annotated[date, Told("the day on which the signature was confirmed", "2026-11-02")]
    published_on: Annotated[date, Told("the day on which it came into the register", "2026-11-16")]
    ended_on: Annotated[date | None, Told("the day on which it was withdrawn, delisted or superseded", None)]


@dataclass(frozen=True)
class FormerName:
    """What an organisation was called before it changed its name."""

    official_name: Annotated[str, Told("the former name", "Union du Fleuve", longest=300)]
    until_on: Annotated[date, Told("the day on which it was changed", "2026-11-20")]


@dataclass(frozen=True)
class Namesake:
    """Another entry that this one might be taken for."""

    number: Annotated[str, Told("its number in the register", "ICSSE-00002", pattern=NUMBER)]
    official_name: Annotated[str, Told("its name in its own script", "Réseau du Fleuve Niger", longest=300)]
    country: Annotated[str, Told("its country or territory by its ISO 3166-1 code", "ML", pattern=COUNTRY)]


@dataclass(frozen=True)
class RegisterEntry(Signatory):
    """One entry by itself: its public fields, and what its page says besides."""

    note: Annotated[
        str,
        Told("which question about the entry is open, if any", "", options=("", "identity", "namesake", "facts")),
    ]
    successor: Annotated[str | None, Told("the entry that goes on in its place", None, pattern=NUMBER)]
    predecessors: Annotated[tuple[str, ...], Told("the entries in whose place it goes on", pattern=NUMBER)]
    namesakes: Annotated[
        tuple[Namesake, ...], Told("entries on the register that it is not to be confused with, by their numbers")
    ]
    former_names: Annotated[tuple[FormerName, ...], Told("what the organisation was called before, the newest first")]


@dataclass(frozen=True)
class SignatoryList:
    """A page of entries, newest first unless the request says otherwise."""

    items: Annotated[tuple[Signatory, ...], Told("the entries of this page")]
    total: Annotated[int, Told("how many there are in all", 1, least=0)]
    more_than_total: Annotated[bool, Told("whether counting stopped at the total, and there are more", example=False)]
    next: Annotated[str | None, Told("the address of the next page", None, form="uri")]


@dataclass(frozen=True)
class CharterLine:
    """A charter in the list of them."""

    slug: Slug
    kind: Annotated[Kind, Told("what sort of text it is", "charter")]
    joining: Annotated[Joining, Told("how one joins: by the forms of this site, or by note or letter", "form")]
    title: Annotated[Words, Told("the title by language", {"en": "Charter"}, keys=LANGUAGE)]
    version: Annotated[int | None, Told("the version in force; none while only a summary is known", 1, least=1)]
    is_open: Annotated[bool, Told("whether organisations may begin to sign it on this site now", example=True)]
    closes_at: Annotated[
        datetime | None, Told("the moment from which nobody begins to sign it; none while no end is set", None)
    ]


@dataclass(frozen=True)
class CharterList:
    """Every charter of this site."""

    items: Annotated[tuple[CharterLine, ...], Told("the charters, in their order")]
    total: Annotated[int, Told("how many there are", 1, least=0)]
    next: Annotated[None, Told("always null: there is one page", None)]


@dataclass(frozen=True)
class Text:
    """The text in one language."""

    language: Annotated[str, Told("the language", "en", pattern=LANGUAGE)]
    standing: Annotated[TextStanding, Told("what the text in this language is worth", "authentic")]
    sha256: Annotated[str, Told("the SHA-256 of its canonical form", TEXT_SHA256, pattern=DIGEST)]


@dataclass(frozen=True)
class Category:
    """A class of parties that may sign."""

    key: Annotated[str, Told("its key", "member_based", pattern=KEY)]
    label: Annotated[Words, Told("our name for it", {"en": "Member-based organisation"}, keys=LANGUAGE)]
    words: Annotated[Words, Told("the charter’s own words", {"en": "member-based organisations …"}, keys=LANGUAGE)]


@dataclass(frozen=True)
class Option:
    """One answer that a question offers."""

    key: Annotated[str, Told("what to send as the answer", "yes", pattern=KEY)]
    label: Annotated[Words, Told("what people read", {"en": "Yes"}, keys=LANGUAGE)]


@dataclass(frozen=True)
class Question:
    """One question of the eligibility check."""

    key: Annotated[str, Told("its key", "independent", pattern=KEY)]
    text: Annotated[Words, Told("its wording", {"en": "Is it independent of public authorities?"}, keys=LANGUAGE)]
    options: Annotated[tuple[Option, ...], Told("the answers it offers")]


@dataclass(frozen=True)
class ExtraField:
    """A field that this charter asks for beyond the usual ones."""

    key: Annotated[str, Told("its key, also among an entry’s extra answers", "target_year", pattern=KEY)]
    type: Annotated[FieldType, Told("what may be given", "choice")]
    public: Annotated[bool, Told("whether answers stand in the register; others never leave the site", example=True)]
    required: Annotated[bool, Told("whether an answer is needed to sign", example=True)]
    label: Annotated[Words, Told("what people read", {"en": "Target year"}, keys=LANGUAGE)]
    options: Annotated[tuple[Option, ...], Told("the answers that a choice offers")]


@dataclass(frozen=True)
class Charter:
    """One version of a charter, without its text."""

    slug: Slug
    kind: Annotated[Kind, Told("what sort of text it is", "charter")]
    joining: Annotated[Joining, Told("how one joins: by the forms of this site, or by note or letter", "form")]
    title: Annotated[Words, Told("the title by language", {"en": "Charter"}, keys=LANGUAGE)]
    version: Annotated[int | None, Told("this version; none of a summary", 1, least=1)]
    is_current: Annotated[bool, Told("whether this version is in force", example=True)]
    is_open: Annotated[bool, Told("whether organisations may begin to sign the charter on this site now", example=True)]
    closes_at: Annotated[
        datetime | None, Told("the moment from which nobody begins to sign it; none while no end is set", None)
    ]
    adopted_on: Annotated[date | None, Told("the day on which it was adopted", None)]
    versions: Annotated[tuple[int, ...], Told("all versions, newest first", 1, least=1)]
    texts: Annotated[tuple[Text, ...], Told("the text in every language, the authentic one first")]
    categories: Annotated[tuple[Category, ...], Told("who may sign")]
    questions: Annotated[tuple[Question, ...], Told("what an assessment may ask")]
    extra_fields: Annotated[tuple[ExtraField, ...], Told("what this charter asks for beyond the usual")]


@dataclass(frozen=True)
class Reason:
    """How one criterion stands, on which answer, by which words of the charter."""

    criterion: Annotated[str, Told("the criterion’s key", "independent", pattern=KEY)]
    question: Annotated[str, Told("the question it rests on", "independent", pattern=KEY)]
    answer: Annotated[str | None, Told("the answer that was given", "yes", longest=40)]
    standing: Annotated[Standing, Told("how the criterion stands", "met")]
    words: Annotated[Words, Told("the charter’s words it rests on", {"en": "autonomy and independence"}, keys=LANGUAGE)]
    explanation: Annotated[Words, Told("what the words alone do not say", {}, keys=LANGUAGE)]


@dataclass(frozen=True)
class CategoryOutcome:
    """What was found for one category."""

    key: Annotated[str, Told("the category’s key", "member_based", pattern=KEY)]
    outcome: Annotated[Outcome, Told("what was found for it", "eligible")]
    reasons: Annotated[tuple[Reason, ...], Told("why, criterion by criterion")]


@dataclass(frozen=True)
class Assessment:
    """Whether an organisation with these answers may sign, and why."""

    outcome: Annotated[Outcome, Told("what was found over all categories", "eligible")]
    may_apply: Annotated[bool, Told("whether it may go on to sign: eligible, or for the secretariat", example=True)]
    questions_that_matter: Annotated[tuple[str, ...], Told("unanswered questions that can change it", pattern=KEY)]
    categories: Annotated[tuple[CategoryOutcome, ...], Told("the outcome for each category")]


@dataclass(frozen=True)
class Problem:
    """What went wrong, as RFC 9457 has it."""

    type: Annotated[str, Told("always about:blank: the status tells the kind", "about:blank", form="uri")]
    title: Annotated[str, Told("what went wrong, in the reader’s language", "There is no page here")]
    status: Annotated[int, Told("the HTTP status", 404, least=400, most=599)]
    detail: Annotated[str, Told("what to do about it", "There is nothing of this name.")]
