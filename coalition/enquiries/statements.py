"""Which statement answers a search over the letters? Nothing is run here.

What stands under a tab is walked along its index; words go through the word index, which on SQLite is walked from the
newest letter down and left once the page is full.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, column, false, select, table, text

from coalition.accounts.models import Officer
from coalition.accounts.permissions import Scope
from coalition.enquiries.models import Enquiry
from coalition.enquiries.searching import MOST_WORDS, Search
from coalition.enquiries.states import Kind, State, Tab
from coalition.mail.message import recipient_key
from coalition.organisations.names import search_words
from coalition.organisations.statements import begun_by, newest_found, sought_and_judged, word_query
from coalition.signing.models import Signature

WORD_INDEX = table("enquiry_words", column("rowid"), column("search"))
MATCHES = {
    "sqlite": text("enquiry_words MATCH :words"),
    "postgresql": text("array_to_tsvector(string_to_array(btrim(enquiries.search), ' ')) @@ CAST(:words AS tsquery)"),
}
Rows = Select[*tuple[Any, ...]]
SHOWN = (
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


def page_statement(search: Search, *, officer_id: int, scope: Scope, dialect: str, size: int) -> Rows:
    """Return the statement of the letters that `search` asks for: what is open oldest first, else newest first."""
    found = _keys(search, officer_id=officer_id, scope=scope, dialect=dialect, size=size).subquery("found")
    statement = (
        select(*SHOWN)
        .join_from(found, Enquiry, Enquiry.id == found.c.id)
        .outerjoin(Officer, Officer.id == Enquiry.owner_id)
        .outerjoin(Signature, Signature.id == Enquiry.signature_id)
    )
    return statement.order_by(Enquiry.id if search.is_oldest_first else Enquiry.id.desc())


def _keys(search: Search, *, officer_id: int, scope: Scope, dialect: str, size: int) -> Select[Any]:
    """Select the keys of one page."""
    words = search_words(search.typed)[:MOST_WORDS] if not search.is_address else []
    if words and dialect == "sqlite":
        return _by_words_on_sqlite(words, search, scope, size=size)
    if words:
        by_index, by_row = _begun(words, dialect), begun_by(Enquiry.search, words)
        sought = partial(newest_found, by_index=by_index, by_row=by_row)
        return sought((Enquiry.id,), within(scope), after=search.after, size=size)
    statement = select(Enquiry.id).where(*_conditions(search, officer_id=officer_id), *within(scope)).limit(size)
    if search.after is not None:
        statement = statement.where(Enquiry.id > search.after if search.is_oldest_first else Enquiry.id < search.after)
    return statement.order_by(Enquiry.id if search.is_oldest_first else Enquiry.id.desc())


def _by_words_on_sqlite(words: list[str], search: Search, scope: Scope, *, size: int) -> Select[Any]:
    """Walk the word index from its newest key down."""
    key, letters = WORD_INDEX.c.rowid, WORD_INDEX.join(Enquiry.__table__, WORD_INDEX.c.rowid == Enquiry.id)
    after = [key < search.after] if search.after is not None else []
    statement = select(Enquiry.id).select_from(letters).where(*_begun(words, "sqlite"), *after, *within(scope))
    return statement.order_by(key.desc()).limit(size)


def _begun(words: list[str], dialect: str) -> list[ColumnElement[bool]]:
    """Match words that begin words of subject, name, reference or the number of an entry."""
    sought, judged = sought_and_judged(words)
    match: Any = MATCHES[dialect].bindparams(words=word_query(sought, dialect))
    return [match, *begun_by(Enquiry.search, judged)]


def within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Keep to what an officer may reach; a letter that belongs to no charter is for those who may reach all."""
    if scope.only_reference is not None:
        own = select(Signature.id).where(Signature.reference == scope.only_reference)
        return (Enquiry.signature_id.in_(own),)
    return (Enquiry.charter.in_(sorted(scope.charters)),) if scope.charters else ()


def _conditions(search: Search, *, officer_id: int) -> list[ColumnElement[bool]]:
    if search.is_address:
        return [Enquiry.sender_key == recipient_key(search.typed)]
    if search.q:  # no word of it can be looked for
        return [false()]
    conditions = [Enquiry.state == (State.CLOSED if search.tab is Tab.CLOSED else State.OPEN)]
    if search.tab is Tab.MINE:
        conditions.append(Enquiry.owner_id == officer_id)
    if search.tab is Tab.CASES:
        conditions.append(Enquiry.kind == Kind.CASE)
    if search.topic is not None:
        conditions.append(Enquiry.topic == search.topic)
    return conditions
