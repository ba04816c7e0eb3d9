"""Which mails does the review send? Each a pure value named by what is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import localised
from coalition.mail.message import Link, Message
from coalition.review.decisions import Refusal, Request
from coalition.review.models import Referral
from coalition.review.people import Colleague
from coalition.signing.mails import MANAGE, WayIn, about, letterhead
from coalition.signing.models import MailedLink, Signature
from coalition.tokens import Purpose

ENTRY = "/{{language}}/register/{number}/"
NEW_LINK = "/{language}/my-signature/link"
LOG = "/{{language}}/log/?q={receipt}"
APPLICATION = "/admin/applications/{reference}/"


def approved(link: MailedLink, *, definition: CharterDefinition, receipt: str) -> Message:
    """Tell the representative that the organisation is on the register; the certificate waits behind the link.

    `receipt` is the code by which the entry is found in the public log, "" where it has no line there.
    """
    return _on_register("review/approved", link, definition, receipt=receipt)


def reinstated(link: MailedLink, *, definition: CharterDefinition, message: str) -> Message:
    """Tell the representative that the appeal succeeded and the organisation is on the register again."""
    return _on_register("review/reinstated", link, definition, message=message)


def declined(signature: Signature, *, definition: CharterDefinition, refusal: Refusal) -> Message:
    """Tell the representative that the application was declined: the charter's reason, the officer's own words."""
    words = {"reason": _reason(definition, refusal.reason_code, signature.language), "message": refusal.message}
    return _message("review/declined", signature, definition, values=words, links={"new_link": Link(NEW_LINK)})


def asked(signature: Signature, way_in: WayIn, *, definition: CharterDefinition, request: Request) -> Message:
    """Ask the representative for information; the link is good until the answer is due."""
    return _asking("review/asked", signature, way_in, definition=definition, request=request)


def asked_again(signature: Signature, way_in: WayIn, *, definition: CharterDefinition, request: Request) -> Message:
    """Remind the representative of a question, in the same words."""
    return _asking("review/asked_again", signature, way_in, definition=definition, request=request)


def lapsed(link: MailedLink, *, definition: CharterDefinition) -> Message:
    """Tell the representative that no answer came in time, and that one reopens the application."""
    values = {"expires_at": link.expires_at.isoformat()}
    return _message("review/lapsed", link.signature, definition, values=values, links=_managing(link))


def under_review_again(signature: Signature, *, definition: CharterDefinition, why: str, message: str = "") -> Message:
    """Tell the representative that officers review again: `why` is "reopened", "unmerged" or "appeal"."""
    values = {"why": why, "message": message}
    links = {"new_link": Link(NEW_LINK)}
    return _message("review/under_review_again", signature, definition, values=values, links=links)


def merged(signature: Signature, *, definition: CharterDefinition) -> Message:
    """Tell the representative that the application was put together with another one of the same organisation.

    Nothing of the other one is told: it may have come from another mailbox.
    """
    return _message("review/merged", signature, definition, values={}, links={"new_link": Link(NEW_LINK)})


def appeal_dismissed(signature: Signature, *, definition: CharterDefinition, message: str) -> Message:
    """Tell the representative that the decision stands, and why."""
    return _message("review/appeal_dismissed", signature, definition, values={"message": message}, links={})


def appeal_received(signature: Signature, *, definition: CharterDefinition, appeal: Referral) -> Message:
    """Tell the secretariat of an appeal, with the representative's words."""
    return Message(
        template="review/appeal_received",
        to=definition.contact_email,
        language=signature.language,
        about=about(signature),
        values={**_facts(signature, definition, signature.language), "message": appeal.note},
        links={"application": Link(APPLICATION.format(reference=signature.reference))},
    )


def referred(signature: Signature, *, definition: CharterDefinition, to: Colleague, by: str) -> Message:
    """Tell an officer that a colleague asks for an opinion; what is asked stands on the page, not in the mail."""
    return _to_officer("review/referred", signature, definition, to=to, name=by)


def answered(signature: Signature, *, definition: CharterDefinition, to: Colleague) -> Message:
    """Tell the officer who asked that the answer came; what it says stands on the page, not in the mail."""
    return _to_officer("review/answered", signature, definition, to=to)


def _to_officer(
    template: str, signature: Signature, definition: CharterDefinition, *, to: Colleague, **values: str
) -> Message:
    return Message(
        template=template,
        to=to.email,
        language=to.language,
        about=about(signature),
        values={**_facts(signature, definition, to.language), **values},
        links={"application": Link(APPLICATION.format(reference=signature.reference))},
    )


def _asking(
    template: str, signature: Signature, way_in: WayIn, *, definition: CharterDefinition, request: Request
) -> Message:
    point = definition.reason(request.reason_code) if request.reason_code else None
    values = {
        "point": localised(point.label, signature.language) if point is not None else "",
        "message": request.message,
        "expires_at": way_in.expires_at.isoformat(),
    }
    links = {"manage": Link(MANAGE, Purpose.MANAGE, way_in.claim)}
    return _message(template, signature, definition, values=values, links=links)


@dataclass(frozen=True)
class Addressee:
    """The officer whom a mail goes to."""

    public_id: str
    email: str
    name: str
    language: str


def digest(officer: Addressee, *, counts: Mapping[str, int], limit: int, most: int) -> Message:
    """Tell an officer what waits today, by numbers alone; more than `most` are not counted."""
    return Message(
        template="review/digest",
        to=officer.email,
        language=officer.language,
        about=f"officer:{officer.public_id}",
        values={"name": officer.name, "limit": limit, "most": most, **counts},
        links={"start": Link("/admin/"), "mine": Link("/admin/applications/?tab=mine")},
    )


def _on_register(template: str, link: MailedLink, definition: CharterDefinition, **words: str) -> Message:
    signature = link.signature
    values = {"number": signature.register_number or "", "expires_at": link.expires_at.isoformat(), **words}
    links = {**_managing(link), "entry": Link(ENTRY.format(number=signature.register_number))}
    if receipt := words.get("receipt"):
        links["log"] = Link(LOG.format(receipt=receipt))
    return _message(template, signature, definition, values=values, links=links)


def _managing(link: MailedLink) -> dict[str, Link]:
    return {"manage": Link(MANAGE, Purpose.MANAGE, link.public_id), "new_link": Link(NEW_LINK)}


def _message(
    template: str,
    signature: Signature,
    definition: CharterDefinition,
    *,
    values: Mapping[str, str],
    links: Mapping[str, Link],
) -> Message:
    representative = signature.representative
    return Message(
        template=template,
        to=representative.email if representative is not None else "",
        language=signature.language,
        about=about(signature),
        values={**_facts(signature, definition, signature.language), **values},
        links=links,
    )


def _facts(signature: Signature, definition: CharterDefinition, language: str) -> dict[str, str]:
    return {
        "organisation": signature.organisation.official_name,
        "reference": signature.reference,
        "charter": localised(definition.title, language),
        **letterhead(definition, language),
    }


def _reason(definition: CharterDefinition, code: str, language: str) -> str:
    reason = definition.reason(code)
    return localised(reason.words, language) if reason is not None else ""
