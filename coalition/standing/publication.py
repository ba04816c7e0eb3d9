"""What follows when something of a signature on the register is changed? The organisation, the entry, the certificate.

Written together, in the transaction of the act: the register never says one thing and a certificate another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.charters.shapes import CharterDefinition
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.organisations import operations as organisations
from coalition.register import operations as register
from coalition.signing import publication, recording, verification
from coalition.signing.models import Signature
from coalition.signing.states import Contact
from coalition.standing.amendments import touches_certificate
from coalition.standing.states import ChangeKind
from coalition.tokens import Purpose


def apply(
    signature: Signature,
    *,
    kind: ChangeKind,
    after: Mapping[str, str],
    definition: CharterDefinition,
    actor: Actor,
    now: datetime,
) -> bool:
    """Let a signature say `after`, wherever that stands; tell whether its certificate was superseded by a new one.

    A name that was changed stays as a former name, one that was corrected does not. Raises register's NameTaken.
    """
    if kind is ChangeKind.REPRESENTATIVE:
        _hand_over(signature, after, now=now)
        return False
    number, organisation = signature.register_number or "", signature.organisation
    names = {"official_name": organisation.official_name, "latin_name": organisation.latin_name}
    if kind is ChangeKind.CATEGORY:
        signature.category = after["category"]
    else:
        organisations.change(organisation=organisation, details=after)
        signature.search = recording.words_of(organisation, signature.reference)
    if kind is ChangeKind.ORGANISATION and "official_name" in after:
        register.remember_name(number=number, **names, until_on=now.date())
    db.session.flush()
    publication.amend(signature, definition=definition, now=now)
    if not touches_certificate(after):
        return False
    replaced = certificates.supersede(
        signature_id=signature.id, reason=kind.value, actor=actor, definition=definition, now=now
    )
    return bool(replaced)


def _hand_over(signature: Signature, after: Mapping[str, str], *, now: datetime) -> None:
    """Let another person stand for the signature. Nobody's name is shown but by that person's own choice."""
    person = signature.representative
    if person is None:
        return
    for field, value in after.items():
        setattr(person, field, value)
    recording.renew_person(person)
    if "full_name" in after:
        person.publish_name = False
        publication.show_representative(signature)
    if "email" in after:
        person.email_key = recipient_key(person.email)
        signature.contact = Contact.VERIFIED
        verification.end_links(signature, purpose=Purpose.MANAGE, now=now)
