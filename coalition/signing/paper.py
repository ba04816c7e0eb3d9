"""How does a signature that was given on paper become one of ours? Many at once, in one transaction of the caller's.

Nobody is counted twice: an organisation that has signed the same text in the same capacity, or is about to, is left
out. The paper itself is the proof, the list it came by is kept; nothing is mailed, and no certificate is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters.queries import CharterPage
from coalition.eligibility.assessment import assess
from coalition.mail.message import recipient_key
from coalition.organisations import indexing
from coalition.organisations import operations as organisations
from coalition.organisations.keys import keys_of, person_words
from coalition.organisations.models import Organisation, OrganisationSource
from coalition.organisations.names import search_words
from coalition.register import intake
from coalition.register.entry import Entry, Status
from coalition.register.intake import Name, Newcomer, newcomer
from coalition.signing import mails, recording
from coalition.signing.application import MandateBasis, OrganisationDetails, digest
from coalition.signing.models import Representative, Signature
from coalition.signing.recording import words_of
from coalition.signing.states import OPEN, PUBLISHED, Contact, State
from coalition.transactions import writer

FORM = "organisation_form"
BROUGHT_IN = "bring_in"
_ORGANISATIONS = insert(Organisation.__table__).returning(Organisation.id, sort_by_parameter_order=True)
_SIGNATURES = insert(Signature.__table__).returning(Signature.id, sort_by_parameter_order=True)
_REPRESENTATIVES = insert(Representative.__table__)
_SOURCES = insert(OrganisationSource.__table__)
_SIGNED = (
    select(Organisation.name_key, Organisation.country, Signature.capacity, Signature.reference)
    .join(Signature, Signature.organisation_id == Organisation.id)
    .where(
        Organisation.name_key.in_(bindparam("keys", expanding=True)),
        Signature.charter == bindparam("charter"),
        Signature.state.in_(sorted(OPEN | PUBLISHED)),
    )
)


@dataclass(frozen=True)
class PaperSignature:
    """One signature given on paper; `email` is "" where nobody can be written to, and then no person is kept."""

    row_number: int
    organisation: OrganisationDetails
    capacity: str
    category: str
    signed_on: date
    full_name: str
    role: str
    email: str
    language: str


@dataclass(frozen=True)
class Paper:
    """A signature with its rows, but for their keys; made before the transaction."""

    given: PaperSignature
    organisation: dict[str, Any]
    words: frozenset[str]
    signature: dict[str, Any]
    newcomer: Newcomer

    @property
    def name(self) -> Name:
        """What no other live signature of the charter may have."""
        return self.organisation["name_key"], self.organisation["country"], self.given.capacity


def prepare(given: PaperSignature, *, page: CharterPage, state: State, now: datetime) -> Paper:
    """Make the rows of one signature on the version that `page` shows; nothing of it is computed under a lock."""
    reference = f"A-{tokens.new_code(8)}"
    form = given.organisation.organisation_form
    question = page.definition.question(FORM)
    answers = {FORM: form} if question is not None and question.option(form) is not None else {}
    text, assessment = page.texts[0], assess(page.definition.rules, answers)
    content = {"organisation": given.organisation, "capacity": given.capacity, "signed_on": given.signed_on.isoformat()}
    organisation = organisations.prepare(vars(given.organisation))
    signature = {
        "public_id": tokens.new_public_id(),
        "reference": reference,
        "charter": page.slug,
        "charter_version": page.number,
        "text_language": text.language,
        "text_sha256": text.sha256,
        "capacity": given.capacity,
        "language": given.language,
        "contact": Contact.UNVERIFIED.value,
        "answers": answers,
        "extra": {},
        "reminders": 0,
        "assessment": {**assessment.as_data(), "criteria_sha256": page.definition_sha256},
        "mandate": MandateBasis.LETTER.value,
        "content_sha256": digest({**content, "charter": page.slug, "text": text.sha256}),
        "search": words_of(given.organisation, reference),
        "state": state.value,
        "category": given.category or None,
        "submitted_at": now,
        "expires_at": now,
        "clock_at": now,
        "signed_on": given.signed_on,
        "decided_at": now if state in PUBLISHED else None,
    }
    entry = _entry(given, signature, now=now)
    known = newcomer(entry, name_key=organisation["name_key"], words=_words(given))
    return Paper(given, organisation, keys_of(organisation), signature, known)


def standing_names(charter: str, keys: Sequence[str]) -> dict[Name, str]:
    """Return the references of the signatures that stand, or are being decided, under names of these keys."""
    found: dict[Name, str] = {}
    for some in intake.in_batches(keys):
        for row in writer().execute(_SIGNED, {"charter": charter, "keys": list(some)}):
            found[row.name_key, row.country, row.capacity] = row.reference
    return found


def bring_in(papers: Sequence[Paper], *, page: CharterPage, import_id: int, actor: Actor, now: datetime) -> int:
    """Record paper signatures and return how many; those whose organisation has signed by now are left out."""
    standing = standing_names(page.slug, [paper.organisation["name_key"] for paper in papers])
    free = [paper for paper in papers if paper.name not in standing]
    numbers = _published(free, page=page, now=now)
    kept = [(paper, number) for paper, number in zip(free, numbers, strict=True) if number is not None]
    for some in intake.in_batches(kept):
        _insert(some, import_id=import_id, now=now)
    for state in sorted({paper.signature["state"] for paper, _ in kept}):
        alike = [paper.signature["public_id"] for paper, _ in kept if paper.signature["state"] == state]
        subjects = [mails.subject_of(public_id) for public_id in alike]
        record.append_alike(actor=actor, act=BROUGHT_IN, subjects=subjects, to_state=state, now=now)
    return len(kept)


def _published(papers: Sequence[Paper], *, page: CharterPage, now: datetime) -> list[str | None]:
    """Enter those that are active; return each one's number, "" of one to be reviewed, none of a name that is taken."""
    active = [paper for paper in papers if paper.signature["state"] in PUBLISHED]
    if not active:
        return [""] * len(papers)
    newcomers = [paper.newcomer for paper in active]
    return intake.publish_all(newcomers, charter=page.slug, prefix=page.definition.number_prefix, now=now)


def _entry(given: PaperSignature, signature: Mapping[str, Any], *, now: datetime) -> Entry:
    public = {name: value for name, value in vars(given.organisation).items() if name != "registration_number"}
    return Entry(
        number="",
        charter=signature["charter"],
        charter_version=signature["charter_version"],
        capacity=given.capacity,
        status=Status.ACTIVE,
        category=given.category,
        representative="",
        extra={},
        signed_on=given.signed_on,
        published_on=now.date(),
        ended_on=None,
        **public,
    )


def _words(given: PaperSignature) -> str:
    details = given.organisation
    names = (details.official_name, details.latin_name, details.acronym, details.aliases)
    return " ".join(word for name in names for word in search_words(name))


def _insert(some: Sequence[tuple[Paper, str]], *, import_id: int, now: datetime) -> None:
    connection = writer()
    owners = connection.execute(_ORGANISATIONS, [{**paper.organisation, "created_at": now} for paper, _ in some])
    ids = list(owners.scalars())
    indexing.enter({id: paper.words for id, (paper, _) in zip(ids, some, strict=True)})
    rows = [
        {**paper.signature, "organisation_id": id, "register_number": number or None}
        for id, (paper, number) in zip(ids, some, strict=True)
    ]
    signatures = list(connection.execute(_SIGNATURES, rows).scalars())
    connection.execute(
        _SOURCES,
        [
            {
                "organisation_id": id,
                "import_id": import_id,
                "row_number": paper.given.row_number,
                "listed_name": paper.given.organisation.official_name,
                "listed_class": "",
                "umbrella_id": None,
                "is_first": True,
                "is_party": False,
            }
            for id, (paper, _) in zip(ids, some, strict=True)
        ],
    )
    people = [_person(paper.given, id) for id, (paper, _) in zip(signatures, some, strict=True) if paper.given.email]
    if people:
        connection.execute(_REPRESENTATIVES, people)
        recording.enter_people({one["signature_id"]: person_words(one["full_name"], one["email"]) for one in people})


def _person(given: PaperSignature, signature_id: int) -> dict[str, Any]:
    return {
        "signature_id": signature_id,
        "full_name": given.full_name,
        "role": given.role,
        "email": given.email,
        "email_key": recipient_key(given.email),
        "publish_name": False,
        "typed_name": "",
        "second_contact_name": "",
        "second_contact_email": "",
        "preparer_name": "",
        "preparer_email": "",
    }
