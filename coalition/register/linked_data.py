"""What is an entry as linked data? JSON-LD in the words of schema.org, with a context that needs no network; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coalition.register.entry import Entry

if TYPE_CHECKING:
    from coalition.register.queries import Kin

SCHEMA = "https://schema.org/"
DAY = "http://www.w3.org/2001/XMLSchema#date"


def context(terms: str) -> dict[str, Any]:
    """Return the context: schema.org's words, and ours under the address `terms`."""
    return {
        "@version": 1.1,
        "schema": SCHEMA,
        "coalition": f"{terms}#",
        "id": "@id",
        "type": "@type",
        "Organization": "schema:Organization",
        "Signature": "coalition:Signature",
        "name": "schema:name",
        "alternateName": "schema:alternateName",
        "description": "schema:description",
        "url": {"@id": "schema:url", "@type": "@id"},
        "addressCountry": "schema:addressCountry",
        "signature": "coalition:signature",
        "identifier": "schema:identifier",
        "text": {"@id": "coalition:text", "@type": "@id"},
        "capacity": "coalition:capacity",
        "category": "coalition:category",
        "form": "coalition:organisationForm",
        "status": "coalition:status",
        "extra": {"@id": "coalition:extra", "@type": "@json"},
        **{name: f"coalition:{name}" for name in ("successor", "predecessor")},
        **{name: {"@id": f"coalition:{name}", "@type": DAY} for name in ("signedOn", "publishedOn", "endedOn")},
    }


def linked_entry(entry: Entry, *, kin: Sequence[Kin] = (), site: str) -> dict[str, Any]:
    """Return an entry as an organisation with its signature; open fields alone, nothing for what was not given.

    `kin` are the organisation that goes on in its place, and those in whose place it goes on itself.
    """
    here = f"{site}/register/{entry.number}/"
    names = [name for name in (entry.latin_name, entry.acronym, *entry.aliases.split(",")) if name.strip()]
    return {
        "@context": context(f"{site}/api/v1/"),
        **_given(
            id=f"{here}#organisation",
            type="Organization",
            name=entry.official_name,
            alternateName=[name.strip() for name in names],
            description=entry.description,
            url=entry.website,
            addressCountry=entry.country,
            successor=[_organisation(one, site) for one in kin if one.is_successor],
            predecessor=[_organisation(one, site) for one in kin if not one.is_successor],
        ),
        "signature": _given(
            id=here,
            type="Signature",
            identifier=entry.number,
            text=f"{site}/api/v1/charters/{entry.charter}/versions/{entry.charter_version}",
            capacity=entry.capacity,
            category=entry.category,
            form=entry.organisation_form,
            status=entry.status.value,
            extra=dict(entry.extra),
            signedOn=entry.signed_on.isoformat(),
            publishedOn=entry.published_on.isoformat(),
            endedOn=entry.ended_on.isoformat() if entry.ended_on else "",
        ),
    }


def _organisation(one: Kin, site: str) -> dict[str, str]:
    """Return another organisation of the register, by the name under which it is linked there."""
    return {"id": f"{site}/register/{one.number}/#organisation", "type": "Organization", "name": one.official_name}


def _given(**values: Any) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if value}
