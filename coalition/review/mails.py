"""Which mails does the review send? Each a pure value named by what is received."""

from __future__ import annotations

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import localised
from coalition.mail.message import Link, Message
from coalition.review.decisions import Refusal
from coalition.signing.mails import MANAGE, about, letterhead
from coalition.signing.models import MailedLink, Signature
from coalition.tokens import Purpose

ENTRY = "/{{language}}/register/{number}/"
NEW_LINK = "/{language}/my-signature/link"


def approved(link: MailedLink, *, definition: CharterDefinition) -> Message:
    """Tell the representative that the organisation is on the register; the certificate waits behind the link."""
    signature = link.signature
    return Message(
        template="review/approved",
        to=_address(signature),
        language=signature.language,
        about=about(signature),
        values={
            "organisation": signature.organisation.official_name,
            "reference": signature.reference,
            "number": signature.register_number or "",
            "charter": localised(definition.title, signature.language),
            "expires_at": link.expires_at.isoformat(),
            **letterhead(definition, signature.language),
        },
        links={
            "manage": Link(MANAGE, Purpose.MANAGE, link.public_id),
            "entry": Link(ENTRY.format(number=signature.register_number)),
            "new_link": Link(NEW_LINK),
        },
    )


def declined(signature: Signature, *, definition: CharterDefinition, refusal: Refusal) -> Message:
    """Tell the representative that the application was declined: the charter's reason, the officer's own words."""
    reason = definition.reason(refusal.reason_code)
    return Message(
        template="review/declined",
        to=_address(signature),
        language=signature.language,
        about=about(signature),
        values={
            "organisation": signature.organisation.official_name,
            "reference": signature.reference,
            "charter": localised(definition.title, signature.language),
            "reason": localised(reason.words, signature.language) if reason else "",
            "message": refusal.message,
            **letterhead(definition, signature.language),
        },
        links={},
    )


def _address(signature: Signature) -> str:
    representative = signature.representative
    return representative.email if representative is not None else ""
