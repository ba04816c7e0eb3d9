"""Which letters wait for an answer, and what stands in one of them? Columns by Core, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role, Scope, may
from coalition.enquiries.errors import EnquiryUnknown, ReplyUnknown
from coalition.enquiries.letters import OUR_REFERENCE
from coalition.enquiries.models import Enquiry, EnquiryMessage, SavedReply
from coalition.enquiries.states import Kind, State, Tab, Topic
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.organisations.names import search_words
from coalition.signing.models import Signature

PAGE = 25
LONGEST_QUERY = 200
MOST_WORDS = 8
MOST_OF_ONE = 20


@dataclass(frozen=True)
class Search:
    """What an officer looks for; "" is everything. Words search every state, whatever the tab."""

    tab: Tab = Tab.OPEN
    q: str = ""
    topic: Topic | None = None
    after: int | None = None


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
        found = db.session.scalars(select(Enquiry).where(Enquiry.reference == reference, *_within(scope))).first()
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
    """Return the page of letters that `search` asks for: what is open oldest first, else newest first."""
    oldest_first = not search.q and search.tab is not Tab.CLOSED
    statement = (
        select(
            Enquiry.id,
            Enquiry.reference,
            Enquiry.kind,
            Enquiry.topic,
            Enquiry.subject,
            Enquiry.sender_name,
            Enquiry.sender_email,
            Enquiry.number,
            Enquiry.state,
            Enquiry.has_note,
            Enquiry.received_at,
            Enquiry.waiting_at,
            Officer.name.label("owner"),
            Signature.reference.label("application"),
        )
        .outerjoin(Officer, Officer.id == Enquiry.owner_id)
        .outerjoin(Signature, Signature.id == Enquiry.signature_id)
        .where(*_conditions(search, officer_id=officer_id), *_within(scope))
        .order_by(Enquiry.id if oldest_first else Enquiry.id.desc())
        .limit(PAGE + 1)
    )
    if search.after is not None:
        statement = statement.where(Enquiry.id > search.after if oldest_first else Enquiry.id < search.after)
    rows = db.session.execute(statement).all()
    return EnquiryPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts_for(*, officer_id: int, scope: Scope) -> Mapping[Tab, int]:
    """Return how many letters stand under each tab but the closed ones."""
    is_open = (Enquiry.state == State.OPEN, *_within(scope))
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Enquiry.owner_id == officer_id),
            func.count().filter(Enquiry.kind == Kind.CASE),
        ).where(*is_open)
    ).one()
    return dict(zip((Tab.OPEN, Tab.MINE, Tab.CASES), row, strict=True))


def waiting(scope: Scope) -> int:
    """Return how many letters wait for an answer."""
    waits = (Enquiry.state == State.OPEN, Enquiry.waiting_at.is_not(None), *_within(scope))
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


def _within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Keep to what an officer may reach; a letter that belongs to no charter is for those who may reach all."""
    if scope.only_reference is not None:
        own = select(Signature.id).where(Signature.reference == scope.only_reference)
        return (Enquiry.signature_id.in_(own),)
    return (Enquiry.charter.in_(sorted(scope.charters)),) if scope.charters else ()


def _conditions(search: Search, *, officer_id: int) -> list[ColumnElement[bool]]:
    if search.q:
        return [_matches(search.q)]
    state = State.CLOSED if search.tab is Tab.CLOSED else State.OPEN
    conditions: list[ColumnElement[bool]] = [Enquiry.state == state]
    if search.tab is Tab.MINE:
        conditions.append(Enquiry.owner_id == officer_id)
    if search.tab is Tab.CASES:
        conditions.append(Enquiry.kind == Kind.CASE)
    if search.topic is not None:
        conditions.append(Enquiry.topic == search.topic)
    return conditions


def _matches(q: str) -> ColumnElement[bool]:
    """Match a whole address, or words that begin words of subject, name, reference or the number of an entry."""
    typed = "".join(q[:LONGEST_QUERY].split("\x00")).strip()
    if "@" in typed:
        return Enquiry.sender_key == recipient_key(typed)
    words = search_words(typed)[:MOST_WORDS]
    if not words:
        return false()
    return and_(*(Enquiry.search.contains(f" {word}", autoescape=True) for word in words))
