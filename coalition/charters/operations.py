"""How does a charter come in, and how does it change?

A changed text is a new version, an adopted one never changes. Reading a folder belongs to `definition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters.definition import CharterFolder
from coalition.charters.errors import CharterUnknown, PrefixTaken, SummaryTooLate, TextChanged
from coalition.charters.models import SUMMARY_NUMBER, Charter, CharterText, CharterVersion
from coalition.charters.text import digest
from coalition.extensions import db


class Change(StrEnum):
    """What loading a folder has done."""

    NOTHING = "nothing"
    NEW_VERSION = "new_version"
    NEW_SUMMARY = "new_summary"
    NEW_TRANSLATION = "new_translation"
    DEFINITION = "definition"


@dataclass(frozen=True)
class Loaded:
    """What a charter is after its folder was loaded."""

    slug: str
    number: int
    change: Change


def load_charter(*, folder: CharterFolder, actor: Actor, now: datetime) -> Loaded:
    """Bring in the charter of `folder`, or what has changed in it since.

    A changed text in any language becomes the next version; a language that is new joins the present one; changed data
    with the same texts replace the present version's data. Raises TextChanged, SummaryTooLate, PrefixTaken.
    """
    charter = _charter(folder)
    _check_stored(charter)
    newest = charter.versions[-1] if charter.versions else None
    if folder.definition.is_summary:
        version, change = _load_summary(charter, newest, folder, now=now)
    elif newest is None or newest.number == SUMMARY_NUMBER or _differs(newest, folder):
        version = _new_version(charter, folder, number=newest.number + 1 if newest else 1, now=now)
        change = Change.NEW_VERSION
    else:
        version, change = newest, _complete(newest, folder)
    db.session.flush()
    if change is not Change.NOTHING:
        _note(version, change, actor=actor, now=now)
    return Loaded(charter.slug, version.number, change)


def is_loaded(slug: str) -> bool:
    """Tell whether there is a charter of that slug, switched on or off."""
    return _found(slug) is not None


def switch_charter(*, slug: str, enabled: bool, actor: Actor, now: datetime) -> None:
    """Show a charter or take it off the pages; its signatures and their certificates stay as they are.

    Raises CharterUnknown.
    """
    charter = _existing(slug)
    if charter.enabled is enabled:
        return
    charter.enabled = enabled
    act = "enable" if enabled else "disable"
    record.append(actor=actor, act=f"{act}_charter", subject=f"charter:{slug}", now=now)


def put_first(*, slug: str, actor: Actor, now: datetime) -> None:
    """Let a charter be the one that the home page and the header speak of. Raises CharterUnknown."""
    charter = _existing(slug)
    first = db.session.scalar(select(func.min(Charter.position)))
    if first == charter.position:
        return
    charter.position = (first or 0) - 1
    record.append(actor=actor, act="put_charter_first", subject=f"charter:{slug}", now=now)


def _found(slug: str) -> Charter | None:
    return db.session.scalars(select(Charter).where(Charter.slug == slug)).one_or_none()


def _existing(slug: str) -> Charter:
    charter = _found(slug)
    if charter is None:
        raise CharterUnknown
    return charter


def _charter(folder: CharterFolder) -> Charter:
    """Return the charter's row, made where it is missing."""
    definition = folder.definition
    holder = db.session.scalars(select(Charter).where(Charter.number_prefix == definition.number_prefix)).one_or_none()
    if holder is not None and holder.slug != definition.slug:
        raise PrefixTaken(definition.number_prefix, holder.slug)
    charter = _found(definition.slug)
    if charter is None:
        position = db.session.scalar(select(func.max(Charter.position))) or 0
        charter = Charter(slug=definition.slug, position=position + 1, enabled=True)
        db.session.add(charter)
    charter.number_prefix = definition.number_prefix
    return charter


def _check_stored(charter: Charter) -> None:
    """Hold every stored text against its digest, so that a silent change of an adopted text is found."""
    for version in charter.versions:
        for text in version.texts:
            if digest(text.markdown) != text.sha256:
                raise TextChanged(charter.slug, version.number, text.language)


def _differs(version: CharterVersion, folder: CharterFolder) -> bool:
    """Tell whether a text of the folder is another one than the version's; a language of one side alone differs not."""
    stored = {text.language: (text.sha256, text.standing) for text in version.texts}
    return any(stored.get(t.language, (t.sha256, t.standing)) != (t.sha256, t.standing) for t in folder.texts)


def _load_summary(
    charter: Charter, newest: CharterVersion | None, folder: CharterFolder, *, now: datetime
) -> tuple[CharterVersion, Change]:
    """Put the summary in place of a version; it is not adopted, so a changed one takes the older one's place."""
    if newest is None:
        return _new_version(charter, folder, number=SUMMARY_NUMBER, now=now), Change.NEW_SUMMARY
    if newest.number != SUMMARY_NUMBER:
        raise SummaryTooLate(charter.slug)
    if not _differs(newest, folder):
        return newest, _complete(newest, folder)
    newest.texts.clear()
    db.session.flush()
    _add_texts(newest, folder)
    _describe(newest, folder)
    return newest, Change.NEW_SUMMARY


def _new_version(charter: Charter, folder: CharterFolder, *, number: int, now: datetime) -> CharterVersion:
    version = CharterVersion(number=number, published_at=now)
    _describe(version, folder)
    _add_texts(version, folder)
    charter.versions.append(version)
    return version


def _complete(version: CharterVersion, folder: CharterFolder) -> Change:
    """Take over what the folder says beyond the version's texts."""
    change = Change.NOTHING
    if version.definition_sha256 != folder.sha256:
        _describe(version, folder)
        change = Change.DEFINITION
    return Change.NEW_TRANSLATION if _add_texts(version, folder) else change


def _describe(version: CharterVersion, folder: CharterFolder) -> None:
    version.definition = dict(folder.data)
    version.definition_sha256 = folder.sha256
    version.adopted_on = folder.definition.adopted_on


def _add_texts(version: CharterVersion, folder: CharterFolder) -> bool:
    """Add the texts in languages that the version does not have; tell whether there was any."""
    known = {text.language for text in version.texts}
    new = [text for text in folder.texts if text.language not in known]
    version.texts.extend(
        CharterText(language=text.language, standing=text.standing, markdown=text.markdown, sha256=text.sha256)
        for text in new
    )
    return bool(new)


def _note(version: CharterVersion, change: Change, *, actor: Actor, now: datetime) -> None:
    slug = version.charter.slug
    record.append(
        actor=actor,
        act="load_charter",
        subject=f"charter:{slug}",
        to_state=f"version {version.number}",
        reason=f"{change.value} {version.definition_sha256}",
        now=now,
    )
