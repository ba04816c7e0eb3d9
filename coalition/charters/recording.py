"""What does the public log learn of charters? Which texts a version has in which languages, by their digests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from coalition.charters.models import SUMMARY_NUMBER, Charter, CharterVersion
from coalition.extensions import db
from coalition.transparency.leaves import LeafAct
from coalition.transparency.models import LogLeaf
from coalition.transparency.operations import append


def subject_of(version: CharterVersion) -> str:
    """Return what a version is called in the log."""
    return f"{version.charter.slug}/{version.number}"


def state_of(version: CharterVersion) -> dict[str, Any]:
    """Return what the log says of a version: the digest of its text in every language."""
    languages = {text.language: text.sha256 for text in version.texts}
    return {"charter": version.charter.slug, "version": version.number, "languages": languages}


def standing_of(subject: str) -> dict[str, Any]:
    """Return what the log ought to say of "<charter>/<version>" now: where there is none, that it has no text."""
    slug, _, number = subject.rpartition("/")
    asked = select(CharterVersion).join(Charter).where(Charter.slug == slug, CharterVersion.number == int(number))
    version = db.session.scalars(asked).one_or_none()
    return state_of(version) if version else {"charter": slug, "version": int(number), "languages": {}}


def publish_missing(*, now: datetime) -> None:
    """Tell of versions that were published before there was a log."""
    known = frozenset(db.session.scalars(select(LogLeaf.subject).where(LogLeaf.act == LeafAct.PUBLISH)))
    for version in db.session.scalars(select(CharterVersion).order_by(CharterVersion.id)):
        if subject_of(version) not in known:
            published(version, now=now)


def published(version: CharterVersion, *, now: datetime) -> None:
    """Tell that a version has these texts from now on; a summary, which nobody can sign, is none."""
    if version.number != SUMMARY_NUMBER:
        append(act=LeafAct.PUBLISH, subject=subject_of(version), content=state_of(version), now=now)


def called_off(version: CharterVersion, *, now: datetime) -> None:
    """Tell that a version was taken back before its day: it has no text."""
    append(act=LeafAct.PUBLISH, subject=subject_of(version), content={**state_of(version), "languages": {}}, now=now)
