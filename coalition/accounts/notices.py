"""Who is told what happened to an account? The audit log of everything; of a change also the officer, by mail."""

from __future__ import annotations

from datetime import datetime

from coalition.accounts import mails, queries
from coalition.accounts.models import Officer
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.mail import outbox


def as_actor(officer: Officer) -> Actor:
    """Return the officer as whoever acts."""
    return Actor.officer(officer.public_id, officer.name)


def note(officer: Officer, act: str, *, actor: Actor | None = None, now: datetime, reason: str | None = None) -> None:
    """Add a line to the audit log; without an `actor` the officer acted on the own account."""
    record.append(actor=actor or as_actor(officer), act=act, subject=mails.about(officer), now=now, reason=reason)


def changed(
    officer: Officer, change: str, *, actor: Actor | None = None, now: datetime, detail: str = "", reason: str = ""
) -> None:
    """Note a change and write to the officer: whoever did not ask for it learns of it at once.

    `detail` stands in the mail alone, `reason` is a code for the audit log.
    """
    by = actor or as_actor(officer)
    note(officer, change, actor=by, now=now, reason=reason or None)
    outbox.put(mails.account_changed(officer, change, actor=by, now=now, detail=detail), now=now)


def tell_colleagues(officer: Officer, matter: str, *, actor: Actor, now: datetime, detail: str = "") -> None:
    """Write to every other officer of the secretariat about one account."""
    for colleague in queries.able_secretariat():
        if colleague.public_id not in (actor.id, officer.public_id):
            outbox.put(mails.colleagues_told(colleague, officer, matter, actor=actor, detail=detail), now=now)
