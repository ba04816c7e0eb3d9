"""Signatures under the charter of another coalition: cities and companies, with fields of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.signing import operations, queries, recording
from coalition.signing.application import AttestationAffirmed, SignatureApplication
from coalition.signing.models import Signature
from coalition.signing.states import Act
from coalition.transactions import transaction
from tests.factories import signing

SLUG = "climate-charter"
ANSWERS = {"party_kind": "city", "plan": "adopted"}
EXTRA = {
    "target_year": "by_2035",
    "people": "48200",
    "emissions": "310442",
    "inventory_page": "https://city.example/draft-inventory",
}


def application(**changes: Any) -> SignatureApplication:
    """Make what a city sends."""
    page, language = charters.current_version(SLUG), changes.get("language", "en")
    base = signing.application(organisation_form="", **changes)
    return replace(
        base,
        charter=SLUG,
        charter_version=page.number or 0,
        text_language=page.texts[0].language,
        text_sha256=page.texts[0].sha256,
        criteria_sha256=page.definition_sha256,
        answers=ANSWERS,
        attestations=tuple(AttestationAffirmed(a.key, a.words[language]) for a in page.definition.attestations),
        extra=changes.get("extra", EXTRA),
    )


def submitted(**changes: Any) -> Signature:
    """Return a signature that waits for its mailbox; the International Coalition's charter is loaded too."""
    sent = recording.prepare(application(**changes), definition=charters.current_version(SLUG).definition)
    draft_id = signing.draft()
    with transaction():
        public_id = operations.submit(
            prepared=sent, draft_id=draft_id, rules=signing.RULES, actor=signing.PERSON, now=clock.now()
        )
    return queries.signature_of(public_id)


def verified(**changes: Any) -> Signature:
    """Return a signature whose mailbox is confirmed."""
    signature = submitted(**changes)
    with transaction():
        operations.verify(link=signing.link_of(signature), rules=signing.RULES, actor=signing.PERSON, now=clock.now())
    return signature


def active(**changes: Any) -> Signature:
    """Return a signature that stands on the register."""
    signature, officer = verified(**changes), Actor.officer("officer", "Ada")
    with transaction():
        operations.change_state(signature=signature, act=Act.CLAIM, actor=officer, now=clock.now())
        operations.change_state(signature=signature, act=Act.ACTIVATE, actor=officer, now=clock.now(), category="city")
    return signature
