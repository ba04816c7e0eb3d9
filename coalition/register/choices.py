"""By what can the register be narrowed, what is each choice called, and where does it lead? In the present language.

Made once for a language and a version of the register: lists of countries are the largest cost that a page could have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from coalition.charters import queries as charter_queries
from coalition.charters.queries import CharterInForce
from coalition.charters.shapes import CharterDefinition, FieldDefinition, FieldType
from coalition.i18n import current_language, localised
from coalition.i18n import gettext as _
from coalition.register import queries
from coalition.register.search import ENDORSER, EXTRA, SIGNATORY, Search
from coalition.territories import names as territories
from coalition.web.caching import kept_for, remembered
from coalition.web.formatting import with_capital

OPTION = Markup('<option value="{}">{}</option>')
MOST_COLUMNS = 3
FIRST = frozenset({"country", "category"})


@dataclass(frozen=True)
class Choice:
    """One filter: the name of its field, its label, what an empty one is called, and what may be chosen."""

    name: str
    label: str
    everything: str
    options: Mapping[str, str]

    @cached_property
    def html(self) -> Markup:
        """The <option> elements with nothing chosen."""
        options = Markup("").join(OPTION.format(value, told) for value, told in self.options.items())
        return OPTION.format("", self.everything) + options

    def chosen(self, value: str) -> Markup:
        """Return the <option> elements with `value` chosen; one that is not offered is shown as it was asked for."""
        if not value:
            return self.html
        known = self.html if value in self.options else self.html + OPTION.format(value, value)
        plain = str(Markup('value="{}"').format(value))
        return Markup(str(known).replace(plain, f"{plain} selected", 1))  # noqa: S704 - made of escaped parts


@dataclass(frozen=True)
class Choices:
    """Every filter that is offered, the charter's own fields that are shown as columns, its word for who signs."""

    definitions: Mapping[str, CharterDefinition]
    filters: tuple[Choice, ...]
    columns: tuple[FieldDefinition, ...]
    party: str

    def words(self, name: str, value: str) -> str:
        """Return what a chosen value is called; as it was asked for where it is not offered."""
        if name == "country":
            return territories.name(value, current_language())
        found = next((choice for choice in self.filters if choice.name == name), None)
        return found.options.get(value, value) if found else value

    def category(self, charter: str, key: str) -> str:
        """Return the short label of a category; its key where the charter knows it no more."""
        definition = self.definitions.get(charter)
        category = definition.category(key) if definition else None
        return str(localised(category.short)) if category else key


def version() -> str:
    """Name the present state of the register, as every page of it is kept by."""
    return remembered("register", queries.register_version)


def list_url(query: dict[str, str]) -> str:
    """Return the address of the list in the present language."""
    return f"{url_for('register.register')}?{urlencode(query)}".rstrip("?")


def entry_url(number: str) -> str:
    """Return the address of an entry in the present language; numbers are ours and need no quoting."""
    return f"/{current_language()}/register/{number}/"


def known_charters() -> tuple[CharterInForce, ...]:
    """Return every charter, also those that are switched off: their entries stay."""
    return remembered("all charters", partial(charter_queries.charter_list, with_disabled=True))


def choices(search: Search, version: str) -> Choices:
    """Return what is offered beside `search` in the present version of the register."""
    known = known_charters()
    definitions = {item.slug: item.definition for item in known}
    signed = [item.definition for item in known if item.enabled and item.definition.is_signed_by_form]
    asked = dict(search.filters).get("charter", "")
    one = definitions.get(asked) or (signed[0] if len(signed) == 1 and not asked else None)
    digests = ",".join(f"{item.definition_sha256}{item.enabled}" for item in known)
    key = ("choices", current_language(), one.slug if one else "", digests)
    return kept_for(version, key, lambda: _make(definitions, signed, one))


def _make(
    definitions: Mapping[str, CharterDefinition], signed: list[CharterDefinition], one: CharterDefinition | None
) -> Choices:
    public = [field for field in one.extra_fields if field.public] if one else []
    filters = (*_usual(signed, one), *(_own(field) for field in public if field.type is FieldType.CHOICE))
    party = with_capital(localised(one.nouns.party)) if one else ""
    return Choices(definitions, filters, tuple(public[:MOST_COLUMNS]), party)


def _usual(signed: list[CharterDefinition], one: CharterDefinition | None) -> Iterator[Choice]:
    yield Choice("country", _("Country"), _("All countries"), _countries())
    categories = {category.key: category.short for definition in signed for category in definition.categories}
    if one is not None:
        categories = {category.key: category.short for category in one.categories}
    yield Choice("category", _("Category"), _("All categories"), _told(categories))
    if len(signed) > 1:
        yield Choice("charter", _("Text"), _("All texts"), _told({item.slug: item.short_title for item in signed}))
    if queries.has_endorsers():
        told = {SIGNATORY: _("Signatories"), ENDORSER: _("Endorsers")}
        yield Choice("capacity", _("Capacity"), _("Signatories"), told)
    yield Choice("status", _("Status"), _("On the register"), status_words())
    years = {str(year): str(year) for year in queries.years_present()}
    yield Choice("year", _("Year of signature"), _("All years"), years)


def status_words() -> dict[str, str]:
    """Return what each status is called in a list."""
    return {
        "active": _("Active"),
        "suspended": _("Suspended"),
        "withdrawn": _("Withdrawn"),
        "delisted": _("Removed by the secretariat"),
        "superseded": _("Goes on as another organisation"),
    }


def form_words(key: str, definitions: Iterable[CharterDefinition]) -> str:
    """Return what a form of organisation is called by the charter that asks for it."""
    asked = (definition.question("organisation_form") for definition in definitions)
    options = (question.option(key) for question in asked if question is not None)
    return next((str(localised(option.label)) for option in options if option is not None), key)


def _own(field: FieldDefinition) -> Choice:
    label = str(localised(field.label))
    return Choice(f"{EXTRA}{field.key}", label, _("All"), _told({item.key: item.label for item in field.options}))


def _told(labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {key: str(localised(words)) for key, words in labels.items()}


def _countries() -> dict[str, str]:
    present = set(queries.countries_present())
    return {code: name for code, name in territories.names(current_language()).items() if code in present}


def answer_words(field: FieldDefinition, answer: str) -> str:
    """Return an answer to a charter's own field as it is read: of a choice, its option's label."""
    option = field.option(answer) if field.type is FieldType.CHOICE else None
    return str(localised(option.label)) if option else answer


def extra_answers(definition: CharterDefinition, extra: Mapping[str, str]) -> Iterable[tuple[FieldDefinition, str]]:
    """Return the public answers of an entry with their fields, in the charter's order."""
    asked = (field for field in definition.extra_fields if field.public and extra.get(field.key))
    return [(field, answer_words(field, extra[field.key])) for field in asked]
