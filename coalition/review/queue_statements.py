"""Which statement answers a search over the queue? Nothing is run here.

Every list is walked along an index and stops at its page: each state of a tab on its own, put in order at the end;
words by the word index; a country along its organisations. What is combined beyond that is judged row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased

from coalition.accounts.models import Officer
from coalition.mail.message import recipient_key
from coalition.organisations.models import Organisation
from coalition.organisations.names import search_words
from coalition.organisations.statements import begun_by, newest_found, sought_and_judged, word_query
from coalition.review.decisions import Verdict
from coalition.review.models import Assignment, Decision, ReviewClaim
from coalition.review.searching import LONGEST_QUERY, NOBODY, Search
from coalition.review.states import STATES, Flag, Tab
from coalition.signing import models as signing
from coalition.signing.models import ProofDocument, Representative, RepresentativeWord, Signature
from coalition.signing.states import OPEN, State

MOST_WORDS = 8
LARGEST_KEY = 2**31 - 1
LAST_SIGN = "\U0010ffff"
Keys = Select[*tuple[Any, ...]]
Other = aliased(Signature)
Namesake = aliased(Signature, name="namesakes")
IS_LIVE: ColumnElement[bool] = literal_column(f"namesakes.{signing.IS_LIVE}")
IS_OPEN: ColumnElement[bool] = literal_column(f"signatures.{signing.IS_OPEN}")
"""As the indexes on names say it, or they would not be used."""
OWN_COUNTRY = (
    select(Organisation.country)
    .where(Organisation.id == Signature.organisation_id)
    .correlate(Signature)
    .scalar_subquery()
)
"""Looked up for each row: joined, PostgreSQL would read every organisation of the country first."""
WORD_INDEX = table("application_words", column("rowid"), column("search"))
MATCHES = {
    "sqlite": text("application_words MATCH :words"),
    "postgresql": text("array_to_tsvector(string_to_array(btrim(signatures.search), ' ')) @@ CAST(:words AS tsquery)"),
}


def found_ids(search: Search, *, officer_id: int, now: datetime, late_before: date, dialect: str, size: int) -> Any:
    """Return the statement of the keys of one page, with the values that its order needs."""
    rest = _rest(search, now=now, late_before=late_before)
    if search.q:
        return _by_words(search, rest, dialect=dialect, size=size)
    if search.tab is Tab.MINE:
        rest.append(_is_mine(officer_id, now))
    states = _states(search)
    if search.walks_all:
        return _newest(search, rest, size=size)
    return _merged([_of_state(state, search, rest, size=size) for state in sorted(states)])


def _states(search: Search) -> frozenset[State]:
    states = STATES[search.tab] if search.state is None else frozenset({search.state})
    return states & OPEN if search.flag is not None and states & OPEN else states


def _keys(conditions: Sequence[ColumnElement[bool]]) -> Keys:
    return select(Signature.id, Signature.clock_at).where(*conditions)


def _of_state(state: State, search: Search, rest: Sequence[ColumnElement[bool]], *, size: int) -> Keys:
    """Walk one state in the order of its index: by the moment from which its time counts."""
    judges_names = search.flag is Flag.POSSIBLE_DUPLICATE and state in OPEN
    conditions = [Signature.state == state, *([IS_OPEN] if judges_names else []), *rest]
    statement = _keys(conditions).limit(size)
    if search.after is not None:
        statement = statement.where(_after(search, state))
    if search.is_oldest_first:
        return statement.order_by(Signature.clock_at, Signature.id)
    return statement.order_by(Signature.clock_at.desc(), Signature.id.desc())


def _after(search: Search, state: State) -> ColumnElement[bool]:
    key = min(search.after or 0, LARGEST_KEY)
    if state is State.PENDING_VERIFICATION:
        return Signature.id < key
    moment = select(Other.clock_at).where(Other.id == key).scalar_subquery()
    place = tuple_(Signature.clock_at, Signature.id)
    return place > tuple_(moment, key) if search.is_oldest_first else place < tuple_(moment, key)


def _newest(search: Search, rest: Sequence[ColumnElement[bool]], *, size: int) -> Any:
    """Walk all by key; where a country is asked for, along its organisations, which come in nearly the same order."""
    statement = _keys(rest).limit(size)
    if search.country:
        statement = statement.join(Organisation, Organisation.id == Signature.organisation_id)
    if search.after is not None:
        statement = statement.where(_before(min(search.after, LARGEST_KEY), by_organisation=bool(search.country)))
    order = [Organisation.id.desc(), Signature.id.desc()] if search.country else [Signature.id.desc()]
    return statement.order_by(*order).subquery("found")


def _before(key: int, *, by_organisation: bool) -> ColumnElement[bool]:
    if not by_organisation:
        return Signature.id < key
    owner = select(Other.organisation_id).where(Other.id == key).scalar_subquery()
    return tuple_(Organisation.id, Signature.id) < tuple_(owner, key)


def _merged(parts: Sequence[Keys]) -> Any:
    wrapped = [select(one.subquery()) for one in parts]
    return (wrapped[0] if len(wrapped) == 1 else union(*wrapped)).subquery("found")


def _by_words(search: Search, rest: list[ColumnElement[bool]], *, dialect: str, size: int) -> Any:
    """Look for what was typed as words of the organisation, as the person who signs, as an address, as a number."""
    states = [] if search.state is None else [Signature.state == search.state]
    after = None if search.after is None else min(search.after, LARGEST_KEY)
    below = [] if after is None else [Signature.id < after]
    conditions, words = [*states, *below, *rest], search_words(search.q[:LONGEST_QUERY])[:MOST_WORDS]
    parts = [_keys([_is_number(search.q), *conditions]).order_by(Signature.id.desc())]
    if "@" in search.q:
        parts.append(_keys([_has_address(search.q), *conditions]).order_by(Signature.id.desc()))
    elif words:
        parts.append(_of_words(words, conditions, after=after, dialect=dialect, size=size))
        parts.append(_of_person(words, conditions).order_by(Signature.id.desc()))
    return _merged([part.limit(size) for part in parts])


def _is_number(typed: str) -> ColumnElement[bool]:
    return Signature.register_number == "".join(typed.upper().split()).replace("\x00", "")


def _has_address(typed: str) -> ColumnElement[bool]:
    key = recipient_key(typed)
    return Signature.id.in_(select(Representative.signature_id).where(Representative.email_key == key))


def _of_words(
    words: Sequence[str], conditions: Sequence[ColumnElement[bool]], *, after: int | None, dialect: str, size: int
) -> Keys:
    """Walk the word index from its newest key down; PostgreSQL's has no order, so it is asked in another way."""
    begun = _begun(words, dialect)
    if dialect == "sqlite":
        found = WORD_INDEX.join(Signature.__table__, WORD_INDEX.c.rowid == Signature.id)
        statement = _keys([*begun, *conditions]).select_from(found)
        return statement.order_by(WORD_INDEX.c.rowid.desc())
    columns, by_row = (Signature.id, Signature.clock_at), begun_by(Signature.search, words)
    return newest_found(columns, conditions, by_index=begun, by_row=by_row, after=after, size=size)


def _begun(words: Sequence[str], dialect: str) -> list[ColumnElement[bool]]:
    sought, judged = sought_and_judged(words)
    match: Any = MATCHES[dialect].bindparams(words=word_query(sought, dialect))
    return [match, *begun_by(Signature.search, judged)]


def _of_person(words: Sequence[str], conditions: list[ColumnElement[bool]]) -> Keys:
    """Look along the longest word's beginnings; the others are probed."""
    first, *others = sorted(words, key=len, reverse=True)
    begins = select(RepresentativeWord.signature_id).where(_begins(RepresentativeWord, first))
    more = [
        exists().where(Beside.signature_id == Signature.id, _begins(Beside, word))
        for word, Beside in ((word, aliased(RepresentativeWord)) for word in others)
    ]
    return _keys([Signature.id.in_(begins), *more, *conditions])


def _begins(words: Any, start: str) -> ColumnElement[bool]:
    return and_(words.word >= start, words.word < f"{start}{LAST_SIGN}")


def _rest(search: Search, *, now: datetime, late_before: date) -> list[ColumnElement[bool]]:
    conditions = [*in_scope(search), *_of_fields(search)]
    if search.officer:
        conditions.append(_is_with(search.officer, now))
    if search.flag is Flag.LATE:
        conditions.append(Signature.clock_at < datetime.combine(late_before, time(), UTC))
    if search.flag is Flag.PROOF_MISSING:
        conditions.append(~exists().where(ProofDocument.signature_id == Signature.id))
    if search.flag is Flag.POSSIBLE_DUPLICATE:
        conditions.append(is_duplicate())
    return conditions


def in_scope(search: Search) -> list[ColumnElement[bool]]:
    """Return what keeps a list to what the officer may reach."""
    scope = search.scope
    if scope.only_reference is not None:
        return [Signature.reference == scope.only_reference]
    return [Signature.charter.in_(sorted(scope.charters))] if scope.charters else []


def _of_fields(search: Search) -> list[ColumnElement[bool]]:
    conditions = [Signature.charter == search.charter] if search.charter else []
    if search.country:
        conditions.append((Organisation.country if search.walks_all else OWN_COUNTRY) == search.country)
    if search.language:
        conditions.append(Signature.language == search.language)
    return conditions


def _is_with(public_id: str, now: datetime) -> ColumnElement[bool]:
    """Tell whose list an application stands on, or in whose hands it is."""
    listed = exists().where(Assignment.signature_id == Signature.id)
    claimed = exists().where(ReviewClaim.signature_id == Signature.id, ReviewClaim.expires_at > now)
    if public_id == NOBODY:
        return and_(~listed, ~claimed)
    who = select(Officer.id).where(Officer.public_id == public_id).scalar_subquery()
    return or_(listed.where(Assignment.officer_id == who), claimed.where(ReviewClaim.officer_id == who))


def _is_mine(officer_id: int, now: datetime) -> ColumnElement[bool]:
    claimed = select(ReviewClaim.signature_id).where(ReviewClaim.officer_id == officer_id, ReviewClaim.expires_at > now)
    listed = select(Assignment.signature_id).where(Assignment.officer_id == officer_id)
    return or_(Signature.id.in_(claimed.correlate(None)), Signature.id.in_(listed.correlate(None)))


def is_duplicate() -> ColumnElement[bool]:
    """Tell whether another application or signatory of this charter has the same name."""
    return (
        exists()
        .where(Namesake.charter == Signature.charter, Namesake.name_key == Signature.name_key)
        .where(Namesake.id != Signature.id, IS_LIVE)
    )


def approvals() -> Any:
    """Return how many approvals an application has that are bound to its present content."""
    return (
        select(func.count())
        .where(Decision.signature_id == Signature.id, Decision.verdict == Verdict.APPROVE.value)
        .where(Decision.voided_at.is_(None), Decision.content_sha256 == Signature.content_sha256)
        .correlate(Signature)
        .scalar_subquery()
    )
