"""Signatures at any step of their life, made by the acts themselves."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.signing import drafts, operations, queries, recording
from coalition.signing.application import (
    AttestationAffirmed,
    MandateBasis,
    OrganisationDetails,
    RepresentativeDetails,
    SignatureApplication,
    SigningRules,
)
from coalition.signing.models import MailedLink, Signature
from coalition.signing.recording import Prepared
from coalition.signing.states import Act
from coalition.transactions import transaction
from tests.factories.charters import SLUG

NUMBERS = itertools.count(1)
PERSON = Actor.person()
ELIGIBLE = {
    "organisation_form": "network",
    "sse_members": "all",
    "acts_for_sse": "yes",
    "is_sse": "yes",
    "international_dimension": "yes",
    "independent": "yes",
    "surplus_reinvested": "yes",
}
RULES = SigningRules(
    link_lifetime=timedelta(hours=72),
    unverified_lifetime=timedelta(days=14),
    mails_per_hour=100,
    mails_per_day=100,
    resends=5,
)


def application(**changes: Any) -> SignatureApplication:
    """Make what an organisation sends; `changes` are fields of any of its parts."""
    number = next(NUMBERS)
    organisation = {
        "official_name": f"Réseau des coopératives numéro {number}",
        "latin_name": "",
        "acronym": "",
        "aliases": "",
        "country": "SN",
        "organisation_form": "network",
        "website": "https://reseau.example.org/",
        "registration_number": "SN-1",
        "description": "We bring together 140 cooperatives.",
    }
    person = {
        "full_name": "Awa N’Diaye",
        "role": "Secretary general",
        "email": f"awa{number}@reseau.example.org",
        "publish_name": False,
        "mandate": MandateBasis.DECISION,
        "second_contact_name": "",
        "second_contact_email": "",
    }
    for part in (organisation, person):
        part.update({name: value for name, value in changes.items() if name in part})
    page = charters.current_version(SLUG)
    return SignatureApplication(
        charter=SLUG,
        charter_version=page.number or 0,
        text_language=page.texts[0].language,
        text_sha256=page.texts[0].sha256,
        criteria_sha256=page.definition_sha256,
        language=changes.get("language", "en"),
        answers=changes.get("answers", ELIGIBLE),
        organisation=OrganisationDetails(**organisation),
        representative=RepresentativeDetails(**person),
        attestations=tuple(AttestationAffirmed(item.key, item.words["en"]) for item in page.definition.attestations),
        preparer=changes.get("preparer"),
        extra=changes.get("extra", {}),
        typed_name=person["full_name"],
    )


def draft() -> int:
    """Begin a draft and return its id."""
    with transaction():
        begun = drafts.begin(
            charter=SLUG, charter_version=1, answers=ELIGIBLE, lifetime=timedelta(days=30), now=clock.now()
        )
        db.session.flush()
        return begun.id


def prepared(**changes: Any) -> Prepared:
    """Return what an organisation sends, ready for the transaction."""
    return recording.prepare(application(**changes), definition=charters.current_version(SLUG).definition)


def submitted(**changes: Any) -> Signature:
    """Return a signature that waits for its mailbox."""
    draft_id, sent = draft(), prepared(**changes)
    with transaction():
        public_id = operations.submit(prepared=sent, draft_id=draft_id, rules=RULES, actor=PERSON, now=clock.now())
    return queries.signature_of(public_id)


def link_of(signature: Signature, purpose: str = "confirm") -> MailedLink:
    """Return the newest link of a purpose."""
    statement = select(MailedLink).where(MailedLink.signature_id == signature.id, MailedLink.purpose == purpose)
    return db.session.scalars(statement.order_by(MailedLink.id.desc())).first()


def verified(**changes: Any) -> Signature:
    """Return a signature whose mailbox is confirmed."""
    signature = submitted(**changes)
    with transaction():
        operations.verify(link=link_of(signature), rules=RULES, actor=PERSON, now=clock.now())
    return signature


def active(*, category: str = "international_network", **changes: Any) -> Signature:
    """Return a signature that stands on the register."""
    signature = verified(**changes)
    officer = Actor.officer("officer", "Ada")
    with transaction():
        operations.change_state(signature=signature, act=Act.CLAIM, actor=officer, now=clock.now())
        operations.change_state(
            signature=signature, act=Act.ACTIVATE, actor=officer, now=clock.now(), category=category
        )
    return signature
