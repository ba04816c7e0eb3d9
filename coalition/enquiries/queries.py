"""Which letters wait for an answer, and what stands in one of them? Columns by Core, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role, Scope, may
from coalition.enquiries.errors import EnquiryUnknown, ReplyUnknown
from coalition.enquiries.letters import OUR_REFERENCE
from coalition.enquiries.models import Enquiry, EnquiryMessage, SavedReply
from coalition.enquiries.searching import Search
from coalition.enquiries.statements import page_statement, within
from coalition.enquiries.states import Kind, State, Tab
from coalition.extensions import db
from coalition.signing.models import Signature

PAGE = 25
MOST_OF_ONE = 20


@dataclass(frozen=True)
class EnquiryPage:
    """One page of letters; `next_after` is the key at which the next one begins, None on the last."""

    rows: Sequence[Any]
    next_after: int | None


@dataclass(frozen=True)
class Line:
    """One thing written in an enquiry, with the officer's name; "" for the sender's own."""

    id: int
    kind: str
    name: str
    text: str
    written_at: datetime
    letter_key: str | None
    attachments: Sequence[str]


@dataclass(frozen=True)
class Found:
    """An enquiry with all that is written in it, whose it is (name, public id), and the application it belongs to."""

    enquiry: Enquiry
    lines: tuple[Line, ...]
    owner: str
    owner_id: str
    application: Signature | None

    @property
    def last_id(self) -> int:
        """What a form names as the last thing that its officer has read."""
        return max((line.id for line in self.lines), default=0)


def enquiry_of(reference: str, *, scope: Scope) -> Enquiry:
    """Return the enquiry of a reference within an officer's scope. Raises EnquiryUnknown."""
    found = None
    if OUR_REFERENCE.fullmatch(reference):
        found = db.session.scalars(select(Enquiry).where(Enquiry.reference == reference, *within(scope))).first()
    if found is None:
        raise EnquiryUnknown
    return found


def found_of(enquiry: Enquiry) -> Found:
    """Return an enquiry with all that is shown of it."""
    rows = db.session.execute(
        select(EnquiryMessage, Officer.name)
        .outerjoin(Officer, Officer.id == EnquiryMessage.officer_id)
        .where(EnquiryMessage.enquiry_id == enquiry.id)
        .order_by(EnquiryMessage.id)
    ).all()
    lines = tuple(
        Line(one.id, one.kind, name or "", one.text, one.written_at, one.letter_key, one.attachments)
        for one, name in rows
    )
    owner = db.session.get(Officer, enquiry.owner_id) if enquiry.owner_id else None
    application = db.session.get(Signature, enquiry.signature_id) if enquiry.signature_id else None
    return Found(enquiry, lines, owner.name if owner else "", owner.public_id if owner else "", application)


def page_of(search: Search, *, officer_id: int, scope: Scope) -> EnquiryPage:
    """Return the page of letters that `search` asks for; one statement."""
    dialect = db.engine.dialect.name
    statement = page_statement(search, officer_id=officer_id, scope=scope, dialect=dialect, size=PAGE + 1)
    rows = db.session.execute(statement).all()
    return EnquiryPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts_for(*, officer_id: int, scope: Scope) -> Mapping[Tab, int]:
    """Return how many letters stand under each tab but the closed ones."""
    own, cases = Enquiry.owner_id == officer_id, Enquiry.kind == Kind.CASE
    counted = [_count_open(scope, *conditions) for conditions in ((), (own,), (cases,))]
    row = db.session.execute(select(*(one.scalar_subquery() for one in counted))).one()
    return dict(zip((Tab.OPEN, Tab.MINE, Tab.CASES), row, strict=True))


def _count_open(scope: Scope, *conditions: ColumnElement[bool]) -> Select[int]:
    """Count along the index that is there for each tab, so that no letter itself is read."""
    is_open = (Enquiry.state == State.OPEN, *within(scope))
    return select(func.count()).select_from(Enquiry).where(*is_open, *conditions)


def waiting(scope: Scope) -> int:
    """Return how many letters wait for an answer."""
    waits = (Enquiry.state == State.OPEN, Enquiry.waiting_at.is_not(None), *within(scope))
    return db.session.execute(select(func.count()).select_from(Enquiry).where(*waits)).scalar_one()


def of_application(signature_id: int) -> Sequence[Any]:
    """Return the letters that belong to an application, newest first."""
    columns = (Enquiry.reference, Enquiry.topic, Enquiry.subject, Enquiry.state, Enquiry.received_at)
    statement = select(*columns).where(Enquiry.signature_id == signature_id).order_by(Enquiry.id.desc())
    return db.session.execute(statement.limit(MOST_OF_ONE)).all()


def owners() -> Sequence[Any]:
    """Return the officers who may own a letter: (public id, name)."""
    roles = [role.value for role in Role if may(role, Act.MANAGE_ENQUIRIES)]
    statement = select(Officer.public_id, Officer.name).where(Officer.role.in_(roles), Officer.disabled_at.is_(None))
    return db.session.execute(statement.order_by(Officer.name)).all()


def saved_replies(language: str | None = None) -> Sequence[SavedReply]:
    """Return the replies that are kept, in one language or in all, by their titles."""
    statement = select(SavedReply).where(SavedReply.removed_at.is_(None))
    if language is not None:
        statement = statement.where(SavedReply.language == language)
    return db.session.scalars(statement.order_by(SavedReply.title, SavedReply.id)).all()


def saved_reply(reply_id: int) -> SavedReply:
    """Return one that is kept. Raises ReplyUnknown."""
    found = db.session.get(SavedReply, reply_id)
    if found is None or found.removed_at is not None:
        raise ReplyUnknown
    return found


def closed_before(moment: datetime, *, most: int = 200) -> Sequence[int]:
    """Return the letters that were closed before a moment and still hold words."""
    statement = select(Enquiry.id).where(
        Enquiry.state == State.CLOSED, Enquiry.closed_at < moment, Enquiry.forgotten_at.is_(None)
    )
    return db.session.scalars(statement.order_by(Enquiry.id).limit(most)).all()
