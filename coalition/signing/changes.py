"""What may a representative change once the mailbox is confirmed? Private details at once; and to take it all back.

While officers are deciding, also what was said of the organisation. Once the register shows it, it is changed by
request and reviewed; that belongs to `standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.shapes import CharterDefinition
from coalition.eligibility.assessment import assess
from coalition.extensions import db
from coalition.mail import outbox
from coalition.organisations import operations as organisations
from coalition.signing import mails, operations, publication
from coalition.signing.application import OrganisationDetails, PrivateDetails, digest
from coalition.signing.errors import NotEligible, StateChanged
from coalition.signing.models import Representative, Signature
from coalition.signing.recording import words_of
from coalition.signing.states import CHANGEABLE, OPEN, State, appeals_removal

JUDGED = "judged"


def details_of(signature: Signature, *, definition: CharterDefinition) -> PrivateDetails:
    """Return what stands there now. Raises StateChanged once the person has gone."""
    person = _person(signature)
    private = (field.key for field in definition.extra_fields if not field.public)
    return PrivateDetails(
        role=person.role,
        registration_number=signature.organisation.registration_number,
        second_contact_name=person.second_contact_name,
        second_contact_email=person.second_contact_email,
        publish_name=person.publish_name,
        extra={key: signature.extra.get(key, "") for key in private},
    )


def change_details(
    *, signature: Signature, details: PrivateDetails, definition: CharterDefinition, actor: Actor, now: datetime
) -> None:
    """Change private details, and the register's page where the name appears or goes.

    As long as officers are deciding, what they judge by is bound to their approvals: a change of it makes those of
    before count no more. Once they have decided, the digest stays that of what they decided on.
    Raises StateChanged where nothing may be changed any more.
    """
    signature = _held(signature)
    person, before = _person(signature), details_of(signature, definition=definition)
    if signature.state not in CHANGEABLE:
        raise StateChanged
    if details == before:
        return
    _write(signature, person, details)
    is_judged = signature.state in OPEN and details.judged() != before.judged()
    if is_judged:
        signature.content_sha256 = digest({"before": signature.content_sha256, "details": vars(details)})
    publication.show_representative(signature)
    reason = JUDGED if is_judged else None
    record.append(actor=actor, act="change_details", subject=mails.about(signature), reason=reason, now=now)


def _write(signature: Signature, person: Representative, details: PrivateDetails) -> None:
    given = {"registration_number": details.registration_number}
    organisations.change(organisation=signature.organisation, details=given)
    signature.extra = {**signature.extra, **details.extra}
    person.role, person.publish_name = details.role, details.publish_name
    person.second_contact_name = details.second_contact_name
    person.second_contact_email = details.second_contact_email


def may_edit(signature: Signature) -> bool:
    """Tell whether what was said of the organisation may be changed at once: officers decide, nothing is public yet."""
    return signature.state in OPEN and signature.register_number is None and signature.representative is not None


def edit_application(
    *,
    signature: Signature,
    organisation: OrganisationDetails,
    extra: Mapping[str, str],
    definition: CharterDefinition,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what an open application says of the organisation; approvals of what it said before count no more.

    Another kind of organisation is assessed anew; `extra` are the answers to the charter's own public fields.
    Raises StateChanged once officers have decided, NotEligible when the charter does not admit the new kind.
    """
    signature = _held(signature)
    if not may_edit(signature):
        raise StateChanged
    rules = definition.rules
    answers = {**signature.answers, **rules.known({"organisation_form": organisation.organisation_form})}
    if (organisation, dict(extra), answers) == (*said_of(signature), dict(signature.answers)):
        return
    assessment = assess(rules, answers)
    if not assessment.may_apply:
        raise NotEligible
    organisations.change(organisation=signature.organisation, details=vars(organisation))
    signature.answers, signature.extra = answers, {**signature.extra, **extra}
    signature.assessment = {**assessment.as_data(), "criteria_sha256": signature.assessment.get("criteria_sha256", "")}
    signature.search = words_of(organisation, signature.reference)
    edited = {"organisation": vars(organisation), "extra": dict(extra)}
    signature.content_sha256 = digest({"before": signature.content_sha256, **edited})
    record.append(actor=actor, act="edit_application", subject=mails.about(signature), now=now)


def said_of(signature: Signature) -> tuple[OrganisationDetails, dict[str, str]]:
    """Return what an application says of the organisation, and its answers to the charter's own public fields."""
    definition = charter_queries.definition_of(signature.charter, signature.charter_version)
    kept = signature.organisation
    details = {name: getattr(kept, name) for name in OrganisationDetails.__dataclass_fields__}
    public = (field.key for field in definition.extra_fields if field.public)
    return OrganisationDetails(**details), {key: signature.extra.get(key, "") for key in public}


def withdraw(*, signature: Signature, reason: str, secretariat: str, actor: Actor, now: datetime) -> None:
    """Take the signature back and tell both sides. Done before, it changes nothing.

    `reason` is the representative's own words or ""; they go to the secretariat by mail, whose text is forgotten with
    the person: a line of the audit log could never be.
    Raises StateChanged when the signature ended in another way.
    """
    signature = _held(signature)
    number = signature.register_number or ""
    removed = number if appeals_removal(State(signature.state), was_published=bool(number)) else ""
    if not operations.withdraw(signature=signature, actor=actor, now=now):
        return
    letter, entry = operations.letter_of(signature), {"number": number, "removed": removed}
    outbox.put(mails.signature_withdrawn(letter, entry=entry), now=now)
    outbox.put(mails.withdrawal_received(letter, to=secretariat, entry=entry, reason=reason), now=now)


def _held(signature: Signature) -> Signature:
    """Read the signature again and hold its row: an officer may be deciding, another browser may be changing it."""
    return db.session.get_one(Signature, signature.id, with_for_update={"of": Signature}, populate_existing=True)


def _person(signature: Signature) -> Representative:
    if signature.representative is None:
        raise StateChanged
    return signature.representative
