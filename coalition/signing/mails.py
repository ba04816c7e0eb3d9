"""Which mails does signing send? Each a pure value named by what is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coalition.mail.message import Link, Message
from coalition.signing.models import Signature
from coalition.tokens import Purpose

CONFIRM = "/{language}/signatures/confirm/{token}"
DISOWN = "/{language}/signatures/disown/{token}"
MANAGE = "/{language}/signatures/manage/{token}"


@dataclass(frozen=True)
class Letter:
    """Whom a mail of signing goes to, and what it is about."""

    to: str
    language: str
    public_id: str
    reference: str
    organisation: str
    charter: str


@dataclass(frozen=True)
class WayIn:
    """The mailed link that a mail carries: its row's public id and how long it is good."""

    claim: str
    expires_at: datetime


def about(signature: Signature) -> str:
    """Return the name under which mails and audit lines of a signature are kept."""
    return subject_of(signature.public_id)


def subject_of(public_id: str) -> str:
    """Return that name for the public id of a signature."""
    return f"signature:{public_id}"


def confirm_signature(letter: Letter, way_in: WayIn, *, known_as: str | None) -> Message:
    """Ask the mailbox's owner to confirm. `known_as` is the reference that this mailbox has signed under before.

    Holds no text that a stranger typed but the organisation's name: nobody can write to a third person through us.
    """
    links = {
        "confirm": Link(CONFIRM, Purpose.CONFIRM, way_in.claim),
        "disown": Link(DISOWN, Purpose.DISOWN, way_in.claim),
    }
    more = {"known_as": known_as or ""}
    return _message("signing/confirm_signature", letter, way_in, links=links, values=more, limited=True)


def signature_confirmed(letter: Letter, way_in: WayIn) -> Message:
    """Tell the representative that the signature is confirmed and under review, with the way to follow it."""
    return _message("signing/signature_confirmed", letter, way_in, links=_managing(way_in), values={}, limited=False)


def manage_link(letter: Letter, way_in: WayIn) -> Message:
    """Send a new way to "my signature" to whoever asked for one."""
    return _message("signing/manage_link", letter, way_in, links=_managing(way_in), values={}, limited=True)


def _managing(way_in: WayIn) -> dict[str, Link]:
    return {"manage": Link(MANAGE, Purpose.MANAGE, way_in.claim)}


def _message(
    template: str, letter: Letter, way_in: WayIn, *, links: Mapping[str, Link], values: Mapping[str, str], limited: bool
) -> Message:
    return Message(
        template=template,
        to=letter.to,
        language=letter.language,
        about=subject_of(letter.public_id),
        values={
            "organisation": letter.organisation,
            "reference": letter.reference,
            "charter": letter.charter,
            "expires_at": way_in.expires_at.isoformat(),
            **values,
        },
        links=links,
        limited=limited,
        useful_until=way_in.expires_at,
    )
