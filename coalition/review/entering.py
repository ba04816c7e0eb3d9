"""What does an organisation get when it enters the register, for the first time or again? A certificate, and a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.states import Kind
from coalition.charters.shapes import CharterDefinition
from coalition.mail import outbox
from coalition.mail.message import Message
from coalition.signing import verification
from coalition.signing.models import MailedLink, Signature
from coalition.tokens import Purpose


def hand_over(
    signature: Signature,
    letter: Callable[[MailedLink], Message],
    *,
    definition: CharterDefinition,
    link_lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> None:
    """Issue the certificate and send the representative's `letter`; both last with the decision or not at all."""
    certificates.issue(
        signature_id=signature.id,
        kind=Kind.CERTIFICATE,
        language=signature.language,
        actor=actor,
        now=now,
        definition=definition,
    )
    if signature.representative is not None:
        link = verification.issue_link(signature, purpose=Purpose.MANAGE, lifetime=link_lifetime, now=now)
        outbox.put(letter(link), now=now)
