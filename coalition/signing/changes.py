"""What may a representative change once the mailbox is confirmed? Private details at once; and to take it all back.

What the register shows of the organisation is changed by request and reviewed; that does not belong here.
"""

from __future__ import annotations

from datetime import datetime

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.mail import outbox
from coalition.signing import mails, operations, publication
from coalition.signing.application import PrivateDetails, digest
from coalition.signing.errors import StateChanged
from coalition.signing.models import Representative, Signature
from coalition.signing.states import CHANGEABLE, OPEN

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
    signature.organisation.registration_number = details.registration_number
    signature.extra = {**signature.extra, **details.extra}
    person.role, person.publish_name = details.role, details.publish_name
    person.second_contact_name = details.second_contact_name
    person.second_contact_email = details.second_contact_email


def withdraw(*, signature: Signature, reason: str, secretariat: str, actor: Actor, now: datetime) -> None:
    """Take the signature back and tell both sides. Done before, it changes nothing.

    `reason` is the representative's own words or ""; they go to the secretariat by mail, whose text is forgotten with
    the person: a line of the audit log could never be.
    Raises StateChanged when the signature ended in another way.
    """
    signature = _held(signature)
    if not operations.withdraw(signature=signature, actor=actor, now=now):
        return
    letter = operations.letter_of(signature)
    number = signature.register_number or ""
    outbox.put(mails.signature_withdrawn(letter, number=number), now=now)
    outbox.put(mails.withdrawal_received(letter, to=secretariat, number=number, reason=reason), now=now)


def _held(signature: Signature) -> Signature:
    """Read the signature again and hold its row: an officer may be deciding, another browser may be changing it."""
    return db.session.get_one(Signature, signature.id, with_for_update={"of": Signature}, populate_existing=True)


def _person(signature: Signature) -> Representative:
    if signature.representative is None:
        raise StateChanged
    return signature.representative
