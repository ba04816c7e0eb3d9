"""How are a charter's rows kept together? Its row is held, its versions say what was changed, each change has a line.

What is changed, and by which rule, belongs to `operations`, `publishing` and `amending`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from coalition.accounts.models import Officer
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters.amendments import amended, is_amendment
from coalition.charters.definition import built_in, data_sha256, from_json
from coalition.charters.errors import CharterChanged, CharterUnknown
from coalition.charters.models import Charter, CharterChange, CharterVersion
from coalition.extensions import db


@dataclass(frozen=True)
class Line:
    """What a change leaves in the audit log and in the charter's own history."""

    act: str
    subject: str
    before: Any = None
    after: Any = None
    to_state: str | None = None
    reason: str | None = None


def found(slug: str) -> Charter | None:
    """Return the charter of a slug, if there is one."""
    return db.session.scalars(select(Charter).where(Charter.slug == slug)).one_or_none()


def held(slug: str, *, seen: int | None = None) -> Charter:
    """Return a charter and hold its row until the end of the transaction: changes of it come one after another.

    `seen` is the revision that the officer looked at; None is whatever is there. Raises CharterUnknown, CharterChanged.
    """
    charter_id = db.session.scalar(select(Charter.id).where(Charter.slug == slug).with_for_update())
    if charter_id is None:
        raise CharterUnknown
    # read after the lock: one statement that waits would not see what was changed meanwhile
    charter = db.session.get_one(Charter, charter_id, populate_existing=True)
    db.session.refresh(charter, ["versions"])
    if seen is not None and seen != revision(charter_id):
        raise CharterChanged(_last_name(charter_id))
    return charter


def revision(charter_id: int) -> int:
    """Return the number of a charter's newest change; 0 before any."""
    newest = select(func.max(CharterChange.id)).where(CharterChange.charter_id == charter_id)
    return db.session.scalar(newest) or 0


def amendments_of(charter: Charter) -> dict[str, Any]:
    """Return what the secretariat has changed in a charter's data: subject → the value that counts."""
    changed = select(CharterChange.subject, CharterChange.after).order_by(CharterChange.id)
    with db.session.no_autoflush:  # a version that is being made has nothing to say yet
        rows = db.session.execute(changed.where(CharterChange.charter_id == charter.id)).all()
    return {row.subject: row.after for row in rows if is_amendment(row.subject)}


def describe(version: CharterVersion, data: Mapping[str, Any], amendments: Mapping[str, Any]) -> None:
    """Let a version say these data, with what the secretariat has changed in them."""
    usual = [reason["key"] for reason in built_in()["reasons"]]
    said = amended(data, amendments, usual=usual)
    adopted_on = from_json(said).adopted_on
    version.loaded, version.loaded_sha256 = dict(data), data_sha256(data)
    version.definition, version.definition_sha256 = said, data_sha256(said)
    version.adopted_on = adopted_on


def note(charter: Charter, line: Line, *, actor: Actor, now: datetime) -> None:
    """Write a change down, in the charter's history and in the audit log."""
    db.session.add(
        CharterChange(
            charter_id=charter.id,
            changed_at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            subject=line.subject,
            before=line.before,
            after=line.after,
        )
    )
    db.session.flush()
    record.append(
        actor=actor,
        act=line.act,
        subject=f"charter:{charter.slug}",
        to_state=line.to_state,
        reason=line.reason,
        now=now,
    )


def _last_name(charter_id: int) -> str:
    row = db.session.execute(
        select(CharterChange.actor_id, Officer.name)
        .outerjoin(Officer, Officer.public_id == CharterChange.actor_id)
        .where(CharterChange.charter_id == charter_id)
        .order_by(CharterChange.id.desc())
        .limit(1)
    ).one()
    return str(row.name or row.actor_id or "")
