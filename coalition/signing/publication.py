"""Which line of the register follows from a signature? Written in the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.organisations.names import search_words
from coalition.organisations.resemblance import told_apart
from coalition.register import namesakes
from coalition.register import operations as register
from coalition.register.entry import Entry, Status
from coalition.signing.models import Signature
from coalition.signing.states import PUBLISHED, State


def follow(signature: Signature, *, before: State, now: datetime, definition: CharterDefinition | None = None) -> None:
    """Let the register follow a signature's move from `before`. Raises register.operations.NameTaken."""
    state = State(signature.state)
    if signature.register_number is not None and (before in PUBLISHED or state in PUBLISHED):
        register.change_status(
            number=signature.register_number, status=Status(state), ended_on=signature.ended_on, now=now
        )
    elif state in PUBLISHED:
        definition = definition or charter_queries.definition_of(signature.charter, signature.charter_version)
        entry = _entry(signature, definition, now=now)
        signature.register_number = register.publish(
            entry=entry,
            prefix=definition.number_prefix,
            name_key=signature.organisation.name_key,
            words=_words(entry),
            now=now,
        )
        _tell_apart(signature, now=now)


def _tell_apart(signature: Signature, *, now: datetime) -> None:
    """Let the new entry and those of the organisations that it was told apart from say so."""
    others = told_apart(signature.organisation_id)
    if not others:
        return
    numbers = select(Signature.register_number).where(Signature.organisation_id.in_(others))
    for number in db.session.scalars(numbers.where(Signature.register_number.is_not(None)).order_by(Signature.id)):
        namesakes.link(str(signature.register_number), str(number), on=now.date())


def amend(signature: Signature, *, definition: CharterDefinition, now: datetime) -> None:
    """Let the register say what is now true of a signature. Raises register.operations.NameTaken."""
    if signature.register_number is None:
        return
    entry = _entry(signature, definition, now=now)
    register.amend(
        number=signature.register_number,
        entry=entry,
        name_key=signature.organisation.name_key,
        words=_words(entry),
        now=now,
    )


def show_representative(signature: Signature) -> None:
    """Let the register's page show the name of whoever signed, or no longer, as that person chose."""
    if signature.register_number is not None:
        register.show_representative(number=signature.register_number, name=_published_name(signature))


def _words(entry: Entry) -> str:
    names = (entry.official_name, entry.latin_name, entry.acronym, entry.aliases)
    return " ".join(word for name in names for word in search_words(name))


def _published_name(signature: Signature) -> str:
    representative = signature.representative
    return representative.full_name if representative and representative.publish_name else ""


def _entry(signature: Signature, definition: CharterDefinition, *, now: datetime) -> Entry:
    organisation = signature.organisation
    return Entry(
        number="",
        charter=signature.charter,
        charter_version=signature.charter_version,
        capacity=signature.capacity,
        status=Status(signature.state),
        official_name=organisation.official_name,
        latin_name=organisation.latin_name,
        acronym=organisation.acronym,
        aliases=organisation.aliases,
        country=organisation.country,
        organisation_form=organisation.organisation_form,
        category=signature.category or "",
        website=organisation.website,
        description=organisation.description,
        representative=_published_name(signature),
        extra=definition.public_extra(signature.extra),
        signed_on=signature.signed_on or now.date(),
        published_on=now.date(),
        ended_on=None,
    )
