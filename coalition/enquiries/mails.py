"""Which mails do enquiries send? Each a pure value named by what is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coalition.mail.message import Message


@dataclass(frozen=True)
class Envelope:
    """Whom a mail goes to, which enquiry it is about, and whose mail it is (`head`: wordmark, owner, contact)."""

    to: str
    language: str
    reference: str
    subject: str
    head: Mapping[str, str]


def about(reference: str) -> str:
    """Return the name under which mails and audit lines of an enquiry are kept."""
    return f"enquiry:{reference}"


def received(envelope: Envelope) -> Message:
    """Say that a letter has come, and under which reference. Holds no word that the sender typed.

    A stranger can have it sent to anybody: it counts as such, and says that nothing needs to be done.
    """
    return _message("enquiries/received", envelope, values={}, limited=True)


def answered(envelope: Envelope, *, text: str) -> Message:
    """Answer a letter in the words of the secretariat."""
    return _message("enquiries/answered", envelope, values={"text": text, "subject": envelope.subject}, limited=False)


def _message(template: str, envelope: Envelope, *, values: Mapping[str, str], limited: bool) -> Message:
    return Message(
        template=template,
        to=envelope.to,
        language=envelope.language,
        about=about(envelope.reference),
        values={"reference": envelope.reference, **envelope.head, **values},
        limited=limited,
    )
