"""Which lines of the audit log does an officer want to see? By thing, by officer, by act; newest first, by key.

A fixed number of statements, columns by Core. Whether the log is whole belongs to `audit.verification`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, text
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.audit.models import AuditLink, AuditRecord
from coalition.certificates.content import normalise_serial
from coalition.errors import NotFound, mark
from coalition.extensions import db
from coalition.signing.mails import subject_of
from coalition.signing.models import Signature

PAGE = 50
LONGEST = 120
SIGNATURE = "signature:"
ACTS = text(
    "WITH RECURSIVE found(act) AS (SELECT min(act) FROM audit_records UNION ALL "
    "SELECT (SELECT min(act) FROM audit_records WHERE act > found.act) FROM found WHERE found.act IS NOT NULL) "
    "SELECT act FROM found WHERE act IS NOT NULL"
)
"""Every act that occurs, one look into the index for each: a DISTINCT would read the whole log."""


class SignatureUnknown(NotFound):
    """Nothing has this reference, number or name."""

    def __init__(self, name: str) -> None:
        super().__init__(mark("There is no signature “%(name)s”: give its reference or its number."), name=name[:60])


@dataclass(frozen=True)
class Search:
    """What is looked for; "" is everything. `thing` is as typed: a reference, a number, a serial or "kind:name"."""

    thing: str = ""
    officer: str = ""
    act: str = ""
    after: int | None = None


@dataclass(frozen=True)
class LinePage:
    """One page of lines with what their things are called; `next_after` is the key of the next page's beginning."""

    rows: Sequence[Row[Any]]
    names: Mapping[str, str]
    next_after: int | None


def page_of(search: Search, *, scope: Scope) -> LinePage:
    """Return the page that `search` asks for, within what an officer may reach."""
    conditions = [*_conditions(search), *_within(scope)]
    statement = (
        select(
            AuditRecord.id,
            AuditRecord.at,
            AuditRecord.actor_kind,
            AuditRecord.actor_id,
            AuditRecord.act,
            AuditRecord.subject,
            AuditRecord.from_state,
            AuditRecord.to_state,
            AuditRecord.reason,
            AuditLink.number,
            Officer.name.label("officer"),
        )
        .outerjoin(AuditLink, AuditLink.record_id == AuditRecord.id)
        .outerjoin(Officer, Officer.public_id == AuditRecord.actor_id)
        .where(*conditions)
        .order_by(AuditRecord.id.desc())
        .limit(PAGE + 1)
    )
    rows: Any = db.session.execute(statement).all()
    shown = rows[:PAGE]
    return LinePage(shown, _names(row.subject for row in shown), shown[-1].id if len(rows) > PAGE else None)


def officers() -> Sequence[Row[str, str]]:
    """Return who can have acted: public id and name, in the order of the names."""
    return db.session.execute(select(Officer.public_id, Officer.name).order_by(Officer.name, Officer.id)).all()


def acts() -> Sequence[str]:
    """Return every act that occurs in the log, in the order of the alphabet."""
    return db.session.scalars(ACTS).all()


def signature_named(name: str) -> Signature:
    """Return the signature of a reference, a number on the register or a public id. Raises SignatureUnknown."""
    found: Signature | None = db.session.scalar(select(Signature).where(_is_named(name)))
    if found is None:
        raise SignatureUnknown(name)
    return found


def _is_named(name: str) -> ColumnElement[bool]:
    typed = name.strip()
    return (
        (Signature.reference == typed.upper())
        | (Signature.register_number == typed.upper())
        | (Signature.public_id == typed)
    )


def _conditions(search: Search) -> Iterable[ColumnElement[bool]]:
    if search.thing:
        yield AuditRecord.subject == _subject(search.thing)
    if search.officer:
        yield AuditRecord.actor_id == search.officer
        yield AuditRecord.actor_kind == "officer"
    if search.act:
        yield AuditRecord.act == search.act
    if search.after is not None:
        yield AuditRecord.id < search.after


def _subject(typed: str) -> str:
    """Return the name under which the log knows a thing, however somebody names it."""
    if re.fullmatch(r"[a-z_]+:\S+", typed):
        return typed
    public_id = db.session.scalar(select(Signature.public_id).where(_is_named(typed)))
    if public_id is not None:
        return subject_of(public_id)
    serial = normalise_serial(typed)
    return f"certificate:{serial}" if serial else typed


def _within(scope: Scope) -> Iterable[ColumnElement[bool]]:
    """Keep to signatures of the charters that an officer may reach; who may reach all sees every line."""
    if not scope.charters and scope.only_reference is None:
        return
    one = aliased(Signature)
    reachable = select(one.id).where(one.public_id == func.substr(AuditRecord.subject, len(SIGNATURE) + 1))
    if scope.charters:
        reachable = reachable.where(one.charter.in_(sorted(scope.charters)))
    if scope.only_reference is not None:
        reachable = reachable.where(one.reference == scope.only_reference)
    yield AuditRecord.subject.startswith(SIGNATURE, autoescape=True)
    yield reachable.exists()


def _names(subjects: Iterable[str]) -> Mapping[str, str]:
    """Return what signatures and officers are called: a reference, a name."""
    parts = [subject.partition(":") for subject in set(subjects)]
    signatures = [name for kind, _, name in parts if kind == "signature"]
    people = [name for kind, _, name in parts if kind == "officer"]
    named = select(Signature.public_id, Signature.reference).where(Signature.public_id.in_(signatures))
    known = select(Officer.public_id, Officer.name).where(Officer.public_id.in_(people))
    told = {f"signature:{public_id}": reference for public_id, reference in db.session.execute(named)}
    return told | {f"officer:{public_id}": name for public_id, name in db.session.execute(known)}
