"""Who did what? One line of the audit log, written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from coalition.audit.models import AuditRecord
from coalition.transactions import writer

LINE = insert(AuditRecord.__table__)


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a value that every act is given, so that no act asks a request who is there."""

    kind: str
    id: str | None = None
    name: str = ""

    @classmethod
    def person(cls) -> Actor:
        """Return somebody without an account: an applicant, a representative behind a mailed link."""
        return cls("person")

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return a part of the platform: the worker, a command."""
        return cls("system", name, name)

    @classmethod
    def officer(cls, public_id: str, name: str) -> Actor:
        """Return an officer of the secretariat."""
        return cls("officer", public_id, name)


def append(
    *,
    actor: Actor,
    act: str,
    subject: str,
    now: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
) -> None:
    """Add one line. `subject` is "<kind>:<public id>"; `reason` is a code, never a free text about a person."""
    line = {
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "act": act,
        "subject": subject,
        "from_state": from_state,
        "to_state": to_state,
        "reason": reason,
    }
    writer().execute(LINE, line)


def append_alike(*, actor: Actor, act: str, subjects: Iterable[str], to_state: str, now: datetime) -> None:
    """Add a line for each of many subjects of which the same was done."""
    shared = {"at": now, "actor_kind": actor.kind, "actor_id": actor.id, "act": act, "to_state": to_state}
    lines = [{**shared, "subject": subject, "from_state": None, "reason": None} for subject in subjects]
    if lines:
        writer().execute(LINE, lines)
