"""Which mails does signing send? Each a pure value named by what is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import localised
from coalition.mail.message import Link, Message
from coalition.signing.models import Signature
from coalition.tokens import Purpose

CONFIRM = "/{language}/signatures/confirm/{token}"
DISOWN = "/{language}/signatures/disown/{token}"
MANAGE = "/{language}/signatures/manage/{token}"
ENTRY = "/{{language}}/register/{number}/"
RESUME = "/{{language}}/charters/{charter}/sign/resume/{{token}}"


@dataclass(frozen=True)
class Letter:
    """Whom a mail of signing goes to, what it is about, and what it says of the coalition (`letterhead`)."""

    to: str
    language: str
    public_id: str
    reference: str
    organisation: str
    charter: str
    head: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, str]:
        """What every such mail may say."""
        named = {"organisation": self.organisation, "reference": self.reference, "charter": self.charter}
        return named | dict(self.head)


@dataclass(frozen=True)
class WayIn:
    """The mailed link that a mail carries: its row's public id and how long it is good."""

    claim: str
    expires_at: datetime


def letterhead(definition: CharterDefinition, language: str) -> dict[str, str]:
    """Return whose mail it is: the charter's wordmark, its coalition and the address that answers questions."""
    return {
        "wordmark": localised(definition.wordmark, language),
        "owner": localised(definition.owner, language),
        "contact": definition.contact_email,
    }


@dataclass(frozen=True)
class DraftLetter:
    """Whom a mail about a draft goes to; `charter` is its slug, `title` what it is called.

    After `useful_until` it is no longer sent: what many asked for in a stranger's name does not keep coming for weeks.
    """

    to: str
    language: str
    about: str
    charter: str
    title: str
    head: Mapping[str, str]
    useful_until: datetime


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


def remind(letter: Letter, way_in: WayIn) -> Message:
    """Remind the mailbox's owner that a signature still waits to be confirmed."""
    links = {
        "confirm": Link(CONFIRM, Purpose.CONFIRM, way_in.claim),
        "disown": Link(DISOWN, Purpose.DISOWN, way_in.claim),
    }
    return _message("signing/reminder", letter, way_in, links=links, values={}, limited=True)


def signature_withdrawn(letter: Letter, *, entry: Mapping[str, str]) -> Message:
    """Confirm to the representative that the signature is withdrawn.

    `entry` has the register's `number`, "" if it had none, and once more as `removed` where the secretariat had removed
    it before: then the register goes on saying so.
    """
    return _notice("signing/signature_withdrawn", letter, to=letter.to, values=entry)


def withdrawal_received(letter: Letter, *, to: str, entry: Mapping[str, str], reason: str) -> Message:
    """Tell the secretariat of a withdrawal, with the representative's own words if there are any."""
    return _notice("signing/withdrawal_received", letter, to=to, values={**entry, "reason": reason})


def _notice(template: str, letter: Letter, *, to: str, values: Mapping[str, str]) -> Message:
    known = {"organisation": letter.organisation, "reference": letter.reference, "charter": letter.charter}
    links = {"entry": Link(ENTRY.format(number=values["number"]))} if values["number"] else {}
    return Message(
        template=template,
        to=to,
        language=letter.language,
        about=subject_of(letter.public_id),
        values={**known, **letter.head, **values},
        links=links,
    )


def prepared_signed(letter: Letter, *, to: str, useful_until: datetime) -> Message:
    """Tell whoever filled in the form that the signer has confirmed. Opens nothing; nobody has proved this mailbox."""
    return Message(
        template="signing/prepared_signed",
        to=to,
        language=letter.language,
        about=subject_of(letter.public_id),
        values=letter.facts,
        limited=True,
        useful_until=useful_until,
    )


def draft_to_sign(letter: DraftLetter, way_in: WayIn, *, preparer: str, organisation: str) -> Message:
    """Hand a filled-in form to the person who is to sign it.

    Holds no text that a stranger typed but two names, which refuse addresses: nobody can write to a third person.
    """
    values = {"preparer": preparer, "organisation": organisation}
    return _draft_message("signing/draft_to_sign", letter, way_in, values=values)


def draft_saved(letter: DraftLetter, way_in: WayIn) -> Message:
    """Send the way back to a form that was not finished. Holds nothing that was typed."""
    return _draft_message("signing/draft_saved", letter, way_in, values={})


def _draft_message(template: str, letter: DraftLetter, way_in: WayIn, *, values: Mapping[str, str]) -> Message:
    return Message(
        template=template,
        to=letter.to,
        language=letter.language,
        about=letter.about,
        values={"charter": letter.title, "expires_at": way_in.expires_at.isoformat(), **letter.head, **values},
        links={"resume": Link(RESUME.format(charter=letter.charter), Purpose.DRAFT, way_in.claim)},
        limited=True,
        useful_until=min(letter.useful_until, way_in.expires_at),
    )


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
            **letter.facts,
            "expires_at": way_in.expires_at.isoformat(),
            **values,
        },
        links=links,
        limited=limited,
        useful_until=way_in.expires_at,
    )
