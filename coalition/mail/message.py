"""What is a mail before it is written? A pure value: which template, to whom, in which language, with what.

A link names its purpose and claim; its token is minted when the mail is sent, so that none rests in the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


class Event(StrEnum):
    """What can become of a mail, one line of its delivery history each; `queued` is its own row."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    DROPPED = "dropped"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    SENT_AGAIN = "sent_again"
    COPY = "copy"


@dataclass(frozen=True)
class Link:
    """An address to be made at sending: `path` holds {language} and {token}."""

    path: str
    purpose: str = ""
    claim: str = ""


@dataclass(frozen=True)
class Message:
    """One mail. `limited` marks mails that a stranger can trigger; after `useful_until` it is no longer sent."""

    template: str
    to: str
    language: str
    about: str
    values: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    limited: bool = False
    useful_until: datetime | None = None


def recipient_key(address: str) -> str:
    """Return the digest under which an address is counted and suppressed, whatever its case."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()
