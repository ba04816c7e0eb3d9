"""Which words does an officer receive? An invitation, a change of the own account, what colleagues have to know of."""

from __future__ import annotations

from datetime import datetime

from coalition.accounts.models import Officer, OfficerInvitation
from coalition.audit.record import Actor
from coalition.mail.message import Link, Message
from coalition.tokens import Purpose

INVITATION = "/admin/invitations/{token}"
ACCOUNT, OFFICERS = "/admin/account/", "/admin/officers/"


def about(officer: Officer) -> str:
    """Return what an officer's mails and lines of the audit log are about."""
    return f"officer:{officer.public_id}"


def invited(officer: Officer, invitation: OfficerInvitation, *, actor: Actor) -> Message:
    """Send the link with which an officer chooses a password; `case` is the one application laid before them."""
    return Message(
        template="accounts/invited",
        to=officer.email,
        language=officer.language,
        about=about(officer),
        values={
            "name": officer.name,
            "by": actor.name,
            "role": officer.role,
            "case": officer.only_reference or "",
            "expires_at": invitation.expires_at.isoformat(),
            "anew": officer.enrolled_at is not None,
        },
        links={"invitation": Link(INVITATION, Purpose.INVITATION, invitation.public_id)},
        useful_until=invitation.expires_at,
    )


def account_changed(officer: Officer, change: str, *, actor: Actor, now: datetime, detail: str = "") -> Message:
    """Tell an officer what has changed of the account; `change` is a code of `_changes.txt`, `detail` its value."""
    is_own = actor.id == officer.public_id
    return Message(
        template="accounts/account_changed",
        to=officer.email,
        language=officer.language,
        about=about(officer),
        values={
            "change": change,
            "detail": detail,
            "by": "" if is_own else actor.name,
            "at": now.isoformat(),
            "open": officer.disabled_at is None,
        },
        links={"account": Link(ACCOUNT)},
    )


def colleagues_told(colleague: Officer, officer: Officer, matter: str, *, actor: Actor, detail: str = "") -> Message:
    """Tell an officer of the secretariat what was asked or done about another; `matter` is a code of the template."""
    return Message(
        template="accounts/colleagues_told",
        to=colleague.email,
        language=colleague.language,
        about=about(officer),
        values={"matter": matter, "name": officer.name, "email": officer.email, "by": actor.name, "detail": detail},
        links={"officers": Link(OFFICERS)},
    )
