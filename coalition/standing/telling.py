"""Who hears of what happened to a signature? Its representative, where there is one; paper has brought some without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from coalition.mail import outbox
from coalition.mail.message import Message
from coalition.signing.mails import Letter
from coalition.signing.models import Signature
from coalition.signing.operations import letter_of


def tell(signature: Signature, write: Callable[[Letter], Message], *, now: datetime) -> None:
    """Put what `write` makes of the representative's letter into the outbox; nothing where nobody can be written to."""
    if signature.representative is not None:
        outbox.put(write(letter_of(signature)), now=now)
