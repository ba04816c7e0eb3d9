"""What does the secretariat see of a charter? Every version, also one that waits for its day, and who changed what.

What anybody may read belongs to `queries`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from coalition.accounts.models import Officer
from coalition.charters import queries
from coalition.charters.definition import from_json
from coalition.charters.errors import CharterUnknown
from coalition.charters.models import SUMMARY_NUMBER, Charter, CharterChange, CharterText, CharterVersion
from coalition.charters.queries import TextLine
from coalition.charters.shapes import CharterDefinition, TextStanding
from coalition.charters.statements import COLUMNS
from coalition.charters.states import is_planned
from coalition.transactions import reading

MOST_CHANGES = 100


@dataclass(frozen=True)
class Version:
    """One version with its texts, the authentic one first; `is_current` is the one in force."""

    number: int
    adopted_on: date | None
    published_at: datetime
    in_force_from: datetime | None
    is_current: bool
    is_planned: bool
    texts: tuple[TextLine, ...]

    def text_in(self, language: str) -> TextLine | None:
        """Return the text in a language; None where there is none."""
        return next((text for text in self.texts if text.language == language), None)

    @property
    def authentic(self) -> str:
        """The language whose text decides; of a summary "" ."""
        return next((text.language for text in self.texts if text.standing is TextStanding.AUTHENTIC), "")


@dataclass(frozen=True)
class Change:
    """One change: `name` is "" for a part of the platform, which `actor` then names."""

    changed_at: datetime
    name: str
    actor: str
    subject: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DeskCharter:
    """A charter as officers see it; `definition` is that of the version in force, `revision` names its newest change.

    `versions` stand newest first; a summary is version 0.
    """

    slug: str
    enabled: bool
    closes_at: datetime | None
    definition: CharterDefinition
    versions: tuple[Version, ...]
    revision: int

    @property
    def current(self) -> Version:
        """The version in force, or the summary that stands in its place."""
        return next(version for version in self.versions if version.is_current)

    @property
    def newest(self) -> Version:
        """The newest version, also one that waits for its day."""
        return self.versions[0]

    @property
    def planned(self) -> Version | None:
        """The version that waits for its day, if there is one."""
        return self.newest if self.newest.is_planned else None

    def version(self, number: int) -> Version:
        """Return the version of a number. Raises CharterUnknown."""
        found = next((version for version in self.versions if version.number == number), None)
        if found is None:
            raise CharterUnknown
        return found

    def before(self, version: Version) -> Version | None:
        """Return the version before one, which has a text that can be compared; None for the first."""
        return next((one for one in self.versions if SUMMARY_NUMBER < one.number < version.number), None)


def charter_of(slug: str, *, now: datetime) -> DeskCharter:
    """Return a charter, also one that is switched off. Raises CharterUnknown."""
    with reading() as connection:
        rows = connection.execute(_VERSIONS.where(Charter.slug == slug)).all()
        current = next((row for row in rows if not is_planned(row.in_force_from, now=now)), None)
        if current is None:
            raise CharterUnknown
        texts = connection.execute(_TEXTS.where(Charter.slug == slug)).all()
        definition: Mapping[str, Any] = connection.execute(
            select(CharterVersion.definition).where(CharterVersion.id == current.id)
        ).scalar_one()
    return DeskCharter(
        slug=current.slug,
        enabled=current.enabled,
        closes_at=current.closes_at,
        definition=from_json(definition),
        versions=tuple(_version(row, current.id, texts, now=now) for row in rows),
        revision=current.revision or 0,
    )


def changes_of(slug: str, *, subject: str | None = None) -> tuple[Change, ...]:
    """Return the newest changes of a charter, or of one subject of it, the newest first."""
    statement = _CHANGES.where(Charter.slug == slug)
    if subject is not None:
        statement = statement.where(CharterChange.subject == subject)
    with reading() as connection:
        rows = connection.execute(statement).all()
    return tuple(
        Change(row.changed_at, row.name or "", row.actor_id or "", row.subject, row.before, row.after) for row in rows
    )


def markdown_of(version: Version) -> dict[str, str]:
    """Return the texts of a version by language, as they were hashed."""
    return {text.language: queries.markdown_of(text) for text in version.texts}


def _version(row: Any, current_id: int, texts: Any, *, now: datetime) -> Version:
    lines = [
        TextLine(text.language, TextStanding(text.standing), text.sha256) for text in texts if text.version_id == row.id
    ]
    return Version(
        number=row.number,
        adopted_on=row.adopted_on,
        published_at=row.published_at,
        in_force_from=row.in_force_from,
        is_current=row.id == current_id,
        is_planned=is_planned(row.in_force_from, now=now),
        texts=tuple(sorted(lines, key=lambda line: line.standing is not TextStanding.AUTHENTIC)),
    )


_VERSIONS: Select[Any] = (
    select(
        *COLUMNS,
        select(func.max(CharterChange.id))
        .where(CharterChange.charter_id == Charter.id)
        .scalar_subquery()
        .label("revision"),
    )
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .order_by(CharterVersion.number.desc())
)
_TEXT_COLUMNS: tuple[Any, ...] = (
    CharterText.version_id,
    CharterText.language,
    CharterText.standing,
    CharterText.sha256,
)
_TEXTS: Select[Any] = (
    select(*_TEXT_COLUMNS)
    .join(CharterVersion, CharterVersion.id == CharterText.version_id)
    .join(Charter, Charter.id == CharterVersion.charter_id)
    .order_by(CharterText.id)
)
_CHANGES: Select[Any] = (
    select(
        CharterChange.changed_at,
        CharterChange.actor_id,
        CharterChange.subject,
        CharterChange.before,
        CharterChange.after,
        Officer.name,
    )
    .join(Charter, Charter.id == CharterChange.charter_id)
    .outerjoin(Officer, Officer.public_id == CharterChange.actor_id)
    .order_by(CharterChange.id.desc())
    .limit(MOST_CHANGES)
)
