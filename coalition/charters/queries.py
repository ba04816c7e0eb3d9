"""Which charters are there, what do they say, and by which rules? Columns by Core; nothing here belongs to a session.

Definitions and texts are parsed once a process: they are found by their digests, so that a kept one is never out of
date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from coalition import clock
from coalition.charters import statements
from coalition.charters.definition import from_json
from coalition.charters.errors import CharterUnknown, NotSignable
from coalition.charters.models import SUMMARY_NUMBER
from coalition.charters.reading import SLUG
from coalition.charters.shapes import CharterDefinition, TextStanding
from coalition.charters.states import is_closed, is_planned
from coalition.charters.text import Section, sections
from coalition.transactions import reading

KEPT = 64


@dataclass(frozen=True)
class TextLine:
    """The text in one language: what it is worth and its digest."""

    language: str
    standing: TextStanding
    sha256: str


@dataclass(frozen=True)
class VersionLine:
    """One version in a list of them."""

    number: int
    adopted_on: date | None
    published_at: datetime
    in_force_from: datetime | None = None


@dataclass(frozen=True)
class CharterLine:
    """A charter in the list of all of them, also of those that are switched off."""

    slug: str
    number_prefix: str
    enabled: bool
    number: int | None


@dataclass(frozen=True)
class CharterInForce:
    """A charter as it stands now; `number` is None as long as only a summary is known.

    From `closes_at` on nobody begins to sign it; `is_open` says that organisations may do so here now.
    """

    slug: str
    number: int | None
    definition: CharterDefinition
    definition_sha256: str
    enabled: bool
    closes_at: datetime | None
    is_open: bool


@dataclass(frozen=True)
class CharterPage:
    """One version of a charter, all its versions, newest first, and its texts, the authentic one first.

    From `closes_at` on nobody begins to sign the charter; `is_open` says that organisations may do so now.
    """

    slug: str
    number: int | None
    is_current: bool
    adopted_on: date | None
    definition: CharterDefinition
    definition_sha256: str
    versions: tuple[VersionLine, ...]
    texts: tuple[TextLine, ...]
    closes_at: datetime | None
    is_open: bool

    def text_in(self, language: str) -> TextLine:
        """Return the text in `language`, or the authentic one (of a summary: the first) where there is none."""
        return next((text for text in self.texts if text.language == language), self.texts[0])


def charter_list(*, with_disabled: bool = False) -> tuple[CharterInForce, ...]:
    """Return every charter that is switched on, in their order; what is written of the others stays in the register."""
    with reading() as connection:
        rows = connection.execute(
            statements.NEWEST_OF_ALL if with_disabled else statements.NEWEST, {"now": clock.now()}
        ).all()
    return tuple(_in_force(row) for row in rows)


def all_charters() -> tuple[CharterLine, ...]:
    """Return a line on every charter, in their order."""
    with reading() as connection:
        rows = connection.execute(statements.ALL, {"now": clock.now()}).all()
    return tuple(CharterLine(row.slug, row.number_prefix, row.enabled, row.number) for row in rows)


def first_charter() -> CharterInForce | None:
    """Return the first charter that is switched on; None on an empty platform."""
    with reading() as connection:
        row = connection.execute(statements.NEWEST.limit(1), {"now": clock.now()}).first()
    return None if row is None else _in_force(row)


def first_definition() -> CharterDefinition | None:
    """Return the definition of the first charter that is switched on; None on an empty platform."""
    found = first_charter()
    return None if found is None else found.definition


def definition_of(slug: str, version: int | None = None) -> CharterDefinition:
    """Return the definition of a version (default: the one in force), also of a charter that is switched off.

    Raises CharterUnknown.
    """
    rows = _versions_in_force(slug)
    row = rows[0] if rows and version is None else next((row for row in rows if row.number == version), None)
    if row is None:
        raise CharterUnknown
    return _definition(row)


def current_version(slug: str) -> CharterPage:
    """Return the version that is signed now, with the digest of its text in every language.

    Raises CharterUnknown; NotSignable where joining is by note or letter, or only a summary is known.
    """
    page = charter_page(slug)
    if not page.definition.is_signed_by_form:
        raise NotSignable
    return page


def charter_page(slug: str, number: int | None = None) -> CharterPage:
    """Return a version of a charter (default: the one in force), with all that its page says but the text itself.

    Raises CharterUnknown, also for a charter that is switched off, and for a version before its day.
    """
    rows = [row for row in _versions_in_force(slug) if row.enabled]
    shown = [row for row in rows if row.number != SUMMARY_NUMBER] or rows
    row = shown[0] if shown and number is None else next((row for row in shown if row.number == number), None)
    if row is None or (number == SUMMARY_NUMBER):
        raise CharterUnknown
    return CharterPage(
        slug=row.slug,
        number=row.number or None,
        is_current=row.number == shown[0].number,
        adopted_on=row.adopted_on,
        definition=_definition(row),
        definition_sha256=row.definition_sha256,
        versions=tuple(VersionLine(r.number, r.adopted_on, r.published_at, r.in_force_from) for r in shown if r.number),
        texts=texts_of(row.id),
        closes_at=row.closes_at,
        is_open=_is_open(row),
    )


def texts_of(version_id: int) -> tuple[TextLine, ...]:
    """Return the texts of a version by its row's number, the authentic one first."""
    with reading() as connection:
        texts = connection.execute(statements.TEXTS, {"version": version_id}).all()
    lines = [TextLine(text.language, TextStanding(text.standing), text.sha256) for text in texts]
    return tuple(sorted(lines, key=lambda line: line.standing is not TextStanding.AUTHENTIC))


def sections_of(text: TextLine) -> tuple[Section, ...]:
    """Return the numbered sections of a text."""
    return _sections(text.sha256)


def markdown_of(text: TextLine) -> str:
    """Return a text as it was hashed."""
    with reading() as connection:
        return str(connection.execute(statements.MARKDOWN, {"sha256": text.sha256}).scalars().first())


@lru_cache(maxsize=KEPT)
def _sections(sha256: str) -> tuple[Section, ...]:
    with reading() as connection:
        markdown = connection.execute(statements.MARKDOWN, {"sha256": sha256}).scalars().first()
    return tuple(sections(str(markdown)))


_kept: dict[str, CharterDefinition] = {}


def _definition(row: Row[Any]) -> CharterDefinition:
    """Return the definition that a version's row names; read and parsed where this process has not seen it yet."""
    found = _kept.get(row.definition_sha256)
    if found is None:
        with reading() as connection:
            data: Mapping[str, Any] = connection.execute(statements.DEFINITION, {"version": row.id}).scalar_one()
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[row.definition_sha256] = from_json(data)
    return found


def _in_force(row: Row[Any]) -> CharterInForce:
    return CharterInForce(
        slug=row.slug,
        number=row.number or None,
        definition=_definition(row),
        definition_sha256=row.definition_sha256,
        enabled=row.enabled,
        closes_at=row.closes_at,
        is_open=_is_open(row),
    )


def _is_open(row: Row[Any]) -> bool:
    return _definition(row).is_signed_by_form and not is_closed(row.closes_at, now=clock.now())


def _versions_in_force(slug: str) -> list[Row[Any]]:
    """Return the versions that are or were in force, newest first: by the clock, whatever a worker does.

    What cannot be a slug never reaches the database, which may choke on it.
    """
    if not SLUG.fullmatch(slug):
        return []
    now = clock.now()
    with reading() as connection:
        rows = connection.execute(statements.VERSIONS, {"slug": slug}).all()
    return [row for row in rows if not is_planned(row.in_force_from, now=now)]
