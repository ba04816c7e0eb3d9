"""How does an organisation come into the table of words by which it is found again? Written with its row.

What the words are belongs to `keys`, whom they lead to, to `resemblance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, insert, select

from coalition.organisations.keys import keys_of
from coalition.organisations.models import Organisation, OrganisationWord
from coalition.transactions import writer

_WORD = insert(OrganisationWord.__table__)
_DETAILS = select(
    Organisation.official_name,
    Organisation.latin_name,
    Organisation.acronym,
    Organisation.aliases,
    Organisation.country,
    Organisation.website,
    Organisation.registration_number,
)


def add(details: Mapping[int, Mapping[str, str]]) -> None:
    """Insert the words of organisations that were just recorded, by their ids; `details` are their fields as typed."""
    enter({organisation_id: keys_of(fields) for organisation_id, fields in details.items()})


def enter(keys: Mapping[int, Iterable[str]]) -> None:
    """Insert keys that were made before the transaction."""
    rows = [{"word": word, "organisation_id": id_} for id_, words in keys.items() for word in sorted(words)]
    if rows:
        writer().execute(_WORD, rows)


def renew(*, organisation_id: int) -> None:
    """Write the words of an organisation anew, after its names, its website or its number changed."""
    connection = writer()
    fields = connection.execute(_DETAILS.where(Organisation.id == organisation_id)).mappings().one()
    connection.execute(delete(OrganisationWord).where(OrganisationWord.organisation_id == organisation_id))
    add({organisation_id: {name: str(value) for name, value in fields.items()}})
