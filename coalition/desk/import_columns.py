"""Which columns can a list have, and which of a file's headings means which? Pure.

Headings are compared folded: "Nom officiel", "nom_officiel" and "NOM OFFICIEL" are one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coalition.desk.import_states import Kind, Landing
from coalition.errors import mark
from coalition.organisations.names import search_words

LEFT_OUT = ""


@dataclass(frozen=True)
class Column:
    """One column that can be brought in: its label, how long its cells may be, and other ways to head it."""

    key: str
    label: str
    most: int
    headings: tuple[str, ...]


_ORGANISATION = (
    Column(
        "official_name", mark("Official name"), 300,
        ("name", "organisation", "organization", "party", "nom", "nom officiel", "nom de l'organisation", "partie"),
    ),
    Column("latin_name", mark("Name in Latin letters"), 300, ("latin", "nom latin", "nom en lettres latines")),
    Column("acronym", mark("Acronym"), 40, ("abbreviation", "sigle", "acronyme")),
    Column(
        "aliases", mark("Other names, separated by semicolons"), 500,
        ("alias", "other names", "former names", "former name", "autres noms", "anciens noms", "ancien nom"),
    ),
    Column("country", mark("Country"), 100, ("country code", "pays", "code pays", "territory", "territoire")),
    Column(
        "organisation_form", mark("Form of organisation"), 100,
        ("form", "legal form", "type", "forme", "forme juridique", "forme de l'organisation"),
    ),
    Column("website", mark("Website"), 300, ("web", "url", "site", "site web", "web address", "adresse web")),
    Column(
        "registration_number", mark("Registration number"), 100,
        ("registration", "registration no", "numero d'enregistrement", "numero", "siren", "siret"),
    ),
    Column("description", mark("Description"), 400, ("about", "presentation")),
)  # fmt: skip
_LISTS = (
    Column(
        "listed_class",
        mark("Class, as the list says it"),
        120,
        ("class", "status", "classe", "statut", "membership", "listed as"),
    ),
    Column(
        "umbrella",
        mark("Affiliate of (the umbrella’s name)"),
        300,
        ("affiliate of", "member of", "umbrella organisation", "affilie a", "membre de", "organisation faitiere"),
    ),
)
_SIGNATURES = (
    Column("category", mark("Category"), 200, ("categorie",)),
    Column("capacity", mark("Capacity: signatory or endorser"), 40, ("qualite", "capacite", "signatory or endorser")),
    Column(
        "signed_on",
        mark("Signed on"),
        40,
        ("date", "signature date", "date of signature", "date de signature", "signe le"),
    ),
    Column(
        "full_name",
        mark("Who signed"),
        200,
        ("representative", "signatory name", "signed by", "representant", "signataire", "signe par"),
    ),
    Column("role", mark("Role of who signed"), 200, ("function", "position", "fonction", "qualite du signataire")),
    Column(
        "email",
        mark("Email of who signed"),
        254,
        ("e mail", "mail", "email address", "courriel", "adresse electronique"),
    ),
    Column("language", mark("Language of letters to them"), 40, ("langue", "language of correspondence")),
)
COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.ORGANISATIONS: (*_ORGANISATION, *_LISTS),
    Kind.SIGNATURES: (*_ORGANISATION, *_SIGNATURES),
}


def column_of(kind: Kind, key: str) -> Column | None:
    """Return the column of that key; None where this kind of list has none."""
    return next((column for column in COLUMNS[kind] if column.key == key), None)


def needed(kind: Kind, landing: Landing | None) -> tuple[str, ...]:
    """Return the columns that a list must have."""
    if kind is Kind.ORGANISATIONS:
        return ("official_name",)
    if landing is Landing.ACTIVE:
        return ("official_name", "signed_on", "category")
    return ("official_name", "signed_on")


def header_sha256(headings: Sequence[str]) -> str:
    """Return the digest under which the columns chosen for these headings are remembered."""
    folded = [" ".join(search_words(heading)) for heading in headings]
    return hashlib.sha256(json.dumps(folded, ensure_ascii=False).encode()).hexdigest()


def suggested(kind: Kind, headings: Sequence[str]) -> dict[int, str]:
    """Return a guess, by the place of each heading; what is not known is left out, and no column is taken twice."""
    known = {
        " ".join(search_words(word)): column.key
        for column in COLUMNS[kind]
        for word in (column.key.replace("_", " "), column.label, *column.headings)
    }
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        key = known.get(" ".join(search_words(heading.replace("_", " "))), LEFT_OUT)
        found[place] = LEFT_OUT if key in found.values() else key
    return found


def picked(mapping: Mapping[str, str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells of one row by the columns that were chosen; "" where the row is shorter."""
    places = ((int(place), key) for place, key in mapping.items() if key)
    return {key: cells[place] if place < len(cells) else "" for place, key in places}
