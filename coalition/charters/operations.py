"""How does a charter come in, and how does it change?

A changed text is a new version, an adopted one never changes. Reading a folder belongs to `definition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from coalition.audit import record
from coalition.audit.record import Actor
from coalition.charters import keeping, recording
from coalition.charters.amendments import with_texts
from coalition.charters.definition import CharterFolder
from coalition.charters.errors import PrefixTaken, SummaryTooLate, TextChanged
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
    with the same texts replace the present version's data, and reach the versions that the secretariat published after
    it. What the secretariat has changed stays changed. Raises TextChanged, SummaryTooLate, PrefixTaken.
    """
    charter = _charter(folder)
    _check_stored(charter)
    newest = charter.versions[-1] if charter.versions else None
    known = next((version for version in _of_folders(charter) if not _differs(version, folder)), None)
    if folder.definition.is_summary:
        version, change = _load_summary(charter, folder, now=now)
    elif known is not None and known.number != SUMMARY_NUMBER:
        version, change = known, _complete(known, folder)
    else:
        version = _new_version(charter, folder, number=newest.number + 1 if newest else 1, now=now)
        change = Change.NEW_VERSION
    db.session.flush()
    if change is not Change.NOTHING:
        _note(version, change, actor=actor, now=now)
    if change in (Change.NEW_VERSION, Change.NEW_TRANSLATION):
        recording.published(version, now=now)
    return Loaded(charter.slug, version.number, change)


def _of_folders(charter: Charter) -> list[CharterVersion]:
    """Return the versions that a folder's texts are compared with: the newest, and the newest that a folder brought.

    What the secretariat has published since is no reason to publish the folder's text once more.
    """
    loaded = [version for version in charter.versions if not version.from_desk]
    return [*charter.versions[-1:], *loaded[-1:]]


def is_loaded(slug: str) -> bool:
    """Tell whether there is a charter of that slug, switched on or off."""
    return keeping.found(slug) is not None


def switch_charter(*, slug: str, enabled: bool, actor: Actor, now: datetime) -> None:
    """Show a charter or take it off the pages; its signatures and their certificates stay as they are.

    Raises CharterUnknown.
    """
    charter = keeping.held(slug)
    if charter.enabled is enabled:
        return
    charter.enabled = enabled
    act = "enable" if enabled else "disable"
    record.append(actor=actor, act=f"{act}_charter", subject=f"charter:{slug}", now=now)


def put_first(*, slug: str, actor: Actor, now: datetime) -> None:
    """Let a charter be the one that the home page and the header speak of. Raises CharterUnknown."""
    charter = keeping.held(slug)
    first = db.session.scalar(select(func.min(Charter.position)))
    if first == charter.position:
        return
    charter.position = (first or 0) - 1
    record.append(actor=actor, act="put_charter_first", subject=f"charter:{slug}", now=now)


def _charter(folder: CharterFolder) -> Charter:
    """Return the charter's row, made where it is missing."""
    definition = folder.definition
    holder = db.session.scalars(select(Charter).where(Charter.number_prefix == definition.number_prefix)).one_or_none()
    if holder is not None and holder.slug != definition.slug:
        raise PrefixTaken(definition.number_prefix, holder.slug)
    charter = keeping.found(definition.slug)
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


def _load_summary(charter: Charter, folder: CharterFolder, *, now: datetime) -> tuple[CharterVersion, Change]:
    """Put the summary in place of a version; it is not adopted, so a changed one takes the older one's place."""
    if not charter.versions:
        return _new_version(charter, folder, number=SUMMARY_NUMBER, now=now), Change.NEW_SUMMARY
    summary = next((version for version in charter.versions if version.number == SUMMARY_NUMBER), None)
    if summary is None or any(version.number and not version.from_desk for version in charter.versions):
        raise SummaryTooLate(charter.slug)
    if not _differs(summary, folder):
        return summary, _complete(summary, folder)
    summary.texts.clear()
    db.session.flush()
    _add_texts(summary, folder)
    _describe(summary, folder)
    return summary, Change.NEW_SUMMARY


def _new_version(charter: Charter, folder: CharterFolder, *, number: int, now: datetime) -> CharterVersion:
    version = CharterVersion(number=number, published_at=now)
    charter.versions.append(version)
    _add_texts(version, folder)
    _describe(version, folder)
    return version


def _complete(version: CharterVersion, folder: CharterFolder) -> Change:
    """Take over what the folder says beyond the version's texts."""
    change = Change.NOTHING
    if version.loaded_sha256 != folder.sha256 and not version.from_desk:
        _describe(version, folder)
        change = Change.DEFINITION
    return Change.NEW_TRANSLATION if _add_texts(version, folder) else change


def _describe(version: CharterVersion, folder: CharterFolder) -> None:
    """Let a version say the folder's data, and those after it that the desk published the same for their own texts."""
    charter = version.charter
    amendments = keeping.amendments_of(charter)
    keeping.describe(version, folder.data, amendments)
    for later in charter.versions:
        if later.from_desk and later.number > version.number:
            keeping.describe(later, _for_texts(later, folder), amendments)


def _for_texts(version: CharterVersion, folder: CharterFolder) -> dict[str, Any]:
    standings = {text.language: text.standing for text in version.texts}
    adopted_on = version.adopted_on.isoformat() if version.adopted_on else None
    return with_texts(folder.data, standings, adopted_on=adopted_on)


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
    line = keeping.Line(
        "load_charter",
        f"loaded:{version.number}",
        after=change.value,
        to_state=f"version {version.number}",
        reason=f"{change.value} {version.loaded_sha256}",
    )
    keeping.note(version.charter, line, actor=actor, now=now)
