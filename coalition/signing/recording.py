"""How does what was sent become rows? Prepared before the transaction, inserted within it, one statement a table.

Nothing is computed while the write lock is held: it is the one thing that everybody who signs waits for. When a
signature may be recorded, and what follows from it, belongs to `operations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update

from coalition import tokens
from coalition.charters.shapes import CharterDefinition
from coalition.eligibility.assessment import assess
from coalition.mail.message import recipient_key
from coalition.organisations import operations as organisations
from coalition.organisations.keys import keys_of, person_words
from coalition.organisations.models import Organisation
from coalition.organisations.names import search_words
from coalition.signing.application import OrganisationDetails, SignatureApplication
from coalition.signing.errors import NotEligible, StateChanged
from coalition.signing.models import (
    Attestation,
    Draft,
    MailedLink,
    ProofDocument,
    Representative,
    RepresentativeWord,
    Signature,
)
from coalition.signing.queries import KNOWN
from coalition.signing.states import Contact, State
from coalition.tokens import Purpose
from coalition.transactions import writer

CAPACITY = "signatory"
LONGEST_SEARCH = 2000

_DRAFT = (
    select(
        Signature.public_id,
        Draft.handed_over_at,
        KNOWN.correlate(None).scalar_subquery().label("known_as"),
        exists().where(ProofDocument.draft_id == Draft.id).label("has_documents"),
    )
    .select_from(Draft)
    .outerjoin(Signature, Signature.draft_id == Draft.id)
    .where(Draft.id == bindparam("draft"))
)
_HOLD = select(Draft.id).where(Draft.id == bindparam("draft")).with_for_update()
_SIGNATURE = insert(Signature.__table__)
_REPRESENTATIVE = insert(Representative.__table__)
_PERSON_WORDS = insert(RepresentativeWord.__table__)
_ATTESTATION = insert(Attestation.__table__)
_LINK = insert(MailedLink.__table__)
_DOCUMENTS = (
    update(ProofDocument.__table__)
    .where(ProofDocument.draft_id == bindparam("draft"))
    .values(signature_id=bindparam("signature"))
)


@dataclass(frozen=True)
class Prepared:
    """Everything of a signature that is known before the transaction, as rows without their foreign keys."""

    application: SignatureApplication
    definition: CharterDefinition
    public_id: str
    reference: str
    link_id: str
    handed_over_at: datetime | None
    organisation: dict[str, Any]
    organisation_keys: frozenset[str]
    signature: dict[str, Any]
    representative: dict[str, Any]
    representative_words: frozenset[str]


def prepare(
    application: SignatureApplication, *, definition: CharterDefinition, handed_over_at: datetime | None = None
) -> Prepared:
    """Judge what was sent by the version that is signed, and make its rows. Raises NotEligible.

    `handed_over_at` is that of the draft when it was read: one that a preparer has handed over since is not signed.
    """
    assessment = assess(definition.rules, application.answers)
    if not assessment.may_apply:
        raise NotEligible
    reference, public_id = f"A-{tokens.new_code(8)}", tokens.new_public_id()
    person = vars(application.representative)
    return Prepared(
        application=application,
        definition=definition,
        public_id=public_id,
        reference=reference,
        link_id=tokens.new_public_id(),
        handed_over_at=handed_over_at,
        organisation=organisations.prepare(vars(application.organisation)),
        organisation_keys=keys_of(vars(application.organisation)),
        signature={
            "public_id": public_id,
            "reference": reference,
            "charter": application.charter,
            "charter_version": application.charter_version,
            "text_language": application.text_language,
            "text_sha256": application.text_sha256,
            "capacity": CAPACITY,
            "language": application.language,
            "contact": Contact.UNVERIFIED.value,
            "answers": dict(application.answers),
            "extra": dict(application.extra),
            "reminders": 0,
            "assessment": {**assessment.as_data(), "criteria_sha256": application.criteria_sha256},
            "mandate": application.representative.mandate.value,
            "content_sha256": application.content_sha256(),
            "search": words_of(application.organisation, reference),
        },
        representative={
            **{name: value for name, value in person.items() if name != "mandate"},
            "email_key": recipient_key(application.representative.email),
            "typed_name": application.typed_name,
            "preparer_name": application.preparer.name if application.preparer else "",
            "preparer_email": application.preparer.email if application.preparer else "",
        },
        representative_words=person_words(application.representative.full_name, application.representative.email),
    )


def words_of(organisation: OrganisationDetails | Organisation, reference: str) -> str:
    """Return the folded words by which officers find an application; no address: it outlives a disowned mailbox."""
    website = organisation.website.partition("//")[2] or organisation.website
    names = (organisation.official_name, organisation.latin_name, organisation.acronym, organisation.aliases, reference)
    told = (*names, organisation.registration_number, website)
    return f" {' '.join(word for name in told for word in search_words(name))}"[:LONGEST_SEARCH]


@dataclass(frozen=True)
class Held:
    """A draft whose row is held: the signature it has become, and the reference its mailbox is known under, if any."""

    id: int
    submitted_as: str | None
    known_as: str | None
    has_documents: bool


def hold_draft(prepared: Prepared, *, draft_id: int) -> Held:
    """Hold the row of the draft until the end of the transaction: the button may be pressed twice at once.

    Raises StateChanged once the draft is gone or in other hands.
    """
    asked = {
        "draft": draft_id,
        "email_key": prepared.representative["email_key"],
        "name_key": prepared.organisation["name_key"],
        "charter": prepared.application.charter,
    }
    connection = writer()
    if connection.dialect.name == "postgresql":  # one statement that waits would not see what the other has inserted
        connection.execute(_HOLD, {"draft": draft_id})
    found = connection.execute(_DRAFT, asked).one_or_none()
    if found is None or (found.public_id is None and found.handed_over_at != prepared.handed_over_at):
        raise StateChanged
    return Held(draft_id, found.public_id, found.known_as, bool(found.has_documents))


def insert_signature(
    prepared: Prepared, *, held: Held, state: State, expires_at: datetime, link_expires_at: datetime, now: datetime
) -> None:
    """Insert a signature that waits for its mailbox, and let the draft and its documents belong to it."""
    connection, application = writer(), prepared.application
    organisation_id = organisations.record(prepared=prepared.organisation, keys=prepared.organisation_keys, now=now)
    moments = {"submitted_at": now, "expires_at": expires_at}
    row = {
        **prepared.signature,
        **moments,
        "organisation_id": organisation_id,
        "draft_id": held.id,
        "state": state.value,
    }
    signature_id = int(connection.execute(_SIGNATURE, row).inserted_primary_key[0])  # type: ignore[index]
    owner = {"signature_id": signature_id}
    connection.execute(_REPRESENTATIVE, prepared.representative | owner)
    enter_people({signature_id: prepared.representative_words})
    affirmed = {"language": application.language, "affirmed_at": now, **owner}
    statements = [vars(one) | affirmed | {"position": place} for place, one in enumerate(application.attestations)]
    connection.execute(_ATTESTATION, statements)
    link = {"public_id": prepared.link_id, "purpose": Purpose.CONFIRM.value, "created_at": now}
    connection.execute(_LINK, link | owner | {"expires_at": link_expires_at})
    if held.has_documents:
        connection.execute(_DOCUMENTS, {"draft": held.id, "signature": signature_id})


def enter_people(words: Mapping[int, Iterable[str]]) -> None:
    """Insert the words by which those who sign are found, by their signatures' ids."""
    rows = [{"word": word, "signature_id": owner} for owner, found in words.items() for word in sorted(found)]
    if rows:
        writer().execute(_PERSON_WORDS, rows)


def renew_person(person: Representative) -> None:
    """Write the words of whoever signs anew, after the name or the address changed."""
    writer().execute(delete(RepresentativeWord).where(RepresentativeWord.signature_id == person.signature_id))
    enter_people({person.signature_id: person_words(person.full_name, person.email)})
