"""How does the secretariat publish a text? A new version with its day, a translation, a version called off.

Inside the caller's transaction; an adopted text never changes. What is proposed, and what is wrong with it, belongs to
`proposal`; what is changed beside the text, to `amending`.
"""

from __future__ import annotations

from datetime import datetime

from coalition.audit.record import Actor
from coalition.charters import keeping, recording
from coalition.charters.amendments import with_texts
from coalition.charters.errors import (
    CharterUnknown,
    InForceAlready,
    NothingNew,
    TextBroken,
    TextThere,
    VersionWaits,
)
from coalition.charters.models import SUMMARY_NUMBER, Charter, CharterText, CharterVersion
from coalition.charters.proposal import Proposal, fault_of
from coalition.charters.shapes import TextStanding
from coalition.charters.states import is_planned
from coalition.charters.text import canonical, digest
from coalition.extensions import db


def publish_version(*, slug: str, proposal: Proposal, seen: int, actor: Actor, now: datetime) -> int:
    """Adopt a new version, in force from its moment on; returns its number.

    What is signed until then stays on the version before. Raises CharterUnknown, CharterChanged, VersionWaits,
    NothingNew, or TextBroken where a text cannot be shown or the authentic one is missing.
    """
    charter = keeping.held(slug, seen=seen)
    newest = charter.versions[-1]
    if is_planned(newest.in_force_from, now=now):
        raise VersionWaits(newest.number)
    languages = newest.loaded["languages"]
    if proposal.authentic not in set(languages) & set(proposal.texts) or any(map(fault_of, proposal.texts.values())):
        raise TextBroken
    if not proposal.differs_from({text.language: (text.sha256, text.standing) for text in newest.texts}):
        raise NothingNew(newest.number)
    version = CharterVersion(number=newest.number + 1, published_at=now, from_desk=True)
    version.in_force_from = max(now, proposal.in_force_from or now)
    charter.versions.append(version)
    for language, markdown in sorted(proposal.texts.items(), key=lambda item: item[0] != proposal.authentic):
        _add_text(version, language, markdown, standing=proposal.standing(language))
    standings = {language: proposal.standing(language).value for language in proposal.texts}
    adopted_on = proposal.adopted_on.isoformat() if proposal.adopted_on else None
    data = with_texts(newest.loaded, standings, adopted_on=adopted_on)
    keeping.describe(version, data, keeping.amendments_of(charter))
    _note(version, "publish_version", f"version:{version.number}", actor=actor, now=now)
    recording.published(version, now=now)
    return version.number


def add_translation(
    *, slug: str, number: int, language: str, markdown: str, seen: int, actor: Actor, now: datetime
) -> None:
    """Add a courtesy translation to a version, in a language that has none.

    Raises CharterUnknown, CharterChanged, TextThere, or TextBroken.
    """
    charter = keeping.held(slug, seen=seen)
    version = _version(charter, number)
    if any(text.language == language for text in version.texts):
        raise TextThere(number, language)
    if fault_of(markdown):
        raise TextBroken
    standing = TextStanding.SUMMARY if number == SUMMARY_NUMBER else TextStanding.COURTESY
    _add_text(version, language, markdown, standing=standing)
    _note(version, "add_translation", f"translation:{number}:{language}", actor=actor, now=now)
    recording.published(version, now=now)


def call_off(*, slug: str, number: int, seen: int, actor: Actor, now: datetime) -> None:
    """Take back a version before its day: nobody has read it on the site, nobody has signed it.

    Raises CharterUnknown, CharterChanged, or InForceAlready.
    """
    charter = keeping.held(slug, seen=seen)
    version = _version(charter, number)
    if not is_planned(version.in_force_from, now=now):
        raise InForceAlready(number)
    _note(version, "call_off_version", f"called_off:{number}", actor=actor, now=now)
    recording.called_off(version, now=now)
    charter.versions.remove(version)
    db.session.flush()


def _version(charter: Charter, number: int) -> CharterVersion:
    version = next((version for version in charter.versions if version.number == number), None)
    if version is None:
        raise CharterUnknown
    return version


def _add_text(version: CharterVersion, language: str, markdown: str, *, standing: TextStanding) -> None:
    text = canonical(markdown)
    version.texts.append(
        CharterText(language=language, standing=standing.value, markdown=text, sha256=digest(text)),
    )


def _note(version: CharterVersion, act: str, subject: str, *, actor: Actor, now: datetime) -> None:
    """Write down what was done with which texts: the digests stay, also of a version that was called off."""
    said = {
        "in_force_from": version.in_force_from.isoformat() if version.in_force_from else None,
        "texts": {text.language: text.sha256 for text in version.texts},
    }
    authentic = next((text.sha256 for text in version.texts if text.standing == TextStanding.AUTHENTIC), "")
    line = keeping.Line(act, subject, after=said, to_state=f"version {version.number}", reason=authentic or None)
    keeping.note(version.charter, line, actor=actor, now=now)
