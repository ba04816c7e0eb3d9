"""Which mails does signing send? Each a pure value named by what is received."""

from __future__ import annotations

from coalition.mail.message import Link, Message
from coalition.signing.models import MailedLink, Representative, Signature
from coalition.tokens import Purpose

CONFIRM = "/{language}/signatures/confirm/{token}"
DISOWN = "/{language}/signatures/disown/{token}"
MANAGE = "/{language}/signatures/manage/{token}"


def about(signature: Signature) -> str:
    """Return the name under which mails and audit lines of a signature are kept."""
    return f"signature:{signature.public_id}"


def confirm_signature(link: MailedLink, *, representative: Representative, known_as: str | None, title: str) -> Message:
    """Ask the mailbox's owner to confirm. `known_as` is the reference that this mailbox has signed under before.

    Holds no text that a stranger typed but the organisation's name: nobody can write to a third person through us.
    """
    signature = link.signature
    return Message(
        template="signing/confirm_signature",
        to=representative.email,
        language=signature.language,
        about=about(signature),
        values={
            "organisation": signature.organisation.official_name,
            "reference": signature.reference,
            "charter": title,
            "expires_at": link.expires_at.isoformat(),
            "known_as": known_as or "",
        },
        links={
            "confirm": Link(CONFIRM, Purpose.CONFIRM, link.public_id),
            "disown": Link(DISOWN, Purpose.DISOWN, link.public_id),
        },
        limited=True,
        useful_until=link.expires_at,
    )


def signature_confirmed(link: MailedLink, *, representative: Representative, title: str) -> Message:
    """Tell the representative that the signature is confirmed and under review, with the way to follow it."""
    return _with_manage_link(
        link, "signing/signature_confirmed", representative=representative, title=title, limited=False
    )


def manage_link(link: MailedLink, *, representative: Representative, title: str) -> Message:
    """Send a new way to "my signature" to whoever asked for one."""
    return _with_manage_link(link, "signing/manage_link", representative=representative, title=title, limited=True)


def _with_manage_link(
    link: MailedLink, template: str, *, representative: Representative, title: str, limited: bool
) -> Message:
    signature = link.signature
    return Message(
        template=template,
        to=representative.email,
        language=signature.language,
        about=about(signature),
        values={
            "organisation": signature.organisation.official_name,
            "reference": signature.reference,
            "charter": title,
            "expires_at": link.expires_at.isoformat(),
        },
        links={"manage": Link(MANAGE, Purpose.MANAGE, link.public_id)},
        limited=limited,
        useful_until=link.expires_at,
    )
