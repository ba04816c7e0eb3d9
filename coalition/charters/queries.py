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

from sqlalchemy import Row, Select, bindparam, func, select

from coalition.charters.definition import from_json
from coalition.charters.errors import CharterUnknown, NotSignable
from coalition.charters.models import SUMMARY_NUMBER, Charter, CharterText, CharterVersion
from coalition.charters.reading import SLUG
from coalition.charters.shapes import CharterDefinition, TextStanding
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


@dataclass(frozen=True)
class CharterLine:
    """A charter in the list of all of them, also of those that are switched off."""

    slug: str
    number_prefix: str
    enabled: bool
    number: int | None


@dataclass(frozen=True)
class CharterInForce:
    """A charter as it stands now; `number` is None as long as only a summary is known."""

    slug: str
    number: int | None
    definition: CharterDefinition
    definition_sha256: str
    enabled: bool


@dataclass(frozen=True)
class CharterPage:
    """One version of a charter, all its versions, newest first, and its texts, the authentic one first."""

    slug: str
    number: int | None
    is_current: bool
    adopted_on: date | None
    definition: CharterDefinition
    definition_sha256: str
    versions: tuple[VersionLine, ...]
    texts: tuple[TextLine, ...]

    def text_in(self, language: str) -> TextLine:
        """Return the text in `language`, or the authentic one (of a summary: the first) where there is none."""
        return next((text for text in self.texts if text.language == language), self.texts[0])


def charter_list(*, with_disabled: bool = False) -> tuple[CharterInForce, ...]:
    """Return every charter that is switched on, in their order; what is written of the others stays in the register."""
    with reading() as connection:
        rows = connection.execute(_NEWEST_OF_ALL if with_disabled else _NEWEST).all()
    return tuple(_in_force(row) for row in rows)


def all_charters() -> tuple[CharterLine, ...]:
    """Return a line on every charter, in their order."""
    with reading() as connection:
        return tuple(
            CharterLine(row.slug, row.number_prefix, row.enabled, row.number) for row in connection.execute(_ALL)
        )


def first_definition() -> CharterDefinition | None:
    """Return the definition of the first charter that is switched on; None on an empty platform."""
    with reading() as connection:
        row = connection.execute(_NEWEST.limit(1)).first()
    return None if row is None else _in_force(row).definition


def definition_of(slug: str, version: int | None = None) -> CharterDefinition:
    """Return the definition of a version (default: the newest), also of a charter that is switched off.

    Raises CharterUnknown.
    """
    rows = _versions_of(slug)
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
    """Return a version of a charter (default: the newest), with all that its page says but the text itself.

    Raises CharterUnknown, also for a charter that is switched off.
    """
    rows = [row for row in _versions_of(slug) if row.enabled]
    shown = [row for row in rows if row.number != SUMMARY_NUMBER] or rows
    row = shown[0] if shown and number is None else next((row for row in shown if row.number == number), None)
    if row is None or (number == SUMMARY_NUMBER):
        raise CharterUnknown
    with reading() as connection:
        texts = connection.execute(_TEXTS, {"version": row.id}).all()
    lines = [TextLine(text.language, TextStanding(text.standing), text.sha256) for text in texts]
    return CharterPage(
        slug=row.slug,
        number=row.number or None,
        is_current=row.number == shown[0].number,
        adopted_on=row.adopted_on,
        definition=_definition(row),
        definition_sha256=row.definition_sha256,
        versions=tuple(VersionLine(r.number, r.adopted_on, r.published_at) for r in shown if r.number),
        texts=tuple(sorted(lines, key=lambda line: line.standing is not TextStanding.AUTHENTIC)),
    )


def sections_of(text: TextLine) -> tuple[Section, ...]:
    """Return the numbered sections of a text."""
    return _sections(text.sha256)


def markdown_of(text: TextLine) -> str:
    """Return a text as it was hashed."""
    with reading() as connection:
        return str(connection.execute(_MARKDOWN, {"sha256": text.sha256}).scalars().first())


@lru_cache(maxsize=KEPT)
def _sections(sha256: str) -> tuple[Section, ...]:
    with reading() as connection:
        markdown = connection.execute(_MARKDOWN, {"sha256": sha256}).scalars().first()
    return tuple(sections(str(markdown)))


_kept: dict[str, CharterDefinition] = {}


def _definition(row: Row[Any]) -> CharterDefinition:
    """Return the definition that a version's row names; read and parsed where this process has not seen it yet."""
    found = _kept.get(row.definition_sha256)
    if found is None:
        with reading() as connection:
            data: Mapping[str, Any] = connection.execute(_DEFINITION, {"version": row.id}).scalar_one()
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[row.definition_sha256] = from_json(data)
    return found


def _in_force(row: Row[Any]) -> CharterInForce:
    return CharterInForce(row.slug, row.number or None, _definition(row), row.definition_sha256, row.enabled)


def _versions_of(slug: str) -> list[Row[Any]]:
    """Return every version, newest first; what cannot be a slug never reaches the database, which may choke on it."""
    if not SLUG.fullmatch(slug):
        return []
    with reading() as connection:
        return list(connection.execute(_VERSIONS, {"slug": slug}).all())


_COLUMNS: list[Any] = [
    Charter.slug,
    Charter.enabled,
    CharterVersion.id,
    CharterVersion.number,
    CharterVersion.adopted_on,
    CharterVersion.published_at,
    CharterVersion.definition_sha256,
]
_VERSIONS: Select[Any] = (
    select(*_COLUMNS)
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .where(Charter.slug == bindparam("slug"))
    .order_by(CharterVersion.number.desc())
)
_LATER = CharterVersion.__table__.alias("later")
_NEWEST_OF_ALL: Select[Any] = (
    select(*_COLUMNS)
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .where(
        ~select(_LATER.c.id)
        .where(_LATER.c.charter_id == CharterVersion.charter_id, _LATER.c.number > CharterVersion.number)
        .exists(),
    )
    .order_by(Charter.position)
)
_NEWEST: Select[Any] = _NEWEST_OF_ALL.where(Charter.enabled)
_ALL = (
    select(Charter.slug, Charter.number_prefix, Charter.enabled, func.max(CharterVersion.number).label("number"))
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .group_by(Charter.id)
    .order_by(Charter.position)
)
_TEXTS = (
    select(CharterText.language, CharterText.standing, CharterText.sha256)
    .where(CharterText.version_id == bindparam("version"))
    .order_by(CharterText.id)
)
_MARKDOWN = select(CharterText.markdown).where(CharterText.sha256 == bindparam("sha256"))
_DEFINITION = select(CharterVersion.definition).where(CharterVersion.id == bindparam("version"))
