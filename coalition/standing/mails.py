"""Which mails go out about a signature on the register? Each a pure value named by what is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from coalition.certificates.states import RevocationReason
from coalition.mail.message import Link, Message
from coalition.signing.mails import ENTRY, MANAGE, Letter, WayIn, subject_of
from coalition.standing.states import ChangeKind, Ground, SuccessionKind, SuspensionOutcome
from coalition.tokens import Purpose

NEW_LINK = "/{language}/my-signature/link"
NEW_MAILBOX = "/{language}/signatures/take-over/{token}"


def suspension_announced(
    letter: Letter, *, number: str, ground: Ground, message: str, starts_at: datetime, ends_at: datetime
) -> Message:
    """Tell the representative that the signature will be suspended, why, from when and until when."""
    told = {"ground": ground.value, "message": message}
    moments = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    return _message("standing/suspension_announced", letter, number=number, values=told | moments)


def suspension_began(letter: Letter, *, number: str, ends_at: datetime) -> Message:
    """Tell the representative that the register shows the signature as suspended from now on."""
    return _message("standing/suspension_began", letter, number=number, values={"ends_at": ends_at.isoformat()})


def suspension_ended(letter: Letter, *, number: str, outcome: SuspensionOutcome) -> Message:
    """Tell the representative that the signature stands as before, or that it will not be suspended after all."""
    return _message("standing/suspension_ended", letter, number=number, values={"outcome": outcome.value})


def delisted(
    letter: Letter, way_in: WayIn, *, number: str, ground: Ground, message: str, appeal_until: datetime
) -> Message:
    """Tell the representative that the organisation was removed, why, and until when that can be appealed against."""
    told = {"ground": ground.value, "message": message, "appeal_until_at": appeal_until.isoformat()}
    return _message("standing/delisted", letter, number=number, values=told, links=_managing(way_in))


def change_requested(letter: Letter, *, number: str, kind: ChangeKind) -> Message:
    """Tell the representative's mailbox that a change was asked for in its name."""
    return _message("standing/change_requested", letter, number=number, values={"kind": kind.value})


def confirm_new_mailbox(letter: Letter, *, to: str, number: str, claim: str, expires_at: datetime) -> Message:
    """Ask the owner of a new mailbox whether they take over; holds nothing that was typed but the organisation's name.

    Somebody else gave the address: it counts among what strangers can make us send, and is kept apart from the mails
    of the signature, to be forgotten by itself.
    """
    message = _message(
        "standing/confirm_new_mailbox",
        replace(letter, to=to),
        number=number,
        values={"expires_at": expires_at.isoformat()},
        links={"take_over": Link(NEW_MAILBOX, Purpose.TAKE_OVER, claim)},
    )
    return replace(message, about=change_subject(claim), limited=True, useful_until=expires_at)


def change_subject(public_id: str) -> str:
    """Return the name under which the mail to a new mailbox is kept."""
    return f"change:{public_id}"


def change_made(letter: Letter, *, number: str, kind: ChangeKind, has_new_certificate: bool) -> Message:
    """Tell the representative that a change was made, and whether a new certificate takes the place of the old one."""
    told: dict[str, object] = {"kind": kind.value, "has_new_certificate": has_new_certificate}
    return _message("standing/change_made", letter, number=number, values=told, links={"new_link": Link(NEW_LINK)})


def change_declined(letter: Letter, *, number: str, kind: ChangeKind, message: str) -> Message:
    """Tell the representative that a change was not made, in the officer's words."""
    return _message("standing/change_declined", letter, number=number, values={"kind": kind.value, "message": message})


def taken_over(letter: Letter, way_in: WayIn, *, number: str) -> Message:
    """Tell the new representative that the signature is in their hands, with the way to it."""
    return _message("standing/taken_over", letter, number=number, values={}, links=_managing(way_in))


def certificate_revoked(
    letter: Letter, *, number: str, serial: str, reason: RevocationReason, has_new: bool
) -> Message:
    """Tell the representative that a certificate counts no more, why, and whether a new one takes its place."""
    told: dict[str, object] = {"serial": serial, "reason": reason.value, "has_new_certificate": has_new}
    return _message(
        "standing/certificate_revoked", letter, number=number, values=told, links={"new_link": Link(NEW_LINK)}
    )


def succeeded(
    letter: Letter, *, number: str, predecessor: str, successor: str, kind: SuccessionKind, since_on: date
) -> Message:
    """Tell a representative, of the one or the other, that one organisation goes on as another."""
    told = {"kind": kind.value, "since_on": since_on.isoformat(), "predecessor": predecessor, "successor": successor}
    return _message("standing/succeeded", letter, number=number, values=told)


def _managing(way_in: WayIn) -> Mapping[str, Link]:
    return {"manage": Link(MANAGE, Purpose.MANAGE, way_in.claim), "new_link": Link(NEW_LINK)}


def _message(
    template: str,
    letter: Letter,
    *,
    number: str,
    values: Mapping[str, object],
    links: Mapping[str, Link] | None = None,
) -> Message:
    return Message(
        template=template,
        to=letter.to,
        language=letter.language,
        about=subject_of(letter.public_id),
        values={**letter.facts, "number": number, **values},
        links={"entry": Link(ENTRY.format(number=number)), **(links or {})},
    )
